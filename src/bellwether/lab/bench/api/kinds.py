"""What is sent to the venue: kinds of requests, prepared before the clock starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, final

import msgspec

from bellwether.lab.bench.api.signed_orders import FIRST_APART, SYMBOL, Signers, far, order, resting
from bellwether.lab.bench.stream.changes import request_of
from bellwether.lab.bench.stream.sockets import text_frame

BATCH: Final = 20
READS_OF: Final = 5
"""One of so many requests of `mixed` is a read."""

_PLACED_TOGETHER: Final = 50
_BATCHES_BEFORE_READS: Final = 10
_LAG: Final = 1_000
"""So many orders of the turnover rest at any time."""
_READ: Final = msgspec.json.encode({"type": "l2Book", "coin": SYMBOL})
_READ_REQUEST: Final = request_of(_READ).replace(b"/exchange", b"/info", 1)

Prepared = tuple[Sequence[bytes], Sequence[bytes]]
"""Requests sent before the clock starts, and those that are measured."""


class Kind(NamedTuple):
    """`success` is in every good answer and `fault` in none, but for those with `reads` in them;
    `is_socket` says that requests are frames of a WebSocket."""

    requests: Callable[[int, int], Prepared]
    success: bytes
    fault: bytes = b'"error"'
    reads: bytes = b""
    is_socket: bool = False

    @property
    def before(self) -> Kind:
        """What the requests before the clock are."""
        return KINDS["orders"]


def _bodies(count: int, nonce: int) -> Iterator[bytes]:
    signers = Signers(count)
    for number in range(count):
        yield signers.signed(number, _placing([order(number)]), nonce + number)


def _orders(count: int, nonce: int) -> Prepared:
    return [], [request_of(body) for body in _bodies(count, nonce)]


def _posts(count: int, nonce: int) -> Prepared:
    head = b'{"method":"post","id":%d,"request":{"type":"action","payload":'
    bodies = enumerate(_bodies(count, nonce))
    return [], [text_frame(head % number + body + b"}}") for number, body in bodies]


def _batches(count: int, nonce: int) -> Prepared:
    signers = Signers(count * BATCH)
    requests: list[bytes] = []
    for number in range(count):
        orders = [order(number * BATCH + place) for place in range(BATCH)]
        requests.append(request_of(signers.signed(number, _placing(orders), nonce + number)))
    return [], requests


def _cancels(
    count: int, nonce: int, first: int = 0, order: Callable[[int], dict[str, Any]] = resting
) -> Prepared:
    """Orders that rest, and their cancels one by one, of accounts from `first` on."""
    signers = Signers(count, first)
    placed, cancels = [], []
    for first in range(0, count, _PLACED_TOGETHER):
        together = range(first, min(first + _PLACED_TOGETHER, count))
        signer = first // _PLACED_TOGETHER
        orders = [{**order(number), "c": _cloid(number)} for number in together]
        placed.append(request_of(signers.signed(signer, _placing(orders), nonce + signer)))
        for number in together:
            wanted = [{"asset": 0, "cloid": _cloid(number)}]
            action = {"type": "cancelByCloid", "cancels": wanted}
            cancels.append(request_of(signers.signed(signer, action, nonce + count + number)))
    return placed, cancels


def _lone_cancels(count: int, nonce: int) -> Prepared:
    return _cancels(count, nonce, FIRST_APART, far)


def _mixed(count: int, nonce: int) -> Prepared:
    bodies = _bodies(count, nonce)
    return [], [
        _READ_REQUEST if number % READS_OF == READS_OF - 1 else request_of(next(bodies))
        for number in range(count)
    ]


def _reads(count: int, nonce: int) -> Prepared:
    """Twenty levels a side first."""
    _, orders = _batches(_BATCHES_BEFORE_READS, nonce)
    return orders, [_READ_REQUEST] * count


@final
class _Turnover(Sequence[bytes]):
    """Orders and cancels by turns, signed when they are asked for: as many rest as are canceled
    later."""

    def __init__(self, count: int, nonce: int) -> None:
        self._count = count
        self._nonce = nonce
        self._signers = Signers(_LAG)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: Any) -> Any:
        place, is_cancel = number // 2, number % 2 == 1
        if is_cancel and place < _LAG:
            action: dict[str, Any] = {"type": "noop"}
        elif is_cancel:
            place -= _LAG
            action = {"type": "cancelByCloid", "cancels": [{"asset": 0, "cloid": _cloid(place)}]}
        else:
            action = _placing([{**order(place, rests=True), "c": _cloid(place)}])
        return request_of(self._signers.signed(place, action, self._nonce + number))


def _turnover(count: int, nonce: int) -> Prepared:
    return [], _Turnover(count, nonce)


def _placing(orders: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "order", "orders": orders, "grouping": "na"}


def _cloid(number: int) -> str:
    return f"0x{number + 1:032x}"


_PLACED: Final = b'"statuses"'
_BOOK: Final = b'"levels"'
KINDS: Final[dict[str, Kind]] = {
    "orders": Kind(_orders, _PLACED),
    "posts": Kind(_posts, _PLACED, is_socket=True),
    "batches": Kind(_batches, _PLACED),
    "cancels": Kind(_cancels, b'"success"'),
    "lone cancels": Kind(_lone_cancels, b'"success"'),
    "turnover": Kind(_turnover, b'"status":"ok"'),
    "mixed": Kind(_mixed, _PLACED, reads=_BOOK),
    "reads": Kind(_reads, _BOOK),
    "constant": Kind(lambda count, _: ([], [_READ_REQUEST] * count), _BOOK),
}
