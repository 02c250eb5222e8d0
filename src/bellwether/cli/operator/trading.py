"""`bellwether operator halt|resume|disable-dex`: what may trade."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.operator.desk import Desk
from bellwether.cli.operator.wording import AnnouncementOption, CoinArgument, GroundsOption

Halted = Literal["halted", "cancel_only", "post_only"]


@with_options_of(Desk)
def halt(
    desk: Desk,
    coin: CoinArgument,
    status: Annotated[Halted, typer.Option(help="What is still allowed.")] = "halted",
    grounds: GroundsOption = "",
    beyond_hour: Annotated[
        bool,
        typer.Option("--beyond-hour", help="Propose it for as long as nobody resumes trading."),
    ] = False,
    announcement: AnnouncementOption = "",
) -> None:
    """Stop trading in a market for an hour at most, or let it only cancel or only post."""
    fields = {"coin": coin, "status": status, "grounds": grounds}
    if beyond_hour:
        what = f"{coin} is {status} until it is resumed"
        desk.propose("halt", what, **fields, beyondHour=True, announcement=announcement)
    else:
        desk.act("halt", f"{coin} is {status}", **fields)


@with_options_of(Desk)
def resume(desk: Desk, coin: CoinArgument, grounds: GroundsOption = "") -> None:
    """Let trading in a market go on: after a stop only posting at first."""
    desk.act("resume", f"{coin} resumes", coin=coin, grounds=grounds)


@with_options_of(Desk)
def disable_dex(
    desk: Desk,
    dex: Annotated[str, typer.Argument(metavar="DEX", help="Such as xyz; not the main one.")],
    grounds: GroundsOption,
    announcement: AnnouncementOption = "",
) -> None:
    """Propose to halt every market of a dex for good; each then ends by its settlement."""
    what = f"the dex {dex} is disabled"
    desk.propose("disableDex", what, dex=dex, grounds=grounds, announcement=announcement)
