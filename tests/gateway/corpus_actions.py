"""Every field of every action with what must not stand in it, and what is missing (IFACE-7)."""

from __future__ import annotations

import copy
from typing import Any

from bellwether.gateway.hyperliquid.decode import MAX_BATCH
from bellwether.gateway.hyperliquid.signing import CURVE_ORDER
from bellwether.testing.fuzzing.specimens import ACTIONS, CLOID, NONCE, USER_SIGNED
from tests.gateway.corpus import Bad, dumped, envelope
from tests.gateway.wallet import account, limit_order

Path = tuple[str | int, ...]

NO_NUMBERS = ("170", None, True, False, [], {}, "")
NUMBERS_TOO_LARGE = (2**63, 2**64, -(2**63) - 1, 10**30)
FRACTIONS = (0.0, 1.5, 1e300)
NO_DECIMALS = (
    "-0",
    "-1",
    "+1",
    "01",
    "00.1",
    "1.",
    ".1",
    "1e3",
    "1E+3000000",
    "0x10",
    "NaN",
    "Infinity",
    "-Infinity",
    "1,5",
    "1 ",
    "１２",
    "٣",
    "²",
    "1\u200b",
    "9" * 21,
    str(2**64),
    "0." + "0" * 8 + "1",
    "",
)
NO_TEXTS = (1, None, True, [], {})
NO_ADDRESSES = ("", "0x", "0x12", "0x" + "g" * 40, "0x" + "１" * 40, "0x" + "1" * 41, "USDC")

WHOLE: dict[str, tuple[Path, ...]] = {
    "order": (("orders", 0, "a"),),
    "cancel": (("cancels", 0, "a"), ("cancels", 0, "o")),
    "cancelByCloid": (("cancels", 0, "asset"),),
    "modify": (("order", "a"),),
    "batchModify": (("modifies", 0, "order", "a"),),
    "scheduleCancel": (("time",),),
    "updateLeverage": (("asset",), ("leverage",)),
    "updateIsolatedMargin": (("asset",), ("ntli",)),
    "usdSend": (("time",),),
    "withdraw3": (("time",),),
    "sendAsset": (("nonce",),),
    "approveAgent": (("nonce",),),
    "approveBuilderFee": (("nonce",),),
    "subAccountTransfer": (("usd",),),
    "topUpIsolatedOnlyMargin": (("asset",),),
}
"""Fields that hold whole numbers."""

DECIMAL: dict[str, tuple[Path, ...]] = {
    "order": (("orders", 0, "p"), ("orders", 0, "s")),
    "trigger": (("orders", 0, "t", "trigger", "triggerPx"),),
    "modify": (("order", "p"), ("order", "s")),
    "batchModify": (("modifies", 0, "order", "p"), ("modifies", 0, "order", "s")),
    "usdSend": (("amount",),),
    "withdraw3": (("amount",),),
    "sendAsset": (("amount",),),
    "topUpIsolatedOnlyMargin": (("leverage",),),
}
"""Fields that hold decimal strings."""

FLAGS: dict[str, tuple[Path, ...]] = {
    "order": (("orders", 0, "b"), ("orders", 0, "r")),
    "trigger": (("orders", 0, "t", "trigger", "isMarket"),),
    "updateLeverage": (("isCross",),),
    "updateIsolatedMargin": (("isBuy",),),
    "subAccountTransfer": (("isDeposit",),),
}

TEXTS: dict[str, tuple[Path, ...]] = {
    "usdSend": (("destination",),),
    "withdraw3": (("destination",),),
    "sendAsset": (("destination",), ("sourceDex",), ("destinationDex",), ("token",)),
    "approveAgent": (("agentAddress",),),
    "approveBuilderFee": (("builder",),),
    "createSubAccount": (("name",),),
    "subAccountModify": (("subAccountUser",), ("name",)),
    "subAccountTransfer": (("subAccountUser",),),
    "setDisplayName": (("displayName",),),
}

OPTIONAL = {"c", "fromSubAccount", "agentName", "grouping", "details"}
MAY_BE_NULL = {("scheduleCancel", "time")}


def with_field(kind: str, path: Path, value: Any) -> dict[str, Any]:
    action = copy.deepcopy(ACTIONS[kind])
    target: Any = action
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return action


def without(kind: str, path: Path) -> dict[str, Any]:
    action = copy.deepcopy(ACTIONS[kind])
    target: Any = action
    for step in path[:-1]:
        target = target[step]
    del target[path[-1]]
    return action


def signed(kind: str, action: dict[str, Any]) -> dict[str, Any]:
    """The envelope of an action; one that can not be signed gets the signature of a good one."""
    wallet = account(0)
    if kind in USER_SIGNED:
        good = wallet.user_signed(ACTIONS[kind], NONCE)
        return {**good, "action": {**good["action"], **action}}
    try:
        return wallet.l1(action, NONCE)
    except (OverflowError, UnicodeEncodeError):
        return {**wallet.l1(ACTIONS[kind], NONCE), "action": action}


def where(path: Path) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "action" + text


def bad_field(kind: str, path: Path, value: Any) -> Bad:
    shown = repr(value)[:24].encode("ascii", "backslashreplace").decode()
    body = dumped(signed(kind, with_field(kind, path, value)))
    return Bad(f"{kind} {where(path)} {shown}", body, 422, where(path) + ": expected")


def _wrong_fields() -> list[Bad]:
    found: list[Bad] = []
    for kind, paths in WHOLE.items():
        for path in paths:
            values = (*NO_NUMBERS, *NUMBERS_TOO_LARGE, *FRACTIONS)
            if (kind, path[-1]) in MAY_BE_NULL:
                values = tuple(value for value in values if value is not None)
            found += [bad_field(kind, path, value) for value in values]
    for kind, paths in DECIMAL.items():
        values = (*NO_DECIMALS, *NO_TEXTS, 1.5, 2**64)
        found += [bad_field(kind, path, value) for path in paths for value in values]
    for kind, paths in FLAGS.items():
        values = (0, 1, "true", None, [])
        found += [bad_field(kind, path, value) for path in paths for value in values]
    for kind, paths in TEXTS.items():
        found += [bad_field(kind, path, value) for path in paths for value in NO_TEXTS]
    return found


def _out_of_range() -> list[Bad]:
    """Whole numbers that fit 64 bits and no field."""
    return [
        bad_field("order", ("orders", 0, "a"), 2**31),
        bad_field("order", ("orders", 0, "a"), -1),
        bad_field("cancel", ("cancels", 0, "o"), -1),
        bad_field("modify", ("oid",), -1),
        bad_field("updateLeverage", ("leverage",), -1),
        bad_field("updateLeverage", ("leverage",), 2**31),
        bad_field("updateIsolatedMargin", ("ntli",), 10**18 + 1),
        bad_field("updateIsolatedMargin", ("ntli",), -(10**18) - 1),
        # A time that would not be one in nanoseconds of 64 bits.
        bad_field("scheduleCancel", ("time",), 2**63 - 1),
        bad_field("scheduleCancel", ("time",), 9_223_372_036_855),
        bad_field("scheduleCancel", ("time",), -1),
    ]


def _missing_fields() -> list[Bad]:
    found: list[Bad] = []
    for kind, action in ACTIONS.items():
        for path in _places(action):
            if path[-1] in OPTIONAL or path in {("type",), ("time",)}:
                continue
            body = dumped(signed(kind, without(kind, path)))
            if kind in USER_SIGNED:
                content = signed(kind, ACTIONS[kind])
                del content["action"][path[0]]
                body = dumped(content)
            says = "limit or a trigger" if path[-1] in ("limit", "trigger") else f"`{path[-1]}`"
            found.append(Bad(f"{kind} without {where(path)}", body, 422, says))
    return found


def _places(value: Any, path: Path = ()) -> list[Path]:
    """Every field of an object, however deep."""
    found: list[Path] = []
    if isinstance(value, dict):
        for key, child in value.items():
            found += [(*path, key), *_places(child, (*path, key))]
    elif isinstance(value, list):
        for index, child in enumerate(value):
            found += _places(child, (*path, index))
    return found


def _too_many() -> list[Bad]:
    more = MAX_BATCH + 1
    cancel, modify = {"a": 0, "o": 5}, {"oid": 5, "order": limit_order()}
    lists: dict[str, tuple[str, Any]] = {
        "order": ("orders", limit_order()),
        "cancel": ("cancels", cancel),
        "cancelByCloid": ("cancels", {"asset": 0, "cloid": CLOID}),
        "batchModify": ("modifies", modify),
    }
    found = []
    for kind, (name, one) in lists.items():
        body = dumped(signed(kind, with_field(kind, (name,), [one] * more)))
        found.append(Bad(f"{more} in {kind}", body, 422, f"action.{name}: expected"))
    return found


def _wrong_addresses() -> list[Bad]:
    """Signed rightly, so that only the address is wrong."""
    found = []
    for text in NO_ADDRESSES:
        for kind, name in (("usdSend", "destination"), ("sendAsset", "destination")):
            body = dumped(account(0).user_signed({**ACTIONS[kind], name: text}, NONCE))
            says = f"action.{name}: expected an address"
            found.append(Bad(f"{kind} {name} {text!a}", body, 422, says))
        content = {**envelope(NONCE), "vaultAddress": text}
        says = "vaultAddress: expected an address"
        found.append(Bad(f"vaultAddress {text!a}", dumped(content), 422, says))
    return found


def _wrong_envelope_numbers() -> list[Bad]:
    found = []
    for name in ("nonce", "expiresAfter"):
        for value in (*NUMBERS_TOO_LARGE, *FRACTIONS, True, "1", [], -1):
            content = {**envelope(NONCE), name: value}
            found.append(Bad(f"{name} {value!r}", dumped(content), 422, f"{name}: expected"))
    for value in (2**64, 1.5, True, [], {}):
        content = {**envelope(NONCE), "vaultAddress": value}
        found.append(Bad(f"vault {value!r}", dumped(content), 422, "vaultAddress: expected"))
    return found


def _wrong_signature_numbers() -> list[Bad]:
    unable = "Unable to recover signer."
    found = []
    numbers = {
        "zero": "0x0",
        "the order": hex(CURVE_ORDER),
        "more than the order": hex(CURVE_ORDER + 1),
        "the most": "0x" + "f" * 64,
    }
    for name in ("r", "s"):
        for what, text in numbers.items():
            content = envelope(NONCE)
            content["signature"][name] = text
            found.append(Bad(f"{what} as {name}", dumped(content), 200, unable))
        for value in ("0x", "0x" + "1" * 65, "0X1", "0x-1", "0x１", " 0x1", 1, None, True):
            content = envelope(NONCE)
            content["signature"][name] = value
            says = f"signature.{name}: expected"
            found.append(Bad(f"{value!a} as {name}", dumped(content), 422, says))
    for number in (2, 3, 26, 29, 35, 37, 255, 2**31 - 1):
        content = envelope(NONCE)
        content["signature"]["v"] = number
        found.append(Bad(f"{number} as v", dumped(content), 200, unable))
    for value in (-1, 2**31, 2**64, 27.0, "27", True, None):
        content = envelope(NONCE)
        content["signature"]["v"] = value
        found.append(Bad(f"{value!r} as v", dumped(content), 422, "signature.v: expected"))
    return found


def bad_actions() -> list[Bad]:
    return [
        *_wrong_fields(),
        *_out_of_range(),
        *_missing_fields(),
        *_too_many(),
        *_wrong_addresses(),
        *_wrong_envelope_numbers(),
        *_wrong_signature_numbers(),
    ]
