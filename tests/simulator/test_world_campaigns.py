"""Campaigns of worlds that are interrupted and go on, and worlds in several processes."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bellwether.cli.main import app
from bellwether.testing.campaigns.worlds import FILE, CampaignError, Part, only_one, open_campaign
from bellwether.testing.simulator.bugs import BUGS, planted
from bellwether.testing.simulator.hunt import simulate
from bellwether.testing.simulator.plan import draw_plan

STEPS = 40


def bellwether(folder: Path, *arguments: str) -> Result:
    options = ("--steps", str(STEPS), "--state", str(folder), *arguments)
    return CliRunner().invoke(app, ["lab", "simulate", *options])


def kept(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / FILE).read_text())
    return found


def test_workers_see_the_same_worlds() -> None:
    alone = simulate(range(5), lambda _: None, STEPS)
    digests: dict[int, str] = {}
    together = simulate(range(5), lambda o: digests.update({o.seed: o.digest}), STEPS, workers=2)
    assert sorted(digests) == list(range(5))
    sums = (together.worlds, together.events, together.lives, together.faults)
    assert sums == (alone.worlds, alone.events, alone.lives, alone.faults)


def test_an_interrupted_campaign_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed between two worlds and in the middle of one: each is counted once."""
    whole = simulate(range(6), lambda _: None, STEPS)
    campaign = open_campaign(tmp_path, 0, 5, STEPS, True)
    campaign.parts.append(Part("c", "compiled", "now"))
    for seed in islice(campaign.seeds(), 3):
        if seed != 1:
            simulate((seed,), lambda outcome: campaign.take(outcome, 1.0), STEPS)
    campaign.save(tmp_path)
    assert open_campaign(tmp_path, 0, 5, STEPS, True).begun == [1]
    done = bellwether(tmp_path, "--seeds", "0..5")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"6 worlds from seed 0 on, {6 * STEPS} steps: ")
    found = kept(tmp_path)
    sums = found["sums"]
    assert (sums["events"], sums["lives"], sums["faults"]) == (
        whole.events,
        whole.lives,
        whole.faults,
    )
    assert found["begun"] == [] and found["next_seed"] == 6
    parts = found["parts"]
    assert [part["worlds"] for part in parts] == [2, 4]
    again = bellwether(tmp_path, "--seeds", "0..5")
    assert again.exit_code == 0 and again.stdout.startswith("6 worlds from seed 0 on")


def test_a_campaign_by_the_clock_adds_up(tmp_path: Path) -> None:
    first = bellwether(tmp_path, "--minutes", "0.01", "--workers", "2")
    assert first.exit_code == 0, first.output
    before = kept(tmp_path)["sums"]
    second = bellwether(tmp_path, "--minutes", "0.01", "--json")
    assert second.exit_code == 0, second.output
    after = json.loads(second.stdout)
    assert after["worlds"] > before["worlds"] and after["first_seed"] == before["first_seed"]
    assert after["seconds"] > before["seconds"]


def test_a_world_that_was_wrong_is_owed_until_it_is_right(tmp_path: Path) -> None:
    bug = next(bug for bug in BUGS if bug.name == "missing-sync")
    seed = next(n for n in range(9) if not draw_plan(n, 1).features.writing_process)
    seeds = ("--seeds", f"{seed}..{seed + 1}")
    with planted(bug):
        done = bellwether(tmp_path, *seeds, "--shrink", "0")
    assert done.exit_code == 1 and "I16: " in done.stderr
    found = kept(tmp_path)
    assert found["begun"] == [seed]
    assert [wrong["seed"] for wrong in found["wrong"]] == [seed]
    mended = bellwether(tmp_path, *seeds)
    assert mended.exit_code == 0, mended.output
    assert mended.stdout.startswith("2 worlds from ")
    assert len(kept(tmp_path)["wrong"]) == 1, "what was wrong is not forgotten"


def test_a_campaign_of_other_worlds_is_refused(tmp_path: Path) -> None:
    open_campaign(tmp_path, 0, 5, STEPS, True).save(tmp_path)
    with pytest.raises(CampaignError, match="have 40 steps, not 41"):
        open_campaign(tmp_path, 0, 5, 41, True)
    with pytest.raises(CampaignError, match="its seeds are others"):
        open_campaign(tmp_path, 0, 6, STEPS, True)
    (tmp_path / FILE).write_text("{")
    done = bellwether(tmp_path, "--seeds", "0..5")
    assert done.exit_code == 2 and FILE in done.stderr


def test_two_processes_do_not_go_on_with_one_campaign(tmp_path: Path) -> None:
    with only_one(tmp_path):
        done = bellwether(tmp_path, "--seeds", "0..1")
    assert done.exit_code == 2 and "another process goes on with it" in done.stderr
    assert not (tmp_path / FILE).exists()
    assert bellwether(tmp_path, "--seeds", "0..1").exit_code == 0
