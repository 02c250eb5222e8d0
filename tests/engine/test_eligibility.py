"""Who may take risk in a market (RULE-5)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SetAccount
from bellwether.schema.events import Event, OrderClosed
from tests.engine.small_venue import (
    ALICE,
    BOB,
    COMPLIANCE,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)


def restricted() -> SmallVenue:
    return SmallVenue(
        market(excluded_jurisdictions=("US", "DE"), professional_jurisdictions=("GB",))
    )


def attributes(
    venue: SmallVenue, jurisdiction: str, client_class: str, who: bytes = ALICE
) -> list[Event]:
    venue.nonce += 1
    command = SetAccount(COMPLIANCE, venue.nonce, who, jurisdiction, client_class, "")
    return venue.run(command)


@pytest.mark.parametrize(
    ("jurisdiction", "client_class", "allowed"),
    [
        ("US", "professional", False),
        ("US-NY", "professional", False),
        ("DE", "retail", False),
        ("GB", "retail", False),
        ("GB", "", False),
        ("GB", "professional", True),
        ("SG", "retail", True),
        ("", "", False),
        ("", "professional", False),
    ],
)
def test_rule_5_jurisdiction_and_class_decide(
    jurisdiction: str, client_class: str, allowed: bool
) -> None:
    venue = restricted()
    attributes(venue, jurisdiction, client_class)
    refused = refusals(venue.place(ALICE, buy(99_000, 1_000)))
    assert refused == ([] if allowed else [rejects.NOT_ELIGIBLE])


def test_rule_5_without_a_rule_everybody_may() -> None:
    venue = SmallVenue(market())
    attributes(venue, "", "")
    assert refusals(venue.place(ALICE, buy(99_000, 1_000))) == []


def test_rule_5_who_becomes_ineligible_can_reduce_and_not_increase() -> None:
    venue = restricted()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    attributes(venue, "US", "retail")
    assert refusals(venue.place(ALICE, buy(99_000, 200))) == [rejects.NOT_ELIGIBLE]
    assert refusals(venue.place(ALICE, sell(101_000, 1_001))) == [rejects.NOT_ELIGIBLE]
    assert refusals(venue.place(ALICE, sell(101_000, 600))) == []
    assert refusals(venue.place(ALICE, sell(101_000, 401))) == [rejects.NOT_ELIGIBLE]
    assert refusals(venue.place(ALICE, sell(102_000, 1_000, codes.GTC, True))) == []


def test_rule_5_orders_that_could_add_risk_end_when_eligibility_does() -> None:
    venue = restricted()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(ALICE, buy(90_000, 1_000))
    reducing = venue.rest(ALICE, sell(110_000, 500, codes.GTC, True))
    stop = buy(120_000, 500, trigger=codes.STOP_LIMIT, at=119_000)
    venue.place(ALICE, stop)
    events = attributes(venue, "US", "retail")
    ended = of_kind(events, OrderClosed)
    assert [e.status for e in ended] == [codes.NOT_ELIGIBLE_CANCELED] * 2
    assert list(venue.account(ALICE).orders) == [reducing]


def test_rule_5_rules_survive_a_snapshot() -> None:
    venue = restricted()
    attributes(venue, "US", "retail")
    other = Engine.restore(venue.engine.snapshot())
    assert not other.venue.markets[0].admits("US", "retail")
