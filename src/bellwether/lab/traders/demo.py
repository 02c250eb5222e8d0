"""The demo's cast and their day: two makers and two takers in three markets of a dev world, and a
feed of valuations for the one that has an index.

They are ordinary clients: each signs with its own public dev key and knows only what `/info` says.
Everything drawn comes from one seed.
"""

from __future__ import annotations

import heapq
import sys
import threading
import time
from random import Random
from typing import Final

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.fair_price import FairPrice
from bellwether.lab.traders.maker import Maker
from bellwether.lab.traders.market_facts import MarketFacts, market_facts, mid_or_mark
from bellwether.lab.traders.participant import Participant
from bellwether.lab.traders.taker import Taker
from bellwether.lab.traders.valuation_feed import ValuationFeed
from bellwether.lab.traders.venue_api import VenueApi, VenueRefused, VenueUnreachable
from bellwether.node.founding.dev_keys import dev_key

COINS: Final = ("CBRS", "ANTH", "xyz:SPCX")
MAKERS: Final = ((6, 0.0008, 0.0008), (7, 0.0013, 0.0015))
"""Account, half spread and distance of levels, as shares of the price."""
TAKERS: Final = (8, 9)
MEAN_WAIT_S: Final = {"CBRS": 12.0, "ANTH": 25.0, "xyz:SPCX": 25.0}
OBSERVED: Final = frozenset({"ANTH"})
"""Markets whose index needs somebody to observe the company."""

_WALK_S: Final = 1.0
_BAND_S: Final = 30.0
_KNOCK_S: Final = 0.25
_PATIENCE_S: Final = 5.0
"""Between knocks at a venue that does not answer, and after a refusal."""

_TIMEOUT_S: Final = 10.0
_OPENING_S: Final = 1.5
"""When the first taker trades, so that a newcomer sees a trade at once."""


class Demo:
    """Runs on one thread until `stop` is set; a venue that does not answer is waited for."""

    def __init__(self, url: str, seed: int, stop: threading.Event) -> None:
        self._seed = seed
        self._complaint = ""
        self._stop = stop
        self._onlooker = VenueApi(url, timeout_s=_TIMEOUT_S)
        self._observer = VenueApi(url, Wallet(dev_key("operator", 0)), timeout_s=_TIMEOUT_S)
        # One connection an account: whoever counts nonces must be alone.
        self._accounts = {
            number: VenueApi(url, Wallet(dev_key("account", number)), timeout_s=_TIMEOUT_S)
            for number in (*(number for number, _, _ in MAKERS), *TAKERS)
        }

    def run(self) -> None:
        """Returns once it was told to stop; open orders are then withdrawn if the venue answers."""
        while not self._stop.is_set():
            try:
                cast, prices = self._gather()
                self._trade(cast, prices)
                for participant in cast:
                    participant.withdraw_orders()
            except VenueUnreachable:
                self._stop.wait(_KNOCK_S)
            except VenueRefused as refusal:
                self._say_once(refusal.text or str(refusal.status))
                self._stop.wait(_PATIENCE_S)
        for api in (self._onlooker, self._observer, *self._accounts.values()):
            api.close()

    def _gather(self) -> tuple[list[Participant], dict[str, FairPrice]]:
        """Everyone at their place, with a fair price that starts where the market stands."""
        cast: list[Participant] = []
        prices: dict[str, FairPrice] = {}
        for coin in COINS:
            try:
                market = market_facts(self._onlooker, coin)
            except ValueError as fault:
                self._say_once(str(fault))
                continue
            start = float(mid_or_mark(self._onlooker, coin))
            prices[coin] = FairPrice(Random(f"{self._seed} {coin}"), start)
            if coin in OBSERVED:
                luck = Random(f"{self._seed} {coin} valuations")
                cast.append(ValuationFeed("feed", self._observer, market, luck))
            cast += self._cast(market, prices[coin])
        for participant in cast:
            participant.begin()
        return cast, prices

    def _cast(self, market: MarketFacts, fair: FairPrice) -> list[Participant]:
        """The makers and takers of one market, each with luck of its own."""
        coin = market.coin
        cast: list[Participant] = []
        for number, half_spread, step in MAKERS:
            cast.append(
                Maker(
                    f"maker {number}",
                    self._accounts[number],
                    market,
                    fair,
                    Random(f"{self._seed} {coin} maker {number}"),
                    half_spread=half_spread,
                    step=step,
                )
            )
        for number in TAKERS:
            luck = Random(f"{self._seed} {coin} taker {number}")
            api, wait = self._accounts[number], MEAN_WAIT_S[coin]
            cast.append(Taker(f"taker {number}", api, market, fair, luck, mean_wait=wait))
        return cast

    def _trade(self, cast: list[Participant], prices: dict[str, FairPrice]) -> None:
        """Lets everyone act when their time has come. Raises VenueUnreachable."""
        begun = time.monotonic()
        agenda = [
            (begun + (_OPENING_S if isinstance(one, Taker) else 0.0), number)
            for number, one in enumerate(cast)
        ]
        heapq.heapify(agenda)
        walked = looked = begun - _BAND_S
        while not self._stop.is_set():
            now = time.monotonic()
            if now - looked >= _BAND_S:
                self._look_at_bands(prices)
                looked = now
            if now - walked >= _WALK_S:
                for fair in prices.values():
                    fair.walk(_WALK_S)
                walked = now
            due, number = agenda[0] if agenda else (now + _WALK_S, 0)
            if due <= now:
                heapq.heapreplace(agenda, (now + self._act(cast[number]), number))
                continue
            self._stop.wait(min(due, walked + _WALK_S) - now)

    def _act(self, participant: Participant) -> float:
        """Seconds until the participant's next turn; longer where the venue would not hear it."""
        try:
            return participant.act()
        except VenueRefused as refusal:
            self._say_once(f"{participant.name}: {refusal.text or refusal.status}")
            return _PATIENCE_S

    def _say_once(self, complaint: str) -> None:
        """On stderr; the same again and again would only fill the terminal."""
        if complaint != self._complaint:
            self._complaint = complaint
            print(f"demo traders: {complaint}", file=sys.stderr)

    def _look_at_bands(self, prices: dict[str, FairPrice]) -> None:
        for coin, fair in prices.items():
            try:
                status = self._onlooker.info("marketStatus", coin=coin)
            except VenueRefused:
                continue
            fair.stay_within(float(status["bandLow"]), float(status["bandHigh"]))
