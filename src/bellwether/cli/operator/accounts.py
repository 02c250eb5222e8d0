"""`bellwether operator credit|debit|pay-in|set-account`: custodian's and compliance's acts."""

from __future__ import annotations

from typing import Annotated

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.venue import checked_address
from bellwether.cli.operator.desk import ComplianceDesk, CustodyDesk
from bellwether.cli.operator.wording import ReferenceOption

UserArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The account.")]
AmountArgument = Annotated[str, typer.Argument(metavar="AMOUNT", help="USD.")]
DexOption = Annotated[str, typer.Option(help="Dex; main if absent.")]


@with_options_of(CustodyDesk)
def credit(
    desk: CustodyDesk,
    user: UserArgument,
    amount: AmountArgument,
    reference: ReferenceOption,
    dex: DexOption = "main",
) -> None:
    """Book money that has come in, with the custodian's key."""
    _book(desk, "credit", user, amount, reference, dex)


@with_options_of(CustodyDesk)
def debit(
    desk: CustodyDesk,
    user: UserArgument,
    amount: AmountArgument,
    reference: ReferenceOption,
    dex: DexOption = "main",
) -> None:
    """Book money that has gone out, with the custodian's key; no more than is withdrawable."""
    _book(desk, "debit", user, amount, reference, dex)


@with_options_of(CustodyDesk)
def pay_in(
    desk: CustodyDesk,
    coin: Annotated[str, typer.Argument(metavar="COIN", help="The market.")],
    amount: AmountArgument,
    reference: ReferenceOption,
    target: Annotated[
        str, typer.Option("--to", help="The market's `insurance` fund, or its `backstop` vault.")
    ] = "insurance",
) -> None:
    """Book capital for a market's insurance fund or backstop vault, with the custodian's key."""
    what = f"paid {amount} USD into the {target} account of {coin}"
    desk.act("payIn", what, coin=coin, target=target, amount=amount, reference=reference)


@with_options_of(ComplianceDesk)
def set_account(
    desk: ComplianceDesk,
    user: UserArgument,
    jurisdiction: Annotated[str, typer.Option(help="Such as US or US-NY.")],
    client_class: Annotated[str, typer.Option("--class", help="Such as retail.")],
    owner: Annotated[str | None, typer.Option(help="Who stands behind the account.")] = None,
) -> None:
    """Say where an account is at home and what class of client it is, with compliance's key."""
    desk.act(
        "setAccount",
        f"{user} is {client_class} in {jurisdiction}",
        user=checked_address(user, "ADDRESS"),
        jurisdiction=jurisdiction,
        clientClass=client_class,
        owner=owner,
    )


def _book(desk: CustodyDesk, kind: str, user: str, amount: str, reference: str, dex: str) -> None:
    moved = "credited {} USD to {} in {}" if kind == "credit" else "debited {} USD from {} in {}"
    act = {
        "kind": kind,
        "user": checked_address(user, "ADDRESS"),
        "dex": "" if dex == "main" else dex,
        "amount": amount,
        "reference": reference,
    }
    desk.tell_done(desk.send(act), moved.format(amount, user, dex))
