"""`bellwether lab simulate` and its sisters, as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from bellwether.cli.main import app
from bellwether.testing.simulator.bugs import BUGS, planted
from bellwether.testing.simulator.plan import draw_plan


def bellwether(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["lab", *arguments])


def test_one_seed_is_run_and_summed_up() -> None:
    done = bellwether("simulate", "--seed", "7", "--steps", "120")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("1 world from seed 7 on, 120 steps: ")
    assert done.stdout.rstrip().endswith("nothing wrong")


def test_a_range_of_seeds_is_told_as_json() -> None:
    done = bellwether("simulate", "--seeds", "3..5", "--steps", "60", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["worlds"] == 3 and told["steps"] == 180 and told["failed"] is None
    assert {"events", "seconds", "version", "commit", "core"} <= told.keys()


@pytest.mark.parametrize(
    "arguments", [("--seeds", "5..3"), ("--seeds", "x"), ("--seed", "1", "--minutes", "1")]
)
def test_what_can_not_be_meant_is_refused(arguments: tuple[str, ...]) -> None:
    assert bellwether("simulate", *arguments).exit_code == 2


def test_a_failing_world_is_told_kept_and_run_again(tmp_path: Path) -> None:
    kept = tmp_path / "world.json"
    bug = next(bug for bug in BUGS if bug.name == "missing-sync")
    with planted(bug):
        wrong = [seed for seed in range(9) if not draw_plan(seed, 1).features.writing_process]
        arguments = ("simulate", "--seed", str(wrong[0]), "--steps", "50", "--shrink", "5")
        done = bellwether(*arguments, "--keep", str(kept))
        assert done.exit_code == 1
        assert "I16: " in done.stderr
        assert f"again: bellwether lab simulate --seed {wrong[0]} --steps 50" in done.stderr
        assert bellwether("simulate", "--plan", str(kept)).exit_code == 1
    assert bellwether("simulate", "--plan", str(kept)).exit_code == 0
    assert msgspec.json.decode(kept.read_bytes())["seed"] == wrong[0]


def test_campaigns_say_what_they_did() -> None:
    done = bellwether("torn-writes", "--count", "100")
    assert done.exit_code == 0 and "nothing wrong" in done.stdout
    done = bellwether("flipped-bits", "--count", "40", "--json")
    told = json.loads(done.stdout)
    assert told["done"] == sum(told["counts"].values()) == 40 and told["wrong"] == []
