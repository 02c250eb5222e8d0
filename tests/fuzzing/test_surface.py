"""The described HTTP surface is the one that is there, and short campaigns find nothing."""

from __future__ import annotations

import json
import runpy
from random import Random
from typing import Any

import pytest

from bellwether.gateway.hyperliquid.decode import convert
from bellwether.gateway.hyperliquid.info import HANDLERS
from bellwether.gateway.operators.acts import ACTS as KINDS
from bellwether.gateway.operators.asked.questions import READS
from bellwether.testing.campaigns.state import State
from bellwether.testing.fuzzing.http.description import ACT_STRUCTS, document, read_fields
from bellwether.testing.fuzzing.nearly import change, good_act, good_action
from bellwether.testing.fuzzing.specimens import ACTS
from bellwether.testing.fuzzing.venue import LiveVenue, VenueWrong
from bellwether.testing.fuzzing.websocket import campaign as websocket
from bellwether.testing.fuzzing.websocket.frames import check_frames
from tests.tidy.test_house import ROOT


def silent(_done: int, _total: int) -> None:
    """Nobody looks."""


def test_the_description_is_what_the_code_says() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "openapi.py"))
    written = (ROOT / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8")
    assert written == tool["text"](), "run `python tools/openapi.py`"


def test_every_read_and_every_act_is_described() -> None:
    assert set(read_fields()) == set(HANDLERS)
    assert set(ACT_STRUCTS) == set(KINDS) | set(READS)
    for kind, act in ACTS.items():
        convert(act, ACT_STRUCTS[kind], "act")


def test_what_a_read_needs_is_what_it_was_described_to_need() -> None:
    fields = read_fields()
    assert set(fields["userFillsByTime"]["required"]) == {"user", "startTime"}
    assert set(fields["l2Book"]["optional"]) == {"nSigFigs", "mantissa"}
    assert fields["candleSnapshot"]["required"]["req"]["required"] == [
        "coin",
        "interval",
        "startTime",
    ]


def test_every_reference_of_the_description_leads_somewhere() -> None:
    whole = document()
    schemas = whole["components"]["schemas"]

    def follow(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].rpartition("/")[2] in schemas
            for child in value.values():
                follow(child)
        elif isinstance(value, list):
            for child in value:
                follow(child)

    follow(whole)


def test_changes_are_the_same_for_the_same_luck() -> None:
    def drawn(seed: int) -> str:
        luck = Random(seed)
        action, act = good_action(luck), good_act(luck)
        change(luck, action, 3)
        change(luck, act, 3)
        return json.dumps([action, act])

    assert [drawn(n) for n in range(50)] == [drawn(n) for n in range(50)]
    assert len({drawn(n) for n in range(50)}) > 40


@pytest.mark.parametrize(
    "stream",
    [
        b"\x81\x81\x00\x00\x00\x00a",
        b"\x83\x00",
        b"\x81\x01a",
        b"\x88\x00\x81\x02{}",
    ],
    ids=["masked", "no opcode", "no JSON", "after the goodbye"],
)
def test_what_no_server_sends_is_noticed(stream: bytes) -> None:
    with pytest.raises(VenueWrong):
        check_frames(stream)


@pytest.mark.slow
def test_a_venue_with_wrong_books_is_noticed() -> None:
    with LiveVenue() as venue:
        venue.check()
        with pytest.raises(VenueWrong, match="no answer"):
            venue.ask("GET", "/ nowhere\n")
        assert venue.gauges()["bellwether_tasks"] > 0
        commands, _ = venue.stop_and_verify()
        assert commands >= 1


@pytest.mark.slow
def test_a_few_seconds_of_websocket_find_nothing() -> None:
    state = State("websocket", None)
    websocket.fuzz(3.0, 0, state, silent)
    assert not state.sums.wrong, state.sums.wrong
    assert state.sums.done > 0 and state.sums.counts["commands verified"] > 0


@pytest.mark.slow
def test_a_few_seconds_of_http_find_nothing() -> None:
    campaign = pytest.importorskip("bellwether.testing.fuzzing.http.campaign")
    state = State("http", None)
    campaign.fuzz(3.0, 0, state, silent)
    assert not state.sums.wrong, state.sums.wrong
    assert state.sums.counts["commands verified"] > 0
