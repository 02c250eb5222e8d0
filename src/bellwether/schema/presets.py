"""Presets (INST-2): every field of a specification with a value; a market is a preset and more."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.schema import codes
from bellwether.schema.disclosures import disclosure_of
from bellwether.schema.instrument import (
    ConversionPolicy,
    FeeTier,
    FundingPolicy,
    InstrumentSpec,
    InternalOracle,
    MarginTier,
    ObservationKind,
    SyntheticIndex,
    WholeTier,
)
from bellwether.schema.parts.losses import LossPolicy

_MILLION_E6: Final = 10**12
HYPERCORE_FEES: Final = (
    FeeTier(5 * _MILLION_E6, 800_000, 240_000),
    FeeTier(25 * _MILLION_E6, 700_000, 160_000),
    FeeTier(100 * _MILLION_E6, 600_000, 80_000),
    FeeTier(500 * _MILLION_E6, 560_000, 0),
    FeeTier(2_000 * _MILLION_E6, 520_000, 0),
    FeeTier(7_000 * _MILLION_E6, 480_000, 0),
)
"""HyperCore's fees by the volume of 14 days, doubled as on a HIP-3 dex (ORD-7)."""
KRAKEN_FEES: Final = (
    FeeTier(2_500_000 * 10**6, 450_000, 150_000),
    FeeTier(5 * _MILLION_E6, 400_000, 125_000),
    FeeTier(10 * _MILLION_E6, 350_000, 100_000),
    FeeTier(20 * _MILLION_E6, 300_000, 75_000),
    FeeTier(30 * _MILLION_E6, 250_000, 50_000),
    FeeTier(50 * _MILLION_E6, 200_000, 30_000),
    FeeTier(75 * _MILLION_E6, 150_000, 15_000),
    FeeTier(100 * _MILLION_E6, 125_000, 0),
    FeeTier(250 * _MILLION_E6, 100_000, -15_000),
    FeeTier(500 * _MILLION_E6, 100_000, -30_000),
    FeeTier(1_000 * _MILLION_E6, 100_000, -50_000),
)
"""Kraken's fees by the volume of 30 days; from 250M USD on makers get a rebate (ORD-7)."""

IPOP: Final = InstrumentSpec(
    symbol="",
    dex="",
    preset="ipop",
    disclosure=disclosure_of("ipop"),
    fee_tiers=HYPERCORE_FEES,
)
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
    fee_tiers=HYPERCORE_FEES,
)
"""What an `ipop` becomes (INST-5): funding multiplier 0.5; leverage, tiers and cross are ours."""

EQUITY_PROTECTION: Final = LossPolicy(step_e6=100_000, cooldown_ns=0, fee_e9=2_500_000)
"""Kraken's steps of 10 % and its pool's limit of 5 %; the fee's size and who gets it are ours."""

_DAY: Final = 86_400_000_000_000
EEA: Final = tuple(
    (
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
    ).split()
)

KINDS: Final = (
    ObservationKind("secondary_trade", 1_000_000, 7 * _DAY),
    ObservationKind("tender_offer", 1_000_000, 30 * _DAY),
    ObservationKind("secondary_bid", 500_000, 2 * _DAY),
    ObservationKind("secondary_ask", 500_000, 2 * _DAY),
    ObservationKind("fund_mark", 500_000, 30 * _DAY),
    ObservationKind("valuation_409a", 250_000, 90 * _DAY),
    ObservationKind("funding_round", 500_000, 90 * _DAY),
    ObservationKind("listed_comparable", 250_000, _DAY),
    ObservationKind("price_range", 1_000_000, 7 * _DAY),
    ObservationKind("indicative_auction", 1_000_000, 600_000_000_000),
    ObservationKind("filing", 500_000, 30 * _DAY),
    ObservationKind("public_commentary", 0, _DAY),
)
"""Kinds of observations with weight and half-life (PRICE-15)."""

PREMARKET: Final = InstrumentSpec(
    symbol="",
    dex="",
    preset="premarket",
    size_decimals=2,
    tick_atoms=100,
    price_unit="valuation",
    max_leverage=5,
    margin_mode=codes.CROSS,
    tiers=(MarginTier(0, 5), MarginTier(10_000_000_000, 3), MarginTier(100_000_000_000, 2)),
    whole_tiers=(
        WholeTier(0, 200_000, 100_000),
        WholeTier(10_000_000_000, 300_000, 150_000),
        WholeTier(100_000_000_000, 500_000, 250_000),
    ),
    funding=FundingPolicy(
        policy="kraken",
        premium_kind="impact_mid",
        sample_interval_ns=60_000_000_000,
        divisor=8,
        min_e12=6_250_000,
        cap_e12=7_000_000,
    ),
    taker_fee_e9=500_000,
    maker_fee_e9=200_000,
    fee_tiers=KRAKEN_FEES,
    fee_window_days=30,
    self_trade_prevention=codes.STP_REJECT_TAKER,
    open_interest_cap_e6=10_000_000_000_000,
    position_limit_lots=100_000,
    market_protection_e6=10_000,
    largest_owner_share_e6=250_000,
    excluded_jurisdictions=("US", "CA", "AU", "NZ", *EEA),
    professional_jurisdictions=("GB",),
    index=SyntheticIndex(KINDS),
    conversion=ConversionPolicy(becomes="xstock"),
    halt_feed_ns=3_600_000_000_000,
    liquidation_policy="kraken",
    adl="pro_rata",
    losses=EQUITY_PROTECTION,
    disclosure=disclosure_of("premarket"),
)
"""Kraken's pre-IPO perpetuals (INST-4): a synthetic index, a clamped mark, whole-position tiers."""

XSTOCK: Final = InstrumentSpec(
    symbol="",
    dex="",
    preset="xstock",
    size_decimals=2,
    tick_atoms=100,
    max_leverage=10,
    margin_mode=codes.CROSS,
    tiers=(
        MarginTier(0, 10),
        MarginTier(100_000_000_000, 5),
        MarginTier(1_000_000_000_000, 2),
    ),
    whole_tiers=(
        WholeTier(0, 100_000, 50_000),
        WholeTier(100_000_000_000, 200_000, 100_000),
        WholeTier(1_000_000_000_000, 500_000, 250_000),
    ),
    funding=FundingPolicy(
        policy="kraken",
        premium_kind="impact_mid",
        sample_interval_ns=60_000_000_000,
        divisor=8,
        min_e12=-5_000_000_000,
        cap_e12=5_000_000_000,
    ),
    taker_fee_e9=500_000,
    maker_fee_e9=200_000,
    fee_tiers=KRAKEN_FEES,
    fee_window_days=30,
    self_trade_prevention=codes.STP_REJECT_TAKER,
    open_interest_cap_e6=50_000_000_000_000,
    market_protection_e6=10_000,
    largest_owner_share_e6=250_000,
    excluded_jurisdictions=("US", "CA", "AU", "NZ", *EEA),
    professional_jurisdictions=("GB",),
    index=SyntheticIndex((), source="external", mark_width_e12=10_000_000_000),
    conversion=ConversionPolicy(becomes="xstock"),
    liquidation_policy="kraken",
    adl="pro_rata",
    losses=EQUITY_PROTECTION,
)
"""What a `premarket` becomes (INST-5): the tokenised share's spot price as index, mark clamp 1 %,
funding divided by 8 and capped at 0.5 % an hour. Leverage, tiers and limits are ours."""

PRESETS: Final[dict[str, InstrumentSpec]] = {
    "ipop": IPOP,
    "standard_equity": STANDARD_EQUITY,
    "premarket": PREMARKET,
    "xstock": XSTOCK,
}


def specify(preset: str, symbol: str, dex: str, **differences: Any) -> InstrumentSpec:
    """The preset's specification with the differences applied.

    `oracle`, `funding` and `losses` take mappings of their own fields. Raises KeyError for an
    unknown preset and TypeError for an unknown field.
    """
    base = PRESETS[preset]
    oracle = msgspec.structs.replace(base.oracle, **differences.pop("oracle", {}))
    funding = msgspec.structs.replace(base.funding, **differences.pop("funding", {}))
    losses = msgspec.structs.replace(base.losses, **differences.pop("losses", {}))
    return msgspec.structs.replace(
        base,
        symbol=symbol,
        dex=dex,
        oracle=oracle,
        funding=funding,
        losses=losses,
        **differences,
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
