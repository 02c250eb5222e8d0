"""From accepted prints to acts: throttle, a venue that is gone, what is said (PRICE-19)."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

from bellwether.feeds.delivery import Delivery, PriceOutlet
from bellwether.feeds.prices.desk import Desk, DeskRules
from bellwether.feeds.prices.halts import HALTED, OUTSIDE_BANDS, Bands, ExchangeBoard
from bellwether.feeds.prices.notices import HALT, INDICATION, Notice
from bellwether.feeds.prices.prints import NOW, Print
from bellwether.feeds.prices.sessions import ListingCalendar
from bellwether.feeds.progress import Progress
from bellwether.feeds.venue import ActRefused, VenueLost
from bellwether.units.clock_text import parse_time_ns
from bellwether.units.quantities import NS_PER_MS, NS_PER_S
from tests.feeds.kept_venue import KeptVenue

NASDAQ = ListingCalendar("XNAS")
NOON = parse_time_ns("2026-05-04T16:00:00Z")


class World:
    """One source, one market, a clock that is set."""

    def __init__(self) -> None:
        self.now_ns = NOON
        self.venue = KeptVenue()
        self.said = io.StringIO()
        self.waits: list[float] = []
        self.trouble: VenueLost | None = None
        self.progress = Progress(self.said, as_json=True)
        self.delivery = Delivery(self.venue, self._now, self.progress, self._pause)
        board = ExchangeBoard()
        desk = Desk("consolidated", DeskRules(), NASDAQ, board)
        self.outlet: PriceOutlet = self.delivery.outlet(desk, ["CBRS"])
        other = Desk("overnight", DeskRules(), NASDAQ, board)
        self.other: PriceOutlet = self.delivery.outlet(other, ["CBRS"])

    async def _now(self) -> int:
        if self.trouble is not None:
            raise self.trouble
        return self.now_ns

    async def _pause(self, seconds: float) -> None:
        self.waits.append(seconds)

    def see(self, dollars: float, coin: str = "CBRS", **fields: Any) -> None:
        time_ns = fields.pop("time_ns", self.now_ns)
        one = Print(coin, round(dollars * 10**8), time_ns, **fields)
        asyncio.run(self.outlet.seen(one))

    def halt(self, halted: bool = True, coin: str = "CBRS", time_ns: int = 0) -> None:
        at = time_ns or self.now_ns
        asyncio.run(self.outlet.told(Notice(HALT, coin, at, halted=halted, reason="T1")))

    def indicate(self, dollars: int, shares: int, time_ns: int = 0) -> None:
        at, price = time_ns or self.now_ns, dollars * 10**8
        told = Notice(INDICATION, "CBRS", at, price_e8=price, shares=shares)
        asyncio.run(self.outlet.told(told))

    def acts(self) -> list[str]:
        self.send()
        kinds = [act["kind"] for act in self.venue.taken]
        self.venue.taken.clear()
        return kinds

    def send(self) -> None:
        asyncio.run(self.delivery.send_ready())

    def after(self, seconds: int) -> None:
        self.now_ns += seconds * NS_PER_S

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.said.getvalue().splitlines()]
        return [line for line in lines if line["event"] == name]

    def sent(self) -> list[tuple[str, str]]:
        return [(act["px"], act["session"]) for act in self.venue.taken]


def test_an_accepted_price_becomes_an_act_stamped_with_its_session() -> None:
    world = World()
    world.see(190.0004)
    world.see(190.0006)
    world.send()
    assert world.venue.taken == [
        {
            "kind": "externalPrice",
            "coin": "CBRS",
            "source": "consolidated",
            "px": "190.001",
            "time": NOON // NS_PER_MS,
            "session": "regular",
        }
    ]
    assert world.events("price_sent")[0]["px"] == "190.001"
    assert world.events("session")[0]["session"] == "regular"


def test_a_print_without_a_time_is_of_now() -> None:
    world = World()
    world.see(190, time_ns=NOW)
    world.after(2)
    world.see(190, time_ns=NOW)
    world.send()
    assert world.venue.taken[0]["time"] == (NOON + 2 * NS_PER_S) // NS_PER_MS


def test_within_an_interval_only_the_newest_goes_out_at_its_end() -> None:
    world = World()
    for dollars in (190, 190, 191, 192):
        world.see(dollars)
        world.send()
    assert world.sent() == [("190.0", "regular")]
    world.after(3)
    world.send()
    assert world.sent() == [("190.0", "regular"), ("192.0", "regular")]


def test_a_lost_venue_is_said_once_and_the_newest_price_goes_when_it_is_back() -> None:
    world = World()
    world.see(190)
    world.see(190)
    world.venue.troubles = [VenueLost("no answer")] * 3
    for dollars in (190.5, 190.6, 190.7):
        world.send()
        world.see(dollars)
    world.send()
    assert world.waits == [1.0, 2.0, 4.0]
    assert world.sent() == [("190.7", "regular")]
    assert [line["reason"] for line in world.events("venue_lost")] == ["no answer"]
    assert len(world.events("venue_back")) == 1


def test_after_a_gap_at_the_venue_old_prices_are_not_sent() -> None:
    """The venue falls back by its own rule; a price of half a minute ago must not lift it."""
    world = World()
    world.see(190)
    world.see(190)
    world.venue.troubles = [VenueLost("no answer")]
    world.send()
    world.after(31)
    world.send()
    assert world.sent() == []


def test_a_venue_that_does_not_tell_the_time_gets_nothing() -> None:
    world = World()
    world.trouble = VenueLost("no answer")
    world.see(190)
    world.see(190)
    world.send()
    world.trouble = None
    world.send()
    assert world.sent() == []
    assert len(world.events("venue_lost")) == 1


def test_a_refused_price_is_said_with_the_venues_words_and_the_feed_goes_on() -> None:
    world = World()
    world.venue.troubles = [ActRefused("The key does not speak for this price source.")] * 2
    for _ in range(4):
        world.see(190)
        world.send()
        world.after(3)
    assert len(world.sent()) == 1
    (said,) = world.events("price_refused")
    assert said["reason"] == "The key does not speak for this price source."
    assert len(world.events("price_taken_again")) == 1


def test_a_market_that_the_venue_does_not_have_is_named() -> None:
    world = World()
    world.see(190, coin="NOPE")
    world.see(190, coin="NOPE")
    world.send()
    assert world.events("price_refused")[0]["reason"] == "there is no market 'NOPE'"


def test_what_is_turned_away_is_counted_and_said_once() -> None:
    world = World()
    for number in range(5):
        world.see(190, key=f"Q{number}", conditions=("@", "I"))
    world.see(190, time_ns=NOON - 60 * NS_PER_S)
    assert world.progress.totals["consolidated", "odd lot"] == 5
    assert [line["outcome"] for line in world.events("first_of_its_kind")] == [
        "odd lot",
        "too old",
    ]


def test_a_print_called_back_before_its_turn_is_not_sent() -> None:
    world = World()
    world.see(190, key="Q1")
    world.see(190, key="Q2")
    world.outlet.withdrawn("CBRS", "Q2")
    world.send()
    assert world.sent() == []


def test_when_the_session_ends_it_is_said_and_nothing_goes_out() -> None:
    world = World()
    world.now_ns = parse_time_ns("2026-05-09T00:00:00Z")
    world.see(190)
    world.see(190)
    world.send()
    assert world.sent() == []
    assert world.events("session")[0]["session"] == "closed: nothing is sent"


def test_price_19_a_halt_is_told_and_holds_prices_of_every_source_back() -> None:
    world = World()
    world.see(190)
    world.see(190)
    world.halt()
    world.send()
    (act,) = world.venue.taken
    assert act == {
        "kind": "exchangeHalt",
        "coin": "CBRS",
        "source": "consolidated",
        "time": NOON // NS_PER_MS,
        "halted": True,
        "reason": "T1",
    }
    world.venue.taken.clear()
    for _ in range(2):
        world.after(3)
        world.see(190)
        asyncio.run(world.other.seen(Print("CBRS", 190 * 10**8, world.now_ns)))
    assert world.acts() == []
    assert world.progress.totals["consolidated", HALTED] == 2
    assert world.progress.totals["overnight", HALTED] == 2
    world.halt(False)
    world.see(190)
    world.see(190)
    assert world.acts() == ["exchangeHalt", "externalPrice"]
    assert [event["reason"] for event in world.events("exchange_halted")] == ["T1"]


def test_a_halt_waits_for_a_venue_that_is_gone() -> None:
    world = World()
    world.venue.troubles = [VenueLost("nobody there")]
    world.halt()
    assert world.acts() == []
    world.after(100)
    assert world.acts() == ["exchangeHalt"]


def test_a_halt_that_the_provider_may_have_ended_unheard_ends_with_a_newer_price() -> None:
    world = World()
    world.halt()
    world.acts()
    world.outlet.lost("gone", 1.0)
    halted_ns = world.now_ns
    world.after(5)
    world.see(190, time_ns=halted_ns)
    assert world.progress.totals["consolidated", HALTED] == 1, "from before it"
    world.see(190)
    world.see(190)
    assert world.acts() == ["externalPrice"]


def test_a_halt_older_than_the_resumption_is_history() -> None:
    world = World()
    world.halt(False, time_ns=NOON)
    world.halt(True, time_ns=NOON - 1)
    world.see(190)
    world.see(190)
    assert "externalPrice" in world.acts()


def test_a_print_outside_the_exchanges_bands_is_left_out() -> None:
    world = World()
    world.outlet.limited("CBRS", Bands(185 * 10**8, 195 * 10**8, NOON))
    for dollars in (184, 196, 190, 190):
        world.see(dollars)
    assert world.progress.totals["consolidated", OUTSIDE_BANDS] == 2
    world.send()
    assert world.sent() == [("190.0", "regular")]
    world.now_ns = parse_time_ns("2026-05-04T20:30:00Z")
    world.see(184)
    world.see(184)
    world.send()
    assert world.sent()[-1] == ("184.0", "post"), "bands are of the regular session"


def test_life_9_indications_go_out_at_most_once_in_three_seconds_and_the_newest() -> None:
    world = World()
    world.indicate(190, 1_000)
    world.send()
    assert world.venue.taken == [
        {
            "kind": "indicativeAuction",
            "coin": "CBRS",
            "source": "consolidated",
            "time": NOON // NS_PER_MS,
            "px": "190.0",
            "pairedVolume": "1000",
        }
    ]
    world.after(1)
    world.indicate(191, 2_000)
    world.indicate(192, 3_000)
    world.send()
    assert len(world.venue.taken) == 1
    world.after(2)
    world.send()
    assert [act["px"] for act in world.venue.taken] == ["190.0", "192.0"]
    world.indicate(193, 1, time_ns=world.now_ns - 31 * NS_PER_S)
    world.indicate(193, 1, time_ns=world.now_ns + 3 * NS_PER_S)
    assert world.progress.totals["consolidated", "too old"] == 1
    assert world.progress.totals["consolidated", "ahead of the clock"] == 1


def test_an_indication_that_waited_too_long_is_dropped_and_a_refused_one_is_said() -> None:
    world = World()
    world.venue.troubles = [VenueLost("nobody there")]
    world.indicate(190, 1_000)
    world.send()
    world.after(31)
    assert world.acts() == []
    world.venue.troubles = [ActRefused("The market's specification knows no listing day.")]
    world.indicate(190, 1_000)
    world.send()
    (said,) = world.events("notice_refused")
    assert said["reason"].startswith("The market's specification")
    assert world.progress.totals["consolidated", "indicativeAuction refused by the venue"] == 1
