"""Contradictions are refused with the whole specification, each of them named (INST-2, INST-7)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import Genesis
from bellwether.schema.events import CommandRefused
from bellwether.schema.instrument import FundingPolicy, InternalOracle, MarginTier
from bellwether.schema.presets import PRESETS, differences, specify

GOOD: dict[str, Any] = {"reference_atoms": 100_000}
FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"size_decimals": 6}, "size_decimals"),
    ({"size_decimals": -1}, "size_decimals"),
    ({"tick_atoms": -1}, "tick_atoms"),
    ({"max_leverage": 0}, "max_leverage"),
    ({"max_leverage": 51}, "max_leverage"),
    ({"reference_atoms": 0}, "reference_atoms"),
    ({"oracle": {"band_e12": 10**12}}, "band_e12"),
    ({"oracle": {"band_e12": 0}}, "band_e12"),
    ({"oracle": {"re_anchor_threshold_e12": 0}}, "re_anchor_threshold_e12"),
    ({"oracle": {"re_anchor_threshold_e12": 10**12 + 1}}, "re_anchor_threshold_e12"),
    ({"oracle": {"max_re_anchors": -1}}, "oracle.max_re_anchors"),
    ({"oracle": {"max_re_anchors": 21}}, "oracle.max_re_anchors"),
    ({"oracle": {"max_re_anchors": 2**63 - 1}}, "oracle.max_re_anchors"),
    ({"oracle": {"interval_ns": 0}}, "oracle.interval_ns"),
    ({"oracle": {"time_constant_ns": -1}}, "oracle.time_constant_ns"),
    ({"oracle": {"impact_notional_e6": 0}}, "oracle.impact_notional_e6"),
    ({"funding": {"sample_interval_ns": 0}}, "funding.sample_interval_ns"),
    ({"funding": {"cap_e12": -1}}, "funding.cap_e12"),
    ({"launch_time": 2, "outside_launch_time": 1}, "outside_launch_time"),
    ({"outside_launch_time": 2, "settlement_deadline": 1}, "settlement_deadline"),
    ({"margin_mode": 3}, "margin_mode"),
    ({"tiers": ()}, "tier"),
    ({"tiers": (MarginTier(1, 5),)}, "tier"),
    ({"tiers": (MarginTier(0, 4),)}, "max_leverage"),
    ({"tiers": (MarginTier(0, 5), MarginTier(0, 4))}, "rise"),
    ({"tiers": (MarginTier(0, 5), MarginTier(9, 5))}, "fall"),
    ({"tiers": (MarginTier(0, 5), MarginTier(9, 0))}, "at least 1"),
    ({"taker_fee_e9": -1}, "taker_fee_e9"),
    ({"maker_fee_e9": -900_001}, "rebate"),
    ({"open_interest_cap_e6": -1}, "open_interest_cap_e6"),
]


@pytest.mark.parametrize(("change", "named"), FAULTS, ids=lambda value: str(value)[:50])
def test_a_contradiction_is_named_and_nothing_is_founded(
    change: dict[str, Any], named: str
) -> None:
    spec = specify("ipop", "CBRS", "", **{**GOOD, **change})
    found = spec.faults()
    assert any(named in fault for fault in found), found
    engine = Engine()
    events = engine.apply(Genesis(("",), (spec,), (), ()), 1)
    assert events == [CommandRefused(rejects.SPECIFICATION_INVALID)]
    assert not engine.venue.markets and not engine.venue.founded


def test_every_contradiction_is_listed_at_once() -> None:
    spec = specify("ipop", "CBRS", "", size_decimals=9, max_leverage=0, oracle={"band_e12": 0})
    assert len(spec.faults()) >= 4


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_with_a_reference_is_free_of_contradictions(name: str) -> None:
    assert specify(name, "X", "", **GOOD).faults() == []


def test_the_ipop_is_what_its_table_says() -> None:
    """INST-3, ORD-7: margin, band, oracle, mark, funding, cap and fees."""
    spec = PRESETS["ipop"]
    assert spec.margin_mode == codes.STRICT_ISOLATED and spec.max_leverage == 5
    assert spec.oracle == InternalOracle(
        time_constant_ns=30 * 60 * 10**9,
        step_cap_e6=100_000,
        basis_time_constant_ns=150 * 10**9,
        interval_ns=3 * 10**9,
        move_limit_e6=5_000,
        impact_notional_e6=6_000 * 10**6,
        depth_rest_time_ns=0,
        band_e12=250_000_000_000,
        re_anchor_threshold_e12=900_000_000_000,
        max_re_anchors=4,
        reject_outside_band=False,
    )
    assert spec.funding == FundingPolicy(
        multiplier_e6=5_000,
        interest_e12=10**8,
        clamp_e12=5 * 10**8,
        cap_e12=4 * 10**10,
        sample_interval_ns=5 * 10**9,
        premium_kind="impact_difference",
    )
    assert spec.open_interest_cap_e6 == 100_000_000 * 10**6
    assert (spec.taker_fee_e9, spec.maker_fee_e9) == (900_000, 300_000)
    assert spec.adl == "ranked"


def test_what_departs_from_the_preset_is_told() -> None:
    spec = specify("ipop", "CBRS", "", reference_atoms=175_000, max_leverage=4)
    told = differences(spec)
    assert told["max_leverage"] == (5, 4) and told["reference_atoms"] == (0, 175_000)
    assert "margin_mode" not in told


def test_unknown_presets_and_fields_are_refused() -> None:
    with pytest.raises(KeyError):
        specify("nonesuch", "X", "")
    with pytest.raises(TypeError):
        specify("ipop", "X", "", colour="red")


def test_a_specification_survives_the_journal() -> None:
    spec = specify("standard_equity", "X", "xyz", **GOOD)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=type(spec)) == spec


@pytest.mark.parametrize("size_decimals", range(6))
@pytest.mark.parametrize("usd", [1, 9_000, 20_000, 200_000, 20_000_000])
def test_what_is_listed_can_be_written_down(size_decimals: int, usd: int) -> None:
    """Prices of a listed market fit what snapshots and journals hold, or it is not listed."""
    atoms = usd * 10 ** (6 - size_decimals)
    spec = specify("ipop", "X", "", reference_atoms=atoms, size_decimals=size_decimals)
    engine = Engine()
    engine.apply(Genesis(("",), (spec,), (), ()), 1)
    if spec.faults():
        assert not engine.venue.markets
    else:
        assert Engine.restore(engine.snapshot()).state_hash() == engine.state_hash()
