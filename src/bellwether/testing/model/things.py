"""What the naive venue keeps: users, positions, orders, markets. Records without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field

from bellwether.schema.instrument import InstrumentSpec


@dataclass(eq=False)
class NaiveOrder:
    """A live order. `arrival` is its place in time among resting orders, 0 while not in a book.

    `best` is the best mark that a trailing stop has seen since it began to follow, 0 before.
    """

    order_id: int
    user: bytes
    asset: int
    is_buy: bool
    price: int
    lots: int
    original: int
    time_in_force: int
    reduce_only: bool
    client_id: bytes
    trigger: int = 0
    trigger_price: int = 0
    is_position_tpsl: bool = False
    parent_id: int = 0
    is_waiting: bool = False
    arrival: int = 0
    filled: int = 0
    has_children: bool = False
    trail_atoms: int = 0
    trail_e6: int = 0
    best: int = 0


@dataclass(eq=False)
class NaivePosition:
    """One user in one market. `cost` is the signed entry notional, `margin` the isolated margin."""

    user: bytes
    asset: int
    is_cross: bool
    leverage: int
    lots: int = 0
    cost: int = 0
    margin: int = 0
    funding_index: int = 0


@dataclass(eq=False)
class NaiveMarket:
    """One market: its specification and the prices that the engine published.

    `quiet_trades` are the prices of forced fills since the last trade, and the earliest times at
    which they were.
    """

    asset: int
    dex: str
    spec: InstrumentSpec
    mark: int
    oracle: int
    status: int = 0
    funding_index: int = 0
    last_trade: int = 0
    previous_mark: int = 0
    look_again_ns: int = 0
    halt_window_ns: int = 0
    halt_ends_ns: int = 0
    reopens_ns: int = 0
    below_then: list[NaivePosition] = field(default_factory=list)
    quiet_trades: list[tuple[int, int]] = field(default_factory=list)


@dataclass(eq=False)
class NaiveUser:
    """A user: cash by dex (in the order in which the accounts were opened), volume, its switch."""

    address: bytes
    cash: dict[str, int] = field(default_factory=dict)
    volume: int = 0
    cancel_at_ms: int = 0
    nonces: list[int] = field(default_factory=list)
    cancels_day: int = 0
    cancels_today: int = 0
