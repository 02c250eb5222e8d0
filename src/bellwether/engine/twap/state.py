"""A TWAP order that waits or runs: what it is to trade, and how far it has come (ORD-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from bellwether.engine.state.holding import Holding


@final
class Twap:
    """`sent` sub-orders are behind it, missed ones too; the next is due at `next_ns`, 0 if none.

    `executed_e6` is what its lots were worth when they traded, micro-USD. While it `is_waiting` it
    watches its trigger price, later its stop price (price atoms, 0 for none), on whose other side
    the mark was when it began.
    """

    __slots__ = (
        "executed_e6",
        "executed_lots",
        "holding",
        "is_buy",
        "is_waiting",
        "lots",
        "minutes",
        "next_ns",
        "randomize",
        "reduce_only",
        "sent",
        "started_ns",
        "stop_above",
        "stop_price",
        "trigger_above",
        "trigger_price",
        "twap_id",
    )

    def __init__(
        self,
        twap_id: int,
        holding: Holding,
        is_buy: bool,
        lots: int,
        reduce_only: bool,
        minutes: int,
        randomize: bool,
        started_ns: int,
    ) -> None:
        self.twap_id: int = twap_id
        self.holding: Holding = holding
        self.is_buy: bool = is_buy
        self.lots: int = lots
        self.reduce_only: bool = reduce_only
        self.minutes: int = minutes
        self.randomize: bool = randomize
        self.started_ns: int = started_ns
        self.executed_lots: int = 0
        self.executed_e6: int = 0
        self.sent: int = 0
        self.next_ns: int = 0
        self.trigger_price: int = 0
        self.trigger_above: bool = False
        self.stop_price: int = 0
        self.stop_above: bool = False
        self.is_waiting: bool = False

    def watch(self) -> None:
        """Has the mark looked at for the price that it waits for now, if there is one."""
        price = self.watched_price()
        if price > 0:
            above = self.trigger_above if self.is_waiting else self.stop_above
            self.holding.market.twap_watch.add(price, self.twap_id, above)

    def unwatch(self) -> None:
        """Waits for no price any more."""
        price = self.watched_price()
        if price > 0:
            above = self.trigger_above if self.is_waiting else self.stop_above
            self.holding.market.twap_watch.drop(price, self.twap_id, above)

    def watched_price(self) -> int:
        """The price that it waits for now, price atoms; 0 for none."""
        return self.trigger_price if self.is_waiting else self.stop_price
