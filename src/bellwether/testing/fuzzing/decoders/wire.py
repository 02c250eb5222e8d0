"""Bytes of a socket: HTTP requests and WebSocket frames, whole and in pieces.

How the network cuts a stream into pieces must not matter, and nothing may be raised.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine, Iterator
from functools import cache
from typing import Any, Final, final

from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from bellwether.gateway.connection import HttpConnection
from bellwether.gateway.faults import MAX_BODY_BYTES, Fault
from bellwether.gateway.http import Request, Response, json_of, of_fault

Asked = tuple[str, str, bytes | None, bytes | None, str]


def http_request(content: bytes) -> None:
    """The first byte says where the stream is cut; the answers are HTTP either way."""
    if not content:
        return
    at, stream = content[0], content[1:]
    whole, answers = _served([stream])
    cut = 1 + at * len(stream) // 256
    pieces, in_pieces = _served([stream[:cut], stream[cut:]])
    assert pieces == whole, "the pieces were read otherwise"
    assert in_pieces == answers
    _check_answers(answers, len(whole))


@final
class _Socket:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_closed = False
        self.protocol: Any = None

    def write(self, content: bytes) -> None:
        if not self.is_closed:
            self.written.append(bytes(content))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str) -> Any:
        return ("127.0.0.1", 1) if name == "peername" else None

    def get_protocol(self) -> Any:
        return self.protocol

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def pause_reading(self) -> None:
        """Nothing comes by itself here."""

    def resume_reading(self) -> None:
        """Nothing comes by itself here."""


@final
class _Loop:
    """A loop without time; what is started runs to its end at once, as nothing in it waits."""

    def time(self) -> float:
        return 0.0

    def call_later(self, _delay: float, _call: Any, *_args: Any) -> None:
        """Nothing ever becomes late."""

    def create_task(self, work: Coroutine[Any, Any, None]) -> object:
        try:
            work.send(None)
        except StopIteration:
            return self
        raise AssertionError("an answer waits for something")


@final
class _Asked:
    """In the gateway's place: remembers requests, and answers as it does before it reads them."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []

    async def respond(self, request: Request) -> Response:
        self.requests.append(
            (request.method, request.path, request.content_type, request.body, request.query)
        )
        try:
            json_of(request)
        except Fault as fault:
            return of_fault(fault)
        return Response(b"{}")

    async def listen(self, *_: Any) -> None:
        """There is no place for a WebSocket."""


@final
class _Upgraded:
    """In the place of the WebSocket's protocol."""

    def __init__(self, **_: Any) -> None:
        self.head = b""

    def connection_made(self, _transport: Any) -> None:
        """It has the connection now."""

    def data_received(self, head: bytes) -> None:
        self.head += head


@cache
def _config() -> Config:
    application: Any = _Asked()
    door: Any = _Upgraded
    config = Config(
        application,
        http=HttpConnection,
        ws=door,
        interface="asgi3",
        lifespan="off",
        log_config=None,
    )
    config.load()
    return config


def _served(pieces: list[bytes]) -> tuple[list[Asked], bytes]:
    """The requests that a connection made of a stream, and what it answered."""
    gateway, socket, loop = _Asked(), _Socket(), _Loop()
    config = _config()
    config.loaded_app = gateway
    connection = HttpConnection(config, ServerState(), {}, loop)  # type: ignore[arg-type]
    socket.protocol = connection
    connection.connection_made(socket)  # type: ignore[arg-type]
    for piece in pieces:
        if piece and not socket.is_closed and socket.protocol is connection:
            connection.data_received(piece)
    connection.connection_lost(None)
    return gateway.requests, b"".join(socket.written)


def _check_answers(answers: bytes, requests: int) -> None:
    """As many answers as requests, and one more for what is no request."""
    count = answers.count(b"HTTP/1.1 ") - answers.count(b"HTTP/1.1 100 ")
    assert requests <= count <= requests + 1 or b"connection: close" in answers, answers
    assert not answers or answers.startswith(b"HTTP/1.1 "), answers[:40]


def websocket_frames(content: bytes) -> None:
    """The first byte says where the stream is cut; events and answers are the same either way."""
    if not content:
        return
    at, stream = content[0], content[1:]
    cut = 1 + at * len(stream) // 256
    assert list(_events([stream])) == list(_events([stream[:cut], stream[cut:]]))


def _events(pieces: list[bytes]) -> Iterator[object]:
    protocol = ServerProtocol(max_size=MAX_BODY_BYTES)
    protocol.state = OPEN
    for piece in pieces:
        protocol.receive_data(piece)
    for event in protocol.events_received():
        assert isinstance(event, Frame)
        yield (event.opcode, bytes(event.data), event.fin)
    yield b"".join(protocol.data_to_send())
    yield type(protocol.parser_exc)


GET: Final = b"GET /healthz HTTP/1.1\r\nHost: venue\r\n\r\n"


def post(path: str, value: Any) -> bytes:
    """A request with a JSON body, as clients write it."""
    body = json.dumps(value).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: venue\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
