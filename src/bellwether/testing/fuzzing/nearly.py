"""Requests that are nearly right: good ones changed a little, signed with keys of the dev world.

Who holds a key can sign anything; a signature makes it past the door, so what is signed matters.
"""

from __future__ import annotations

import copy
from itertools import count
from random import Random
from typing import Any, Final, final

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.node.founding.dev_keys import DEV_ACCOUNTS, DEV_OPERATORS, dev_key
from bellwether.testing.fuzzing.specimens import (
    ACTIONS,
    ACTS,
    DEPLOYMENTS,
    START_MS,
    USER_SIGNED,
)

_COINS: Final = ("CBRS", "ANTH", "xyz:SPCX")
_ASSETS: Final = (0, 1, 110_000)
_EDGES: Final = (0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30, 0.5, 1e300)
_WORDS: Final = ("", "0", "-0", "1e9", "NaN", "１", "0x", "USDC", "a", "\u202e", "\x00", "9" * 25)
_NUMBERS: Final = ("1", "0.1", "170", "174.5", "176", "2.50", "150", "200", "1000000", "0.00000001")


@final
class Signer:
    """Signs with a fresh nonce each time."""

    def __init__(self, first_nonce: int = START_MS) -> None:
        self.accounts = [Wallet(dev_key("account", n)) for n in range(DEV_ACCOUNTS)]
        operators = [Wallet(dev_key("operator", n)) for n in range(DEV_OPERATORS)]
        self.operators = [*operators, Wallet(dev_key("custodian")), Wallet(dev_key("compliance"))]
        self._nonces = count(first_nonce)

    def nonce(self) -> int:
        """One that was not used."""
        return next(self._nonces)

    def signed(self, luck: Random, action: dict[str, Any]) -> dict[str, Any]:
        """The envelope of an action or act by a key that may send it; with a signature of something
        else where such an action can not be signed."""
        kind: Any = action.get("type")
        nonce = self.nonce()
        is_office = kind in ("operator", "perpDeploy")
        wallet = luck.choice(self.operators if is_office else self.accounts)
        if luck.random() < 0.02:
            wallet = luck.choice([*self.operators, *self.accounts])
        for name in {"time", "nonce"} & action.keys() if kind in USER_SIGNED else ():
            if action[name] in (START_MS, ACTIONS[str(kind)].get(name)):
                action[name] = nonce
        try:
            if kind in USER_SIGNED:
                return wallet.user_signed(action, nonce)
            return wallet.l1(action, nonce)
        except (OverflowError, UnicodeEncodeError, WrongShape, TypeError, RecursionError):
            return {**wallet.l1({"type": "noop"}, nonce), "action": action}


def good_action(luck: Random) -> dict[str, Any]:
    """An action of the dialect, with numbers at which things happen."""
    if luck.random() < 0.15:
        variant = luck.choice(sorted(DEPLOYMENTS))
        return {"type": "perpDeploy", variant: copy.deepcopy(DEPLOYMENTS[variant])}
    kind = luck.choice([*sorted(ACTIONS), "order", "order", "order", "cancel"])
    real: dict[str, Any] = made_real(luck, copy.deepcopy(ACTIONS[kind]))
    return real


def good_act(luck: Random) -> dict[str, Any]:
    """An operator's act, as an action to sign."""
    kind = luck.choice(sorted(ACTS))
    act = {"kind": kind, **copy.deepcopy(ACTS[kind])}
    return {"type": "operator", "act": made_real(luck, act)}


def made_real(luck: Random, value: Any, key: str = "") -> Any:
    """The same with markets, assets, numbers and addresses of the dev world here and there."""
    if isinstance(value, dict):
        return {name: made_real(luck, child, name) for name, child in value.items()}
    if isinstance(value, list):
        return [made_real(luck, child, key) for child in value]
    if luck.random() < 0.5:
        return value
    if key == "coin":
        return luck.choice(_COINS)
    if key in ("a", "asset") and isinstance(value, int) and not isinstance(value, bool):
        return luck.choice(_ASSETS)
    if key in ("p", "s", "px", "amount", "triggerPx", "maxSize") and isinstance(value, str):
        return luck.choice(_NUMBERS)
    if key in ("o", "oid", "t", "proposalId") and isinstance(value, int):
        return value if isinstance(value, bool) else luck.randrange(1, 400)
    if key == "b" and isinstance(value, bool):
        return luck.random() < 0.5
    if key in ("user", "destination", "builder", "agentAddress"):
        return Wallet(dev_key("account", luck.randrange(DEV_ACCOUNTS))).hex_address
    return value


def change(luck: Random, content: Any, times: int = 1) -> None:
    """Replaces, removes, adds or repeats something somewhere in an object or list, so often."""
    for _ in range(times):
        place = luck.choice(_containers(content))
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        what = luck.randrange(5)
        if not keys or what == 0:
            if isinstance(place, dict):
                place[luck.choice([*"abcpsrtof", "vaultAddress", "builder", "type"])] = wrong(luck)
            else:
                place.append(wrong(luck))
        elif what == 1:
            del place[luck.choice(keys)]
        elif what == 2 and isinstance(place, list):
            place.extend([copy.deepcopy(luck.choice(place))] * luck.choice((1, 2, 120)))
        else:
            place[luck.choice(keys)] = wrong(luck)


def wrong(luck: Random, depth: int = 0) -> Any:
    """Something that hardly ever belongs where it is put."""
    kind = luck.randrange(9)
    if kind < 3:
        return luck.choice(_EDGES)
    if kind < 6:
        return luck.choice(_WORDS)
    if kind == 6 or depth > 2:
        return luck.choice((None, True, False, [], {}))
    if kind == 7:
        return [wrong(luck, depth + 1) for _ in range(luck.randrange(3))]
    return {luck.choice(_WORDS): wrong(luck, depth + 1)}


def _containers(value: Any) -> list[Any]:
    """Every object and list in a value, itself included."""
    found = [value]
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            found += _containers(child)
    return found
