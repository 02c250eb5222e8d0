"""`bellwether operator`: acts of operators, custodian and compliance (chapter 10, RULE-1)."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    KeySource,
    UrlOption,
    answering,
    checked_address,
    connect,
    key_of,
)
from bellwether.node.founding.dev_keys import DEV_OPERATORS

operator = typer.Typer(
    no_args_is_help=True,
    help="Operate a running venue: money in and out, accounts, halts. Every act is journalled.",
)

_HINT: Final = "in a dev world --dev-operator N, --dev-custodian or --dev-compliance uses one"

DevOperatorOption = Annotated[
    int | None,
    typer.Option(
        "--dev-operator", min=0, max=DEV_OPERATORS - 1, help="Public operator key of a dev world."
    ),
]
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
GroundsOption = Annotated[str, typer.Option(help="Why, for the journal.")]


class Halted(StrEnum):
    halted = "halted"
    cancel_only = "cancel_only"
    post_only = "post_only"


@operator.command("credit")
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
    key = _key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    reply = _cash("credit", user, amount, reference, dex, url, key)
    _tell(reply, f"credited {amount} USD to {user} in {dex}", as_json)


@operator.command("debit")
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
    key = _key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    reply = _cash("debit", user, amount, reference, dex, url, key)
    _tell(reply, f"debited {amount} USD from {user} in {dex}", as_json)


@operator.command("set-account")
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
    key = _key(key_file, key_ring, dev_operator, compliance=dev_compliance)
    _tell(_act(url, key, act), f"{user} is {client_class} in {jurisdiction}", as_json)


@operator.command("halt")
def halt(
    coin: Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS.")],
    status: Annotated[Halted, typer.Option(help="What is still allowed.")] = Halted.halted,
    grounds: GroundsOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop trading in a market, or let it only cancel or only post."""
    key = _key(key_file, key_ring, dev_operator)
    act = {"kind": "halt", "coin": coin, "status": status.value, "grounds": grounds}
    _tell(_act(url, key, act), f"{coin} is {status.value}", as_json)


@operator.command("resume")
def resume(
    coin: Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS.")],
    grounds: GroundsOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open trading in a market again."""
    key = _key(key_file, key_ring, dev_operator)
    act = {"kind": "resume", "coin": coin, "grounds": grounds}
    _tell(_act(url, key, act), f"{coin} is open", as_json)


def _key(
    key_file: Path | None,
    key_ring: str | None,
    dev_operator: int | None,
    *,
    custodian: bool = False,
    compliance: bool = False,
) -> bytes:
    named: list[tuple[str, int | None]] = []
    if dev_operator is not None:
        named.append(("operator", dev_operator))
    named += [("custodian", None)] * custodian + [("compliance", None)] * compliance
    if len(named) > 1:
        refuse("give one key of the dev world only")
    if not named:
        return key_of(KeySource(key_file, key_ring), _HINT)
    return key_of(KeySource(key_file, key_ring, *named[0]), _HINT)


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
    return _act(url, key, act)


def _act(url: str, key: bytes, act: dict[str, Any]) -> dict[str, Any]:
    with answering(connect(url, key)) as api:
        reply: dict[str, Any] = api.operate(act)["data"]
    return reply


def _tell(reply: dict[str, Any], what: str, as_json: bool) -> None:
    """The outcome, with the command's number in the journal."""
    if as_json:
        print_json(reply)
    else:
        print(f"{what} (command {reply['seq']})")
