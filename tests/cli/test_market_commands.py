"""`bellwether operator list|change|…` and `market show|diff|capital` against a running venue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from tests.gateway.live import LiveGateway

Run = Callable[..., Result]
FIRST, SECOND = ("--dev-operator", "0"), ("--dev-operator", "1")
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
WHY = ("--grounds", "Because.")


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path / "venue") as live:
        yield live


@pytest.fixture
def run(venue: LiveGateway, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BELLWETHER_URL", venue.url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def approved(run: Run, *arguments: str) -> None:
    done = run("operator", *arguments, *FIRST, "--json")
    assert done.exit_code == 0, done.output
    number = str(json.loads(done.stdout)["proposalId"])
    done = run("operator", "approve", number, *SECOND)
    assert done.exit_code == 0, done.output


def test_a_market_is_listed_from_a_file_and_shown(venue: LiveGateway, run: Run) -> None:
    approved(run, "list", str(GUIDE / "qnt.toml"))
    told = json.loads(run("market", "show", "QNT", "--url", venue.url, "--json").stdout)
    assert (told["reference_atoms"], told["share_count"]) == (400_000, 250_000_000)
    assert told["outside_launch_time"] == 1_788_134_400 * 10**9
    shown = run("market", "show", "QNT", "--url", venue.url).stdout
    assert "version 1" in shown and "2026-08-31T00:00:00Z" in shown
    marked = [line for line in shown.splitlines() if "*" in line]
    assert any("time_lock_ns" in line for line in marked)
    assert not any("max_leverage" in line for line in marked)
    names = [row["coin"] for row in json.loads(run_list(run, venue))]
    assert names == ["CBRS", "ANTH", "OPENAI", "QNT", "xyz:SPCX"]


def run_list(run: Run, venue: LiveGateway) -> str:
    return str(run("market", "list", "--url", venue.url, "--json").stdout)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'preset = "ipop"\nreference = 40.5',
            "expected a decimal number as text",
        ),
        ("preset = ", "is not TOML"),
        ('preset = "none"\nbasis = "2026-01-01"', "act.spec.preset: `none` is none of"),
        ('preset = "ipop"\nreference = "1"', "basis"),
    ],
)
def test_a_file_that_is_no_market_is_refused(
    run: Run, tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "market.toml"
    path.write_text(text)
    done = run("operator", "list", str(path), *FIRST)
    assert done.exit_code != 0 and says in done.stderr, done.stderr
    missing = run("operator", "list", str(tmp_path / "none.toml"), *FIRST)
    assert "can not be read" in missing.stderr


def test_a_change_shows_in_versions_and_differences(venue: LiveGateway, run: Run) -> None:
    sets = ("band=0.3", "funding.divisor=9", 'tiers=[{"lower_bound_e6": 0, "max_leverage": 4}]')
    flags = [word for each in (*sets, "max_leverage=4") for word in ("--set", each)]
    approved(run, "change", "CBRS", *flags, *WHY)
    told = json.loads(run("market", "diff", "CBRS", "--url", venue.url, "--json").stdout)
    assert told["max_leverage"] == {"preset": 5, "market": 4}
    assert told["funding"]["market"]["divisor"] == 9
    shown = run("market", "diff", "CBRS", "--url", venue.url).stdout
    assert "oracle.band_e12" in shown and "funding.divisor" in shown
    first = ("market", "show", "CBRS", "--url", venue.url, "--version", "1", "--json")
    assert json.loads(run(*first).stdout)["max_leverage"] == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("band", "expected NAME=VALUE"),
        ("tiers=[1", "--set tiers"),
        ("symbol=X", "act.changes.symbol: does not change in place"),
        ("colour=red", "act.changes.colour: is not a field of a specification"),
    ],
)
def test_a_change_that_is_none_is_refused(run: Run, text: str, says: str) -> None:
    done = run("operator", "change", "CBRS", "--set", text, *WHY, *FIRST)
    assert done.exit_code != 0 and says in done.stderr


def test_the_capital_structure_is_told_with_its_past(venue: LiveGateway, run: Run) -> None:
    sets = ("--set", "shareCount=1000000000", "--set", "shareCountSource=S-1")
    approved(run, "change", "CBRS", *sets, *WHY)
    shown = run("market", "capital", "CBRS").stdout
    assert "S-1" in shown and "the company 175000000000.0 USD" in shown
    past = run("market", "capital", "CBRS", "--time", "2026-05-01T00:00:00Z", "--json").stdout
    assert json.loads(past)["quote"]["sharePx"] == "175.0"
    assert "--time" in run("market", "capital", "CBRS", "--time", "noon").stderr


def test_phases_inputs_and_longer_halts_are_proposed(run: Run) -> None:
    approved(run, "halt", "CBRS", "--beyond-hour", *WHY)
    moved = run("operator", "set-phase", "CBRS", "SETTLEMENT_PERIOD", *WHY, *FIRST)
    assert moved.stdout.startswith("proposal 2: CBRS moves to SETTLEMENT_PERIOD")
    filed = run("operator", "event-phase", "CBRS", "filed", *WHY, *FIRST)
    assert filed.stdout.startswith("proposal 3: CBRS is filed")
    assert "is not one of" in run("operator", "event-phase", "CBRS", "soon", *WHY, *FIRST).stderr
    how = ("--source", "alpha", "--kind", "secondary_trade")
    none = run("operator", "resolve-input", "ANTH", "accept", *how, *WHY, *FIRST)
    assert none.exit_code != 0 and "there is no secondary_trade of alpha" in none.stderr
