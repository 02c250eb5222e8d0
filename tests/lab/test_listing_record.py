"""The worked record of CBRS's conversion is what the command computes (LIFE-7, LIFE-8)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.lab.listing.bars import read_bars
from bellwether.lab.tape import TapeError
from bellwether.units.clock_text import parse_time_ns

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "record" / "cbrs-conversion.md"
FILES = [str(ROOT / "data" / name) for name in ("cbrs_prints.csv", "cbrs_listing_day_spot_5m.csv")]
CROSS = ["--cross", "2026-05-14T16:59:43Z"]
OPTIONS = [*CROSS, "--symbol", "CBRS", "--reference", "175", "--band", "0.25"]


def away(price: str, share: str) -> str:
    tenths = (round(float(price) * 1_000) - round(float(share) * 1_000) + 50) // 100
    return f"{tenths / 10:+.1f}"


def test_life_8_the_record_of_cbrs_is_what_the_engine_does() -> None:
    done = CliRunner().invoke(app, ["lab", "conversion", *FILES, *OPTIONS, "--json"])
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    at_once = [line for line in lines if line["rampMinutes"] == 0]
    ramped = [line for line in lines if line["rampMinutes"] == 60]
    expected = []
    for one, other in zip(at_once, ramped, strict=True):
        share = one["share"]
        expected.append(
            [
                one["time"][11:16],
                share,
                away(one["recorded"], share),
                away(one["oracle"], share),
                away(one["mark"], share),
                away(other["oracle"], share),
                away(other["mark"], share),
            ]
        )
    rows = re.findall(r"^\| (\d\d:\d\d) \|(.*)\|$", RECORD.read_text(), re.MULTILINE)
    told = [[time, *(cell.strip() for cell in cells.split("|"))] for time, cells in rows]
    assert [row[:2] + row[3:] for row in told] == expected
    assert at_once[0]["phase"] == "CONVERTING"
    assert {line["phase"] for line in lines[-3:]} == {"LISTED"}


def test_the_day_alone_is_told_to_people_in_a_table() -> None:
    options = [*CROSS, "--ramp", "5", "--start", "2026-05-14T15:00:00Z", "--reference", "340"]
    done = CliRunner().invoke(app, ["lab", "conversion", *FILES, *options])
    assert done.exit_code == 0, done.output
    assert "USD above the share" in done.stdout and "20:00" in done.stdout


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--cross", "2026-05-14T18:00:00Z"], "does not lie in the first bar"),
        ([*CROSS, "--start", "2027-01-01T00:00:00Z"], "nothing was printed"),
        ([*CROSS, "--band", "1.5"], "band_e12"),
        (["--cross", "noon"], "UTC time"),
    ],
)
def test_what_can_not_be_run_is_named(options: list[str], reason: str) -> None:
    done = CliRunner().invoke(app, ["lab", "conversion", *FILES, *options])
    assert done.exit_code == 2
    assert reason in done.output


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "the first line must be"),
        (["2026-05-14 16:55:00+00:00,1,1,1,1"], "fewer than two"),
        (["2026-05-14 16:55:00+00:00,1,1,1"], "line 2: a line holds"),
        (["2026-05-14 16:55:00+00:00,0,1,1,1"], "line 2: a price must be positive"),
        (
            [f"2026-05-14 16:{minute}:00+00:00,1,1,1,1" for minute in (50, 55, 59)],
            "equal length",
        ),
    ],
)
def test_bars_that_are_none_are_refused_with_their_line(
    lines: list[str], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "bars.csv"
    header = ["time_utc,open_usd,high_usd,low_usd,close_usd"] if lines else []
    path.write_text("\n".join(header + lines))
    with pytest.raises(TapeError, match=reason):
        read_bars(path, 3, parse_time_ns("2026-05-14T16:57:00Z"))
