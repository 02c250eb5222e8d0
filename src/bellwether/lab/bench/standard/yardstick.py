"""The yardstick: a bare core that a venue's engine is measured against.

For each message a margin check, matching in price-time order, settlement of both sides and a fill
record; no triggers, funding, liquidation, events or journal. Amounts are whole numbers: prices in
ticks, sizes in lots, money in ticks × lots. The file stands alone, so that it can be compiled by
itself (`compilation`); it is not part of the venue.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from struct import Struct
from typing import Final, final

MESSAGE: Final = Struct("<BBHIQqqQ")
"""Kind, side, instrument, account, order id, price, size, time."""
FILL: Final = Struct("<QQQqqIIqq")
"""Seq, taker's and maker's order ids, price, size, their accounts, their fees."""

NEW: Final = 0
CANCEL: Final = 1
MODIFY: Final = 2
IOC: Final = 3

BUY: Final = 0
SELL: Final = 1

ACCEPTED: Final = 0
NO_MARGIN: Final = 1
UNKNOWN: Final = 2

PPM: Final = 1_000_000
INITIAL_MARGIN_PPM: Final = 100_000
TAKER_FEE_PPM: Final = 500
MAKER_FEE_PPM: Final = 200


@final
class Account:
    """Collateral and one position; `open_buy` and `open_sell` are notionals of resting orders."""

    __slots__ = ("collateral", "cost", "number", "open_buy", "open_sell", "position")

    def __init__(self, number: int, collateral: int) -> None:
        self.number: int = number
        self.collateral: int = collateral
        self.position: int = 0
        self.cost: int = 0
        self.open_buy: int = 0
        self.open_sell: int = 0

    def can_add(self, side: int, notional: int, mark: int) -> bool:
        """Whether `notional` more on `side` still meets the initial margin, or reduces risk."""
        value: int = self.position * mark
        long: int = value + self.open_buy
        short: int = self.open_sell - value
        before: int = long if long > short else short
        if side == BUY:
            long += notional
        else:
            short += notional
        exposure: int = long if long > short else short
        required: int = (exposure * INITIAL_MARGIN_PPM + (PPM - 1)) // PPM
        return required <= self.collateral + value - self.cost or exposure <= before

    def settle(self, side: int, size: int, price: int, fee: int) -> None:
        """One fill: realizes profit on what it closes, opens the rest at `price`, pays the fee."""
        signed: int = size if side == BUY else -size
        position: int = self.position
        if position == 0 or (position > 0) == (signed > 0):
            self.position = position + signed
            self.cost += signed * price
        else:
            held: int = position if position > 0 else -position
            closed: int = size if size < held else held
            # The floor; what is left over stays in the cost.
            released: int = self.cost * closed // held
            proceeds: int = closed * price if position > 0 else -closed * price
            self.collateral += proceeds - released
            rest: int = size - closed
            self.position = position + signed
            if rest > 0:
                self.cost = rest * price if side == BUY else -rest * price
            else:
                self.cost -= released
        self.collateral -= fee


@final
class Order:
    """A resting order, linked into the queue of its level."""

    __slots__ = ("account", "level", "next", "order_id", "previous", "price", "side", "size")

    def __init__(self, order_id: int, account: Account, side: int, price: int, size: int) -> None:
        self.order_id: int = order_id
        self.account: Account = account
        self.side: int = side
        self.price: int = price
        self.size: int = size
        self.level: Level | None = None
        self.previous: Order | None = None
        self.next: Order | None = None


@final
class Level:
    """The orders at one price, first come first."""

    __slots__ = ("head", "key", "tail")

    def __init__(self, key: int) -> None:
        self.key: int = key
        self.head: Order | None = None
        self.tail: Order | None = None

    def append(self, order: Order) -> None:
        order.level = self
        tail = self.tail
        order.previous = tail
        if tail is None:
            self.head = order
        else:
            tail.next = order
        self.tail = order

    def remove(self, order: Order) -> None:
        previous, following = order.previous, order.next
        if previous is None:
            self.head = following
        else:
            previous.next = following
        if following is None:
            self.tail = previous
        else:
            following.previous = previous
        order.previous = order.next = order.level = None


@final
class Ladder:
    """One side of the book; levels are keyed by sign × price, so that the best is the last."""

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        self.sign: int = sign
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}

    def insert(self, order: Order) -> None:
        key: int = self.sign * order.price
        level = self.levels.get(key)
        if level is None:
            level = Level(key)
            self.levels[key] = level
            insort(self.keys, key)
        level.append(order)

    def remove(self, order: Order) -> None:
        level = order.level
        assert level is not None, "a resting order has a level"
        level.remove(order)
        if level.head is None:
            key: int = level.key
            del self.levels[key]
            keys = self.keys
            if keys[-1] == key:
                keys.pop()
            else:
                del keys[bisect_left(keys, key)]


@final
class Yardstick:
    """One instrument; `fills` are FILL records, `outcomes` counts messages by their code."""

    def __init__(self, accounts: int, collateral: int, mark: int) -> None:
        self.accounts: list[Account] = [Account(n, collateral) for n in range(accounts)]
        self.bids: Ladder = Ladder(1)
        self.asks: Ladder = Ladder(-1)
        self.orders: dict[int, Order] = {}
        self.mark: int = mark
        self.fees: int = 0
        self.seq: int = 0
        self.fills: bytearray = bytearray()
        self.outcomes: list[int] = [0, 0, 0]

    def run(self, messages: bytes) -> None:
        """Takes a stream of MESSAGE records."""
        outcomes = self.outcomes
        for kind, side, _, account, order_id, price, size, _ in MESSAGE.iter_unpack(messages):
            outcomes[self.take(kind, side, account, order_id, price, size)] += 1

    def take(self, kind: int, side: int, account: int, order_id: int, price: int, size: int) -> int:
        """One message; returns ACCEPTED, NO_MARGIN or UNKNOWN."""
        code: int
        if kind == CANCEL:
            code = self.cancel(order_id)
        elif kind == MODIFY:
            code = self.modify(order_id, price, size)
        else:
            code = self.place(self.accounts[account], side, order_id, price, size, kind == NEW)
        self.seq += 1
        return code

    def place(
        self, account: Account, side: int, order_id: int, price: int, size: int, rests: bool
    ) -> int:
        if not account.can_add(side, price * size, self.mark):
            return NO_MARGIN
        size = self.match(account, side, order_id, price, size)
        if size > 0 and rests:
            order = Order(order_id, account, side, price, size)
            self.orders[order_id] = order
            if side == BUY:
                account.open_buy += price * size
                self.bids.insert(order)
            else:
                account.open_sell += price * size
                self.asks.insert(order)
        return ACCEPTED

    def cancel(self, order_id: int) -> int:
        order = self.orders.pop(order_id, None)
        if order is None:
            return UNKNOWN
        self.unlink(order)
        return ACCEPTED

    def modify(self, order_id: int, price: int, size: int) -> int:
        order = self.orders.get(order_id)
        if order is None:
            return UNKNOWN
        account = order.account
        if price == order.price and size <= order.size:
            # Smaller at the same price keeps its place in the queue.
            released: int = (order.size - size) * price
            if order.side == BUY:
                account.open_buy -= released
            else:
                account.open_sell -= released
            order.size = size
            return ACCEPTED
        if not account.can_add(order.side, price * size - order.price * order.size, self.mark):
            return NO_MARGIN
        del self.orders[order_id]
        self.unlink(order)
        left: int = self.match(account, order.side, order_id, price, size)
        if left > 0:
            order.price = price
            order.size = left
            self.orders[order_id] = order
            if order.side == BUY:
                account.open_buy += price * left
                self.bids.insert(order)
            else:
                account.open_sell += price * left
                self.asks.insert(order)
        return ACCEPTED

    def unlink(self, order: Order) -> None:
        if order.side == BUY:
            order.account.open_buy -= order.price * order.size
            self.bids.remove(order)
        else:
            order.account.open_sell -= order.price * order.size
            self.asks.remove(order)

    def match(self, taker: Account, side: int, order_id: int, price: int, size: int) -> int:
        """Trades against the other side in price-time order; returns the size left."""
        ladder = self.asks if side == BUY else self.bids
        limit: int = ladder.sign * price
        keys = ladder.keys
        while size > 0 and keys:
            key = keys[-1]
            if key < limit:
                break
            order = ladder.levels[key].head
            assert order is not None, "a level has an order"
            at: int = order.price
            traded: int = size if size < order.size else order.size
            notional: int = traded * at
            taker_fee: int = (notional * TAKER_FEE_PPM + (PPM - 1)) // PPM
            maker_fee: int = (notional * MAKER_FEE_PPM + (PPM - 1)) // PPM
            maker = order.account
            taker.settle(side, traded, at, taker_fee)
            maker.settle(1 - side, traded, at, maker_fee)
            if side == BUY:
                maker.open_sell -= notional
            else:
                maker.open_buy -= notional
            self.fees += taker_fee + maker_fee
            self.mark = at
            self.fills += FILL.pack(
                self.seq,
                order_id,
                order.order_id,
                at,
                traded,
                taker.number,
                maker.number,
                taker_fee,
                maker_fee,
            )
            size -= traded
            order.size -= traded
            if order.size == 0:
                del self.orders[order.order_id]
                ladder.remove(order)
        return size
