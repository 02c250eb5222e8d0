"""One WebSocket: frames in, frames out, and the bounds of who does not read (§4.1, IFACE-7).

The rules of the protocol are those of the `websockets` library; what is sent does not pass it: a
frame is made once and written to everybody who gets it. While a client's socket is full, states of
which there is a newer one are let go, and nothing else is: whoever leaves too much unread, or takes
nothing of it for too long, is cut off and told why. Reading slowly is no fault.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Final, cast, final

from uvicorn.server import ServerState
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from bellwether.gateway.faults import MAX_BODY_BYTES
from bellwether.gateway.sockets.frames import text_frame
from bellwether.gateway.sockets.ports import EVENT, Listener
from bellwether.gateway.sockets.unread import bound, hang_up, taken

IDLE_SECONDS: float = 60.0
"""Without a frame of the client's. Looked up when it is needed, as the next four."""
STALLED_SECONDS: float = 10.0
"""Something waits for the client, and its system has taken nothing of it."""
LOOK_SECONDS: float = 1.0
"""From one look at that to the next."""
GOODBYE_SECONDS: float = 5.0
MAX_UNREAD_BYTES: int = 1_000_000
"""What may wait for a client whose socket is full."""

_UNSENT_BYTES: Final = 32 * 1024
"""What the system and the transport may each hold unsent for a client; the rest stays here, where
states are replaced, so that who is slow sees the newest book and no queue of old ones."""

_GOING_AWAY: Final = 1001
_INVALID_DATA: Final = 1007
_TOO_SLOW: Final = 1008
_RESTARTS: Final = 1012
_log: Final = logging.getLogger("bellwether.gateway.sockets")
_log.setLevel(logging.WARNING)


@final
class SocketConnection(asyncio.Protocol):
    """An `Outlet` on a transport, once `shake_hands` has agreed and `begin` was called."""

    __slots__ = (
        "_cut_off",
        "_idle",
        "_listener",
        "_loop",
        "_looking",
        "_moved",
        "_paused",
        "_pieces",
        "_protocol",
        "_seen",
        "_serial",
        "_state",
        "_taken",
        "_transport",
        "_unread",
        "_unread_bytes",
        "is_open",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        state: ServerState,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.is_open = False
        self._transport = transport
        self._state = state
        self._loop = loop
        # Any: the sockets' room is compiled, and the library is not.
        self._protocol: Any = ServerProtocol(max_size=MAX_BODY_BYTES, logger=_log)
        self._listener: Listener | None = None
        self._pieces: list[bytes] | None = None
        self._unread: dict[int, bytes] = {}
        self._unread_bytes = 0
        self._serial = 0
        self._paused = False
        self._cut_off = False
        self._seen = 0.0
        self._idle: asyncio.TimerHandle | None = None
        self._taken = 0
        self._moved = 0.0
        self._looking: asyncio.TimerHandle | None = None

    # -- opening ------------------------------------------------------------------------------
    def shake_hands(self, head: bytes) -> bool:
        """Answers the head of a request for a WebSocket; False if it was turned away. The answer
        to who is let in leaves with `begin`."""
        self._protocol.receive_data(head)
        [request] = self._protocol.events_received() or [None]
        if not isinstance(request, Request):
            response = self._protocol.reject(400, "Invalid WebSocket handshake.\n")
        else:
            response = self._protocol.accept(request)
        self._protocol.send_response(cast(Response, response))
        if self._protocol.state is State.OPEN:
            return True
        self._flush()
        self._transport.close()
        return False

    def begin(self, listener: Listener) -> None:
        """The client is answered and heard from here on."""
        self._listener = listener
        self.is_open = True
        self._state.connections.add(self)  # type: ignore[arg-type]
        self._transport.set_protocol(self)
        bound(self._transport, _UNSENT_BYTES)
        self._seen = self._loop.time()
        self._idle = self._loop.call_later(IDLE_SECONDS, self._look)
        self._flush()
        self._transport.resume_reading()

    # -- the transport ------------------------------------------------------------------------
    def data_received(self, data: bytes) -> None:
        if self._cut_off:
            return
        protocol = self._protocol
        protocol.receive_data(data)
        for frame in protocol.events_received():
            self._seen = self._loop.time()
            self._take(frame)
        self._flush()
        if protocol.close_expected():
            self._end()
            self._transport.close()

    def eof_received(self) -> bool:
        self._protocol.receive_eof()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._state.connections.discard(self)
        for timer in (self._idle, self._looking):
            if timer is not None:
                timer.cancel()
        self._end()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        """What has waited goes out in its order, as far as the socket takes it."""
        self._paused = False
        unread = self._unread
        while unread and not self._paused:
            key = next(iter(unread))
            frame = unread.pop(key)
            self._unread_bytes -= len(frame)
            self._transport.write(frame)

    def shutdown(self) -> None:
        """The server stops."""
        self._say_goodbye(_RESTARTS, "")
        self._transport.close()

    # -- sending ------------------------------------------------------------------------------
    def send(self, payload: bytes) -> None:
        """One text message."""
        self.send_framed(text_frame(payload), EVENT)

    def send_framed(self, frame: bytes, state: int) -> None:
        """Written at once, or put in line while the socket is full."""
        if not self.is_open:
            return
        if self._looking is None:
            self._taken, _ = taken(self._transport)
            self._moved = self._loop.time()
            self._looking = self._loop.call_later(LOOK_SECONDS, self._look_at_unread)
        if not self._paused:
            self._transport.write(frame)
            return
        if state == EVENT:
            self._serial += 1
            state = -self._serial
        else:
            older = self._unread.pop(state, None)
            if older is not None:
                self._unread_bytes -= len(older)
        self._unread[state] = frame
        self._unread_bytes += len(frame)
        if self._unread_bytes > MAX_UNREAD_BYTES:
            self._cut(f"Too slow: more than {MAX_UNREAD_BYTES} bytes were left unread.")

    def hold_up(self) -> None:
        """Nothing more is read from the client for now."""
        self._transport.pause_reading()

    def go_on(self) -> None:
        """Reads from the client again."""
        if self.is_open:
            self._transport.resume_reading()

    # -- hearing ------------------------------------------------------------------------------
    def _take(self, frame: Frame) -> None:
        """A message, or a piece of one; pings and closings are the library's."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            if frame.fin:
                self._heard(bytes(frame.data), frame.opcode is Opcode.TEXT)
            else:
                self._pieces = [b"t" if frame.opcode is Opcode.TEXT else b"b", bytes(frame.data)]
        elif frame.opcode is Opcode.CONT and self._pieces is not None:
            self._pieces.append(bytes(frame.data))
            if frame.fin:
                kind, *pieces = self._pieces
                self._pieces = None
                self._heard(b"".join(pieces), kind == b"t")

    def _heard(self, data: bytes, is_text: bool) -> None:
        """Text is to be UTF-8; bytes are taken for text as far as they are."""
        if not self.is_open or self._listener is None:
            return
        if not data.isascii():
            try:
                data.decode()
            except UnicodeDecodeError:
                if is_text:
                    self._say_goodbye(_INVALID_DATA, "text that is no UTF-8")
                    return
                data = data.decode("utf-8", "replace").encode()
        self._listener.frame(data)

    def _flush(self) -> None:
        """What the library has to say: handshake and pongs, which wait like all else, and the
        closing, which does not."""
        waits = self.is_open and self._protocol.state is State.OPEN
        for piece in self._protocol.data_to_send():
            if waits and piece:
                self.send_framed(piece, EVENT)
            elif piece:
                self._transport.write(piece)

    # -- ending -------------------------------------------------------------------------------
    def _look(self) -> None:
        """Has nothing been heard for too long?"""
        left = self._seen + IDLE_SECONDS - self._loop.time()
        if left > 0:
            self._idle = self._loop.call_later(left, self._look)
            return
        self._idle = None
        self._say_goodbye(_GOING_AWAY, "Nothing was heard for 60 seconds.")

    def _look_at_unread(self) -> None:
        """Now and then, from something sent until all of it is taken: is anything?"""
        self._looking = None
        if not self.is_open:
            return
        count, is_left = taken(self._transport)
        now = self._loop.time()
        if count > self._taken:
            self._moved = now
        self._taken = count
        if not is_left:
            return
        if now - self._moved >= STALLED_SECONDS:
            self._cut(f"Too slow: nothing was read for {STALLED_SECONDS:.0f} seconds.")
            return
        self._looking = self._loop.call_later(LOOK_SECONDS, self._look_at_unread)

    def _cut(self, reason: str) -> None:
        self._cut_off = True
        self._unread.clear()
        self._unread_bytes = 0
        self._say_goodbye(_TOO_SLOW, reason)
        self._transport.pause_reading()

    def _say_goodbye(self, code: int, reason: str) -> None:
        """Nothing is sent behind this; who does not take it is hung up on."""
        if not self.is_open:
            return
        with contextlib.suppress(InvalidState):
            self._protocol.send_close(code, reason)
        self._flush()
        self._end()
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._loop.call_later(GOODBYE_SECONDS, hang_up, self._transport)

    def _end(self) -> None:
        self.is_open = False
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.end(self._cut_off)
