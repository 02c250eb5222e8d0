"""A market maker: several levels on both sides of what it believes, leaning against its stock."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from bellwether.lab.traders.fair_price import FairPrice
from bellwether.lab.traders.market_facts import MarketFacts
from bellwether.lab.traders.participant import Participant
from bellwether.lab.traders.venue_api import VenueApi

LEVELS: Final = 5
ROUND_S: Final = 3.0

_LEVEL_GROWTH: Final = 0.3
_LEAN: Final = 0.002
"""How far the quotes move, as a share of the price, when the stock is at its limit."""
_LIMIT_OF_WORTH: Final = 0.3
_LEVEL_OF_WORTH: Final = 0.025
"""Largest stock, and size of the first level, as shares of what the account is worth."""
_OPINION: Final = 0.0003
_WORTH_MOVING: Final = 0.0002
"""A change of the middle that is too small to move the quotes for."""

_NOT_OPEN: Final = "canceled or filled"

Place = tuple[bool, int]
"""Side (buy or not) and level of a quote."""


class Maker(Participant):
    """Keeps one order a place of its ladder and moves it with `batchModify`, so that the book is
    never empty in between. Beyond its limit it quotes only the side that brings it back."""

    def __init__(
        self,
        name: str,
        api: VenueApi,
        market: MarketFacts,
        fair: FairPrice,
        luck: Random,
        *,
        half_spread: float,
        step: float,
    ) -> None:
        super().__init__(name, api, market, fair, luck)
        self._half_spread = half_spread
        self._step = step
        self._resting: dict[Place, int] = {}
        self._quoted: tuple[float, float] = (0.0, 0.0)
        self._is_unsure = False

    def begin(self) -> None:
        self._start_over()
        super().begin()

    def act(self) -> float:
        if self._is_unsure:
            self._start_over()
            self.withdraw_orders()
        worth, size = self.holding()
        fair = self.fair.value * (1 + self.luck.gauss(0.0, _OPINION))
        limit = _LIMIT_OF_WORTH * worth
        stock = size * fair / limit if limit > 0 else 0.0
        middle = fair * (1 - _LEAN * min(max(stock, -1.5), 1.5))
        if self._is_worth_moving(middle, size):
            self._requote(middle, stock, worth)
            self._quoted = (middle, size)
        return ROUND_S * self.luck.uniform(0.8, 1.2)

    def _start_over(self) -> None:
        self._resting.clear()
        self._quoted = (0.0, 0.0)
        self._is_unsure = False

    def _is_worth_moving(self, middle: float, size: float) -> bool:
        before, size_before = self._quoted
        return size != size_before or abs(middle - before) > _WORTH_MOVING * middle

    def _requote(self, middle: float, stock: float, worth: float) -> None:
        wanted = self._ladder(middle, stock, worth)
        gone = [place for place in self._resting if place not in wanted]
        moved = [place for place in wanted if place in self._resting]
        # The side that retreats goes first, so that the other does not run into it.
        moved.sort(key=lambda place: place[0] is (middle > self._quoted[0]))
        new = [place for place in wanted if place not in self._resting]
        self._cancel(gone)
        if moved:
            modifies = [{"oid": self._resting[p], "order": wanted[p]} for p in moved]
            self._remember(moved, self.attempt({"type": "batchModify", "modifies": modifies}))
        if new:
            orders = [wanted[place] for place in new]
            action = {"type": "order", "orders": orders, "grouping": "na"}
            self._remember(new, self.attempt(action))

    def _ladder(self, middle: float, stock: float, worth: float) -> dict[Place, dict[str, Any]]:
        ladder: dict[Place, dict[str, Any]] = {}
        for is_buy in (True, False):
            if (stock if is_buy else -stock) >= 1:
                continue
            for level in range(LEVELS):
                away = self._half_spread + level * self._step
                price = middle * (1 - away if is_buy else 1 + away)
                usd = _LEVEL_OF_WORTH * worth * (1 + _LEVEL_GROWTH * level)
                ladder[is_buy, level] = self.order(is_buy, price, usd, "Alo")
        return ladder

    def _cancel(self, places: list[Place]) -> None:
        if places:
            oids = [self._resting.pop(place) for place in places]
            cancels = [{"a": self.market.asset, "o": oid} for oid in oids]
            self.attempt({"type": "cancel", "cancels": cancels})

    def _remember(self, places: list[Place], statuses: list[Any]) -> None:
        """What does not rest is placed anew next time. After a refusal nobody knows what became
        of the order that was to move; after most fills it has gone, and the venue says so."""
        if not statuses:
            self._is_unsure = True
            return
        for place, status in zip(places, statuses, strict=True):
            before = self._resting.pop(place, None)
            if isinstance(status, dict) and "resting" in status:
                self._resting[place] = status["resting"]["oid"]
                continue
            self._quoted = (0.0, 0.0)
            gone = isinstance(status, dict) and _NOT_OPEN in status.get("error", "")
            self._is_unsure = self._is_unsure or (before is not None and not gone)
