"""One end of the socket between a gateway process and the venue: words out and in, in order.

What is said in one turn of the event loop goes out in one piece: a length (u32) and an array.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast, final

import msgspec

MOST_WAITING: int = 1 << 26
"""Bytes that may wait for the other end; one that is so far behind is given up."""

_FULL: Final = 1 << 22
_HEAD: Final = 4
_encode: Final = msgspec.msgpack.Encoder().encode


def _nothing() -> None:
    pass


@final
class Link(asyncio.Protocol):
    """`heard` is told each word, `lost` once when the other end is gone. What was said may be added
    to until `turn` has changed: then it is on its way. While `is_full` less should be said;
    `relieved` is told when it is so no more."""

    def __init__(
        self,
        decode: Callable[[bytes], list[Any]],
        heard: Callable[[Any], None],
        lost: Callable[[], None],
        relieved: Callable[[], None] = _nothing,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._decode = decode
        self._heard = heard
        self._lost = lost
        self._transport: asyncio.Transport
        self._outgoing: list[Any] = []
        self._incoming = bytearray()
        self._relieved = relieved
        self._is_there = True
        self.is_full = False
        self.turn = 0

    def say(self, word: Any) -> None:
        """Never blocks; passed over when nobody is there any more."""
        if not self._is_there:
            return
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing.append(word)

    def close(self) -> None:
        """What was said is sent yet."""
        self._flush()
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=_FULL)

    def pause_writing(self) -> None:
        self.is_full = True

    def resume_writing(self) -> None:
        self.is_full = False
        self._relieved()

    def data_received(self, data: bytes) -> None:
        self._incoming += data
        start, there = 0, len(self._incoming)
        while there - start >= _HEAD:
            size = int.from_bytes(self._incoming[start : start + _HEAD], "big")
            if there - start - _HEAD < size:
                break
            start += _HEAD + size
            for word in self._decode(bytes(self._incoming[start - size : start])):
                self._heard(word)
        del self._incoming[:start]

    def connection_lost(self, error: Exception | None) -> None:
        self._is_there = False
        self._outgoing.clear()
        self._lost()

    def _flush(self) -> None:
        if not self._outgoing or self._transport.is_closing():
            return
        packed = _encode(self._outgoing)
        self._outgoing.clear()
        self.turn += 1
        self._transport.write(len(packed).to_bytes(_HEAD, "big") + packed)
        if self._transport.get_write_buffer_size() > MOST_WAITING:
            self._transport.abort()
