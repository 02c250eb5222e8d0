"""A market joins a running venue (INST-1, INST-7, LIFE-2)."""

from __future__ import annotations

from typing import Final

import msgspec

from bellwether.engine.handlers.disclosures import knows_text
from bellwether.engine.handlers.genesis import list_market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.acts.limits import limit_faults
from bellwether.schema.commands import ListMarket
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.presets import PRESETS

LONGEST_SYMBOL: Final = 32


def listing_refusal(turn: Turn, command: ListMarket) -> int:
    """Why this market may not be listed now; asked again when it is approved."""
    venue = turn.venue
    spec = command.spec
    dex = venue.dex_by_name.get(spec.dex)
    if dex is None:
        return rejects.DEX_UNKNOWN
    if dex.is_disabled:
        return rejects.DEX_DISABLED
    if len(dex.markets) >= codes.ASSETS_PER_DEX:
        return rejects.DEX_FULL
    if not _is_symbol(spec):
        return rejects.SYMBOL_INVALID
    if spec.symbol in venue.market_by_name:
        return rejects.SYMBOL_TAKEN
    if 0 < spec.launch_time < turn.time_ns:
        return rejects.DATE_PAST
    for date in (spec.outside_launch_time, spec.settlement_deadline):
        if 0 < date <= turn.time_ns:
            return rejects.DATE_PAST
    launched = as_launched(turn, spec)
    if not is_sound(launched) or spec.version != 1:
        return rejects.SPECIFICATION_INVALID
    if not knows_text(venue, launched):
        return rejects.DISCLOSURE_UNKNOWN
    if not command.basis:
        return rejects.BASIS_MISSING
    return rejects.ACCEPTED


def is_sound(spec: InstrumentSpec) -> bool:
    """Free of contradictions, of numbers beyond all bounds, and of presets that nobody knows?"""
    if spec.preset not in PRESETS or spec.conversion.becomes not in PRESETS:
        return False
    return not spec.faults() and not limit_faults(spec)


def as_launched(turn: Turn, spec: InstrumentSpec) -> InstrumentSpec:
    """The specification with a launch time: now, where it names none."""
    if spec.launch_time > 0:
        return spec
    return msgspec.structs.replace(spec, launch_time=turn.time_ns)


def list_proposed(turn: Turn, command: ListMarket) -> None:
    """Lists an approved market; it launches at its time, or now."""
    list_market(turn, as_launched(turn, command.spec))


def _is_symbol(spec: InstrumentSpec) -> bool:
    """`NAME` in the main dex, `dex:NAME` in another; NAME of letters, digits and - . _ only."""
    prefix = f"{spec.dex}:" if spec.dex else ""
    if not spec.symbol.startswith(prefix):
        return False
    name = spec.symbol[len(prefix) :]
    if not 0 < len(name) <= LONGEST_SYMBOL:
        return False
    return all(letter in SYMBOL_LETTERS for letter in name)


SYMBOL_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"
