"""`bellwether operator external-price|observe|settle|rebase`: a market's life."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from bellwether.cli.operator.access import (
    AnnouncementOption,
    CoinArgument,
    DevOperatorOption,
    act_of,
    carry_out,
    milliseconds,
    signing_key,
    tell,
    tell_proposal,
)
from bellwether.cli.refusal import refuse
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
    answering,
    connect,
)

MS_PER_HOUR = 3_600_000

PriceArgument = Annotated[str, typer.Argument(metavar="PRICE", help="USD.")]
TermArgument = Annotated[int, typer.Argument(min=1)]


class Session(StrEnum):
    pre = "pre"
    regular = "regular"
    post = "post"
    overnight = "overnight"


class Method(StrEnum):
    default_twap = "default_twap"
    transaction = "transaction"
    recent_twap = "recent_twap"
    adverse_event = "adverse_event"
    determined = "determined"
    other = "other"
    wind_down = "wind_down"
    delisting = "delisting"


class RebaseGrounds(StrEnum):
    SPLIT = "split"
    DILUTION = "dilution"
    UNIT_CHANGE = "unit_change"
    EXCHANGE_OF_SHARES = "exchange_of_shares"


class ValueUnit(StrEnum):
    valuation = "valuation"
    per_share = "per_share"


class ShareClass(StrEnum):
    common = "common"
    preferred = "preferred"


def external_price(
    coin: CoinArgument,
    price: PriceArgument,
    source: Annotated[str, typer.Option(help="The source that the key speaks for.")],
    session: Annotated[Session, typer.Option(help="Of the exchange.")] = Session.regular,
    time: Annotated[
        str | None, typer.Option(help="When it was seen, UTC; the venue's time if absent.")
    ] = None,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a share's price as a bound source saw it; used once the listing is confirmed."""
    key = signing_key(key_file, key_ring, dev_operator)
    seen_ms = _venue_time(url, coin) if time is None else milliseconds(time, "--time")
    act = {
        "kind": "externalPrice",
        "coin": coin,
        "source": source,
        "px": price,
        "time": seen_ms,
        "session": session.value,
    }
    tell(carry_out(url, key, act), f"{source} saw {coin} at {price}", as_json)


def observe(
    coin: CoinArgument,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="USD.")],
    source: Annotated[str, typer.Option(help="The source that the key speaks for.")],
    kind: Annotated[str, typer.Option(help="Such as secondary_trade or funding_round.")],
    unit: Annotated[ValueUnit, typer.Option(help="Of the whole company, or of one share.")],
    share_count: Annotated[int, typer.Option(help="With per_share: of how many shares.")] = 0,
    share_class: Annotated[ShareClass, typer.Option(help="What was valued.")] = ShareClass.common,
    size: Annotated[str, typer.Option(help="What was traded or offered, USD.")] = "0",
    time: Annotated[
        str | None, typer.Option(help="When it was seen, UTC; the venue's time if absent.")
    ] = None,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what a company was seen to be worth; the market's index is computed anew."""
    key = signing_key(key_file, key_ring, dev_operator)
    observation: dict[str, Any] = {
        "kind": kind,
        "value": value,
        "unit": unit.value,
        "shareClass": share_class.value,
        "size": size,
        "observedAt": _venue_time(url, coin) if time is None else milliseconds(time, "--time"),
    }
    if share_count:
        observation["shareCount"] = share_count
    act = {"kind": "observe", "coin": coin, "source": source, "observation": observation}
    tell(carry_out(url, key, act), f"{source} saw {kind} of {coin} at {value}", as_json)


def indicative_auction(
    coin: CoinArgument,
    price: PriceArgument,
    paired: Annotated[int, typer.Argument(min=0, metavar="SHARES", help="That would trade.")],
    source: Annotated[str, typer.Option(help="The source that the key speaks for.")],
    time: Annotated[
        str | None, typer.Option(help="When it was seen, UTC; the venue's time if absent.")
    ] = None,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record at what price an exchange indicates to open; it begins the listing day."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = {
        "kind": "indicativeAuction",
        "coin": coin,
        "source": source,
        "px": price,
        "pairedVolume": str(paired),
        "time": _venue_time(url, coin) if time is None else milliseconds(time, "--time"),
    }
    tell(carry_out(url, key, act), f"{source} indicates {coin} at {price}", as_json)


def settle(
    coin: CoinArgument,
    method: Annotated[Method, typer.Option(help="Where the settlement price comes from.")],
    grounds: Annotated[str, typer.Option(help="Such as acquired or insolvency.")],
    price: Annotated[str, typer.Option(help="USD, with the methods that name one.")] = "",
    hours: Annotated[int, typer.Option(help="With recent_twap: full hours.", min=0)] = 0,
    announcement: AnnouncementOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose to settle a market before its time; once approved every position is closed."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = act_of(
        "settle",
        coin=coin,
        method=method.value,
        px=price,
        window=hours * MS_PER_HOUR or None,
        grounds=grounds,
        announcement=announcement,
    )
    at = f" at {price}" if price else ""
    tell_proposal(carry_out(url, key, act), f"{coin} settles by {method.value}{at}", as_json)


def rebase(
    coin: CoinArgument,
    numerator: TermArgument,
    denominator: TermArgument,
    grounds: Annotated[RebaseGrounds, typer.Option(help="What made it necessary.")],
    announcement: AnnouncementOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose to multiply sizes and divide prices by NUMERATOR / DENOMINATOR."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = act_of(
        "rebase",
        coin=coin,
        numerator=numerator,
        denominator=denominator,
        grounds=grounds.value,
        announcement=announcement,
    )
    what = f"{coin} is rebased by {numerator}/{denominator}"
    tell_proposal(carry_out(url, key, act), what, as_json)


def _venue_time(url: str, coin: str) -> int:
    """The venue's own milliseconds, which no price can be ahead of."""
    with answering(connect(url)) as api:
        book = api.info("l2Book", coin=coin)
    if book is None:
        refuse(f"there is no market {coin!r}; `bellwether market list --url {url}` names them")
    return int(book["time"])
