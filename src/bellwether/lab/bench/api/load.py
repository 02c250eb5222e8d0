"""The load: prepared requests over a few connections, from a process of its own.

`python -m … HOST PORT KIND CONNECTIONS TOGETHER COUNT RATE NONCE` prepares, says `ready`, waits for
a line on its standard input, sends everything and prints one JSON object. Raw sockets and epoll:
the load shares the processors with what it measures and must cost far less.
"""

from __future__ import annotations

import gc
import select
import socket
import sys
import time
from array import array
from collections import deque
from collections.abc import Sequence
from typing import Final, final

import msgspec

from bellwether.lab.bench.api.kinds import KINDS, Kind
from bellwether.lab.bench.stream.sockets import opened, whole_frames

WARM_UP: Final = 2_000
"""Requests sent before the clock starts, or a tenth where there are fewer than ten times so
many."""

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_READ: Final = 1 << 16
_PATIENCE_S: Final = 30.0


class Outcome(msgspec.Struct, frozen=True):
    """`seconds` is the time of the `measured` requests; `faulty` counts answers that are no
    success, `first_fault` shows the first of them; `cpu_seconds` is what the load itself cost.

    With a rate latencies run from when a request was due, otherwise from when it was sent."""

    measured: int
    seconds: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    faulty: int
    first_fault: str
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.measured / self.seconds


@final
class Connection:
    """One socket and the times from which its unanswered requests are counted."""

    __slots__ = ("rest", "socket", "started")

    def __init__(self, made: socket.socket) -> None:
        self.socket = made
        self.rest = b""
        self.started: deque[float] = deque()


@final
class Load:
    """Sends requests in their order over whichever connection has room."""

    def __init__(self, host: str, port: int, kind: Kind, connections: int, together: int) -> None:
        """`together` are the requests that are on their way on one connection at most."""
        self._kind = kind
        self._poll = select.epoll()
        self._connections: dict[int, Connection] = {}
        self._free: deque[Connection] = deque()
        for _ in range(connections):
            made = opened(host, port) if kind.is_socket else _connected(host, port)
            made.setblocking(False)
            connection = self._connections[made.fileno()] = Connection(made)
            self._poll.register(made, select.EPOLLIN)
            self._free.extend([connection] * together)
        self._latencies = array("d")
        self._answers = 0
        self._warm_up = 0
        self._began = 0.0
        self._ended = 0.0
        self._faulty = 0
        self._first_fault = ""

    def run(self, requests: Sequence[bytes], rate: float) -> Outcome:
        """All requests, at a rate a second or, with 0, as fast as they are answered."""
        total = len(requests)
        self._warm_up = min(WARM_UP, total // 10)
        cpu, sent = time.process_time(), 0
        began = self._began = time.perf_counter()
        latest = began + _PATIENCE_S + (total / rate if rate else 600.0)
        while self._answers < total and (now := time.perf_counter()) < latest:
            pause = 1.0
            due = total if not rate else min(total, int((now - began) * rate) + 1)
            while sent < due and self._free:
                self._send(requests[sent], began + sent / rate if rate else 0.0)
                sent += 1
            if rate and sent < total:
                pause = max(0.0, began + sent / rate - time.perf_counter())
            for number, _ in self._poll.poll(pause if self._free else 1.0, 256):
                self._readable(self._connections[number])
                if not rate and sent < total and self._free:
                    self._send(requests[sent], 0.0)
                    sent += 1
        return self._outcome(total, time.process_time() - cpu)

    def _send(self, request: bytes, due: float) -> None:
        connection = self._free.popleft()
        connection.started.append(due or time.perf_counter())
        connection.socket.sendall(request)

    def _readable(self, connection: Connection) -> None:
        received = connection.socket.recv(_READ)
        if not received:
            raise ConnectionError("the venue has hung up")
        if connection.rest:
            received = connection.rest + received
        if self._kind.is_socket:
            answers, connection.rest = whole_frames(received)
            for answer in answers:
                self._answered(connection, answer)
        elif _is_whole(received):
            connection.rest = b""
            self._answered(connection, received)
        else:
            connection.rest = received

    def _answered(self, connection: Connection, answer: bytes) -> None:
        now = time.perf_counter()
        started = connection.started.popleft()
        self._free.append(connection)
        self._answers += 1
        if self._kind.fault not in answer and self._kind.success in answer:
            pass
        elif not self._kind.reads or self._kind.reads not in answer:
            self._faulty += 1
            self._first_fault = self._first_fault or answer.decode(errors="replace")
        if self._answers > self._warm_up:
            self._latencies.append(now - started)
            self._ended = now
        elif self._answers == self._warm_up:
            self._began = now

    def _outcome(self, total: int, cpu_seconds: float) -> Outcome:
        ordered = sorted(self._latencies)
        last = len(ordered) - 1
        missing = total - self._answers
        return Outcome(
            measured=len(ordered),
            seconds=self._ended - self._began,
            p50_ms=1e3 * ordered[last // 2],
            p99_ms=1e3 * ordered[last * 99 // 100],
            p999_ms=1e3 * ordered[last * 999 // 1_000],
            faulty=self._faulty + missing,
            first_fault=self._first_fault or (f"{missing} answers are missing" if missing else ""),
            cpu_seconds=cpu_seconds,
        )


def _connected(host: str, port: int) -> socket.socket:
    made = socket.create_connection((host, port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _is_whole(received: bytes) -> bool:
    """Is this the whole of an answer over HTTP?"""
    head = received.find(_HEAD_END)
    if head < 0:
        return False
    at = received.index(_LENGTH, 0, head) + len(_LENGTH)
    length = int(received[at : received.index(b"\r", at)])
    return len(received) >= head + len(_HEAD_END) + length


def main(name: str, host: str, port: int, *sizes: int) -> None:
    connections, together, count, rate, nonce = sizes
    kind = KINDS[name]
    before, requests = kind.requests(count, nonce)
    if before:
        prepared = Load(host, port, kind.before, connections, 1).run(before, 0)
        assert not prepared.faulty, prepared.first_fault
    load = Load(host, port, kind, connections, together)
    gc.collect()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(msgspec.json.encode(load.run(requests, rate)).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
