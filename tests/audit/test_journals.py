"""Journals held against the rules: sound ones agree, and no event can be altered unseen."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from random import Random

import msgspec
import pytest
from typer.testing import CliRunner

from bellwether.audit.auditor import Auditor
from bellwether.audit.life.units import unknown_rules
from bellwether.cli.main import app
from bellwether.engine.engine import Engine
from bellwether.journal import FileJournal
from bellwether.node.audit import Audit
from bellwether.node.node import JOURNAL_NAME
from bellwether.node.verify import verify
from bellwether.schema import events
from bellwether.schema.command import Command
from bellwether.schema.commands import AnyCommand
from bellwether.schema.event import Event
from bellwether.schema.presets import PRESETS
from bellwether.schema.wire import encode_commands, encode_events
from bellwether.testing.command_stream import CommandStream
from tests.audit.lives import live

GOLDEN = sorted(path.parent for path in (Path(__file__).parents[1] / "golden").glob("*/journal"))
NOT_PREDICTED = (events.Announced, events.ShareCountRecorded)


class SomethingNew(Event, frozen=True, tag="something_new"):
    """A kind that a later version might have."""

    asset: int


class SomethingAsked(Command, frozen=True, tag="something_asked"):
    """And a command."""


@pytest.fixture(scope="module")
def life() -> list[tuple[int, AnyCommand, list[Event]]]:
    both = live()
    return [
        (time_ns, command, told)
        for (time_ns, command), told in zip(both.done, both.said, strict=True)
    ]


@pytest.mark.parametrize("version", GOLDEN, ids=lambda path: path.name)
def test_golden_journals_agree_and_say_what_was_predicted(version: Path, tmp_path: Path) -> None:
    venue = tmp_path / "venue"
    shutil.copytree(version, venue)
    audit = Audit()
    found = verify(venue, audit=audit)
    report = audit.report
    assert found.ok and report.ok, report.summary
    assert not report.unknown and not report.lost
    assert report.commands == found.commands
    assert sum(sum(ways.values()) for ways in report.kinds.values()) == found.events
    assert all(ways["accepted"] == 0 for ways in report.kinds.values())
    assert report.kinds["TradeExecuted"]["predicted"] > 0
    assert report.compared > 100


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_stream_of_commands_agrees(seed: int) -> None:
    engine, auditor, stream = Engine(), Auditor(), CommandStream(seed)
    for time_ns, command in stream.take(1_500):
        told = engine.apply(command, time_ns)
        stream.observe(told)
        finding = auditor.take(command, time_ns, told)
        assert finding is None, finding.text
    assert auditor.finish() is None


def altered(told: list[Event], place: int, chance: Random) -> list[Event] | None:
    """The events with one of them altered, left out or told twice."""
    event = told[place]
    if isinstance(event, NOT_PREDICTED):
        return None
    what = chance.randrange(5)
    if what == 0:
        return [*told[:place], *told[place + 1 :]]
    if what == 1:
        return [*told[: place + 1], *told[place:]]
    numbers = [
        name for name in event.__struct_fields__ if type(getattr(event, name)) in (int, bool)
    ]
    if not numbers:
        return None
    name = chance.choice(numbers)
    old = getattr(event, name)
    new = not old if isinstance(old, bool) else old + chance.choice((1, -1))
    return [*told[:place], msgspec.structs.replace(event, **{name: new}), *told[place + 1 :]]


def test_no_event_can_be_altered_left_out_or_told_twice(
    life: list[tuple[int, AnyCommand, list[Event]]],
) -> None:
    auditor, chance, tried = Auditor(), Random(7), 0
    for number, (time_ns, command, told) in enumerate(life):
        for place in range(len(told)):
            wrong = altered(told, place, chance) if chance.random() < 0.7 else None
            if wrong is None:
                continue
            tried += 1
            other = copy.deepcopy(auditor)
            found = other.take(command, time_ns, wrong)
            following = iter(life[number + 1 :])
            while found is None and (later := next(following, None)) is not None:
                found = other.take(later[1], later[0], later[2])
            assert found is not None, f"command {number + 1}, {wrong[place : place + 1]}"
        assert auditor.take(command, time_ns, told) is None
    assert tried > 100


def test_a_finding_says_where_and_what_in_words(
    life: list[tuple[int, AnyCommand, list[Event]]],
) -> None:
    auditor = Auditor()
    for seq, (time_ns, command, told) in enumerate(life, start=1):
        trades = [place for place, e in enumerate(told) if isinstance(e, events.TradeExecuted)]
        if trades:
            place = trades[0]
            trade = told[place]
            assert isinstance(trade, events.TradeExecuted)
            fee = trade.taker_fee
            wrong = msgspec.structs.replace(trade, taker_fee=fee + 1)
            told = [*told[:place], wrong, *told[place + 1 :]]
        found = auditor.take(command, time_ns, told)
        if trades:
            assert found is not None
            assert (found.seq, found.event, found.command) == (seq, place + 1, "PlaceOrders")
            assert f"taker_fee is {fee + 1} and should be {fee}" in found.text
            assert auditor.take(command, time_ns, told) is found, "nothing is audited after it"
            return
    raise AssertionError("the life has trades")


def test_events_about_nobody_and_nothing_are_a_finding_and_no_crash(
    life: list[tuple[int, AnyCommand, list[Event]]],
) -> None:
    chance, tried = Random(11), 0
    auditor = Auditor()
    for time_ns, command, told in life:
        for place, event in enumerate(told):
            if isinstance(event, NOT_PREDICTED) or chance.random() < 0.5:
                continue
            fields = {
                name: 987_654_321 if type(getattr(event, name)) is int else b"\x99" * 20
                for name in event.__struct_fields__
                if type(getattr(event, name)) in (int, bytes)
            }
            wrong = [*told[:place], msgspec.structs.replace(event, **fields), *told[place + 1 :]]
            if fields:
                tried += 1
                assert copy.deepcopy(auditor).take(command, time_ns, wrong) is not None
        assert auditor.take(command, time_ns, told) is None
    assert tried > 50


def test_unknown_kinds_are_accepted_and_said_to_be(
    life: list[tuple[int, AnyCommand, list[Event]]],
) -> None:
    auditor = Auditor()
    for number, (time_ns, command, told) in enumerate(life):
        more = [*told, SomethingNew(0)] if number in (3, 40) else told
        assert auditor.take(command, time_ns, more) is None
        if number == 20:
            asked: AnyCommand = SomethingAsked()  # type: ignore[assignment]
            assert auditor.take(asked, time_ns, [SomethingNew(1)]) is None
    assert auditor.finish() is None and auditor.lost is None
    assert auditor.unknown == {"SomethingNew", "SomethingAsked"}
    assert auditor.tally["SomethingNew"] == {"predicted": 0, "checked": 0, "accepted": 3}


def test_where_something_unknown_is_about_a_disagreement_proves_nothing(
    life: list[tuple[int, AnyCommand, list[Event]]],
) -> None:
    auditor = Auditor()
    for number, (time_ns, command, told) in enumerate(life):
        more = [*told, SomethingNew(0)] if number == 3 else told
        less = more[:-1] if number == 8 else more
        assert auditor.take(command, time_ns, less) is None
    assert auditor.lost is not None and auditor.lost.seq == 9
    accepted = sum(ways["accepted"] for ways in auditor.tally.values())
    assert accepted > sum(ways["predicted"] for ways in auditor.tally.values())


def test_the_presets_have_no_rules_that_the_auditor_does_not_know() -> None:
    assert {name: unknown_rules(spec) for name, spec in PRESETS.items()} == {
        name: set() for name in PRESETS
    }


def write_journal(folder: Path, life: list[tuple[int, AnyCommand, list[Event]]]) -> None:
    """A venue's directory with these commands and events."""
    journal = FileJournal.open(folder / JOURNAL_NAME)
    engine = Engine()
    for number, (time_ns, command, told) in enumerate(life, start=1):
        engine.apply(command, time_ns)
        commands = encode_commands([(time_ns, command)])
        journal.append(
            number,
            1,
            time_ns,
            commands,
            encode_events([told]),  # type: ignore[list-item]
            engine.state_hash(),
        )
    journal.close()


def test_verify_audits_and_its_exit_code_says_so(
    life: list[tuple[int, AnyCommand, list[Event]]], tmp_path: Path
) -> None:
    write_journal(tmp_path / "sound", life)
    done = CliRunner().invoke(app, ["verify", str(tmp_path / "sound"), "--audit"])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[1].startswith(f"audited {len(life)} commands; events: ")
    assert any(line.split()[:2] == ["LiquidationStarted", "3"] for line in lines)
    as_json = ["verify", str(tmp_path / "sound"), "--audit", "--json"]
    report = json.loads(CliRunner().invoke(app, as_json).stdout)
    assert report["ok"] and report["audit"]["ok"]
    assert report["audit"]["events"]["FundingSettled"]["predicted"] > 5
    foretold = {"predicted": 3, "checked": 0, "accepted": 0}
    assert report["audit"]["events"]["LiquidationStarted"] == foretold
    trades = [
        (number, place)
        for number, (_, _, told) in enumerate(life)
        for place, event in enumerate(told)
        if isinstance(event, events.TradeExecuted)
    ]
    number, place = trades[0]
    time_ns, command, told = life[number]
    wrong = msgspec.structs.replace(told[place], price=1)
    changed = [*life[:number], (time_ns, command, [*told[:place], wrong, *told[place + 1 :]])]
    write_journal(tmp_path / "changed", changed)
    done = CliRunner().invoke(app, ["verify", str(tmp_path / "changed"), "--audit"])
    assert done.exit_code == 1
    assert f"AUDIT: command {number + 1} (PlaceOrders), event {place + 1}" in done.stdout
    assert "price is 1 and should be" in done.stdout
