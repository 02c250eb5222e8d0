"""PRICE-13: the real CBRS tape gives the real references."""

from __future__ import annotations

from pathlib import Path

import pytest

from bellwether.lab.replay import Ended, HourSettled, Launched, Moved, Updated, replay
from bellwether.lab.tape import Print, TapeError, read_tape
from bellwether.schema.presets import specify
from bellwether.units.clock_text import format_time_ns, parse_time_ns

TAPE = Path(__file__).parents[2] / "data" / "cbrs_prints.csv"
MINUTE_NS = 60_000_000_000
FINE_PER_USD = 10**12
CBRS = specify("ipop", "CBRS", "", reference_atoms=175_000, oracle={"band_e12": 250_000_000_000})


def test_the_real_tape_gives_the_real_references() -> None:
    moves = [one for one in replay(CBRS, read_tape(TAPE, 3)) if isinstance(one, Moved)]
    assert [(move.direction, move.reference_fine) for move in moves] == [
        (1, 218_750_000_000_000),
        (1, 273_437_500_000_000),
        (-1, 205_078_125_000_000),
        (1, 256_347_656_250_000),
        (1, 320_434_570_312_500),
    ]
    assert format_time_ns(moves[0].time_ns) == "2026-05-01T10:19:51.000Z"
    windows = [
        ("2026-05-01T10:14:00Z", "2026-05-01T10:39:00Z"),
        ("2026-05-01T11:34:00Z", "2026-05-01T11:39:00Z"),
        ("2026-05-04T22:14:00Z", "2026-05-04T22:24:00Z"),
        ("2026-05-05T06:39:00Z", "2026-05-05T06:44:00Z"),
    ]
    for move, (low, high) in zip(moves, windows, strict=False):
        assert move.time_ns >= parse_time_ns(low) - 15 * MINUTE_NS
        assert move.time_ns <= parse_time_ns(high) + 15 * MINUTE_NS


def test_a_flat_tape_at_the_reference_pays_only_the_interest() -> None:
    start = parse_time_ns("2026-05-01T00:00:00Z")
    happenings = list(replay(CBRS, [Print(start, 175_000)]))
    assert isinstance(happenings[0], Launched)
    settled = [one for one in happenings if isinstance(one, HourSettled)]
    assert [(one.samples, one.rate_e12) for one in settled] == [(720, 62_500)]
    end = happenings[-1]
    assert isinstance(end, Ended)
    assert (end.updates, end.oracle_atoms, end.mark_atoms) == (1_200, 175_000, 175_000)


def test_after_one_time_constant_the_oracle_is_63_percent_of_the_way() -> None:
    start = parse_time_ns("2026-05-01T00:00:00Z")
    at = start + 30 * MINUTE_NS
    updates = [one for one in replay(CBRS, [Print(start, 185_000)]) if isinstance(one, Updated)]
    oracle = [one.oracle_atoms for one in updates if one.time_ns <= at][-1]
    assert 175_000 + 6_300 < oracle < 175_000 + 6_350


def test_a_launch_before_the_first_print_holds_the_reference() -> None:
    start = parse_time_ns("2026-05-01T00:00:00Z")
    tape = [Print(start + 30 * MINUTE_NS, 185_000)]
    updates = [one for one in replay(CBRS, tape, start) if isinstance(one, Updated)]
    before = {one.oracle_atoms for one in updates if one.time_ns < tape[0].time_ns}
    assert before == {175_000}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("time,price\n", "the first line must be"),
        ("time_utc,price_usd\n", "holds no prices"),
        ("time_utc,price_usd\n2026-05-01 01:29\n", "line 2"),
        ("time_utc,price_usd\n2026-05-01 01:29,abc\n", "line 2"),
        ("time_utc,price_usd\n2026-05-01 01:29,-1\n", "must be positive"),
        ("time_utc,price_usd\n2026-05-01 01:29,1\n2026-05-01 01:28,1\n", "not in order"),
    ],
)
def test_a_file_that_is_no_tape_is_refused_by_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "tape.csv"
    path.write_text(text)
    with pytest.raises(TapeError, match=reason):
        read_tape(path, 3)
