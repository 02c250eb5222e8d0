"""`bellwether trade sub-account`: accounts of an owner that stand for themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.venue import checked_address
from bellwether.cli.refusal import refuse
from bellwether.cli.trade.funds import MAIN, check_amount, usd_move
from bellwether.cli.trade.seat import Onlooker, Seat, account_behind

LONGEST_NAME = 16

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="1 to 16 characters.")]
SubAccountArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The sub-account.")]

sub_account = typer.Typer(
    no_args_is_help=True,
    help="Up to ten accounts of one owner, each with its own margin and its own liquidation.",
)


@sub_account.command("create")
@with_options_of(Seat)
def create(seat: Seat, name: NameArgument) -> None:
    """Open one; the owner's key or an agent trades for it.

    Exit codes: 0 opened, 1 refused or no answer, 2 usage.
    """
    _check_name(name)
    with seat.sign_in() as api:
        reply = api.exchange({"type": "createSubAccount", "name": name})
    seat.tell(reply, f"sub-account {name} is {reply['data']}")


@sub_account.command("list")
@with_options_of(Onlooker)
def list_all(onlooker: Onlooker) -> None:
    """Those of an account, with what each is worth in every dex (USD)."""
    with onlooker.look() as (api, user):
        found = api.info("subAccounts2", user=user) or []
    rows = [
        (one["name"], one["subAccountUser"], dex or MAIN, *_figures(state))
        for one in found
        for dex, state in one["dexToClearinghouseState"]
    ]
    columns = ("name", "address", "dex", "worth", "withdrawable")
    onlooker.show(found, columns, rows, "no sub-accounts", left=columns[:3])


@sub_account.command("transfer")
@with_options_of(Seat)
def transfer(
    seat: Seat,
    address: SubAccountArgument,
    amount: Annotated[str, typer.Argument(help="USD, with at most six decimals.")],
    back: Annotated[bool, typer.Option("--back", help="From it instead of to it.")] = False,
    dex: Annotated[str, typer.Option("--dex", help="Dex whose collateral it is.")] = MAIN,
) -> None:
    """Move collateral to a sub-account, or back. An agent's key may not.

    Exit codes: 0 moved, 1 refused or no answer, 2 usage.
    """
    sub = checked_address(address, "ADDRESS")
    check_amount(amount)
    with seat.sign_in() as api:
        target = account_behind(api) if back else sub
        reply = api.user_signed(usd_move(amount, target, dex, dex, sub if back else ""))
    seat.tell(reply, f"moved {amount} USD {'from' if back else 'to'} {sub} in {dex}")


@sub_account.command("rename")
@with_options_of(Seat)
def rename(seat: Seat, address: SubAccountArgument, name: NameArgument) -> None:
    """Give a sub-account another name."""
    sub = checked_address(address, "ADDRESS")
    _check_name(name)
    with seat.sign_in() as api:
        reply = api.exchange({"type": "subAccountModify", "subAccountUser": sub, "name": name})
    seat.tell(reply, f"{sub} is named {name}")


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME:
        refuse(f"NAME: expected 1 to {LONGEST_NAME} characters, got {len(name)}")


def _figures(state: dict[str, dict[str, str]]) -> tuple[object, object]:
    return state["marginSummary"]["accountValue"], state["withdrawable"]
