"""A taker: now and then it buys or sells at the market, and rather back towards flat."""

from __future__ import annotations

import math
from random import Random
from typing import Final

from bellwether.lab.traders.fair_price import FairPrice
from bellwether.lab.traders.market_facts import MarketFacts
from bellwether.lab.traders.participant import Participant
from bellwether.lab.traders.venue_api import VenueApi

_TRADE_OF_WORTH: Final = 0.005
_LARGEST: Final = 5.0
_LIMIT_OF_WORTH: Final = 0.15
"""Usual trade, its largest multiple, and the largest position, as shares of the worth."""
_REACH: Final = 0.004
"""How far beyond the best price an order may trade."""
_SMALLEST_USD: Final = 20.0
_PATIENCE_S: Final = 2.0


class Taker(Participant):
    """Trades on average every `mean_wait` seconds; a trade is small against its account, so fees
    and spreads take long to eat it."""

    leverage = 3

    def __init__(
        self,
        name: str,
        api: VenueApi,
        market: MarketFacts,
        fair: FairPrice,
        luck: Random,
        *,
        mean_wait: float,
    ) -> None:
        super().__init__(name, api, market, fair, luck)
        self._mean_wait = mean_wait

    def act(self) -> float:
        bids, asks = self.api.info("l2Book", coin=self.market.coin)["levels"]
        if not bids or not asks:
            return _PATIENCE_S
        worth, size = self.holding()
        best_bid, best_ask = float(bids[0]["px"]), float(asks[0]["px"])
        stock = size * best_bid / (_LIMIT_OF_WORTH * worth) if worth > 0 else 0.0
        is_buy = self.luck.random() < 0.5 - 0.5 * min(max(stock, -1.0), 1.0)
        usd = _TRADE_OF_WORTH * worth * min(math.exp(self.luck.gauss(0.0, 0.8)), _LARGEST)
        if usd >= _SMALLEST_USD:
            price = best_ask * (1 + _REACH) if is_buy else best_bid * (1 - _REACH)
            order = self.order(is_buy, price, usd, "Ioc")
            self.attempt({"type": "order", "orders": [order], "grouping": "na"})
        return self.luck.expovariate(1 / self._mean_wait)
