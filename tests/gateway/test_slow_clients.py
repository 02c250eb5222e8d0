"""What one socket is sent while it takes everything, little, or nothing (§4.1 of the API notes)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

import pytest
from uvicorn.server import ServerState

from bellwether.gateway.sockets import connection
from bellwether.gateway.sockets.connection import SocketConnection
from bellwether.gateway.sockets.frames import text_frame
from bellwether.gateway.sockets.ports import EVENT
from bellwether.lab.bench.stream.sockets import text_frame as asked, whole_frames

HEAD = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
BOOK, BBO = 1, 2
TOO_SLOW, NO_UTF_8 = 1008, 1007


class Handle:
    def __init__(self, loop: Loop, call: Callable[..., Any]) -> None:
        self._loop = loop
        self.call = call

    def cancel(self) -> None:
        self._loop.timers.pop(self, None)


class Loop:
    """Only the clock of a loop, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: dict[Handle, float] = {}

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[..., Any], *given: Any) -> Handle:
        handle = Handle(self, partial(call, *given))
        self.timers[handle] = self.now + delay
        return handle

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        for handle in [h for h, due in self.timers.items() if due <= self.now]:
            if self.timers.pop(handle, None) is not None:
                handle.call()


class Transport(asyncio.Transport):
    """Takes frames until it is full: `room` is how many more, -1 for any number. `held` bytes are
    not taken yet: by the transport itself, as there is no system beneath it that would count."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.room = -1
        self.held = 0
        self.socket: SocketConnection
        self.is_reading = True
        self.ended = ""

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))
        if self.room > 0:
            self.room -= 1
            if self.room == 0:
                self.socket.pause_writing()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None: ...

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def get_write_buffer_size(self) -> int:
        return self.held

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True

    def close(self) -> None:
        self.ended = self.ended or "closed"

    def abort(self) -> None:
        self.ended = "aborted"


class Heard:
    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.ends: list[bool] = []

    def frame(self, data: bytes) -> None:
        self.frames.append(data)

    def end(self, cut_off: bool) -> None:
        self.ends.append(cut_off)


class Client:
    """A socket that has been opened, and the other side of it."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.transport = Transport()
        self.heard = Heard()
        self.socket = SocketConnection(
            self.transport, ServerState(), cast(asyncio.AbstractEventLoop, self.loop)
        )
        self.transport.socket = self.socket
        assert self.socket.shake_hands(HEAD)
        self.socket.begin(self.heard)
        assert self.transport.written.pop().startswith(b"HTTP/1.1 101 ")

    def send(self, text: str, state: int = EVENT) -> None:
        self.socket.send_framed(text_frame(text.encode()), state)

    def fill(self) -> None:
        self.socket.pause_writing()

    def wait(self, seconds: float) -> None:
        """Second by second, as timers come due."""
        for _ in range(int(seconds)):
            self.loop.pass_time(1.0)

    def got(self) -> list[str]:
        payloads, rest = whole_frames(b"".join(self.transport.written))
        assert rest == b""
        self.transport.written.clear()
        return [payload.decode() for payload in payloads]

    def goodbye(self) -> tuple[int, str]:
        """Code and reason of the last frame."""
        frame = self.transport.written.pop()
        assert frame[0] == 0x88
        return int.from_bytes(frame[2:4], "big"), frame[4:].decode()


@pytest.fixture
def client() -> Iterator[Client]:
    yield Client()


def test_who_reads_gets_everything_in_order(client: Client) -> None:
    for number in range(5):
        client.send(f"book {number}", BOOK)
        client.send(f"trade {number}")
    assert client.got() == [f"{kind} {n}" for n in range(5) for kind in ("book", "trade")]


def test_of_a_state_only_the_newest_waits_for_who_is_slow(client: Client) -> None:
    client.fill()
    for number in range(5):
        client.send(f"book {number}", BOOK)
        client.send(f"best {number}", BBO)
    assert client.got() == []
    client.socket.resume_writing()
    assert client.got() == ["book 4", "best 4"]


def test_no_event_is_lost_or_overtaken_by_a_state(client: Client) -> None:
    """A book is never shown before the trades that made it."""
    client.fill()
    for number in range(4):
        client.send(f"trade {number}")
        client.send(f"book {number}", BOOK)
    client.socket.resume_writing()
    assert client.got() == ["trade 0", "trade 1", "trade 2", "trade 3", "book 3"]


def test_what_waits_goes_out_as_far_as_there_is_room(client: Client) -> None:
    client.fill()
    for number in range(5):
        client.send(f"trade {number}")
    client.transport.room = 2
    client.socket.resume_writing()
    assert client.got() == ["trade 0", "trade 1"]
    client.send("trade 5")
    client.socket.resume_writing()
    assert client.got() == ["trade 2", "trade 3", "trade 4", "trade 5"]


def test_who_leaves_too_much_unread_is_cut_off_and_told(client: Client) -> None:
    client.fill()
    for _ in range(connection.MAX_UNREAD_BYTES // 50_004):
        client.send("x" * 50_000)
    assert client.heard.ends == []
    client.send("x" * 50_000)
    client.send("late")
    assert client.heard.ends == [True]
    assert client.goodbye() == (TOO_SLOW, "Too slow: more than 1000000 bytes were left unread.")
    assert client.got() == [] and not client.transport.is_reading
    client.loop.pass_time(connection.GOODBYE_SECONDS)
    assert client.transport.ended == "aborted"
    client.socket.connection_lost(None)
    assert client.heard.ends == [True], "it ends once"


def test_states_that_were_replaced_do_not_count(client: Client) -> None:
    client.fill()
    for _ in range(1_000):
        client.send("x" * 50_000, BOOK)
    client.socket.resume_writing()
    assert len(client.got()) == 1 and client.heard.ends == []


def test_who_takes_nothing_is_cut_off_after_a_while(client: Client) -> None:
    """Whether or not the socket is full: a quiet topic may never fill it."""
    client.transport.held = 500
    client.send("trade")
    client.wait(connection.STALLED_SECONDS - 1)
    assert client.heard.ends == []
    client.wait(1)
    assert client.heard.ends == [True]
    assert client.goodbye() == (TOO_SLOW, "Too slow: nothing was read for 10 seconds.")


def test_who_reads_slowly_is_not(client: Client) -> None:
    """However long it takes until the socket is no longer full."""
    client.transport.held = 50_000
    client.fill()
    client.send("trade")
    for _ in range(6):
        client.wait(connection.STALLED_SECONDS - 1)
        client.transport.held -= 1
    assert client.heard.ends == []


def test_who_has_taken_everything_may_be_quiet(client: Client) -> None:
    client.send("trade")
    client.wait(3 * connection.STALLED_SECONDS)
    assert client.heard.ends == [] and len(client.loop.timers) == 1, "only idleness is timed"
    client.transport.held = 500
    client.send("trade")
    client.wait(connection.STALLED_SECONDS)
    assert client.heard.ends == [True]


def test_who_pings_and_reads_no_pong_is_cut_off(client: Client) -> None:
    ping = b"\x89\xfd" + bytes(4 + 125)
    client.fill()
    for _ in range(connection.MAX_UNREAD_BYTES // 127):
        client.socket.data_received(ping)
    assert client.heard.ends == []
    client.socket.data_received(ping)
    assert client.heard.ends == [True] and client.goodbye()[0] == TOO_SLOW


def test_a_message_in_pieces_is_one_message(client: Client) -> None:
    client.socket.data_received(b"\x01\x84" + bytes(4) + b'{"me')
    client.socket.data_received(b"\x89\x80" + bytes(4))
    client.socket.data_received(b"\x80\x83" + bytes(4) + b"th}")
    assert client.heard.frames == [b'{"meth}']
    assert client.transport.written == [b"\x8a\x00"], "the ping between is answered"


def test_text_is_utf_8(client: Client) -> None:
    frame = asked(b"\xff")
    client.socket.data_received(bytes((0x82,)) + frame[1:])
    assert client.heard.frames == ["\N{REPLACEMENT CHARACTER}".encode()], "bytes may be anything"
    client.socket.data_received(frame)
    assert len(client.heard.frames) == 1
    assert client.goodbye()[0] == NO_UTF_8


def test_a_frame_larger_than_any_message_ends_the_connection(client: Client) -> None:
    client.socket.data_received(b"\x81\xff" + (1 << 20).to_bytes(8, "big") + bytes(4))
    assert client.goodbye()[0] == 1009
    client.socket.connection_lost(None)
    assert client.heard.ends == [False]


def test_a_closing_is_answered(client: Client) -> None:
    client.socket.data_received(b"\x88\x82" + bytes(4) + b"\x03\xe8")
    assert client.goodbye()[0] == 1000
    assert client.heard.ends == [False] and client.transport.ended == "closed"


def test_a_handshake_without_a_key_is_turned_away() -> None:
    transport = Transport()
    loop = cast(asyncio.AbstractEventLoop, Loop())
    socket = SocketConnection(transport, ServerState(), loop)
    assert not socket.shake_hands(HEAD.replace(b"Sec-WebSocket-Key", b"Key"))
    assert transport.written[0].startswith(b"HTTP/1.1 400 ") and transport.ended == "closed"
