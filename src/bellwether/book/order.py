"""An order: what was asked for, what is left of it, and its place in the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.book.owner import Owner
from bellwether.book.trailing import Trail

if TYPE_CHECKING:
    from bellwether.book.level import Level


@final
class Order:
    """Prices are price atoms, sizes lots. `owner` is whoever placed it.

    `level`, `previous` and `following` belong to the book; `level` is None while not resting. With
    a `trail` it is a stop that follows the mark, and `trigger_price` where it stood at first;
    `trigger_by` is the price that it watches, a code BY_MARK … BY_LAST. It is kept from trading
    until `held_until_ns`, 0 for most. `builder` (20 bytes) gets `builder_e9` (10^-9) of its fills.
    """

    __slots__ = (
        "asset",
        "builder",
        "builder_e9",
        "children",
        "client_order_id",
        "filled_lots",
        "following",
        "held_until_ns",
        "is_buy",
        "is_position_tpsl",
        "level",
        "lots",
        "order_id",
        "original_lots",
        "owner",
        "parent_id",
        "placed_ns",
        "previous",
        "price",
        "reduce_only",
        "time_in_force",
        "trail",
        "trigger",
        "trigger_by",
        "trigger_price",
        "waiting",
    )

    def __init__(
        self,
        order_id: int,
        owner: Owner,
        asset: int,
        is_buy: bool,
        price: int,
        lots: int,
        time_in_force: int,
        reduce_only: bool,
        client_order_id: bytes,
        placed_ns: int,
    ) -> None:
        self.order_id: int = order_id
        self.owner: Owner = owner
        self.asset: int = asset
        self.is_buy: bool = is_buy
        self.price: int = price
        self.lots: int = lots
        self.original_lots: int = lots
        self.filled_lots: int = 0
        self.time_in_force: int = time_in_force
        self.reduce_only: bool = reduce_only
        self.client_order_id: bytes = client_order_id
        self.placed_ns: int = placed_ns
        self.trigger: int = 0
        self.trigger_price: int = 0
        self.trigger_by: int = 0
        self.trail: Trail | None = None
        self.held_until_ns: int = 0
        self.builder: bytes = b""
        self.builder_e9: int = 0
        self.is_position_tpsl: bool = False
        self.parent_id: int = 0
        self.waiting: bool = False
        self.children: list[Order] | None = None
        self.level: Level | None = None
        self.previous: Order | None = None
        self.following: Order | None = None
