"""Presets (INST-2): every field of a specification with a value; a market is a preset and more."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.schema import codes
from bellwether.schema.instrument import FundingPolicy, InstrumentSpec, InternalOracle, MarginTier

IPOP: Final = InstrumentSpec(symbol="", dex="", preset="ipop")
"""trade.xyz's Pre-IPO Perpetuals on HyperCore (INST-3): strict isolated, 5x, internal oracle."""

STANDARD_EQUITY: Final = InstrumentSpec(
    symbol="",
    dex="",
    preset="standard_equity",
    max_leverage=10,
    margin_mode=codes.CROSS,
    tiers=(MarginTier(0, 10), MarginTier(20_000_000_000_000, 5)),
    oracle=InternalOracle(band_e12=100_000_000_000),
    funding=FundingPolicy(multiplier_e6=500_000),
)
"""What an `ipop` becomes (INST-5): funding multiplier 0.5; leverage, tiers and cross are ours."""

PRESETS: Final[dict[str, InstrumentSpec]] = {"ipop": IPOP, "standard_equity": STANDARD_EQUITY}


def specify(preset: str, symbol: str, dex: str, **differences: Any) -> InstrumentSpec:
    """The preset's specification with the differences applied.

    `oracle` and `funding` take mappings of their own fields. Raises KeyError for an unknown preset
    and TypeError for an unknown field.
    """
    base = PRESETS[preset]
    oracle = msgspec.structs.replace(base.oracle, **differences.pop("oracle", {}))
    funding = msgspec.structs.replace(base.funding, **differences.pop("funding", {}))
    return msgspec.structs.replace(
        base, symbol=symbol, dex=dex, oracle=oracle, funding=funding, **differences
    )


def differences(spec: InstrumentSpec) -> dict[str, tuple[Any, Any]]:
    """Fields in which a specification differs from its preset: name -> (preset's, its own)."""
    base = PRESETS[spec.preset]
    found: dict[str, tuple[Any, Any]] = {}
    for name in spec.__struct_fields__:
        ours, theirs = getattr(spec, name), getattr(base, name)
        if ours != theirs:
            found[name] = (theirs, ours)
    return found
