"""Many who watch one market, and the orders that change it, in one process of its own.

`python -m … HOST PORT WATCHERS STALLED CHANGES A_SECOND` opens the sockets, says `ready`, waits for
a line on its standard input, sends every change at its time and prints one JSON object. Raw sockets
and epoll: the watchers share the processors with what they measure.
"""

from __future__ import annotations

import gc
import select
import socket
import sys
import time
from array import array
from typing import Final, final

import msgspec

from bellwether.lab.bench.api.signed_orders import SYMBOL
from bellwether.lab.bench.stream.changes import FIRST_LOTS, changes, is_trade, setting_up
from bellwether.lab.bench.stream.sockets import opened, text_frame, whole_frames

_STALLED_BUFFER: Final = 4_096
_READ: Final = 1 << 16
_PATIENCE_S: Final = 20.0
_HEAD_START_MS: Final = 1_000_000
_BOOK: Final = b'{"channel":"l2Book"'
_TAPE: Final = b'{"channel":"trades"'
_BEST: Final = b'"px":"99.99","sz":"'
_TRADE: Final = b'"tid":'


class Watched(msgspec.Struct, frozen=True):
    """Milliseconds from when a change was due until a watcher had it; `missing` counts what never
    came, `faulty` orders that were refused, `cut_off` watchers whom the venue has left, and
    `hung_up` says in ascending order when it hung up on those who never read, in seconds from the
    first change."""

    deliveries: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    missing: int
    faulty: int
    cut_off: int
    frames: int
    hung_up: list[float]


@final
class Watcher:
    """One socket; `seen` is the first change of the book it has not seen, `trades` how many."""

    __slots__ = ("rest", "seen", "socket", "trades")

    def __init__(self, made: socket.socket) -> None:
        self.socket = made
        self.rest = b""
        self.seen = 0
        self.trades = 0


@final
class Watch:
    """Sends changes and takes the time of every delivery."""

    def __init__(self, host: str, port: int, watchers: int, stalled: int) -> None:
        with socket.create_connection((host, port)) as asking:
            _ask(asking, setting_up(time.time_ns() // 1_000_000))
        self._venue = opened(host, port)
        self._poll = select.epoll()
        self._watchers: dict[int, Watcher] = {}
        self._stalled: dict[int, socket.socket] = {}
        self._hung_up: list[float] = []
        for number in range(watchers):
            stalls = number < stalled
            made = opened(host, port, _STALLED_BUFFER if stalls else 0)
            self._subscribe(made)
            if stalls:
                self._stalled[made.fileno()] = made
                self._poll.register(made, 0)  # only its end is told
                continue
            made.setblocking(False)
            self._watchers[made.fileno()] = Watcher(made)
            self._poll.register(made, select.EPOLLIN)
        self._trade_dues: list[float] = []
        self._dues: list[float] = []
        self._latencies = array("d")
        self._left = 0
        self._cut_off = 0
        self._faulty = 0
        self._frames = 0

    def run(self, requests: list[bytes], a_second: int) -> Watched:
        """Returns when every delivery has come and who never reads was hung up on, or not in
        twenty seconds after the last change."""
        self._settle()
        self._venue.setblocking(False)
        self._poll.register(self._venue, select.EPOLLIN)
        began = time.perf_counter() + 0.1
        self._dues = [began + number / a_second for number in range(len(requests))]
        self._trade_dues = [due for n, due in enumerate(self._dues) if is_trade(n)]
        self._left = len(self._watchers)
        sent, ends = 0, self._dues[-1] + _PATIENCE_S
        while (self._left or self._stalled) and (now := time.perf_counter()) < ends:
            while sent < len(requests) and self._dues[sent] <= now:
                self._venue.sendall(requests[sent])
                sent += 1
            until = self._dues[sent] if sent < len(requests) else ends
            for number, _ in self._poll.poll(max(0.0, until - now), 256):
                self._readable(number)
        return self._outcome()

    def _outcome(self) -> Watched:
        ordered = sorted(self._latencies) or [0.0]
        last = len(ordered) - 1
        wanted = len(self._dues) * len(self._watchers)
        return Watched(
            len(self._latencies),
            1e3 * ordered[last // 2],
            1e3 * ordered[last * 99 // 100],
            1e3 * ordered[-1],
            wanted - len(self._latencies),
            self._faulty,
            self._cut_off,
            self._frames,
            self._hung_up,
        )

    def _readable(self, number: int) -> None:
        watcher = self._watchers.get(number)
        if number in self._stalled:
            self._hang_up(number)
            return
        if watcher is None:
            self._faulty += self._venue.recv(_READ).count(b'"err')
            return
        received = watcher.socket.recv(_READ)
        if not received:
            self._poll.unregister(number)
            self._cut_off += 1
            self._left -= 1
            return
        now = time.perf_counter()
        payloads, watcher.rest = whole_frames(watcher.rest + received)
        self._frames += len(payloads)
        for payload in payloads:
            if payload.startswith(_BOOK):
                self._book_came(watcher, payload, now)
            elif payload.startswith(_TAPE):
                self._trades_came(watcher, payload.count(_TRADE), now)

    def _book_came(self, watcher: Watcher, payload: bytes, now: float) -> None:
        """The newest size stands for every change up to its own."""
        start = payload.find(_BEST) + len(_BEST)
        whole, _, cents = payload[start : payload.index(b'"', start)].partition(b".")
        shown = 100 * int(whole) + int(cents.ljust(2, b"0")) - FIRST_LOTS + 1
        for number in range(watcher.seen, shown):
            if not is_trade(number):
                self._latencies.append(now - self._dues[number])
        if shown > watcher.seen:
            watcher.seen = shown
            self._look(watcher)

    def _trades_came(self, watcher: Watcher, count: int, now: float) -> None:
        for due in self._trade_dues[watcher.trades : watcher.trades + count]:
            self._latencies.append(now - due)
        watcher.trades += count
        self._look(watcher)

    def _look(self, watcher: Watcher) -> None:
        """Has it everything? The last change but one moves the book, the last is a trade."""
        all_seen = watcher.seen >= len(self._dues) - 1
        if all_seen and watcher.trades == len(self._trade_dues):
            self._left -= 1

    def _settle(self) -> None:
        """Reads first looks away until nothing has come for a moment."""
        while ready := self._poll.poll(0.5, 256):
            for number, _ in ready:
                if number in self._stalled:
                    self._hang_up(number)
                    continue
                watcher = self._watchers[number]
                _, watcher.rest = whole_frames(watcher.rest + watcher.socket.recv(_READ))

    def _hang_up(self, number: int) -> None:
        """The venue has left somebody who never reads."""
        since = self._dues[0] if self._dues else time.perf_counter()
        self._hung_up.append(time.perf_counter() - since)
        self._poll.unregister(number)
        self._stalled.pop(number).close()

    def _subscribe(self, made: socket.socket) -> None:
        for kind in ("l2Book", "trades"):
            wanted = {"method": "subscribe", "subscription": {"type": kind, "coin": SYMBOL}}
            made.sendall(text_frame(msgspec.json.encode(wanted)))


def _ask(venue: socket.socket, requests: list[bytes]) -> None:
    for request in requests:
        venue.sendall(request)
        assert b'"err' not in venue.recv(_READ), "the market stands"


def main(host: str, port: int, watchers: int, stalled: int, count: int, a_second: int) -> None:
    requests = changes(count, time.time_ns() // 1_000_000 + _HEAD_START_MS)
    watch = Watch(host, port, watchers, stalled)
    gc.collect()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(msgspec.json.encode(watch.run(requests, a_second)).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
