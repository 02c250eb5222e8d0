"""`bellwether operator credit|debit|pay-in|set-account`: custodian's and compliance's acts."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bellwether.cli.operator.access import DevOperatorOption, carry_out, signing_key, tell
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
    checked_address,
)

DevCustodianOption = Annotated[
    bool, typer.Option("--dev-custodian", help="Public custodian key of a dev world.")
]
DevComplianceOption = Annotated[
    bool, typer.Option("--dev-compliance", help="Public compliance key of a dev world.")
]
UserArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The account.")]
AmountArgument = Annotated[str, typer.Argument(metavar="AMOUNT", help="USD.")]
DexOption = Annotated[str, typer.Option(help="Dex; main if absent.")]
ReferenceOption = Annotated[
    str, typer.Option(help="Names the payment; the venue takes each reference once.")
]


def credit(
    user: UserArgument,
    amount: AmountArgument,
    reference: ReferenceOption,
    dex: DexOption = "main",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """Book money that has come in, with the custodian's key."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    reply = _cash("credit", user, amount, reference, dex, url, key)
    tell(reply, f"credited {amount} USD to {user} in {dex}", as_json)


def debit(
    user: UserArgument,
    amount: AmountArgument,
    reference: ReferenceOption,
    dex: DexOption = "main",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """Book money that has gone out, with the custodian's key; no more than is withdrawable."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    reply = _cash("debit", user, amount, reference, dex, url, key)
    tell(reply, f"debited {amount} USD from {user} in {dex}", as_json)


def pay_in(
    coin: Annotated[str, typer.Argument(metavar="COIN", help="The market.")],
    amount: AmountArgument,
    reference: ReferenceOption,
    target: Annotated[
        str, typer.Option("--to", help="The market's `insurance` fund, or its `backstop` vault.")
    ] = "insurance",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """Book capital for a market's insurance fund or backstop vault, with the custodian's key."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    act = {
        "kind": "payIn",
        "coin": coin,
        "target": target,
        "amount": amount,
        "reference": reference,
    }
    reply = carry_out(url, key, act)
    tell(reply, f"paid {amount} USD into the {target} account of {coin}", as_json)


def set_account(
    user: UserArgument,
    jurisdiction: Annotated[str, typer.Option(help="Such as US or US-NY.")],
    client_class: Annotated[str, typer.Option("--class", help="Such as retail.")],
    owner: Annotated[str | None, typer.Option(help="Who stands behind the account.")] = None,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_compliance: DevComplianceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say where an account is at home and what class of client it is, with compliance's key."""
    act: dict[str, Any] = {
        "kind": "setAccount",
        "user": checked_address(user, "ADDRESS"),
        "jurisdiction": jurisdiction,
        "clientClass": client_class,
    }
    if owner is not None:
        act["owner"] = owner
    key = signing_key(key_file, key_ring, dev_operator, compliance=dev_compliance)
    tell(carry_out(url, key, act), f"{user} is {client_class} in {jurisdiction}", as_json)


def _cash(
    kind: str, user: str, amount: str, reference: str, dex: str, url: str, key: bytes
) -> dict[str, Any]:
    act = {
        "kind": kind,
        "user": checked_address(user, "ADDRESS"),
        "dex": "" if dex == "main" else dex,
        "amount": amount,
        "reference": reference,
    }
    return carry_out(url, key, act)
