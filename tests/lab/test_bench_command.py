"""`bellwether bench` end to end with little work; nothing here depends on speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.lab.bench.report import Figure, Report
from bellwether.lab.bench.results import write_section
from bellwether.lab.bench.standard.workload import as_in_a_node
from bellwether.lab.bench.surroundings import Surroundings

RAN = Surroundings("2026-05-01 00:00 UTC", "a processor", 2, "3.11.0", False, "")
FEW = ["--messages", "1500", "--orders", "300", "--days", "1", "--positions", "200"]
FEW += ["--clients", "20", "--idle", "20", "--seconds", "1", "--crowd", "2000"]


def bench(name: str, directory: Path, *more: str) -> str:
    arguments = ["bench", name, *FEW, "--data-dir", str(directory), *more]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("engine", {"engine", "yardstick", "ratio"}),
        ("durable", {"saturation", "ratio", "p50", "p99", "fdatasync alone, p50"}),
        ("recovery", {"from a snapshot", "from nothing", "memory per resting order"}),
        (
            "life",
            {
                "idle venue",
                "idle venue, time",
                "oracle update, 10 positions",
                "oracle update, 200 positions",
                "oracle update, ratio",
                "funding sample, ratio",
                "funding hour, ratio",
            },
        ),
        (
            "risk",
            {
                "isolated, update, 20 positions",
                "isolated, update, 2,000 positions, ratio",
                "cross, update, 200 positions",
                "cross, update, 2,000 positions, ratio",
                "isolated, a liquidation, 2,000 positions",
                "isolated, a liquidation, 2,000 positions, ratio",
            },
        ),
        (
            "api",
            {
                "orders",
                "signature recovery alone",
                "ratio to two threads",
                "ratio to bare server",
                "p99.9 at half",
                "orders in batches",
                "cancels",
                "mixed with reads",
                "orders over WebSocket posts",
                "ratio of reads",
            },
        ),
        (
            "stream",
            {
                "delivery p99",
                "delivery p99 beside stalled clients",
                "stalled clients cut off",
                "memory per idle client",
            },
        ),
    ],
)
def test_each_benchmark_runs_and_tells_its_workload(
    name: str, figures: set[str], tmp_path: Path
) -> None:
    found = json.loads(bench(name, tmp_path, "--json"))
    assert found["name"] == name
    assert found["workload"] and found["cpu"] and found["date"]
    values = {figure["name"]: figure["value"] for figure in found["figures"]}
    assert figures <= values.keys()
    assert all(value > 0 for value in values.values()), values
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_a_storm_of_orders_is_told_beside_the_cancels_it_holds_up(tmp_path: Path) -> None:
    found = json.loads(bench("storm", tmp_path, "--json"))
    values = {figure["name"]: figure["value"] for figure in found["figures"]}
    beside, alone = values["cancel in the storm, p99"], values["cancel alone, p99"]
    assert values["later by, p99"] == pytest.approx(beside - alone)
    assert values["most memory"] >= values["memory before"] > 0


def test_endurance_tells_memory_early_and_late(tmp_path: Path) -> None:
    found = json.loads(bench("endurance", tmp_path, "--minutes", "0.05", "--json"))
    values = {figure["name"]: figure["value"] for figure in found["figures"]}
    early, late = values["memory after a third of the time"], values["memory at the end"]
    assert values["growth"] == pytest.approx(late / early) and values["most memory"] >= early > 0
    assert "3,000 signed requests over 0.05 minutes" in found["workload"][0]


def test_results_are_shown_as_text_and_kept_in_a_file(tmp_path: Path) -> None:
    results = tmp_path / "bench" / "RESULTS.md"
    shown = bench("engine", tmp_path / "journals", "--write", str(results))
    assert "workload: standard stream, 1,500 messages" in shown
    kept = results.read_text(encoding="utf-8")
    assert "## engine" in kept and "bellwether bench engine --messages 1500" in kept
    assert "| ratio |" in kept


def test_what_goes_wrong_is_told_beside_the_results(capsys: pytest.CaptureFixture[str]) -> None:
    with as_in_a_node():
        structlog.get_logger("node").info("started")
        structlog.get_logger("node").warning("slow_began")
    told = capsys.readouterr()
    assert told.out == "" and "slow_began" in told.err and "started" not in told.err


def test_positions_have_another_side() -> None:
    result = CliRunner().invoke(app, ["bench", "life", "--positions", "201"])
    assert result.exit_code == 2
    assert "--positions 201: expected an even number" in result.output


def test_a_crowd_can_be_divided() -> None:
    result = CliRunner().invoke(app, ["bench", "risk", "--crowd", "3000"])
    assert result.exit_code == 2
    assert "--crowd 3000: expected a multiple of 2,000" in result.output


def test_the_life_benchmark_is_kept_with_its_own_sizes(tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    bench("life", tmp_path / "journals", "--write", str(results))
    kept = results.read_text(encoding="utf-8")
    assert "bellwether bench life --days 1 --positions 200" in kept
    assert "for 1 day; oracle every 3 s" in kept and "10 open positions against 200" in kept
    assert kept.count("| at most 1.5 |") == 3
    assert "at most 60" not in kept, "that is asked of ninety days"


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for name, value in (("engine", 1.0), ("api", 2.0), ("engine", 3.0)):
        report = Report(name, ("some work",), (Figure("ratio", value, target="at least 1"),))
        write_section(path, report, RAN, f"bellwether bench {name}")
    kept = path.read_text(encoding="utf-8")
    assert kept.count("## engine") == 1 and kept.count("## api") == 1
    assert "| ratio | 3 | at least 1 |" in kept and "| ratio | 2 |" in kept
    assert "| ratio | 1 |" not in kept
    assert kept.index("## engine") < kept.index("## api"), "sections keep their places"


def test_figures_have_no_more_digits_than_they_are_worth() -> None:
    assert Figure("speed", 1_234_567.8, "commands/s").text() == "1,234,568 commands/s"
    assert Figure("ratio", 0.123456).text() == "0.123"
