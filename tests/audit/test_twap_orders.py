"""ORD-1: sub-orders whose size the venue scatters, many of them in one command."""

from __future__ import annotations

from bellwether.lab.sole_market import person
from bellwether.schema import codes
from bellwether.schema.commands import AdvanceTime, PlaceTwap
from bellwether.schema.events import TwapSliceSent
from bellwether.testing.campaigns.markets.stage import Stage
from bellwether.units.quantities import NS_PER_S, USD


def test_a_sub_order_that_is_too_small_is_not_taken_for_a_later_one() -> None:
    """AUDIT: seed 8000472. Of 121 sub-orders for 40 lots most are nothing."""
    patient, maker = person(1, 1), person(1, 2)
    money = {patient: 10**6 * USD, maker: 10**6 * USD}
    stage = Stage("ipop", money, (), True, size_decimals=0, reference_atoms=100 * USD)
    stage.order(maker, False, 100 * USD, 10_000, codes.ALO)
    stage.run(PlaceTwap(*stage.head(patient), 0, True, 40, False, 60, True))
    stage.now += 600 * NS_PER_S
    sent = [event for event in stage.run(AdvanceTime()) if isinstance(event, TwapSliceSent)]
    assert 0 < len(sent) < 20
    stage.end()
