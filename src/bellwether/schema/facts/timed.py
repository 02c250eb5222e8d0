"""What time brings to orders: sub-orders of TWAP orders, and the end of a wait (ORD-1, ORD-2)."""

from __future__ import annotations

from bellwether.schema.event import Event


class TwapStarted(Event, frozen=True, tag="twap_started"):
    """A TWAP order runs from now on, or waits for its trigger price where it has one (ORD-1)."""

    twap_id: int
    account: bytes
    asset: int
    time_ns: int
    is_buy: bool
    lots: int
    reduce_only: bool
    minutes: int
    randomize: bool
    trigger_price: int = 0
    trigger_above: bool = False
    stop_price: int = 0


class TwapActivated(Event, frozen=True, tag="twap_activated"):
    """The mark, at `price`, has reached the trigger of a TWAP order: it runs from now on."""

    twap_id: int
    account: bytes
    asset: int
    time_ns: int
    price: int


class TwapSliceSent(Event, frozen=True, tag="twap_slice"):
    """The order placed next is a sub-order of this TWAP order."""

    twap_id: int
    account: bytes
    asset: int
    time_ns: int
    order_id: int


class TwapRebased(Event, frozen=True, tag="twap_rebased"):
    """A TWAP order's sizes and prices are in the market's new units (LIFE-10)."""

    twap_id: int
    account: bytes
    asset: int
    lots: int
    executed_lots: int
    trigger_price: int = 0
    stop_price: int = 0


class TwapEnded(Event, frozen=True, tag="twap_ended"):
    """A TWAP order ended; `status` is an order's closing code, `executed_e6` micro-USD."""

    twap_id: int
    account: bytes
    asset: int
    time_ns: int
    status: int
    executed_lots: int
    executed_e6: int


class OrderReleased(Event, frozen=True, tag="released"):
    """An order that was held back may trade from now on (ORD-2); what it does follows."""

    order_id: int
    account: bytes
    asset: int
    time_ns: int
