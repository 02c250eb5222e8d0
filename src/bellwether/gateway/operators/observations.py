"""Observed valuations as commands (PRICE-14). A value without its unit is refused."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid.actions import USD_DECIMALS, micro_usd
from bellwether.gateway.hyperliquid.decode import Amount, Moment, convert
from bellwether.gateway.operators.fields import Name, Word, market_of, nanoseconds, one_of
from bellwether.schema.commands import AnyCommand, SubmitObservation
from bellwether.units.text import DecimalError, parse_decimal

UNITS: Final = ("valuation", "per_share")
SHARE_CLASSES: Final = ("common", "preferred")

Valuation = Annotated[str, Meta(max_length=24)]
"""USD as decimal text: a company may be worth more than any order."""

LARGEST_E6: Final = 2**63 - 1
Shares = Annotated[int, Meta(ge=1, le=2**53)]


class Observed(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    kind: Name
    value: Valuation
    unit: str
    observed_at: Moment
    share_class: str = SHARE_CLASSES[0]
    size: Amount = "0"
    share_count: Shares | None = None


class ObserveAct(Struct, frozen=True):
    coin: Word
    source: Name
    observation: dict[str, Any]


def observe(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Raises Refused and WrongShape."""
    said = convert(act, ObserveAct, "act")
    seen = convert(said.observation, Observed, "act.observation")
    market = market_of(said.coin, venue)
    unit = one_of(seen.unit, UNITS, "act.observation.unit")
    share_class = one_of(seen.share_class, SHARE_CLASSES, "act.observation.shareClass")
    if unit == "per_share" and seen.share_count is None:
        raise Refused("act.observation.shareCount: expected the count that the value refers to")
    value = _micro_usd(seen.value)
    return SubmitObservation(
        signer,
        nonce,
        market.asset,
        said.source,
        seen.kind,
        value,
        unit,
        seen.share_count or 0,
        share_class,
        micro_usd(seen.size),
        nanoseconds(seen.observed_at),
    )


def _micro_usd(text: str) -> int:
    """A value in micro-USD that fits 64 bits. Raises Refused."""
    try:
        value = parse_decimal(text, USD_DECIMALS)
    except DecimalError as error:
        raise Refused(f"act.observation.value: {error}") from None
    if not 0 < value <= LARGEST_E6:
        raise Refused("act.observation.value: expected an amount from 0.000001 to 9.2 trillion USD")
    return value
