"""The whole way, in real processes: providers, feed, venue, a listing, a conversion (PRICE-19).

What an end-to-end run must show:
1. the feed signs and sends what three sources of two providers say, with the exchange's session;
2. two operators confirm the listing, and with it the market converts on those prices alone;
3. the oracle walks to the outside price at the step limit, never faster (PRICE-20);
4. odd lots and a stray print do not move it; a provider that is lost is said and survived;
5. while nothing comes in nothing goes out, and the venue prices itself again;
6. at the end of the trading week nothing is sent though a provider goes on;
7. a halt of the listing exchange stops outside prices at once, in public, until it is over;
8. no secret is in what the feed says, and the venue's journal verifies.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.node.founding.dev_keys import dev_key
from bellwether.units.clock_text import format_time_ns
from bellwether.units.quantities import NS_PER_MS
from tests.crash.venue_process import COMMAND, VenueProcess, bellwether, until
from tests.feeds.providers import (
    KEY_ID,
    SECRET,
    AlpacaStand,
    KrakenStand,
    quote,
    status,
    streamed,
    trade,
)

MONDAY = ("--clock", "manual", "--start", "2026-05-04T13:28:00Z")
CONFIG = """
[venue]
url = "{venue}"
key_file = "feed.key"
clock = "venue"

[[sources]]
kind = "alpaca"
name = "consolidated"
calendar = "XNAS"
coins = {{ CBRS = "CBRS" }}
credentials = "alpaca.key"
price = "quote"
stream = "{stream}"
rest = "{rest}"

[[sources]]
kind = "alpaca"
name = "primary"
calendar = "XNAS"
coins = {{ CBRS = "CBRS" }}
credentials = "alpaca.key"
exchanges = ["Q"]
stream = "{stream}"
rest = "{rest}"

[[sources]]
kind = "ccxt"
name = "overnight"
calendar = "XNAS"
coins = {{ CBRS = "CBRSX/USD" }}
exchange = "kraken"
address = "{kraken}"
poll_s = 0.05
"""


class FeedProcess:
    """`bellwether feed run` in a process of its own, and what it says."""

    def __init__(self, config: Path, *options: str) -> None:
        self._log = config.with_suffix(".log")
        self._totals = config.with_suffix(".totals")
        with open(self._log, "wb") as log, open(self._totals, "wb") as totals:
            self.process = subprocess.Popen(
                [*COMMAND, "feed", "run", str(config), "--json", *options],
                stdout=totals,
                stderr=log,
            )

    def said(self) -> str:
        return self._log.read_text() + self._totals.read_text()

    def events(self, name: str) -> list[dict[str, Any]]:
        found = []
        for line in self._log.read_text().splitlines(keepends=True):
            if line.endswith("\n") and line.startswith("{"):
                found.append(json.loads(line))
        return [event for event in found if event["event"] == name]

    def sent(self, source: str) -> list[dict[str, Any]]:
        return [event for event in self.events("price_sent") if event["source"] == source]

    def stop(self) -> dict[tuple[str, str], int]:
        """Asks it to stop; its totals."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0, self.said()
        rows = json.loads(self._totals.read_text())
        return {(row["source"], row["outcome"]): row["count"] for row in rows}

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class World:
    """A venue, two providers and a feed between them."""

    def __init__(self, venue: VenueProcess, alpaca: AlpacaStand, kraken: KrakenStand) -> None:
        self.venue, self.alpaca, self.kraken = venue, alpaca, kraken
        self.feed: FeedProcess
        self._api = VenueApi(venue.url)
        self._number = 0

    def close(self) -> None:
        self._api.close()

    def now_ms(self) -> int:
        return int(self._api.info("exchangeStatus")["time"])

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self._api.info("marketStatus", coin="CBRS")
        return found

    def advance(self, seconds: int) -> None:
        self._api._post("/dev/clock", {"advanceMs": seconds * 1_000})

    def time(self) -> str:
        return format_time_ns(self.now_ms() * NS_PER_MS)

    def trade(self, price: float, *, exchange: str = "Q", conditions: str = "@") -> None:
        self._number += 1
        content = trade(price, self.time(), self._number, exchange=exchange, conditions=conditions)
        self.alpaca.send(streamed("t", "CBRS", content))

    def quote(self, bid: float, ask: float) -> None:
        self.alpaca.send(streamed("q", "CBRS", quote(bid, ask, self.time())))

    def round(self, price: float) -> None:
        """Three seconds later both of Alpaca's sources say a price, and the venue has it."""
        self.advance(3)
        before = {name: len(self.feed.sent(name)) for name in ("consolidated", "primary")}
        self.quote(price - 0.1, price + 0.1)
        self.trade(price)
        until(
            f"a price of each source at {self.time()}",
            lambda: all(len(self.feed.sent(name)) > count for name, count in before.items()),
        )

    def operate(self, number: int, act: dict[str, Any]) -> dict[str, Any]:
        wallet = Wallet(dev_key("operator", number))
        with contextlib.closing(VenueApi(self.venue.url, wallet)) as api:
            reply: dict[str, Any] = api.operate(act)["data"]
        return reply


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with (
        AlpacaStand() as alpaca,
        KrakenStand() as kraken,
        VenueProcess(tmp_path / "venue", *MONDAY) as venue,
    ):
        one = World(venue, alpaca, kraken)
        (tmp_path / "alpaca.key").write_text(f"{KEY_ID}\n{SECRET}\n")
        key = tmp_path / "feed.key"
        key.write_text(dev_key("operator", 0).hex())
        key.chmod(0o600)
        config = tmp_path / "feed.toml"
        config.write_text(
            CONFIG.format(
                venue=venue.url, stream=alpaca.stream, rest=alpaca.http.url, kraken=kraken.http.url
            )
        )
        one.feed = FeedProcess(config)
        try:
            yield one
        finally:
            one.feed.kill()
            one.close()


def confirm_listing(world: World) -> None:
    """One operator proposes it, another approves."""
    listing = {
        "kind": "confirmListing",
        "coin": "CBRS",
        "exchange": "XNAS",
        "listedAs": "CBRS",
        "structure": "ipo",
        "crossPx": "190",
        "crossTime": world.now_ms(),
    }
    proposal = world.operate(0, listing)["proposalId"]
    world.operate(1, {"kind": "approve", "proposalId": proposal})


def begin(world: World) -> None:
    """The feed is connected; each source's first print waits for its second."""
    world.alpaca.await_subscription()
    until("a poll of Kraken", lambda: world.feed.sent("overnight"))
    world.quote(189.9, 190.1)
    world.trade(190)


@pytest.mark.slow
def test_a_market_lists_converts_and_follows_outside_prices(world: World, tmp_path: Path) -> None:
    begin(world)
    world.round(190)
    assert {event["session"] for event in world.feed.events("price_sent")} == {"pre"}
    assert world.status()["phase"] == "PRE_LISTING", "prices alone convert nothing"
    world.advance(120)
    confirm_listing(world)
    for _ in range(6):
        world.round(190)
    assert world.status()["phase"] in ("CONVERTING", "LISTED")
    assert world.feed.sent("primary")[-1]["session"] == "regular"

    check_the_walk_to_the_outside_price(world)
    check_that_odd_lots_and_stray_prints_are_left_out(world)
    check_that_a_lost_provider_is_survived(world)
    check_that_a_gap_is_the_venues_to_bridge(world)
    check_that_a_halt_stops_outside_prices(world)
    check_that_the_week_ends(world)

    totals = world.feed.stop()
    assert totals["primary", "odd lot"] == 3 and totals["primary", "held back"] >= 2
    assert totals["overnight", "outside the external window"] > 0
    said = world.feed.said()
    assert dev_key("operator", 0).hex() not in said
    assert SECRET not in said and KEY_ID not in said
    assert world.venue.stop() == 0
    verified = bellwether("verify", str(tmp_path / "venue"))
    assert verified.returncode == 0, verified.stderr


def check_the_walk_to_the_outside_price(world: World) -> None:
    """PRICE-20: half a percent in three seconds at the most."""
    seen = [float(world.status()["oraclePx"])]
    for _ in range(30):
        world.round(190)
        seen.append(float(world.status()["oraclePx"]))
        assert seen[-1] <= seen[-2] * 1.005 + 0.001
        assert seen[-1] >= seen[-2]
    assert seen[0] < seen[-1], seen


def check_that_odd_lots_and_stray_prints_are_left_out(world: World) -> None:
    before = len(world.feed.sent("primary"))
    for _ in range(3):
        world.trade(150, conditions="@I")
    world.trade(150)
    world.round(190)
    later = world.feed.sent("primary")[before:]
    assert [event["px"] for event in later] == ["190.0"]


def check_that_a_lost_provider_is_survived(world: World) -> None:
    world.alpaca.drop()
    world.alpaca.await_subscription()
    until("both sources are back", lambda: len(world.feed.events("source_back")) >= 2)
    world.round(190.2)
    assert world.feed.sent("primary")[-1]["px"] == "190.2"


def check_that_a_gap_is_the_venues_to_bridge(world: World) -> None:
    world.kraken.down = True
    until(
        "Kraken is missed",
        lambda: any(e["source"] == "overnight" for e in world.feed.events("source_lost")),
    )
    before = len(world.feed.events("price_sent"))
    world.advance(60)
    held = world.status()["oraclePx"]
    assert len(world.feed.events("price_sent")) == before
    world.advance(30)
    assert world.status()["oraclePx"] == held, "an empty book moves nothing (PRICE-4)"
    world.kraken.down = False
    until(
        "Kraken is back",
        lambda: any(e["source"] == "overnight" for e in world.feed.events("source_back")),
    )


def check_that_a_halt_stops_outside_prices(world: World) -> None:
    """PRICE-19, PRICE-20: told by two sources, it holds all three back."""
    world.round(190.2)
    world.alpaca.send(streamed("s", "CBRS", status("H", world.time())))
    until("the venue knows", lambda: len(world.status()["exchangeHalts"]) == 2)
    assert world.status()["exchangeHalts"][0]["reason"] == "T1 Halt News Pending"
    before = len(world.feed.events("price_sent"))
    world.advance(3)
    anchored = world.status()["referencePx"]
    assert anchored == world.status()["oraclePx"], "the venue prices itself from where it was"
    asked = len(world.kraken.http.asked)
    world.trade(190.2)
    until("three more polls", lambda: len(world.kraken.http.asked) > asked + 3)
    assert len(world.feed.events("price_sent")) == before
    world.advance(3)
    world.alpaca.send(streamed("s", "CBRS", status("T", world.time())))
    until("the venue knows", lambda: world.status()["exchangeHalts"] == [])
    world.round(190.2)


def check_that_the_week_ends(world: World) -> None:
    friday_evening_ms = 1_778_284_800_000
    world.advance((friday_evening_ms - world.now_ms()) // 1_000)
    assert re.match(r"2026-05-09T00:00:00", world.time())
    until(
        "the feed has noticed",
        lambda: "closed: nothing is sent" in [e["session"] for e in world.feed.events("session")],
    )
    before = len(world.feed.events("price_sent"))
    asked = len(world.kraken.http.asked)
    world.advance(10)
    until("three more polls", lambda: len(world.kraken.http.asked) > asked + 3)
    assert len(world.feed.events("price_sent")) == before
