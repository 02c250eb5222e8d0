"""A TWAP order that runs: what it is to trade, and how far it has come (ORD-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from bellwether.engine.state.holding import Holding


@final
class Twap:
    """`sent` sub-orders are behind it, missed ones too; the next is due at `next_ns`, 0 if none.

    `executed_e6` is what its lots were worth when they traded, micro-USD.
    """

    __slots__ = (
        "executed_e6",
        "executed_lots",
        "holding",
        "is_buy",
        "lots",
        "minutes",
        "next_ns",
        "randomize",
        "reduce_only",
        "sent",
        "started_ns",
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
