"""Where a market's numbers came from, out of the journal alone (PRICE-18, RULE-7)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bellwether.journal import FileJournal
from bellwether.node.clock import ManualClock
from bellwether.node.errors import DirectoryMissing
from bellwether.node.explanation import MarketUnknown, Row, explain
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
    SettleMarket,
    SubmitObservation,
)
from bellwether.units.clock_text import parse_time_ns
from bellwether.views import Views

START_NS = parse_time_ns("2026-05-01T00:00:00Z")
HOUR_NS = 3_600_000_000_000
END_NS = START_NS + 3 * HOUR_NS


def founding(start_ns: int) -> Genesis:
    return dev_genesis(start_ns, check_nonce_window=False)


def order(who: int, nonce: int, is_buy: bool, price: int) -> PlaceOrders:
    return PlaceOrders(
        dev_address("account", who),
        b"",
        nonce,
        0,
        (OrderRequest(0, is_buy, price, 50_000),),
    )


def observed(nonce: int, source: str, now: int) -> SubmitObservation:
    return SubmitObservation(
        dev_address("operator", 0),
        nonce,
        1,
        source,
        "secondary_trade",
        2_078 * 10**15,
        "valuation",
        0,
        "common",
        0,
        now,
    )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hours: CBRS rises and is settled, ANTH is observed."""
    directory = tmp_path_factory.mktemp("lived")

    async def live() -> None:
        journal = FileJournal.open(directory / JOURNAL_NAME)
        node = Node(directory, journal, ManualClock(START_NS), founding, Views)
        await node.start()
        commands: list[AnyCommand] = [order(0, 1, True, 180_000), order(1, 1, False, 181_000)]
        commands += [observed(10 + n, name, START_NS) for n, name in enumerate(("alpha", "beta"))]
        commands.append(observed(12, "gamma", START_NS))
        for command in commands:
            await node.submit(command)
        await node.advance_to(START_NS + 2 * HOUR_NS)
        settle = SettleMarket(
            dev_address("operator", 0), 20, 0, codes.TRANSACTION, 190_000, 0, "acquired", "Sold."
        )
        await node.submit(settle)
        await node.submit(DecideProposal(dev_address("operator", 1), 1, 1, True))
        await node.advance_to(END_NS)
        await node.stop()

    asyncio.run(live())
    return directory


def told(rows: list[Row]) -> dict[str, Row]:
    return {row.what: row for row in rows}


def test_price_7_a_mark_is_told_with_its_components(lived: Path) -> None:
    rows = told(explain(lived, "CBRS", START_NS + HOUR_NS))
    assert rows["phase"].value == "PRE_LISTING"
    assert 175 < float(rows["oracle"].value) < 180
    assert "median of oracle" in rows["mark"].how and rows["mark"].seq > 1
    assert rows["funding rate, hourly"].time_ns == START_NS + HOUR_NS
    assert 175 < float(rows["average of the mark"].value) < float(rows["mark"].value)
    assert "settlement price" not in rows


def test_life_4_a_settlement_is_told_with_method_and_grounds(lived: Path) -> None:
    rows = told(explain(lived, "CBRS", END_NS))
    assert (rows["settlement price"].value, rows["phase"].value) == ("190.0", "SETTLED")
    assert "transaction, acquired" in rows["settlement price"].how
    assert rows["average of the mark"].time_ns == START_NS + 2 * HOUR_NS


def test_price_18_an_index_is_told_with_its_inputs(lived: Path) -> None:
    rows = told(explain(lived, "ANTH", START_NS + 600 * 10**9))
    assert rows["index"].value == "2078.0"
    assert rows["input beta"].value == "2078.0" and "33.33 % of" in rows["input beta"].how
    assert "2078000000000.0 USD (valuation)" in rows["observed by alpha"].how


def test_what_is_not_there_is_refused(lived: Path, tmp_path: Path) -> None:
    with pytest.raises(MarketUnknown):
        explain(lived, "NOPE", END_NS)
    with pytest.raises(MarketUnknown):
        explain(lived, "CBRS", START_NS - 1)
    with pytest.raises(DirectoryMissing):
        explain(tmp_path, "CBRS", END_NS)
