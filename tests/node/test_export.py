"""The history of a venue as files, out of its journal (IFACE-9, RULE-7)."""

from __future__ import annotations

import asyncio
import csv
import shutil
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.journal import FileJournal
from bellwether.node.clock import ManualClock
from bellwether.node.founding.dev_keys import dev_address
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.node import JOURNAL_NAME, Node
from bellwether.schema import codes
from bellwether.schema.commands import (
    AnyCommand,
    DecideProposal,
    Genesis,
    OrderRequest,
    PlaceOrders,
    RebaseMarket,
    SubmitExternalPrice,
    SubmitObservation,
)
from bellwether.units.clock_text import parse_time_ns
from bellwether.views import Views

START_NS = parse_time_ns("2026-05-01T22:30:00Z")
HOUR_NS = 3_600_000_000_000
CBRS, ANTH, SPCX = 0, 1, 110_000
ACCOUNTS = [dev_address("account", number) for number in range(4)]
OPERATORS = [dev_address("operator", number) for number in range(2)]


def founding(start_ns: int) -> Genesis:
    return dev_genesis(start_ns, check_nonce_window=False)


def order(
    who: int, nonce: int, is_buy: bool, price: int, lots: int = 50_000, asset: int = CBRS
) -> PlaceOrders:
    return PlaceOrders(ACCOUNTS[who], b"", nonce, 0, (OrderRequest(asset, is_buy, price, lots),))


def observed(nonce: int, source: str) -> SubmitObservation:
    worth = 2_078 * 10**15
    how = ("secondary_trade", worth, "valuation", 0, "common", 0, START_NS)
    return SubmitObservation(OPERATORS[0], nonce, ANTH, source, *how)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hours over midnight: trades, a quoted book, observations, an outside price, a split."""
    directory = tmp_path_factory.mktemp("lived")

    async def live() -> None:
        journal = FileJournal.open(directory / JOURNAL_NAME)
        node = Node(directory, journal, ManualClock(START_NS), founding, Views)
        await node.start()
        commands: list[AnyCommand] = [order(0, 1, True, 179_000), order(1, 1, False, 181_000)]
        commands += [order(2, 1, True, 181_000, 1_234), order(3, 1, False, 179_000, 1_500)]
        commands.append(order(0, 2, False, 1_500_000, 200, SPCX))
        commands.append(order(1, 2, True, 1_500_000, 150, SPCX))
        commands += [observed(10 + n, s) for n, s in enumerate(("alpha", "beta", "gamma"))]
        commands.append(
            SubmitExternalPrice(
                OPERATORS[0], 20, CBRS, "primary", 182_500, START_NS, codes.REGULAR_SESSION
            )
        )
        for command in commands:
            await node.submit(command)
        await node.advance_to(START_NS + 2 * HOUR_NS)
        how = (2, 1, "split", "Two for one.")
        await node.submit(RebaseMarket(OPERATORS[0], 30, CBRS, *how))
        await node.submit(DecideProposal(OPERATORS[1], 1, 1, True))
        await node.submit(order(2, 2, False, 85_000, 200))
        await node.advance_to(START_NS + 3 * HOUR_NS)
        await node.stop()

    asyncio.run(live())
    return directory


def export(data: Path, out: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["export", str(data), "--out", str(out), *options])


@pytest.fixture(scope="module")
def whole(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "history"
    done = export(lived, out)
    assert done.exit_code == 0, done.output
    return out


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_files_lie_by_market_and_day_and_their_checksums_hold(whole: Path) -> None:
    found = contents(whole)
    lines = found.pop("SHA256SUMS").decode().splitlines()
    assert dict(reversed(line.split("  ")) for line in lines) == {
        name: sha256(content).hexdigest() for name, content in found.items()
    }
    assert {name.split("/")[0] for name in found} == {"CBRS", "ANTH", "OPENAI", "xyz%3ASPCX"}
    assert {name.split("/")[1] for name in found} == {"2026-05-01", "2026-05-02"}
    tables = {name.split("/")[2] for name in found}
    assert tables == {
        f"{name}.csv"
        for name in (
            "trades marks observations external_prices index index_inputs funding funding_samples"
            " announcements rebases"
        ).split()
    }


def test_the_same_journal_gives_the_same_bytes(lived: Path, whole: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert export(lived, again).exit_code == 0
    assert contents(again) == contents(whole)
    assert export(lived, again, "--market", "ANTH").exit_code == 0, "an export replaces an export"
    assert {name.split("/")[0] for name in contents(again)} == {"ANTH", "SHA256SUMS"}


def test_trades_are_told_as_they_were_executed(whole: Path) -> None:
    first, second = read(whole / "CBRS/2026-05-01/trades.csv")
    assert (first["taker_side"], first["price"], first["size"]) == ("buy", "181.0", "1.234")
    assert (first["value"], first["kind"]) == ("223.354", "trade")
    assert first["time"] == "2026-05-01T22:30:00.000Z" and int(first["command"]) > 1
    assert (second["taker_side"], second["price"], second["size"]) == ("sell", "179.0", "1.5")
    (after,) = read(whole / "CBRS/2026-05-02/trades.csv")
    assert (after["price"], after["size"]) == ("89.5", "0.2")
    (split,) = read(whole / "CBRS/2026-05-02/rebases.csv")
    assert (split["numerator"], split["denominator"]) == ("2", "1")
    assert split["time"] <= after["time"]


def test_marks_have_their_components(whole: Path) -> None:
    """PRICE-7: the mark is the median of the three, until step limit or bounds hold it."""
    rows = read(whole / "CBRS/2026-05-01/marks.csv")
    assert len(rows) > 10
    assert list(rows[0]) == [
        "time",
        "command",
        "mark",
        "oracle",
        "component_oracle",
        "component_basis",
        "component_book",
    ]
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    last = rows[-1]
    parts = sorted(Decimal(last[f"component_{name}"]) for name in ("oracle", "basis", "book"))
    assert Decimal(last["mark"]) == parts[1]


def test_a_funding_rate_can_be_recomputed_from_its_samples(whole: Path) -> None:
    """FUND-2, FUND-6: the mean premium of an hour is that of the samples told of it."""
    hours = read(whole / "CBRS/2026-05-01/funding.csv")
    assert [row["time"] for row in hours] == ["2026-05-01T23:00:00.000Z"]
    samples = [
        row
        for row in read(whole / "CBRS/2026-05-01/funding_samples.csv")
        if row["time"] <= hours[0]["time"]
    ]
    assert len(samples) == int(hours[0]["samples"]) == 360
    total = sum(Decimal(row["premium"]) for row in samples)
    mean = (total / 360).quantize(Decimal("1e-12"), rounding="ROUND_DOWN")
    assert mean == Decimal(hours[0]["premium"]) and mean != 0
    for row in samples[:20]:
        bid, ask, oracle = (Decimal(row[n]) for n in ("impact_bid", "impact_ask", "oracle"))
        difference = max(bid - oracle, Decimal(0)) - max(oracle - ask, Decimal(0))
        assert abs(difference / oracle - Decimal(row["premium"])) < Decimal("1e-11")


def test_an_index_has_its_inputs(whole: Path) -> None:
    """RULE-7, PRICE-18."""
    day = whole / "ANTH/2026-05-01"
    seen = read(day / "observations.csv")
    assert {(row["source"], row["value"], row["state"]) for row in seen} == {
        (name, "2078000000000.0", "accepted") for name in ("alpha", "beta", "gamma")
    }
    times = {row["time"] for row in read(day / "index.csv")}
    inputs = read(day / "index_inputs.csv")
    assert {row["time"] for row in inputs} <= times
    assert {row["source"] for row in inputs} == {"alpha", "beta", "gamma"}
    (price,) = read(whole / "CBRS/2026-05-01/external_prices.csv")
    assert (price["source"], price["price"], price["session"]) == ("primary", "182.5", "regular")
    said = read(whole / "CBRS/2026-05-02/announcements.csv")
    assert [row["text"] for row in said] == ["Two for one."]
    assert said[0]["sha256"] == sha256(b"Two for one.").hexdigest()


def test_days_and_markets_can_be_chosen(lived: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "part"
    done = export(lived, out, "--market", "xyz:SPCX", "--market", "CBRS", "--to", "2026-05-01")
    assert done.exit_code == 0, done.output
    found = contents(out)
    del found["SHA256SUMS"]
    everything = contents(whole)
    assert found == {
        name: content
        for name, content in everything.items()
        if name.startswith(("CBRS/2026-05-01", "xyz%3ASPCX/2026-05-01"))
    }
    done = export(lived, out, "--from", "2026-05-02", "--market", "CBRS")
    assert {name[:15] for name in contents(out)} == {"CBRS/2026-05-02", "SHA256SUMS"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--from", "2026-05-02", "--to", "2026-05-01"), "--to: expected a day that is not before"),
        (("--from", "yesterday"), "--from: 'yesterday' is not a date"),
        (("--to", "2026-05-01T10:00:00Z"), "--to: expected a day such as"),
        (("--format", "xml"), "--format: expected csv or parquet, got 'xml'"),
        (("--market", "NOPE"), "--market: there is no market 'NOPE'; there are ANTH, CBRS"),
    ],
)
def test_what_can_not_be_meant_is_refused(
    lived: Path, tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    done = export(lived, tmp_path / "out", *options)
    assert done.exit_code == 2 and says in done.stderr, done.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_is_overwritten(lived: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    done = export(lived, tmp_path)
    assert done.exit_code == 1 and "holds something else than an export" in done.stderr
    (tmp_path / "SHA256SUMS").write_text("")
    assert export(lived, tmp_path).exit_code == 1
    assert (tmp_path / "letter.txt").read_text() == "keep me"
    done = export(tmp_path, tmp_path / "out")
    assert done.exit_code == 2 and "holds no journal" in done.stderr


def test_a_damaged_journal_is_not_exported(lived: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(lived, data)
    segment = max((data / JOURNAL_NAME).iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[3_000] ^= 1
    segment.write_bytes(content)
    done = export(data, tmp_path / "out")
    assert done.exit_code == 1 and "bellwether verify" in done.stderr, done.output
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.part").exists()


def test_parquet_holds_the_same_numbers_in_types_of_their_own(
    lived: Path, whole: Path, tmp_path: Path
) -> None:
    parquet: Any = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    out, again = tmp_path / "out", tmp_path / "again"
    for directory in (out, again):
        done = export(lived, directory, "--format", "parquet")
        assert done.exit_code == 0, done.output
    assert contents(out) == contents(again)
    assert {name.removesuffix("parquet") for name in contents(out)} == {
        name.removesuffix("csv") for name in contents(whole)
    }
    for table in ("trades", "marks", "funding_samples"):
        rows = parquet.read_table(str(out / f"CBRS/2026-05-01/{table}.parquet")).to_pylist()
        texts = read(whole / f"CBRS/2026-05-01/{table}.csv")
        assert len(rows) == len(texts)
        for row, text in zip(rows, texts, strict=True):
            for name, value in row.items():
                if isinstance(value, Decimal):
                    assert value == Decimal(text[name])
                elif isinstance(value, int | str):
                    assert str(value) == text[name]


def test_without_its_library_parquet_says_what_to_install(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = export(lived, tmp_path / "out", "--format", "parquet")
    assert done.exit_code == 1 and "pip install 'bellwether[parquet]'" in done.stderr
