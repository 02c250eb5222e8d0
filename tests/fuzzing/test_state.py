"""A campaign that was interrupted goes on where it was, and its figures are added up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bellwether.cli.lab.command import lab
from bellwether.testing.campaigns import torn_writes
from bellwether.testing.campaigns.state import SUMS_NAME, State, StateUnusable


def run(*arguments: str) -> dict[str, object]:
    done = CliRunner().invoke(lab, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_figures_of_all_runs_are_added_up(tmp_path: Path) -> None:
    first = State("bits", tmp_path)
    first.add(10, {"a": 10}, 1.5, worst={"slow": 2.0})
    second = State("bits", tmp_path)
    second.add(5, {"a": 3, "b": 2}, 0.5, ["a sentence"], {"slow": 1.0})
    third = State("bits", tmp_path).sums
    assert (third.done, third.runs, third.seconds) == (15, 3, 2.0)
    assert third.counts == {"a": 13, "b": 2}
    assert third.worst == {"slow": 2.0}
    assert third.wrong == ["a sentence"]


def test_figures_of_another_campaign_are_not_added_to(tmp_path: Path) -> None:
    State("bits", tmp_path).add(1, {}, 0.0)
    with pytest.raises(StateUnusable, match="of the campaign bits"):
        State("torn", tmp_path)
    (tmp_path / SUMS_NAME).write_text("{")
    with pytest.raises(StateUnusable, match="begin anew"):
        State("bits", tmp_path)


def test_a_campaign_without_an_end_goes_on_where_it_was(tmp_path: Path) -> None:
    first = State("http", tmp_path)
    first.begin_anywhere()
    first.add(1, {}, 0.0)
    assert first.sums.next > 0
    second = State("http", tmp_path)
    second.begin_anywhere()
    assert second.sums.next == first.sums.next


def test_bits_go_on_and_begin_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bellwether.cli.lab.campaigns._BITS_AT_ONCE", 100)
    state = State("flipped-bits", tmp_path)
    state.sums.next = 200
    state.add(200, {}, 0.0)
    whole = run("flipped-bits", "--count", "300", "--state", str(tmp_path))
    assert (whole["done"], whole["next"]) == (300, 0)
    again = run("flipped-bits", "--count", "300", "--state", str(tmp_path))
    assert (again["done"], again["runs"]) == (600, 3)


def test_torn_writes_go_on_with_other_disks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []
    real = torn_writes.tear_writes

    def noted(count: int, progress: torn_writes.Progress, first: int) -> torn_writes.Torn:
        seeds.append(first)
        return real(count, progress, first)

    monkeypatch.setattr("bellwether.testing.campaigns.torn_writes.tear_writes", noted)
    monkeypatch.setattr("bellwether.cli.lab.campaigns._WRITES_AT_ONCE", 100)
    first = run("torn-writes", "--count", "150", "--state", str(tmp_path))
    assert first["done"] == 150 and seeds[0] == 0
    second = run("torn-writes", "--count", "150", "--state", str(tmp_path))
    assert second["done"] == 300 and seeds == sorted(set(seeds)) and len(seeds) == 4
