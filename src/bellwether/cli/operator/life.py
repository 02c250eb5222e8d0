"""`bellwether operator external-price|observe|settle|rebase`: a market's life."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import milliseconds
from bellwether.cli.operator.desk import Desk
from bellwether.cli.operator.wording import AnnouncementOption, CoinArgument

MS_PER_HOUR = 3_600_000

PriceArgument = Annotated[str, typer.Argument(metavar="PRICE", help="USD.")]
TermArgument = Annotated[int, typer.Argument(min=1)]
SourceOption = Annotated[str, typer.Option(help="The source that the key speaks for.")]
TimeOption = Annotated[
    str | None, typer.Option(help="When it was seen, UTC; the venue's time if absent.")
]

Session = Literal["pre", "regular", "post", "overnight"]
Method = Literal[
    "default_twap",
    "transaction",
    "recent_twap",
    "adverse_event",
    "determined",
    "other",
    "wind_down",
    "delisting",
]
RebaseGrounds = Literal["split", "dilution", "unit_change", "exchange_of_shares"]
ValueUnit = Literal["valuation", "per_share"]
ShareClass = Literal["common", "preferred"]


@with_options_of(Desk)
def external_price(
    desk: Desk,
    coin: CoinArgument,
    price: PriceArgument,
    source: SourceOption,
    session: Annotated[Session, typer.Option(help="Of the exchange.")] = "regular",
    time: TimeOption = None,
) -> None:
    """Record a share's price as a bound source saw it; used once the listing is confirmed."""
    seen_ms, what = _seen_ms(desk, coin, time), f"{source} saw {coin} at {price}"
    fields = {"coin": coin, "source": source, "px": price, "time": seen_ms, "session": session}
    desk.act("externalPrice", what, **fields)


@with_options_of(Desk)
def observe(
    desk: Desk,
    coin: CoinArgument,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="USD.")],
    source: SourceOption,
    kind: Annotated[str, typer.Option(help="Such as secondary_trade or funding_round.")],
    unit: Annotated[ValueUnit, typer.Option(help="Of the whole company, or of one share.")],
    share_count: Annotated[int, typer.Option(help="With per_share: of how many shares.")] = 0,
    share_class: Annotated[ShareClass, typer.Option(help="What was valued.")] = "common",
    size: Annotated[str, typer.Option(help="What was traded or offered, USD.")] = "0",
    time: TimeOption = None,
) -> None:
    """Record what a company was seen to be worth; the market's index is computed anew."""
    observation: dict[str, Any] = {
        "kind": kind,
        "value": value,
        "unit": unit,
        "shareClass": share_class,
        "size": size,
        "observedAt": _seen_ms(desk, coin, time),
    }
    if share_count:
        observation["shareCount"] = share_count
    what = f"{source} saw {kind} of {coin} at {value}"
    desk.act("observe", what, coin=coin, source=source, observation=observation)


@with_options_of(Desk)
def indicative_auction(
    desk: Desk,
    coin: CoinArgument,
    price: PriceArgument,
    paired: Annotated[int, typer.Argument(min=0, metavar="SHARES", help="That would trade.")],
    source: SourceOption,
    time: TimeOption = None,
) -> None:
    """Record at what price an exchange indicates to open; it begins the listing day."""
    seen_ms, what = _seen_ms(desk, coin, time), f"{source} indicates {coin} at {price}"
    fields = {"coin": coin, "source": source, "px": price, "time": seen_ms}
    desk.act("indicativeAuction", what, **fields, pairedVolume=str(paired))


@with_options_of(Desk)
def settle(
    desk: Desk,
    coin: CoinArgument,
    method: Annotated[Method, typer.Option(help="Where the settlement price comes from.")],
    grounds: Annotated[str, typer.Option(help="Such as acquired or insolvency.")],
    price: Annotated[str, typer.Option(help="USD, with the methods that name one.")] = "",
    hours: Annotated[int, typer.Option(help="With recent_twap: full hours.", min=0)] = 0,
    announcement: AnnouncementOption = "",
) -> None:
    """Propose to settle a market before its time; once approved every position is closed."""
    desk.propose(
        "settle",
        f"{coin} settles by {method}" + (f" at {price}" if price else ""),
        coin=coin,
        method=method,
        px=price,
        window=hours * MS_PER_HOUR or None,
        grounds=grounds,
        announcement=announcement,
    )


@with_options_of(Desk)
def rebase(
    desk: Desk,
    coin: CoinArgument,
    numerator: TermArgument,
    denominator: TermArgument,
    grounds: Annotated[RebaseGrounds, typer.Option(help="What made it necessary.")],
    announcement: AnnouncementOption = "",
) -> None:
    """Propose to multiply sizes and divide prices by NUMERATOR / DENOMINATOR."""
    desk.propose(
        "rebase",
        f"{coin} is rebased by {numerator}/{denominator}",
        coin=coin,
        numerator=numerator,
        denominator=denominator,
        grounds=grounds,
        announcement=announcement,
    )


def _seen_ms(desk: Desk, coin: str, time: str | None) -> int:
    """The time given, or the venue's own, which no price can be ahead of."""
    if time is not None:
        return milliseconds(time, "--time")
    with desk.reach() as api:
        book = api.info("l2Book", coin=coin)
    if book is None:
        desk.refuse_market(coin)
    return int(book["time"])
