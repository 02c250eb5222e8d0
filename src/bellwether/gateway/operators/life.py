"""Acts of a market's life as commands: outside prices, listings, settlements, rebases (LIFE).

Words that the venue does not know are refused here, with those it does; whether they fit the
market, its phase and the signer's role is the engine's to judge.
"""

from __future__ import annotations

from math import gcd
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid.actions import units
from bellwether.gateway.hyperliquid.decode import Amount, Moment, convert
from bellwether.gateway.operators import texts
from bellwether.gateway.operators.fields import (
    Announcement,
    Grounds,
    Jurisdiction,
    Name,
    Word,
    market_of,
    nanoseconds,
    one_of,
    price_atoms,
)
from bellwether.schema import codes
from bellwether.schema.commands import (
    AnyCommand,
    ConfirmListing,
    DeclareEvent,
    RebaseMarket,
    ReportExchangeHalt,
    SettleMarket,
    SubmitExternalPrice,
    SubmitIndication,
)
from bellwether.units.quantities import FRACTION_ONE

SETTLEMENT_GROUNDS: Final = sorted(codes.SETTLEMENT_GROUNDS | codes.INSUFFICIENT_GROUNDS)
"""Those that do not suffice are refused by the engine, so that the journal says who tried."""
REBASE_GROUNDS: Final = sorted(codes.REBASE_GROUNDS)

_WITHOUT_PRICE: Final = frozenset((codes.DEFAULT_TWAP, codes.RECENT_TWAP, codes.DELISTING))
_WITH_PRICE: Final = frozenset(
    (codes.TRANSACTION, codes.ADVERSE_EVENT, codes.DETERMINED, codes.OTHER_METHOD)
)
"""A wind-down names a price or takes that of the default."""

TRIGGER: Final = "trigger"

Ratio = Annotated[str, Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9}|/[0-9]{1,12})?\Z", max_length=25)]
Event = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,64}\Z")]
Factor = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class ExternalPriceAct(Struct, frozen=True):
    coin: Word
    source: Name
    px: Amount
    time: Moment
    session: str


class ExchangeHaltAct(Struct, frozen=True):
    coin: Word
    source: Name
    halted: bool
    time: Moment
    reason: Annotated[str, Meta(max_length=200)] = ""


class IndicationAct(Struct, frozen=True, rename="camel"):
    coin: Word
    source: Name
    px: Amount
    paired_volume: Amount
    time: Moment


class Weights(Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a position that convert and that settle; together they are one."""

    convert: Amount
    settle: Amount


class ListingAct(Struct, frozen=True, rename="camel"):
    """`ratio` is how many listed shares a contract stands for: `2.5` or `5/2`.

    `event` and the fields after it belong to the treatment `trigger`; `ratio` and `weights` are
    then for the treatment `then`.
    """

    coin: Word
    exchange: Name
    listed_as: Name
    structure: Name
    cross_px: Amount
    cross_time: Moment
    jurisdiction: Jurisdiction = ""
    treatment: str = codes.TREATMENTS[0]
    ratio: Ratio | None = None
    weights: Weights | None = None
    grounds: Grounds = ""
    announcement: Announcement = ""
    event: Event | None = None
    condition: Annotated[str, Meta(min_length=1, max_length=2_000)] | None = None
    deadline: Moment | None = None
    then: str | None = None
    otherwise: str | None = None

    @property
    def applied(self) -> str:
        """The treatment that ratio and weights are about."""
        return self.then or "" if self.treatment == TRIGGER else self.treatment


class EventAct(Struct, frozen=True, rename="camel"):
    """`cross_px` is what the share first traded at after the event."""

    coin: Word
    event: Event
    grounds: Grounds
    cross_px: Amount | None = None
    cross_time: Moment | None = None
    announcement: Announcement = ""


class SettleAct(Struct, frozen=True):
    coin: Word
    method: str
    grounds: str
    px: Amount | None = None
    window: Moment | None = None
    announcement: Announcement = ""


class RebaseAct(Struct, frozen=True):
    coin: Word
    numerator: Factor
    denominator: Factor
    grounds: str
    announcement: Announcement = ""


def external_price(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Raises Refused and WrongShape, as all of these do."""
    seen = convert(act, ExternalPriceAct, "act")
    market = market_of(seen.coin, venue)
    session = codes.SESSIONS[one_of(seen.session, codes.SESSIONS, "act.session")]
    price = price_atoms(seen.px, market, "act.px")
    return SubmitExternalPrice(
        signer, nonce, market.asset, seen.source, price, nanoseconds(seen.time), session
    )


def exchange_halt(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Whether it is news is the engine's to judge."""
    seen = convert(act, ExchangeHaltAct, "act")
    market = market_of(seen.coin, venue)
    return ReportExchangeHalt(
        signer, nonce, market.asset, seen.source, seen.halted, seen.reason, nanoseconds(seen.time)
    )


def indicative_auction(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """The volume is a number of whole shares."""
    seen = convert(act, IndicationAct, "act")
    market = market_of(seen.coin, venue)
    price = price_atoms(seen.px, market, "act.px")
    paired = units(seen.paired_volume, 0)
    if paired < 0:
        raise Refused("act.pairedVolume: expected a number of whole shares")
    return SubmitIndication(
        signer, nonce, market.asset, seen.source, price, paired, nanoseconds(seen.time)
    )


def confirm_listing(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """A listing is treated by conversion unless it says otherwise."""
    listing = convert(act, ListingAct, "act")
    market = market_of(listing.coin, venue)
    treatment = one_of(listing.treatment, codes.TREATMENTS, "act.treatment")
    event, condition, deadline_ns, after, otherwise = _terms(listing)
    numerator, denominator = _ratio(listing, market)
    settled_e6 = _settled_part(listing)
    if treatment != codes.TREATMENTS[0] and not listing.grounds:
        raise Refused(f"act.grounds: expected why {treatment} best preserves the economics")
    price = price_atoms(listing.cross_px, market, "act.crossPx")
    time_ns = nanoseconds(listing.cross_time)
    names = (listing.exchange, listing.listed_as, listing.structure)
    text = listing.announcement or texts.listing_text(
        market.name, *names, listing.cross_px, time_ns, treatment
    ) + texts.event_text(event, condition, deadline_ns, after, otherwise)
    return ConfirmListing(
        signer,
        nonce,
        market.asset,
        *names,
        listing.jurisdiction,
        price,
        time_ns,
        treatment,
        listing.grounds,
        text,
        numerator,
        denominator,
        settled_e6,
        event,
        condition,
        deadline_ns,
        after,
        otherwise,
    )


def _terms(listing: ListingAct) -> tuple[str, str, int, str, str]:
    """Event, condition, deadline (ns) and both treatments of a trigger; empty for all others."""
    if listing.treatment != TRIGGER:
        for name in ("event", "condition", "deadline", "then", "otherwise"):
            if getattr(listing, name) is not None:
                raise Refused(f"act.{name}: expected none; it belongs to the treatment {TRIGGER}")
        return "", "", 0, "", ""
    if listing.event is None:
        raise Refused("act.event: expected the event's name, such as share_class_exchange")
    if listing.condition is None:
        raise Refused("act.condition: expected what has to have happened")
    if listing.deadline is None:
        raise Refused("act.deadline: expected by when it has to be declared")
    after = one_of(listing.then or "", codes.TREATMENTS_AFTER_EVENT, "act.then")
    ways = codes.TREATMENTS_WITHOUT_EVENT
    otherwise = ways[0] if listing.otherwise is None else listing.otherwise
    one_of(otherwise, ways, "act.otherwise")
    return listing.event, listing.condition, nanoseconds(listing.deadline), after, otherwise


def declare_event(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Whether the market waits for the event is the engine's to judge."""
    said = convert(act, EventAct, "act")
    market = market_of(said.coin, venue)
    if not said.grounds:
        raise Refused("act.grounds: expected what shows that the event has happened")
    if (said.cross_px is None) != (said.cross_time is None):
        missing = "crossPx" if said.cross_px is None else "crossTime"
        raise Refused(f"act.{missing}: expected with the other: the first price after the event")
    price = 0 if said.cross_px is None else price_atoms(said.cross_px, market, "act.crossPx")
    time_ns = nanoseconds(said.cross_time or 0)
    text = said.announcement or texts.declaration_text(
        market.name, said.event, said.cross_px or "", said.grounds
    )
    return DeclareEvent(signer, nonce, market.asset, said.event, price, time_ns, said.grounds, text)


def _ratio(listing: ListingAct, market: Market) -> tuple[int, int]:
    """Shares of a contract in lowest terms; 0 where nothing was said and nothing has to be."""
    if listing.ratio is None:
        if listing.applied == "adjusted":
            raise Refused("act.ratio: expected the listed shares that a contract stands for")
        if market.spec.price_unit == "valuation" and market.spec.share_count <= 0:
            raise Refused(
                "act.ratio: expected the listed shares that a contract stands for;"
                f" {market.name} is quoted in valuation and has no share count"
            )
        return 0, 1
    if listing.applied == "convert" and market.spec.price_unit == "share":
        raise Refused("act.ratio: expected none; with a ratio the treatment is adjusted")
    whole, _, denominator_text = listing.ratio.partition("/")
    digits, _, fraction = whole.partition(".")
    numerator = int(digits + fraction)
    denominator = 10 ** len(fraction) * int(denominator_text or "1")
    if numerator == 0 or denominator == 0:
        raise Refused("act.ratio: expected a ratio above zero")
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common


def _settled_part(listing: ListingAct) -> int:
    """The part of every position that settles, 10^-6; only a composite has one."""
    if listing.applied != "composite":
        if listing.weights is not None:
            raise Refused("act.weights: expected none; only the treatment composite has weights")
        return 0
    if listing.weights is None:
        raise Refused("act.weights: expected the parts that convert and that settle")
    converts, settles = units(listing.weights.convert, 6), units(listing.weights.settle, 6)
    if converts <= 0 or settles <= 0 or converts + settles != FRACTION_ONE:
        raise Refused("act.weights: expected two parts above zero, of six decimals, that are one")
    return settles


def settle(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """The method says whether a price goes with it, and `other` needs its formula announced."""
    wanted = convert(act, SettleAct, "act")
    market = market_of(wanted.coin, venue)
    name = one_of(wanted.method, codes.SETTLEMENT_METHODS, "act.method")
    method = codes.SETTLEMENT_METHODS[name]
    grounds = one_of(wanted.grounds, SETTLEMENT_GROUNDS, "act.grounds")
    if (wanted.window is None) == (method == codes.RECENT_TWAP):
        needs = "the averaged hours in milliseconds" if wanted.window is None else "none"
        raise Refused(f"act.window: expected {needs} with the method {name}")
    window_ns = nanoseconds(wanted.window or 0)
    if method in (_WITH_PRICE if wanted.px is None else _WITHOUT_PRICE):
        needs = "a price" if wanted.px is None else "none"
        raise Refused(f"act.px: expected {needs} with the method {name}")
    price = 0 if wanted.px is None else price_atoms(wanted.px, market, "act.px")
    text = wanted.announcement
    if not text and method == codes.OTHER_METHOD:
        raise Refused(f"act.announcement: expected the formula of the method {name}")
    if not text:
        text = texts.settlement_text(market.name, name, wanted.px or "", window_ns, grounds)
    return SettleMarket(signer, nonce, market.asset, method, price, window_ns, grounds, text)


def rebase(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """A factor of one changes nothing and is left to the engine to refuse."""
    wanted = convert(act, RebaseAct, "act")
    market = market_of(wanted.coin, venue)
    grounds = one_of(wanted.grounds, REBASE_GROUNDS, "act.grounds")
    factor = (wanted.numerator, wanted.denominator)
    text = wanted.announcement or texts.rebase_text(market.name, *factor, grounds)
    return RebaseMarket(signer, nonce, market.asset, *factor, grounds, text)
