"""`bellwether replay`: one object a line for programs, tables for people, faults on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bellwether.cli.main import app

HEADER = "time_utc,price_usd\n"


def tape(tmp_path: Path) -> str:
    path = tmp_path / "tape.csv"
    path.write_text(HEADER + "2026-05-01 00:00,175.0\n2026-05-01 00:10,225.0\n")
    return str(path)


def test_json_lines_name_the_event_the_time_and_the_reference(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["replay", tape(tmp_path), "--reference", "175", "--band", "0.25", "--json"]
    )
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["event"] == "launch"
    moves = [line for line in lines if line["event"] == "re_anchor"]
    assert [(move["direction"], move["reference"]) for move in moves] == [("up", "218.75")]
    assert list(moves[0]) == ["event", "time", "direction", "reference"]
    assert len(moves[0]["time"]) == len("2026-05-01T10:19:51Z")
    assert lines[-1]["event"] == "end"


def test_people_get_a_table(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["replay", tape(tmp_path), "--symbol", "CBRS"])
    assert done.exit_code == 0
    assert "References" in done.stdout
    assert "CBRS: " in done.stdout


def test_a_changed_field_changes_the_outcome(tmp_path: Path) -> None:
    arguments = ["replay", tape(tmp_path), "--json", "--set", "oracle.max_re_anchors=0"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert "re_anchor" not in done.stdout.replace("reAnchors", "")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--preset", "none"], "preset"),
        (["--band", "1.5"], "band_e12"),
        (["--reference", "1e3"], "exponent"),
        (["--set", "oracle.tau=3"], "oracle.tau"),
        (["--set", "max_leverage"], "KEY=VALUE"),
        (["--start", "noon"], "UTC time"),
    ],
)
def test_faults_go_to_stderr_with_code_2(tmp_path: Path, options: list[str], reason: str) -> None:
    done = CliRunner().invoke(app, ["replay", tape(tmp_path), *options])
    assert done.exit_code == 2
    assert reason in done.stderr
    assert done.stdout == ""


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "life.svg"
    done = CliRunner().invoke(app, ["replay", tape(tmp_path), "--plot", str(picture)])
    assert done.exit_code == 0, done.output
    assert b"<svg" in picture.read_bytes()


def test_market_commands_show_the_specification_and_its_differences() -> None:
    listed = CliRunner().invoke(app, ["market", "list", "--json"])
    assert json.loads(listed.stdout)[0]["symbol"] == "CBRS"
    shown = CliRunner().invoke(app, ["market", "show", "xyz:SPCX", "--json"])
    assert json.loads(shown.stdout)["oracle"]["band_e12"] == 200_000_000_000
    found = CliRunner().invoke(app, ["market", "diff", "xyz:SPCX", "--json"])
    assert "size_decimals" in json.loads(found.stdout)
    unknown = CliRunner().invoke(app, ["market", "show", "XYZ"])
    assert unknown.exit_code == 2
    assert "CBRS" in unknown.stderr
