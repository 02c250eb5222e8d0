"""The load: signed orders over a few kept-alive connections, from a process of its own.

`python -m … HOST PORT CONNECTIONS ORDERS` signs, says `ready`, waits for a line on its standard
input, sends everything and prints one JSON object. HTTP is written by hand: the load must cost
far less than what it measures.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import time
from array import array
from collections.abc import Iterator
from typing import Any, Final, cast, final

import msgspec
import uvloop

from bellwether.lab.bench.api.signed_orders import signed_bodies

WARM_UP: Final = 2_000
"""Orders sent before the clock starts, or a tenth where there are fewer than ten times so many."""

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class Outcome(msgspec.Struct, frozen=True):
    """`seconds` is the time of the `measured` orders; `faulty` counts answers that are no success,
    `first_fault` shows the first of them."""

    measured: int
    seconds: float
    p50_ms: float
    p99_ms: float
    faulty: int
    first_fault: str


@final
class _Sender(asyncio.Protocol):
    """One connection with one order on its way at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport
        self._buffer = b""
        self._missing = -1
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = cast(asyncio.Transport, transport)
        self._load.connected(self)

    def send_next(self) -> None:
        request = self._load.next_request()
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, received: bytes) -> None:
        buffer = self._buffer + received if self._buffer else received
        end = buffer.find(_HEAD_END)
        if end < 0 or len(buffer) < end + len(_HEAD_END) + _length(buffer[:end]):
            self._buffer = buffer
            return
        self._buffer = b""
        self._load.answered(buffer, time.perf_counter() - self._sent)
        self.send_next()

    def connection_lost(self, error: Exception | None) -> None:
        self._load.left(error)


@final
class Load:
    """Everything that is sent, shared out among the connections in order."""

    def __init__(self, requests: list[bytes]) -> None:
        self._requests: Iterator[bytes] = iter(requests)
        self._warm_up = min(WARM_UP, len(requests) // 10)
        self._answers = 0
        self._began = 0.0
        self._ended = 0.0
        self._latencies = array("d")
        self._faulty = 0
        self._first_fault = ""
        self._senders: list[_Sender] = []
        self._left = 0
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, host: str, port: int, connections: int) -> Outcome:
        """Returns when everything has been answered."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broken)
        for _ in range(connections):
            await loop.create_connection(lambda: _Sender(self), host, port)
        for sender in self._senders:
            sender.send_next()
        await self._done
        ordered = sorted(self._latencies)
        last = len(ordered) - 1
        return Outcome(
            measured=len(ordered),
            seconds=self._ended - self._began,
            p50_ms=1e3 * ordered[last // 2],
            p99_ms=1e3 * ordered[last * 99 // 100],
            faulty=self._faulty,
            first_fault=self._first_fault,
        )

    def connected(self, sender: _Sender) -> None:
        self._senders.append(sender)

    def next_request(self) -> bytes | None:
        return next(self._requests, None)

    def answered(self, answer: bytes, seconds: float) -> None:
        self._answers += 1
        if b'"statuses"' not in answer or b'"error"' in answer:
            self._faulty += 1
            self._first_fault = self._first_fault or answer.decode(errors="replace")
        if self._answers > self._warm_up:
            self._latencies.append(seconds)
            self._ended = time.perf_counter()
        elif self._answers == self._warm_up:
            self._began = time.perf_counter()

    def left(self, error: Exception | None) -> None:
        self._left += 1
        if self._done.done():
            return
        if error is not None:
            self._done.set_exception(error)
        elif self._left == len(self._senders):
            self._done.set_result(None)

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error in a callback would otherwise leave everybody waiting."""
        if not self._done.done():
            error = context.get("exception")
            self._done.set_exception(error or RuntimeError(str(context["message"])))


def _length(head: bytes) -> int:
    at = head.find(_LENGTH) + len(_LENGTH)
    return int(head[at:].split(b"\r\n", 1)[0])


def _request(body: bytes) -> bytes:
    head = (
        "POST /exchange HTTP/1.1\r\nHost: venue\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _sent(requests: list[bytes], host: str, port: int, connections: int) -> Outcome:
    return await Load(requests).run(host, port, connections)


def main(host: str, port: int, connections: int, orders: int) -> None:
    first_nonce = time.time_ns() // 1_000_000
    requests = [_request(body) for body in signed_bodies(orders, first_nonce)]
    gc.collect()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(_sent(requests, host, port, connections))
    sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
