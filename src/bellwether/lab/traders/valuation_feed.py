"""What four sources say a company is worth, for the demo: luck from a seed, signed by their key."""

from __future__ import annotations

from random import Random
from typing import Final

from bellwether.lab.traders.fair_price import FairPrice
from bellwether.lab.traders.market_facts import MarketFacts
from bellwether.lab.traders.participant import Participant
from bellwether.lab.traders.venue_api import VenueApi

SOURCES: Final = ("alpha", "beta", "gamma", "delta")
ROUND_S: Final = 15.0
_NOISE: Final = 0.002
_BILLION: Final = 1_000_000_000


class ValuationFeed(Participant):
    """Tells the index what the walk is worth, each source a little differently (PRICE-14).

    It acts as an operator and owns no account: there is nothing to begin with or to withdraw.
    """

    def __init__(self, name: str, api: VenueApi, market: MarketFacts, luck: Random) -> None:
        start = float(api.info("marketStatus", coin=market.coin)["indexPx"])
        super().__init__(name, api, market, FairPrice(luck, start), luck)

    def begin(self) -> None:
        pass

    def act(self) -> float:
        value = self.fair.walk(ROUND_S)
        now = self.api.info("l2Book", coin=self.market.coin)["time"]
        for source in SOURCES:
            seen = value * (1 + self.luck.gauss(0.0, _NOISE)) * _BILLION
            observation = {
                "kind": "secondary_trade",
                "value": f"{seen:.0f}.0",
                "unit": "valuation",
                "observedAt": now,
            }
            act = {"coin": self.market.coin, "source": source, "observation": observation}
            self.api.operate({"kind": "observe", **act})
        return ROUND_S

    def withdraw_orders(self) -> None:
        pass
