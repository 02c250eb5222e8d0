"""`bellwether operator confirm-listing|declare-event`: what has listed, and how."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import milliseconds
from bellwether.cli.operator.desk import Desk
from bellwether.cli.operator.wording import AnnouncementOption, CoinArgument, GroundsOption
from bellwether.cli.refusal import refuse
from bellwether.units.text import DecimalError, format_decimal, parse_decimal

PART_DECIMALS = 6

Treatment = Literal["convert", "adjusted", "settle", "composite", "trigger"]
AfterEvent = Literal["convert", "adjusted", "composite"]
WithoutEvent = Literal["settle", "convert"]


@with_options_of(Desk)
def confirm_listing(
    desk: Desk,
    coin: CoinArgument,
    exchange: Annotated[str, typer.Option(help="Such as XNAS.")],
    listed_as: Annotated[str, typer.Option(help="The share's symbol there.")],
    structure: Annotated[str, typer.Option(help="Such as ipo or direct_listing.")],
    cross_price: Annotated[str, typer.Option(help="Opening cross or first regular trade, USD.")],
    cross_time: Annotated[str, typer.Option(help="When that was, UTC.")],
    jurisdiction: Annotated[str, typer.Option(help="Such as US.")] = "",
    treatment: Annotated[
        Treatment, typer.Option(help="Of a listing unlike the expected one.")
    ] = "convert",
    event: Annotated[str, typer.Option(help="With trigger: the event's name.")] = "",
    condition: Annotated[str, typer.Option(help="With trigger: what has to have happened.")] = "",
    deadline: Annotated[str, typer.Option(help="With trigger: by when, UTC.")] = "",
    then: Annotated[
        AfterEvent | None, typer.Option(help="With trigger: the treatment after the event.")
    ] = None,
    otherwise: Annotated[
        WithoutEvent | None, typer.Option(help="With trigger: after the deadline; else settle.")
    ] = None,
    ratio: Annotated[str, typer.Option(help="Listed shares of a contract: 2.5 or 5/2.")] = "",
    settle_part: Annotated[str, typer.Option(help="With composite: what settles, 0.3.")] = "",
    grounds: GroundsOption = "",
    announcement: AnnouncementOption = "",
) -> None:
    """Propose that a listing has happened; once approved the market converts, or waits."""
    desk.propose(
        "confirmListing",
        f"{coin} is listed on {exchange}",
        coin=coin,
        exchange=exchange,
        listedAs=listed_as,
        structure=structure,
        crossPx=cross_price,
        crossTime=milliseconds(cross_time, "--cross-time"),
        jurisdiction=jurisdiction,
        treatment=treatment,
        ratio=ratio,
        weights=_weights(settle_part),
        grounds=grounds,
        announcement=announcement,
        event=event,
        condition=condition,
        deadline=milliseconds(deadline, "--deadline") if deadline else None,
        then=then,
        otherwise=otherwise,
    )


@with_options_of(Desk)
def declare_event(
    desk: Desk,
    coin: CoinArgument,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="As `marketStatus` names it.")],
    grounds: Annotated[str, typer.Option(help="What shows that it has happened.")],
    cross_price: Annotated[str, typer.Option(help="The share's first price after it, USD.")] = "",
    cross_time: Annotated[str, typer.Option(help="When that was, UTC.")] = "",
    announcement: AnnouncementOption = "",
) -> None:
    """Propose that the event has happened which a confirmed listing waits for."""
    desk.propose(
        "declareEvent",
        f"{event} of {coin} has happened",
        coin=coin,
        event=event,
        crossPx=cross_price,
        crossTime=milliseconds(cross_time, "--cross-time") if cross_time else None,
        grounds=grounds,
        announcement=announcement,
    )


def _weights(settle_part: str) -> dict[str, str] | None:
    """What converts is what does not settle. Ends the program for anything but a part of one."""
    if not settle_part:
        return None
    try:
        part = parse_decimal(settle_part, PART_DECIMALS)
    except DecimalError:
        part = 0
    if not 0 < part < 10**PART_DECIMALS:
        refuse("--settle-part: expected a part of one, such as 0.3")
    converts = format_decimal(10**PART_DECIMALS - part, PART_DECIMALS)
    return {"convert": converts, "settle": settle_part}
