"""Observed valuations over the API (PRICE-14, PRICE-18, IFACE-4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.operators.observations import observe
from bellwether.schema import rejects
from bellwether.schema.commands import ChangeSpecification, SubmitObservation
from tests.gateway import oversight_shapes as oversight, shapes as s
from tests.gateway.test_info_answers import told
from tests.views.world import START_MS, World, operator

REPLAYED = rejects.SENTENCES[rejects.OBSERVATION_TIME_INVALID]


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.views.close()


def act(**more: Any) -> dict[str, Any]:
    observation = {
        "kind": "secondary_trade",
        "value": "2078000000000.0",
        "unit": "valuation",
        "shareClass": "common",
        "size": "1000000.0",
        "observedAt": START_MS,
        **more,
    }
    return {
        "kind": "observe",
        "coin": "ANTH",
        "source": "alpha",
        "observation": {name: value for name, value in observation.items() if value is not None},
    }


def test_an_observation_becomes_a_command(world: World) -> None:
    command = observe(act(), operator(0), 7, world.engine.venue)
    assert isinstance(command, SubmitObservation)
    assert (command.value_e6, command.unit, command.size_e6) == (
        2_078 * 10**15,
        "valuation",
        10**12,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", "1e9"),
        ("value", "0"),
        ("value", "-5"),
        ("value", "10000000000000.0"),
        ("value", "٣"),
        ("value", 5),
        ("value", None),
        ("unit", None),
        ("unit", "millions"),
        ("unit", "per_share"),
        ("shareClass", "golden"),
        ("observedAt", "now"),
        ("observedAt", None),
        ("shareCount", 0),
        ("kind", ""),
        ("mood", "good"),
    ],
)
def test_price_14_what_is_wrong_with_an_observation_is_named(
    world: World, field: str, value: object
) -> None:
    with pytest.raises((Refused, WrongShape)) as fault:
        observe(act(**{field: value}), operator(0), 7, world.engine.venue)
    text = getattr(fault.value, "text", "") or getattr(fault.value, "detail", "")
    assert "act.observation" in text


def test_price_18_inputs_are_public_with_their_weights(world: World) -> None:
    for nonce, source in enumerate(("alpha", "beta", "gamma"), start=1_000):
        body = {**act(), "source": source}
        world.apply(observe(body, operator(0), nonce, world.engine.venue))
    shown = told(world, "indexInputs", coin="ANTH")
    assert [row["source"] for row in shown] == ["alpha", "beta", "gamma"]
    assert {row["state"] for row in shown} == {"live"}
    assert shown[0]["value"] == "2078000000000.0" and float(shown[0]["weight"]) == 1.0
    jump = act(value="415600000000.0")
    world.apply(observe(jump, operator(0), 2_000, world.engine.venue))
    (held,) = [row for row in told(world, "indexInputs", coin="ANTH") if row["state"] == "held"]
    assert (held["source"], held["weight"]) == ("alpha", "0.0")
    assert told(world, "marketStatus", coin="ANTH")["indexPx"] == "2078.0"
    assert told(world, "marketStatus", coin="CBRS")["indexPx"] is None


def test_rule_7_what_was_not_taken_is_public_with_its_reason(world: World) -> None:
    for nonce, source in enumerate(("alpha", "beta", "gamma"), start=1_000):
        world.apply(observe({**act(), "source": source}, operator(0), nonce, world.engine.venue))
    early = act(observedAt=START_MS - 1)
    world.apply(observe(early, operator(0), 2_000, world.engine.venue))
    strange = act(kind="astrology")
    world.apply(observe(strange, operator(0), 2_001, world.engine.venue))
    world.apply(observe(strange, operator(1), 2_002, world.engine.venue))
    shown = told(world, "indexInputs", coin="ANTH")
    assert [(row["source"], row["kind"], row["state"], row["reason"]) for row in shown] == [
        ("alpha", "astrology", "rejected", rejects.SENTENCES[rejects.KIND_UNKNOWN]),
        ("alpha", "secondary_trade", "live", None),
        ("alpha", "secondary_trade", "rejected", REPLAYED),
        ("beta", "secondary_trade", "live", None),
        ("gamma", "secondary_trade", "live", None),
    ]
    assert all(not s.faults(s.INDEX_INPUT, row) for row in shown)
    world.advance(1)
    later = act(observedAt=START_MS + 1_000)
    world.apply(observe(later, operator(0), 2_003, world.engine.venue))
    shown = told(world, "indexInputs", coin="ANTH")
    assert [row["kind"] for row in shown if row["state"] == "rejected"] == ["astrology"]
    jump = act(value="415600000000.0", observedAt=START_MS + 1_000)
    world.apply(observe(jump, operator(0), 2_004, world.engine.venue))
    (held,) = [row for row in told(world, "indexInputs", coin="ANTH") if row["state"] == "held"]
    assert held["reason"].startswith("it looks like a split")
    world.advance(8 * 86_400)
    gone = [row for row in told(world, "indexInputs", coin="ANTH") if row["state"] == "expired"]
    assert gone and gone[0]["reason"].startswith("its source has said nothing")


def test_rule_7_what_an_index_was_made_of_stays_readable(world: World) -> None:
    """PRICE-18: the inputs as they counted at a past moment, whatever has come since."""
    assert told(world, "indexAt", coin="CBRS") is None
    for nonce, source in enumerate(("alpha", "beta", "gamma"), start=1_000):
        world.apply(observe({**act(), "source": source}, operator(0), nonce, world.engine.venue))
    world.advance(60)
    then = world.clock.time_ns() // 1_000_000
    before = told(world, "indexAt", coin="ANTH", time=then)
    world.advance(1)
    later = act(value="2200000000000.0", observedAt=then)
    world.apply(observe(later, operator(0), 2_000, world.engine.venue))
    world.advance(60)
    now = told(world, "indexAt", coin="ANTH")
    assert not s.faults(oversight.INDEX_AT, now)
    assert [row["px"] for row in now["inputs"]] == ["2200.0", "2078.0", "2078.0"]
    assert (before["frozen"], before["indexPx"], before["medianPx"]) == (None, "2078.0", "2078.0")
    assert [row["px"] for row in before["inputs"]] == ["2078.0"] * 3
    assert [row["observedAt"] for row in before["inputs"]] == [START_MS] * 3
    assert [row["observedAt"] for row in now["inputs"]] == [then, START_MS, START_MS]
    assert told(world, "indexAt", coin="ANTH", time=then) == before
    assert told(world, "indexAt", coin="ANTH", time=START_MS - 1) is None
    world.advance(8 * 86_400)
    assert told(world, "indexAt", coin="ANTH")["frozen"] == "too few live sources"


def test_price_15_the_cap_of_an_index_is_that_of_its_time(world: World) -> None:
    """A source that is cut down, and a cap that two operators change later."""
    for nonce, source in enumerate(("alpha", "beta", "gamma"), start=1_000):
        world.apply(observe({**act(), "source": source}, operator(0), nonce, world.engine.venue))
    then = world.clock.time_ns() // 1_000_000
    before = told(world, "indexAt", coin="ANTH", time=then)
    world.advance(60)
    market = next(one for one in world.engine.venue.markets.values() if one.name == "ANTH")
    spec = market.spec
    assert spec.index is not None
    looser = msgspec.structs.replace(spec.index, influence_cap_e6=500_000)
    wanted = msgspec.structs.replace(spec, index=looser)
    how = (spec.version, wanted, 0, "A test.", "Another cap.")
    world.carry(ChangeSpecification(operator(0), world.nonce(), market.asset, *how))
    world.advance(3_600)
    assert before["influenceCap"] == "0.34"
    assert told(world, "indexAt", coin="ANTH", time=then)["influenceCap"] == "0.34"
    assert told(world, "indexAt", coin="ANTH")["influenceCap"] == "0.5"


def test_life_10_after_a_change_of_units_an_older_observation_has_no_time(world: World) -> None:
    """Its price is another one then: better none than that of some other observation."""
    for nonce, source in enumerate(("alpha", "beta", "gamma"), start=1_000):
        world.apply(observe({**act(), "source": source}, operator(0), nonce, world.engine.venue))
    asset = next(one.asset for one in world.engine.venue.markets.values() if one.name == "ANTH")
    world.carry(world.rebasing(2, 1, asset))
    world.advance(60)
    inputs = told(world, "indexAt", coin="ANTH")["inputs"]
    assert [row["px"] for row in inputs] == ["1039.0"] * 3
    assert [row["observedAt"] for row in inputs] == [None] * 3
