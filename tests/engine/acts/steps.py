"""Acts on markets of a small venue, each as one operator proposes it."""

from __future__ import annotations

from typing import Any

import msgspec

from bellwether.schema.commands import (
    ChangeSpecification,
    KeepHalted,
    ListMarket,
    ResolveInput,
    SetPhase,
    SubmitObservation,
)
from bellwether.schema.events import Event
from bellwether.schema.instrument import InstrumentSpec
from tests.engine.small_venue import OPERATOR, SmallVenue, market

BASIS = "Last secondary trade at 100 USD, 2026-04-30."


def listing_of(venue: SmallVenue, symbol: str = "NEW", **more: Any) -> ListMarket:
    """Lists a market; `by`, `basis`, `text` and `variant` are the command's own."""
    venue.nonce += 1
    by, basis = more.pop("by", OPERATOR), more.pop("basis", BASIS)
    text, variant = more.pop("text", "A new market."), more.pop("variant", "")
    dex = more.pop("dex", "")
    spec = market(symbol, launch_time=more.pop("launch_time", 0), **more)
    spec = msgspec.structs.replace(spec, dex=dex)
    return ListMarket(by, venue.nonce, spec, basis, text, variant)


def change_of(venue: SmallVenue, effective_ns: int = 0, **more: Any) -> ChangeSpecification:
    """Changes fields of the first market's specification, those of a group as a mapping."""
    venue.nonce += 1
    by, variant = more.pop("by", OPERATOR), more.pop("variant", "")
    grounds, text = more.pop("grounds", "Because."), more.pop("text", "A change.")
    now = venue.engine.venue.markets[more.pop("asset", 0)]
    spec = changed(now.spec, more)
    asset, base = now.asset, now.spec.version
    return ChangeSpecification(
        by, venue.nonce, asset, base, spec, effective_ns, grounds, text, variant
    )


def changed(spec: InstrumentSpec, changes: dict[str, Any]) -> InstrumentSpec:
    found: dict[str, Any] = {}
    for name, value in changes.items():
        is_group = isinstance(value, dict)
        found[name] = msgspec.structs.replace(getattr(spec, name), **value) if is_group else value
    return msgspec.structs.replace(spec, **found)


def phase_of(venue: SmallVenue, phase: int, grounds: str = "Because.", asset: int = 0) -> SetPhase:
    venue.nonce += 1
    return SetPhase(OPERATOR, venue.nonce, asset, phase, grounds, "The phase moves.")


def keeping(venue: SmallVenue, status: int, grounds: str = "Because.") -> KeepHalted:
    venue.nonce += 1
    return KeepHalted(OPERATOR, venue.nonce, 0, status, grounds, "It stays stopped.")


def seen(venue: SmallVenue, source: str, usd: int, kind: str = "secondary_trade") -> list[Event]:
    """A source sees the company at so many thousand million USD."""
    venue.nonce += 1
    value = usd * 10**15
    return venue.run(
        SubmitObservation(
            OPERATOR,
            venue.nonce,
            0,
            source,
            kind,
            value,
            "valuation",
            0,
            "common",
            0,
            venue.time_ns,
        )
    )


def resolving(
    venue: SmallVenue, source: str, accept: bool, kind: str = "secondary_trade", **more: Any
) -> ResolveInput:
    """Accepts or rejects what is on record of a source."""
    venue.nonce += 1
    book = venue.market.index
    place = (source, kind)
    found = book.held.get(place) or book.rejected.get(place) or book.accepted[place]
    value, at = more.get("value", found.value_e6), more.get("at", found.observed_ns)
    grounds = more.get("grounds", "It was checked.")
    return ResolveInput(
        OPERATOR, venue.nonce, 0, source, kind, value, at, accept, grounds, "It counts."
    )
