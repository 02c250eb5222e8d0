"""What every demo trader does: one account in one market, through the public API only."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from decimal import Decimal
from random import Random
from typing import Any

from bellwether.lab.traders.fair_price import FairPrice
from bellwether.lab.traders.market_facts import MarketFacts
from bellwether.lab.traders.tick_text import on_tick
from bellwether.lab.traders.venue_api import VenueApi, VenueRefused
from bellwether.units.text import canonical_decimal


class Participant(ABC):
    """Base of maker and taker. `leverage` is chosen at the start: the less, the further away a
    liquidation."""

    leverage = 2

    def __init__(
        self, name: str, api: VenueApi, market: MarketFacts, fair: FairPrice, luck: Random
    ) -> None:
        assert api.wallet is not None, "a trader has a key"
        self.name = name
        self.api = api
        self.market = market
        self.fair = fair
        self.luck = luck
        self.address = api.wallet.hex_address
        self._last_complaint = ""

    def begin(self) -> None:
        """Starts from a clean sheet: no orders of an earlier life, leverage chosen."""
        self.withdraw_orders()
        action = {"type": "updateLeverage", "asset": self.market.asset, "isCross": False}
        self.attempt({**action, "leverage": self.leverage})

    @abstractmethod
    def act(self) -> float:
        """Does what this trader does now; returns the seconds until it wants to act again."""

    def withdraw_orders(self) -> None:
        """Cancels every order of this account in this market."""
        found = self.api.info("openOrders", user=self.address, dex=self.market.dex)
        orders = [order["oid"] for order in found if order["coin"] == self.market.coin]
        if orders:
            cancels = [{"a": self.market.asset, "o": oid} for oid in orders]
            self.attempt({"type": "cancel", "cancels": cancels})

    def attempt(self, action: dict[str, Any]) -> list[Any]:
        """Sends an action; the statuses of its parts, none if it was refused as a whole.

        A refusal is said once and the trader goes on: a halted market opens again.
        """
        try:
            reply = self.api.exchange(action)
        except VenueRefused as refusal:
            text = f"{action['type']}: {refusal.text or refusal.status}"
            if text != self._last_complaint:
                self._last_complaint = text
                print(f"demo {self.name} in {self.market.coin}: {text}", file=sys.stderr)
            return []
        return list(reply.get("data", {}).get("statuses", []))

    def holding(self) -> tuple[float, float]:
        """The account's worth in this dex, and its signed position in contracts."""
        state = self.api.info("clearinghouseState", user=self.address, dex=self.market.dex)
        size = 0.0
        for held in state["assetPositions"]:
            if held["position"]["coin"] == self.market.coin:
                size = float(held["position"]["szi"])
        return float(state["marginSummary"]["accountValue"]), size

    def order(self, is_buy: bool, price: float, usd: float, tif: str) -> dict[str, Any]:
        """An order worth about `usd`; the price moves to the tick that is less eager."""
        digits = self.market.size_decimals
        size = Decimal(max(usd / price, 0.0)).quantize(Decimal(1).scaleb(-digits))
        return {
            "a": self.market.asset,
            "b": is_buy,
            "p": on_tick(Decimal(price), digits, up=not is_buy),
            "s": canonical_decimal(format(size, "f")),
            "r": False,
            "t": {"limit": {"tif": tif}},
        }
