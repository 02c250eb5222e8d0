"""The venue's doors on one port, as a bare ASGI application (IFACE-6, IFACE-7)."""

from __future__ import annotations

import platform
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, final

import msgspec
import structlog
from msgspec import Meta, Struct

import bellwether
from bellwether.gateway.connection import BoundedHttp
from bellwether.gateway.faults import MAX_BODY_BYTES, Fault, Unavailable, WrongShape
from bellwether.gateway.http import (
    App,
    Gone,
    Receive,
    Response,
    Scope,
    Send,
    client_of,
    json_body,
    of_fault,
    plain,
    send_response,
)
from bellwether.gateway.hyperliquid.decode import Moment, convert
from bellwether.gateway.metrics import CONTENT_TYPE
from bellwether.gateway.ports import NodePort, Settings
from bellwether.gateway.reads import Reads
from bellwether.gateway.services import Services
from bellwether.gateway.strict_json import parse_object
from bellwether.gateway.websocket import WebSocketDoor
from bellwether.node.errors import ClockRefused, NodeStopped

SERVER_OPTIONS: Final[dict[str, Any]] = {
    "http": BoundedHttp,
    "loop": "uvloop",
    "ws": "websockets-sansio",
    "ws_max_size": MAX_BODY_BYTES,
    "ws_per_message_deflate": False,
    "ws_ping_interval": None,
    "timeout_keep_alive": 75,
    "lifespan": "off",
    "access_log": False,
    "log_config": None,
    "server_header": False,
}
"""How uvicorn is to serve the application. Frames are limited to 64 KiB here, with an answer; the
server cuts off only what is larger than any request. Compression is off: it can be a bomb."""

_NS_PER_MS: Final = 1_000_000
_LONGEST_ADVANCE_MS: Final = 10 * 366 * 86_400_000

_log: Final = structlog.get_logger("bellwether.gateway")

Handler = Callable[[Scope, Receive], Awaitable[Response]]


class ClockMove(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`POST /dev/clock`: by so many milliseconds, or to a time in milliseconds."""

    advance_ms: Annotated[int, Meta(ge=0, le=_LONGEST_ADVANCE_MS)] | None = None
    to_ms: Moment | None = None


def create_app(node: NodePort, settings: Settings) -> App:
    """The application for a node that has been started."""
    return Gateway(node, settings)


@final
class Gateway:
    """Routes by method and path; a route that has no other method answers 405 to the rest."""

    def __init__(self, node: NodePort, settings: Settings) -> None:
        self._node = node
        self._services = Services(node, settings)
        self._reads = Reads(node, self._services.limits)
        self._websocket = WebSocketDoor(self._services, self._reads)
        self._version = msgspec.json.encode(
            {"version": bellwether.__version__, "python": platform.python_version()}
        )
        self._routes: dict[str, tuple[str, Handler]] = {
            "/info": ("POST", self._info),
            "/exchange": ("POST", self._exchange),
            "/operator": ("POST", self._operator),
            "/healthz": ("GET", self._healthz),
            "/readyz": ("GET", self._readyz),
            "/metrics": ("GET", self._metrics),
            "/version": ("GET", self._version_answer),
        }
        if settings.dev and settings.manual_clock:
            self._routes["/dev/clock"] = ("POST", self._clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            if scope["path"] == "/ws":
                await self._websocket(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008})
        else:
            await _lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope["path"])
        if route is None:
            await send_response(plain(404, "There is nothing here."), send)
            return
        method, handler = route
        if scope["method"] != method:
            allowed = ((b"allow", method.encode()),)
            text = f"Expected {method}.".encode()
            await send_response(Response(text, 405, b"text/plain", allowed), send)
            return
        started = time.perf_counter()
        try:
            response = await self._answered(handler, scope, receive)
        except Gone:
            return
        seconds = time.perf_counter() - started
        self._services.metrics.answered(scope["path"], response.status, seconds)
        await send_response(response, send)

    async def _answered(self, handler: Handler, scope: Scope, receive: Receive) -> Response:
        try:
            return await handler(scope, receive)
        except Gone:
            raise
        except Fault as fault:
            return of_fault(fault)
        except NodeStopped:
            return of_fault(Unavailable())
        except Exception:
            _log.exception("request_failed", path=scope["path"])
            return Response(b"null", 500)

    async def _info(self, scope: Scope, receive: Receive) -> Response:
        request = parse_object(await json_body(scope, receive))
        return Response(await self._reads.answer(request, client_of(scope)[0]))

    async def _exchange(self, scope: Scope, receive: Receive) -> Response:
        body = parse_object(await json_body(scope, receive))
        ip, peer = client_of(scope)
        return Response(await self._services.exchange.answer(body, ip, peer))

    async def _operator(self, scope: Scope, receive: Receive) -> Response:
        body = parse_object(await json_body(scope, receive))
        return Response(await self._services.operators.answer(body, client_of(scope)[1]))

    async def _clock(self, scope: Scope, receive: Receive) -> Response:
        move = convert(parse_object(await json_body(scope, receive)), ClockMove, "")
        if (move.advance_ms is None) is (move.to_ms is None):
            raise WrongShape("expected either `advanceMs` or `toMs`")
        if move.to_ms is not None:
            target_ns = move.to_ms * _NS_PER_MS
        else:
            target_ns = self._node.clock.time_ns() + (move.advance_ms or 0) * _NS_PER_MS
        if target_ns - self._node.clock.time_ns() > _LONGEST_ADVANCE_MS * _NS_PER_MS:
            raise WrongShape("toMs: expected a time at most ten years ahead")
        try:
            await self._node.advance_to(target_ns)
        except ClockRefused as refused:
            return plain(400, str(refused))
        return Response(b'{"timeMs":%d}' % (self._node.clock.time_ns() // _NS_PER_MS))

    async def _healthz(self, scope: Scope, receive: Receive) -> Response:
        """The process answers."""
        return Response(b'{"status":"ok"}')

    async def _readyz(self, scope: Scope, receive: Receive) -> Response:
        """The node takes commands: what is asked of it comes back durable."""
        time_ms = await self._node.read(lambda venue: venue.time_ns // _NS_PER_MS)
        return Response(b'{"status":"ready","timeMs":%d}' % time_ms)

    async def _metrics(self, scope: Scope, receive: Receive) -> Response:
        return Response(self._services.metrics.render(), content_type=CONTENT_TYPE)

    async def _version_answer(self, scope: Scope, receive: Receive) -> Response:
        return Response(self._version)


async def _lifespan(receive: Receive, send: Send) -> None:
    """The node is started and stopped by whoever serves this; there is nothing to wait for."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
