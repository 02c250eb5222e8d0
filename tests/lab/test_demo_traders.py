"""The demo: a living market by ordinary clients, which never outlives the venue."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bellwether.lab.traders.demo import COINS, MAKERS, TAKERS
from bellwether.lab.traders.fair_price import FairPrice
from bellwether.lab.traders.maker import LEVELS
from bellwether.lab.traders.tick_text import on_tick
from bellwether.node.founding.dev_keys import dev_address
from bellwether.units.text import parse_decimal
from bellwether.units.tick import price_decimals, price_on_tick
from tests.crash.venue_process import VenueProcess, bellwether, until

ACCOUNTS = (*(number for number, _, _ in MAKERS), *TAKERS)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[VenueProcess]:
    with VenueProcess(tmp_path / "venue", "--demo", "--seed", "7") as venue:
        yield venue


def companion(venue: VenueProcess) -> int:
    """Process id of the traders, of the venue's children."""

    def traders() -> list[int]:
        pid = venue.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [
            int(child)
            for child in children
            if b"bellwether.lab.traders" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    found: list[int] = until("the demo starts", traders)
    assert len(found) == 1
    return found[0]


def has_gone(pid: int) -> bool:
    """Whether a process has ended; one whose exit nobody has read yet has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state in "ZX"


def trades(venue: VenueProcess, coin: str) -> list[Any]:
    found: list[Any] = venue.info("recentTrades", coin=coin)
    return found


def test_every_market_trades_and_its_book_is_deep_enough_for_impact_prices(
    demo: VenueProcess,
) -> None:
    for coin in COINS:
        assert until(f"a trade in {coin}", lambda coin=coin: trades(demo, coin))
        contexts = demo.info("metaAndAssetCtxs", dex=coin.rpartition(":")[0])
        priced = {
            market["name"]: context["impactPxs"]
            for market, context in zip(contexts[0]["universe"], contexts[1], strict=True)
        }
        bid, ask = (Decimal(price) for price in priced[coin])
        assert 0 < ask - bid < bid / 50
    demo_users = {"0x" + dev_address("account", number).hex() for number in ACCOUNTS}
    assert {user for trade in trades(demo, "CBRS") for user in trade["users"]} <= demo_users
    assert demo.differences() == {"": "0.0", "xyz": "0.0"}
    for number in ACCOUNTS:
        user = "0x" + dev_address("account", number).hex()
        state = demo.info("clearinghouseState", user=user)
        assert Decimal(state["marginSummary"]["accountValue"]) > 99_000
        assert Decimal(state["marginSummary"]["totalNtlPos"]) < 50_000


def test_price_14_a_feed_keeps_the_index_of_a_premarket_alive(demo: VenueProcess) -> None:
    def live() -> list[Any]:
        inputs = demo.info("indexInputs", coin="ANTH")
        return [one for one in inputs if one["state"] == "live"]

    assert len(until("four sources", lambda: live() if len(live()) == 4 else [])) == 4


def test_a_stop_ends_the_demo_first_and_leaves_no_orders_of_it(demo: VenueProcess) -> None:
    child = companion(demo)
    until("a trade", lambda: trades(demo, "CBRS"))
    assert demo.stop(signal.SIGINT) == 0
    assert has_gone(child)
    assert "Traceback" not in demo.said()
    verified = bellwether("verify", str(demo.directory))
    assert verified.returncode == 0, verified.stdout
    with VenueProcess(demo.directory) as again:
        for number in ACCOUNTS:
            user = "0x" + dev_address("account", number).hex()
            for dex in ("", "xyz"):
                assert again.info("openOrders", user=user, dex=dex) == []


def test_a_killed_venue_takes_its_demo_with_it_and_a_restart_trades_on(demo: VenueProcess) -> None:
    child = companion(demo)
    until("a trade", lambda: trades(demo, "CBRS"))
    demo.kill()
    until("the demo goes too", lambda: has_gone(child), 10)
    demo.start()
    before = trades(demo, "CBRS")
    until("a new trade", lambda: trades(demo, "CBRS")[0] != before[0])
    assert demo.differences() == {"": "0.0", "xyz": "0.0"}


def test_a_demo_that_ends_by_itself_is_told_and_leaves_no_zombie(demo: VenueProcess) -> None:
    child = companion(demo)
    os.kill(child, signal.SIGKILL)
    until("it is reaped", lambda: not Path(f"/proc/{child}").exists(), 10)
    until("it is told", lambda: "demo_traders_ended" in demo.said(), 10)
    assert demo.stop() == 0


def test_traders_of_their_own_wait_for_a_venue_and_for_its_return(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-P", "-m", "bellwether.lab.traders", "--seed", "3"]
    traders = subprocess.Popen([*command, "--url", f"http://127.0.0.1:{port}"])
    try:
        with VenueProcess(tmp_path / "venue", "--port", port) as venue:
            first = until("a trade", lambda: trades(venue, "CBRS"))[0]
            venue.kill()
            venue.start()
            until("a new trade", lambda: trades(venue, "CBRS")[0] != first)
            traders.send_signal(signal.SIGTERM)
            assert traders.wait(10) == 0
            assert venue.stop() == 0
    finally:
        traders.kill()
        traders.wait()


def test_a_halted_market_is_waited_for(tmp_path: Path) -> None:
    """Nobody gives up, and no order is left behind that its maker has forgotten."""
    with VenueProcess(tmp_path / "venue", "--demo") as venue:
        until("a trade", lambda: trades(venue, "CBRS"))
        operator = ("--dev-operator", "0", "--url", venue.url)
        assert bellwether("operator", "halt", "CBRS", *operator).returncode == 0
        makers = ["0x" + dev_address("account", number).hex() for number, _, _ in MAKERS]

        def resting() -> list[int]:
            orders = [venue.info("openOrders", user=user) for user in makers]
            return [sum(order["coin"] == "CBRS" for order in each) for each in orders]

        until("moving orders is refused, and they are withdrawn", lambda: not any(resting()), 30)
        assert bellwether("operator", "resume", "CBRS", *operator).returncode == 0
        before = trades(venue, "CBRS")[0]
        until("a new trade", lambda: trades(venue, "CBRS")[0] != before)
        assert all(1 < count <= 2 * LEVELS for count in resting())


def test_a_seed_repeats_its_luck_and_the_band_holds_it() -> None:
    def walked(seed: str) -> list[float]:
        fair = FairPrice(Random(seed), 175.0)
        fair.stay_within(170.0, 180.0)
        return [fair.walk(60.0) for _ in range(5_000)]

    assert walked("a") == walked("a") != walked("b")
    assert 170 < min(walked("a")) < 174 < 176 < max(walked("a")) < 180


@given(
    price=st.decimals(min_value="0.000001", max_value="9999999", places=9),
    size_decimals=st.integers(0, 5),
    up=st.booleans(),
)
def test_any_price_becomes_a_valid_one_on_its_side(
    price: Decimal, size_decimals: int, up: bool
) -> None:
    """UNIT-3."""
    text = on_tick(price, size_decimals, up=up)
    atoms = parse_decimal(text, price_decimals(size_decimals))
    assert price_on_tick(atoms, size_decimals, 0)
    smallest = Decimal(1).scaleb(-price_decimals(size_decimals))
    if up:
        assert Decimal(text) >= price
    else:
        assert Decimal(text) <= max(price, smallest)
    assert abs(Decimal(text) - price) <= max(price / 10_000, smallest, Decimal(0))
