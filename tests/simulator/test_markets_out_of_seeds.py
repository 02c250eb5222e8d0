"""F14, F16: small shares of the campaigns of markets, and what they are there to find."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from typer.testing import CliRunner, Result

from bellwether.cli.main import app
from bellwether.engine import pricing
from bellwether.engine.index import update
from bellwether.engine.liquidation import equity_protection, hypercore
from bellwether.engine.liquidation.waterfall import ranking
from bellwether.formulas import discovery
from bellwether.formulas.deleveraging import Rank
from bellwether.lab.bench.standard.compilation import engine_is_compiled
from bellwether.testing.campaigns.markets import lying_sources, seeds
from bellwether.testing.campaigns.markets.cascades import draw_fall
from bellwether.testing.campaigns.markets.lying_sources import DESIGNS, draw_story
from bellwether.testing.campaigns.markets.seeds import Run, Seeds, fall_through, lie, run_seeds
from bellwether.testing.campaigns.markets.sources import LIES
from bellwether.units.quantities import FINE

Planted = Callable[[], AbstractContextManager[Any]]

needs_interpreted = pytest.mark.skipif(
    engine_is_compiled(), reason="a compiled core calls itself directly: no bug can be planted"
)


def first_wrong(run: Run, most: int) -> Seeds:
    """The seeds up to the first that is wrong."""
    for seed in range(most):
        found = run_seeds(run, [seed])
        if found.wrong:
            return found
    return found


def the_mean(turn: Any, market: Any) -> int:
    """An outside price that every source has a say in."""
    prices = [price for price, _ in market.listing.latest.values()]
    return sum(prices) * FINE // len(prices) if prices else -1


def the_same_for_all(account: int, lots: int, *_: int) -> Rank:
    """A ranking by nothing: the lower account goes first."""
    return Rank(account, 1 if lots > 0 else -1, 1, 1)


LIED_TO = {
    "every source counts": lambda: patch.object(pricing, "external_fine", the_mean),
    "the loudest source weighs most": lambda: patch.object(
        update, "capped_weights_e18", lambda inputs, cap: [weight for _, weight in inputs]
    ),
    "an index is the mean of what is said": lambda: patch.object(
        update, "weighted_median_fine", lambda said: sum(price for price, _ in said) // len(said)
    ),
    "an index jumps": lambda: patch.object(update, "next_index_fine", lambda old, new, *_: new),
    "an oracle jumps": lambda: patch.object(discovery, "limit_step_fine", lambda old, new, _: new),
}
FALLEN = {
    "nobody is deleveraged by the ladder": lambda: patch.object(
        hypercore, "deleverage_at_mark", lambda *_: None
    ),
    "nobody is deleveraged by equity protection": lambda: patch.object(
        equity_protection, "deleverage_at_zero", lambda *_: None
    ),
    "the ranking is by nothing": lambda: patch.object(ranking, "Rank", the_same_for_all),
}


def test_sources_that_lie_liquidate_nobody() -> None:
    found = run_seeds(lie, range(32))
    assert found.wrong == []
    assert found.counts["honest majority: liquidated"] > 10
    assert all(found.counts[f"honest majority: markets of {name}"] > 2 for name in DESIGNS)
    assert found.counts["honest majority: liquidated, and not in the twin"] == 0


def test_cascades_end_solvent() -> None:
    found = run_seeds(fall_through, range(6))
    assert found.wrong == []
    assert found.counts["ladder: positions deleveraged"] > 5
    assert found.counts["equity protection: positions deleveraged"] > 5


@needs_interpreted
@pytest.mark.parametrize("bug", LIED_TO.values(), ids=LIED_TO)
def test_what_lets_a_source_lie_is_found(bug: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """By who is liquidated; the auditor, who would see most of them first, is left out."""
    monkeypatch.setattr(lying_sources, "_AUDITED", 1 << 30)
    with bug():
        found = first_wrong(lie, 100)
    assert found.wrong and "would not be" in found.wrong[0]


@needs_interpreted
@pytest.mark.parametrize("bug", FALLEN.values(), ids=FALLEN)
def test_what_leaves_a_loss_to_the_wrong_ones_is_found(bug: Planted) -> None:
    with bug():
        assert first_wrong(fall_through, 12).wrong


def test_seeds_draw_every_design_every_lie_and_both_ways() -> None:
    stories = [draw_story(seed) for seed in range(400)]
    assert {story.design for story in stories} == set(DESIGNS)
    assert {name for story in stories for name in story.lies} == set(LIES)
    assert {story.has_majority for story in stories if story.design != "ipop"} == {True, False}
    falls = [draw_fall(seed) for seed in range(200)]
    for name in ("preset", "is_up", "swift", "whole", "jumpy", "has_providers", "is_turned"):
        assert len({getattr(fall, name) for fall in falls}) == 2, name


def bellwether(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["lab", *arguments])


def test_a_campaign_of_seeds_goes_on_and_comes_to_its_end(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path), "--json")
    first = bellwether("lying-sources", "--seeds", "4..6", *state)
    assert json.loads(first.stdout)["done"] == 3, first.output
    second = bellwether("lying-sources", "--seeds", "4..8", *state)
    told = json.loads(second.stdout)
    assert (told["done"], told["next"], told["runs"]) == (5, 9, 2)
    whole = json.loads(bellwether("lying-sources", "--seeds", "4..8", "--json").stdout)
    assert told["counts"] == whole["counts"]
    other = bellwether("lying-sources", "--seeds", "0..8", *state)
    assert other.exit_code == 2 and "other seeds" in other.stderr


def test_a_seed_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(seed: int) -> dict[str, int]:
        assert seed != 2, "a bug"
        return {"ladder: cascades": 1}

    monkeypatch.setattr(seeds, "fall_through", fall)
    done = bellwether("cascades", "--seeds", "0..3")
    assert done.exit_code == 1
    assert "1 wrong: seed 2: AssertionError: a bug" in done.stdout


@pytest.mark.parametrize("text", ["5..3", "x", "1"])
def test_what_is_no_range_is_refused(text: str) -> None:
    assert bellwether("cascades", "--seeds", text).exit_code == 2
