"""Acts of a market's life as commands: outside prices, listings, settlements, rebases (LIFE).

Words that the venue does not know are refused here, with those it does; whether they fit the
market, its phase and the signer's role is the engine's to judge.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
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
    RebaseMarket,
    SettleMarket,
    SubmitExternalPrice,
)

TREATMENTS: Final = ("convert", "adjusted", "settle", "composite")
"""What LIFE-7 knows for a listing that differs from what was expected; the first is carried out."""
SETTLEMENT_GROUNDS: Final = sorted(codes.SETTLEMENT_GROUNDS | codes.INSUFFICIENT_GROUNDS)
"""Those that do not suffice are refused by the engine, so that the journal says who tried."""
REBASE_GROUNDS: Final = sorted(codes.REBASE_GROUNDS)

_WITHOUT_PRICE: Final = frozenset((codes.DEFAULT_TWAP, codes.RECENT_TWAP))
_WITH_PRICE: Final = frozenset(
    (codes.TRANSACTION, codes.ADVERSE_EVENT, codes.DETERMINED, codes.OTHER_METHOD)
)
"""A wind-down names a price or takes that of the default."""

Factor = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class ExternalPriceAct(Struct, frozen=True):
    coin: Word
    source: Name
    px: Amount
    time: Moment
    session: str


class ListingAct(Struct, frozen=True, rename="camel"):
    """`ratio` and `weights` belong to treatments that are not carried out yet."""

    coin: Word
    exchange: Name
    listed_as: Name
    structure: Name
    cross_px: Amount
    cross_time: Moment
    jurisdiction: Jurisdiction = ""
    treatment: str = TREATMENTS[0]
    ratio: Any = None
    weights: Any = None
    grounds: Grounds = ""
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


def confirm_listing(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """A listing is treated by conversion unless it says otherwise."""
    listing = convert(act, ListingAct, "act")
    market = market_of(listing.coin, venue)
    treatment = one_of(listing.treatment, TREATMENTS, "act.treatment")
    if treatment != TREATMENTS[0]:
        raise Refused(f"act.treatment: {treatment} is not supported by this venue")
    for name, value in (("ratio", listing.ratio), ("weights", listing.weights)):
        if value is not None:
            raise Refused(f"act.{name}: expected none; the treatment convert has no {name}")
    price = price_atoms(listing.cross_px, market, "act.crossPx")
    time_ns = nanoseconds(listing.cross_time)
    names = (listing.exchange, listing.listed_as, listing.structure)
    text = listing.announcement or texts.listing_text(
        market.name, *names, listing.cross_px, time_ns
    )
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
    )


def settle(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """The method says whether a price goes with it, and `other` needs its formula announced."""
    wanted = convert(act, SettleAct, "act")
    market = market_of(wanted.coin, venue)
    name = one_of(wanted.method, codes.SETTLEMENT_METHODS, "act.method")
    method = codes.SETTLEMENT_METHODS[name]
    if method == codes.RECENT_TWAP:
        raise Refused(f"act.method: {name} is not supported by this venue")
    grounds = one_of(wanted.grounds, SETTLEMENT_GROUNDS, "act.grounds")
    if wanted.window is not None:
        raise Refused("act.window: expected none; only the method recent_twap has a window")
    if method in (_WITH_PRICE if wanted.px is None else _WITHOUT_PRICE):
        needs = "a price" if wanted.px is None else "none"
        raise Refused(f"act.px: expected {needs} with the method {name}")
    price = 0 if wanted.px is None else price_atoms(wanted.px, market, "act.px")
    text = wanted.announcement
    if not text and method == codes.OTHER_METHOD:
        raise Refused(f"act.announcement: expected the formula of the method {name}")
    if not text:
        text = texts.settlement_text(market.name, name, wanted.px or "", grounds)
    return SettleMarket(signer, nonce, market.asset, method, price, 0, grounds, text)


def rebase(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """A factor of one changes nothing and is left to the engine to refuse."""
    wanted = convert(act, RebaseAct, "act")
    market = market_of(wanted.coin, venue)
    grounds = one_of(wanted.grounds, REBASE_GROUNDS, "act.grounds")
    factor = (wanted.numerator, wanted.denominator)
    text = wanted.announcement or texts.rebase_text(market.name, *factor, grounds)
    return RebaseMarket(signer, nonce, market.asset, *factor, grounds, text)
