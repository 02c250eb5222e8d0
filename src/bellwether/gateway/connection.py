"""One HTTP connection: requests are read, answered in their order, and bounded (IFACE-7).

uvicorn runs the server; this stands in for its HTTP protocol, which would pass every request
through an application of messages. Whole requests go to the gateway's `respond`, and a connection
that is to be a WebSocket goes on as one.
"""

from __future__ import annotations

import asyncio
import re
import resource
from collections import deque
from http import HTTPStatus
from typing import Any, Final, Protocol, cast, final
from urllib.parse import unquote_to_bytes

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from bellwether.gateway.faults import MAX_BODY_BYTES
from bellwether.gateway.http import Request, Response
from bellwether.gateway.limits import network_of
from bellwether.gateway.sockets.connection import SocketConnection
from bellwether.gateway.sockets.ports import HeldOutlet, Listener
from bellwether.gateway.sockets.unread import hang_up, taken

MAX_HEAD_BYTES: Final = 64 * 1024
"""Of request line and headers. One read of the socket more than that may be taken in."""

SLOWEST_REQUEST_S: float = 30.0
"""A request that is not whole by then ends the connection, and so does one that never begins.
Looked up when it is needed, unlike a `Final`, so that a test need not wait as long."""

LONGEST_IDLE_S: float = 75.0
"""A connection on which nothing has been asked for so long is closed. Looked up like the last."""

MOST_CONNECTIONS: int = 16_384
"""Of all clients together. Looked up when it is needed, so that a test need not open as many."""

RESERVED_DESCRIPTORS: Final = 128
"""File descriptors that connections never take: the journal, snapshots and views go on whoever
knocks."""

_MOST_WAITING: Final = 64
_MOST_DISCARDED: Final = 16 * MAX_BODY_BYTES
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 31\r\nconnection: close\r\n\r\n"
    b"The head is larger than 64 KiB."
)
_INVALID: Final = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 30\r\nconnection: close\r\n\r\n"
    b"Invalid HTTP request received."
)
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 46\r\nconnection: close\r\n\r\n"
    b"There are as many connections as there may be."
)
_NO_PLACE: Final = (
    b"HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 43\r\nconnection: close\r\n\r\n"
    b"There is no WebSocket here for this client."
)
_AFTER_TYPE: Final = b"\r\nx-content-type-options: nosniff\r\ncache-control: %b\r\n"
"""An answer is taken for what it says it is, and nobody on the way keeps it that is not to."""
_LENGTH: Final = b"content-length: %d\r\n"
_NOT_MODIFIED: Final = 304
_PLAIN_PATH: Final = re.compile(rb"/[a-z/]{0,32}")
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_STATUS_LINES: Final = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: ".encode()
    for status in HTTPStatus
}


class Responder(Protocol):
    """What answers requests; the gateway is one."""

    def at_once(self, request: Request) -> Response | None:
        """The answer if there is one already. Does not raise."""

    async def respond(self, request: Request) -> Response:
        """Does not raise."""

    async def listen(self, outlet: HeldOutlet, path: str, ip: str, peer: str) -> Listener | None:
        """Who hears a WebSocket at a path; None if there is no place for it. Does not raise."""


def most_connections() -> int:
    """Connections of all clients together, WebSockets among them."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(MOST_CONNECTIONS, soft - RESERVED_DESCRIPTORS))


@final
class HttpConnection(asyncio.Protocol):
    """Reads with httptools. Bodies beyond the limit are read on and thrown away, so that the
    connection stays in step; the gateway is told of them."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if not config.loaded:
            config.load()
        self._config = config
        self._state = server_state
        self._app_state = app_state
        self._gateway = cast(Responder, config.loaded_app)
        self._loop = _loop or asyncio.get_event_loop()
        self._transport: asyncio.Transport
        self._parser: Any = httptools.HttpRequestParser(self)
        # Bytes behind a request that closes the connection are thrown away, not an error.
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._ip = self._peer = ""
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._head_bytes = 0
        self._in_head = True
        self._is_whole = False
        self._since = 0.0
        self._keep_alive = True
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._answering: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._is_ending = False
        self._taken = -1

    # -- the transport ------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if len(self._state.connections) >= most_connections():
            self._end_with(_FULL)
            return
        self._state.connections.add(self)  # type: ignore[arg-type]
        client = transport.get_extra_info("peername")
        if isinstance(client, tuple):
            self._ip, self._peer = network_of(str(client[0])), f"{client[0]}:{client[1]}"
        self._since = self._loop.time()
        self._looking = self._loop.call_later(SLOWEST_REQUEST_S, self._look)

    def connection_lost(self, error: Exception | None) -> None:
        self._state.connections.discard(self)
        self._waiting.clear()
        if self._looking is not None:
            self._looking.cancel()

    def data_received(self, data: bytes) -> None:
        was_in_head = self._in_head
        rest = data
        while rest:
            try:
                self._parser.feed_data(rest)
                rest = b""
            except httptools.HttpParserUpgrade as upgrade:
                if self._wants_websocket():
                    self._hand_over()
                    return
                # Another protocol is not spoken here: what follows is the next request.
                rest = rest[upgrade.args[0] :]
            except httptools.HttpParserError:
                self._end_with(_INVALID)
                return
        # A piece in which the head begins or ends says little about its size.
        if was_in_head and self._in_head and not self._transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._end_with(_TOO_LARGE)

    def pause_writing(self) -> None:
        """A client that does not read its answers is not read from either."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def shutdown(self) -> None:
        """The server stops: what has been asked is answered first."""
        self._is_ending = True
        if self._answering is None:
            self._transport.close()

    # -- the parser ---------------------------------------------------------------------------
    def on_message_begin(self) -> None:
        self._url = b""
        self._headers = []
        self._body = []
        self._body_bytes = 0
        self._head_bytes = 0
        self._in_head = True
        self._is_whole = False
        self._since = self._loop.time()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._keep_alive = (
            self._parser.get_http_version() != "1.0" and self._parser.should_keep_alive()
        )
        if self._header(b"expect").lower() == b"100-continue":
            self._transport.write(_CONTINUE)

    def on_body(self, piece: bytes) -> None:
        self._body_bytes += len(piece)
        if self._body_bytes <= MAX_BODY_BYTES:
            self._body.append(piece)
        elif self._body_bytes > _MOST_DISCARDED:
            self._transport.close()

    def on_message_complete(self) -> None:
        self._is_whole = True
        self._since = self._loop.time()
        if self._parser.should_upgrade() and self._wants_websocket():
            return
        method = self._parser.get_method().decode("ascii")
        request = Request(
            method,
            _path(self._url),
            self._header(b"content-type") or None,
            b"".join(self._body) if self._body_bytes <= MAX_BODY_BYTES else None,
            self._ip,
            self._peer,
            _query(self._url) if method == "GET" else "",
            *self._offers(method),
        )
        self._body = []
        if self._answering is None and (response := self._gateway.at_once(request)) is not None:
            self._finish(request, response, self._keep_alive)
            return
        self._waiting.append((request, self._keep_alive))
        if self._answering is None:
            # The server waits for its connections before it ends, and so for this.
            self._answering = self._loop.create_task(self._answer())
        elif len(self._waiting) == _MOST_WAITING:
            self._transport.pause_reading()

    # -- answering ----------------------------------------------------------------------------
    async def _answer(self) -> None:
        """Answers what waits, one after the other."""
        while self._waiting:
            if len(self._waiting) == _MOST_WAITING:
                self._transport.resume_reading()
            request, keep_alive = self._waiting.popleft()
            response = await self._gateway.respond(request)
            if not self._finish(request, response, keep_alive):
                break
        self._answering = None
        self._since = self._loop.time()

    def _finish(self, request: Request, response: Response, keep_alive: bool) -> bool:
        """Sends an answer; True if the connection stays."""
        self._state.total_requests += 1
        if self._transport.is_closing():
            return False
        stays = keep_alive and not (self._is_ending and not self._waiting)
        self._write(response, request.method != "HEAD", stays)
        if not stays:
            self._transport.close()
        return stays

    def _write(self, response: Response, with_body: bool, stays: bool) -> None:
        parts = [
            _STATUS_LINES[response.status],
            response.content_type,
            _AFTER_TYPE % response.cache,
        ]
        if response.status != _NOT_MODIFIED:
            parts.append(_LENGTH % len(response.body))
        for name, value in (*self._state.default_headers, *response.headers):
            parts += (name, b": ", value, b"\r\n")
        parts.append(b"\r\n" if stays else b"connection: close\r\n\r\n")
        if with_body:
            parts.append(response.body)
        self._transport.write(b"".join(parts))

    def _header(self, wanted: bytes) -> bytes:
        for name, value in self._headers:
            if name == wanted:
                return value
        return b""

    def _offers(self, method: str) -> tuple[bytes, bytes]:
        """What the client can unpack and what it has, where that can matter."""
        if method == "POST":
            return b"", b""
        return self._header(b"accept-encoding"), self._header(b"if-none-match")

    def _wants_websocket(self) -> bool:
        tokens = [token.strip().lower() for token in self._header(b"connection").split(b",")]
        return b"upgrade" in tokens and self._header(b"upgrade").lower() == b"websocket"

    def _hand_over(self) -> None:
        """Nothing more is read until it is known who hears the WebSocket."""
        self._transport.pause_reading()
        self._opening = self._loop.create_task(self._open_socket())

    async def _open_socket(self) -> None:
        head = [self._parser.get_method(), b" ", self._url, b" HTTP/1.1\r\n"]
        for name, value in self._headers:
            head += (name, b": ", value, b"\r\n")
        head.append(b"\r\n")
        socket = SocketConnection(self._transport, self._state, self._loop)
        if not socket.shake_hands(b"".join(head)):
            return
        listener = await self._gateway.listen(socket, _path(self._url), self._ip, self._peer)
        if listener is None:
            self._end_with(_NO_PLACE)
        elif self._transport.is_closing():
            listener.end(False)
        else:
            if self._looking is not None:
                self._looking.cancel()
            self._state.connections.discard(self)
            socket.begin(listener)

    def _end_with(self, answer: bytes) -> None:
        self._transport.write(answer)
        self._transport.close()

    def _look(self) -> None:
        """Now and then: is a request under way for too long, or nothing asked for very long? What
        is being closed is left when its client has taken nothing since the last look."""
        transport = self._transport
        if transport.is_closing():
            count, _ = taken(transport)
            if count == self._taken:
                hang_up(transport)
                return
            self._taken = count
            self._looking = self._loop.call_later(SLOWEST_REQUEST_S, self._look)
            return
        busy = self._answering is not None
        bound = LONGEST_IDLE_S if self._is_whole else SLOWEST_REQUEST_S
        late = self._since + bound - self._loop.time()
        if not busy and late <= 0:
            transport.close()
        pause = late if not busy and late > 0 else SLOWEST_REQUEST_S
        self._looking = self._loop.call_later(pause, self._look)


def _path(url: bytes) -> str:
    """The decoded path of a request's target; what is no path is nothing that is here."""
    if _PLAIN_PATH.fullmatch(url) is not None:
        return url.decode("ascii")
    try:
        path = httptools.parse_url(url).path or b""
    except httptools.HttpParserInvalidURLError:
        return ""
    return (unquote_to_bytes(path) if b"%" in path else path).decode("ascii", "replace")


def _query(url: bytes) -> str:
    """What stands behind the path of a request's target, as it was sent."""
    _, _, query = url.partition(b"?")
    return query.partition(b"#")[0].decode("ascii", "replace")
