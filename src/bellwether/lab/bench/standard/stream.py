"""The standard stream: a fixed flow of orders that every speed here is measured on.

Adds within 50 ticks of a wandering middle, cancels and changes of live orders, and marketable IOC
orders, of 100 accounts; a prelude of adds fills the book, which then holds about 4,900 orders. Of
1,000,000 messages 46 % are adds, 39 % cancels, 5 % changes (half of them smaller in place, half to
a new price and size) and 10 % IOC. The generator keeps a small book of its own, so that cancels
name live orders, and its trades are the answer that every engine must give.
"""

from __future__ import annotations

from bisect import insort
from hashlib import sha256
from struct import Struct
from typing import Final, final

import msgspec

from bellwether.lab.bench.standard.permuted_numbers import PermutedNumbers
from bellwether.lab.bench.standard.yardstick import BUY, CANCEL, IOC, MESSAGE, MODIFY, NEW

STANDARD_MESSAGES: Final = 1_000_000
ACCOUNTS: Final = 100
REFERENCE: Final = 100_000
"""The first middle, in ticks."""

_PRELUDE: Final = 5_000
_LIVE_TARGET: Final = 5_000
_BAND: Final = 50
_LARGEST: Final = 100
_LARGEST_IOC: Final = 40
_TRADE: Final = Struct("<qqqq")

Trade = tuple[int, int, int, int]
"""Taker's order id, maker's order id, price in ticks, size in lots."""


def trades_hash(trades: list[Trade]) -> str:
    """The first 16 digits of SHA-256 over the trades: the outcome of matching, and nothing else."""
    digest = sha256()
    for trade in trades:
        digest.update(_TRADE.pack(*trade))
    return digest.hexdigest()[:16]


class StandardStream(msgspec.Struct, frozen=True):
    """`messages` holds `count` MESSAGE records; `trades` is what they lead to."""

    count: int
    messages: bytes
    trades: int
    trades_hash: str


def standard_stream(count: int = STANDARD_MESSAGES) -> StandardStream:
    """The stream of `count` messages; a shorter stream is not the beginning of a longer one."""
    messages, trades = _Draft(count).written()
    return StandardStream(count, messages, len(trades), trades_hash(trades))


@final
class _Draws:
    """What chance decides for each message, drawn field by field."""

    def __init__(self, count: int) -> None:
        numbers = PermutedNumbers()
        self.kind = numbers.fractions(count)
        moves = numbers.fractions(count)
        signs = numbers.whole_numbers(0, 2, count)
        self.middle: list[int] = []
        middle = REFERENCE
        for moved, sign in zip(moves, signs, strict=True):
            if moved < 0.02:
                middle += 2 * sign - 1
            self.middle.append(middle)
        self.side = numbers.whole_numbers(0, 2, count)
        self.distance = numbers.whole_numbers(1, _BAND + 1, count)
        self.size = numbers.whole_numbers(1, _LARGEST + 1, count)
        self.ioc_size = numbers.whole_numbers(1, _LARGEST_IOC + 1, count)
        self.account = numbers.whole_numbers(0, ACCOUNTS, count)
        self.pick = numbers.fractions(count)
        self.coin = numbers.fractions(count)
        self.through = numbers.whole_numbers(0, 6, count)


@final
class _Draft:
    """The stream while it is written, and the book that its messages lead to."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._draws = _Draws(count)
        # Ascending sign × price: the best level is the last. A level's orders stand by arrival.
        self._keys: tuple[list[int], list[int]] = ([], [])
        self._levels: tuple[dict[int, dict[int, None]], dict[int, dict[int, None]]] = ({}, {})
        self._orders: dict[int, list[int]] = {}
        self._live: list[int] = []
        self._place: dict[int, int] = {}
        self._trades: list[Trade] = []
        self._next_id = 1

    def written(self) -> tuple[bytes, list[Trade]]:
        """All messages, and the trades they lead to."""
        content = bytearray(self._count * MESSAGE.size)
        pack_into = MESSAGE.pack_into
        for index in range(self._count):
            kind, side, account, order_id, price, size = self._message(index)
            at = index * MESSAGE.size
            pack_into(content, at, kind, side, 0, account, order_id, price, size, index)
        return bytes(content), self._trades

    def _message(self, index: int) -> tuple[int, int, int, int, int, int]:
        """Decides on message `index` and applies it to the book."""
        draws = self._draws
        side, account = draws.side[index], draws.account[index]
        kind = self._kind(index, side)
        if kind in (CANCEL, MODIFY):
            return self._amendment(kind, index)
        if kind == NEW:
            price, size = self._quote(index, side), draws.size[index]
        else:
            through = draws.through[index]
            if side == BUY:
                price = -self._keys[1][-1] + through
            else:
                price = self._keys[0][-1] - through
            size = draws.ioc_size[index]
        order_id = self._next_id
        self._next_id += 1
        self._enter(order_id, side, price, size, account, kind == NEW)
        return kind, side, account, order_id, price, size

    def _kind(self, index: int, side: int) -> int:
        """Adds give way to cancels by up to five points, to keep about as many orders live."""
        live, draw = len(self._live), self._draws.kind[index]
        lean = max(-1.0, min(1.0, 10 * (live - _LIVE_TARGET) / _LIVE_TARGET))
        if index < _PRELUDE or draw < 0.45 - 0.05 * lean:
            return NEW
        if draw < 0.90:
            kind = CANCEL if draw < 0.85 else MODIFY
            return kind if live else NEW
        return IOC if self._keys[1 - side] else NEW

    def _amendment(self, kind: int, index: int) -> tuple[int, int, int, int, int, int]:
        draws = self._draws
        order_id = self._live[int(draws.pick[index] * len(self._live))]
        order = self._orders[order_id]
        side, price, size, account = order
        if kind == CANCEL:
            self._remove(order_id)
            return kind, side, account, order_id, 0, 0
        if draws.coin[index] < 0.5:
            order[2] = max(1, size // 2)
            return kind, side, account, order_id, price, order[2]
        new_price, new_size = self._quote(index, side), draws.size[index]
        if new_price == price and new_size <= size:
            order[2] = new_size
        else:
            self._remove(order_id)
            self._enter(order_id, side, new_price, new_size, account, True)
        return kind, side, account, order_id, new_price, new_size

    def _quote(self, index: int, side: int) -> int:
        distance = self._draws.distance[index]
        return self._draws.middle[index] + (-distance if side == BUY else distance)

    def _enter(
        self, order_id: int, side: int, price: int, size: int, account: int, rests: bool
    ) -> None:
        keys, levels = self._keys[1 - side], self._levels[1 - side]
        limit = -price if side == BUY else price
        while size and keys and keys[-1] >= limit:
            maker_id = next(iter(levels[keys[-1]]))
            maker = self._orders[maker_id]
            traded = min(size, maker[2])
            self._trades.append((order_id, maker_id, maker[1], traded))
            size -= traded
            maker[2] -= traded
            if maker[2] == 0:
                self._remove(maker_id)
        if size and rests:
            key = price if side == BUY else -price
            level = self._levels[side].get(key)
            if level is None:
                level = self._levels[side][key] = {}
                insort(self._keys[side], key)
            level[order_id] = None
            self._orders[order_id] = [side, price, size, account]
            self._place[order_id] = len(self._live)
            self._live.append(order_id)

    def _remove(self, order_id: int) -> None:
        side, price, _, _ = self._orders.pop(order_id)
        key = price if side == BUY else -price
        level = self._levels[side][key]
        del level[order_id]
        if not level:
            del self._levels[side][key]
            self._keys[side].remove(key)
        # The last live order takes the place that has become free.
        place, last = self._place.pop(order_id), self._live.pop()
        if last != order_id:
            self._live[place] = last
            self._place[last] = place
