"""RULE-8: numbers that an event carries the inputs of are made a second time from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bellwether.node.checks import Checks
from bellwether.node.errors import ReplayDiffers
from bellwether.schema import codes, events
from bellwether.schema.commands import AnyCommand
from bellwether.schema.event import Event
from bellwether.schema.instrument import ConversionPolicy
from bellwether.units.quantities import NS_PER_HOUR
from tests.engine.life.acts import carry, factor, feed, listing, mortal
from tests.engine.small_venue import ALICE, BOB, SmallVenue, market
from tests.engine.test_premarket import ATOMS, all_say


class Recorded(SmallVenue):
    """Keeps the events of every command, the founding among them."""

    def __init__(self, *specs: Any, **options: Any) -> None:
        self.log: list[list[Event]] = []
        super().__init__(*specs, **options)
        self.log.append([events.MarketListed(0, spec) for spec in specs])
        launched = events.PhaseChanged(0, self.time_ns, codes.PRE_LISTING)
        self.log.append([launched])

    def run(self, command: AnyCommand) -> list[Event]:
        caused = super().run(command)
        self.log.append(caused)
        return caused


def converted() -> Recorded:
    venue = Recorded(mortal(conversion=ConversionPolicy(ramp_ns=NS_PER_HOUR)))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    carry(venue, factor(venue, 5, 3))
    carry(venue, listing(venue))
    feed(venue, 66_000, 1_300)
    return venue


def settled() -> Recorded:
    venue = Recorded(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.pull(103_000)
    venue.wait(4_000)
    carry(venue, factor(venue, 7, 3))
    venue.wait(5 * 3_600)
    return venue


def indexed() -> Recorded:
    venue = Recorded(market(preset="premarket", reference_atoms=ATOMS))
    all_say(venue)
    venue.wait(4_000)
    all_say(venue, 2_100)
    venue.wait(4_000)
    return venue


def checked(log: list[list[Event]]) -> Checks:
    checks = Checks()
    for caused in log:
        checks.take(caused)
    return checks


@pytest.mark.parametrize(
    ("life", "again"),
    [
        (converted, {"funding rates", "announcements"}),
        (settled, {"funding rates", "announcements", "settlements"}),
        (indexed, {"funding rates", "announcements", "indexes"}),
    ],
)
def test_a_true_journal_agrees_with_its_own_inputs(
    life: Callable[[], Recorded], again: set[str]
) -> None:
    venue = life()
    checks = checked(venue.log)
    assert set(checks.again) - {"announcements"} == again - {"announcements"}
    assert checks.told["funding rates"] == checks.again["funding rates"]
    assert checks.told["marks and oracles"] > 0 if life is not indexed else checks.told["indexes"]


@pytest.mark.parametrize(
    ("life", "kind", "field", "value", "what"),
    [
        (converted, events.FundingPaid, "rate_e12", 1, "funding rates"),
        (converted, events.FundingPaid, "index_e12", "1", "funding rates"),
        (converted, events.Announced, "text", "Something else.", "announcements"),
        (settled, events.MarketSettled, "price", 1, "settlements"),
        (settled, events.PricesPublished, "mark_price", 1, "settlements"),
        (indexed, events.IndexPublished, "median_fine", 1, "indexes"),
        (indexed, events.FundingPaid, "rate_e12", 1, "funding rates"),
    ],
)
def test_a_number_that_its_inputs_do_not_give_is_named(
    life: Callable[[], Recorded], kind: type[Event], field: str, value: object, what: str
) -> None:
    log = life().log
    for place in range(len(log) - 1, -1, -1):
        for number, event in enumerate(log[place]):
            is_frozen = isinstance(event, events.IndexPublished) and event.reason
            if isinstance(event, kind) and not is_frozen:
                log[place][number] = msgspec.structs.replace(event, **{field: value})
                with pytest.raises(ReplayDiffers, match=what):
                    checked(log)
                return
    raise AssertionError("the life holds such an event")


def test_what_was_recomputed_is_counted_by_kind() -> None:
    checks = checked(settled().log)
    assert checks.told["settlements"] == 1 and checks.told["settled positions"] == 2
    assert list(checks.told) == [kind for kind in checks.told if checks.told[kind]]
