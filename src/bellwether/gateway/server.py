"""The venue's doors on one port: routes for HTTP, and the WebSocket (IFACE-6, IFACE-7)."""

from __future__ import annotations

import platform
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, final

import msgspec
import structlog

import bellwether
from bellwether.gateway.connection import HttpConnection
from bellwether.gateway.dev_clock import moved
from bellwether.gateway.faults import (
    CSV,
    JSON,
    Fault,
    RateLimited,
    Unavailable,
)
from bellwether.gateway.http import Request, Response, json_of, of_fault, plain
from bellwether.gateway.hyperliquid.decode import plain_envelope
from bellwether.gateway.hyperliquid.reads.bellwether import venue_status
from bellwether.gateway.hyperliquid.reads.downloads import Downloads
from bellwether.gateway.hyperliquid.reads.request import Csv
from bellwether.gateway.hyperliquid.recovery import InlineRecoverer, Recoverer
from bellwether.gateway.limits import FAULTY_WEIGHT
from bellwether.gateway.metrics import CONTENT_TYPE
from bellwether.gateway.ports import NodePort, Settings
from bellwether.gateway.reads import Reads
from bellwether.gateway.screen.screen import Screen
from bellwether.gateway.services import Services
from bellwether.gateway.sockets.ports import Listener, Outlet
from bellwether.gateway.sockets.session import Sessions
from bellwether.node.errors import NodeStopped

SERVER_OPTIONS: Final[dict[str, Any]] = {
    "http": HttpConnection,
    "interface": "asgi3",
    "proxy_headers": False,
    "loop": "uvloop",
    "ws": "none",
    "lifespan": "off",
    "access_log": False,
    "log_config": None,
    "server_header": False,
}
"""How uvicorn is to serve the application: it opens sockets and stops in good order."""

_NS_PER_MS: Final = 1_000_000

_log: Final = structlog.get_logger("bellwether.gateway")

Handler = Callable[[Request], Awaitable[Response]]


def create_app(node: NodePort, settings: Settings, recoverer: Recoverer | None = None) -> Gateway:
    """The application for a node that has been started; without `recoverer` signers are recovered
    on the event loop."""
    return Gateway(node, settings, recoverer or InlineRecoverer())


@final
class Gateway:
    """Routes by method and path; a route that has no other method answers 405 to the rest."""

    def __init__(self, node: NodePort, settings: Settings, recoverer: Recoverer) -> None:
        self._node = node
        self._services = Services(node, settings, recoverer)
        self._reads = Reads(node, self._services.limits)
        self._downloads = Downloads(node, self._services.limits)
        self._sessions = Sessions(self._services, self._reads)
        self._settings = settings
        self._screen = Screen(True, not settings.console_apart)
        self._routes: dict[str, tuple[str, Handler]] = {
            "/info": ("POST", self._info),
            "/exchange": ("POST", self._exchange),
            "/export/statement": ("GET", self._downloads.statement),
            "/healthz": ("GET", self._healthz),
            "/readyz": ("GET", self._readyz),
            "/metrics": ("GET", self._metrics),
            "/version": ("GET", self._version_answer),
        }
        if not settings.console_apart:
            self._routes["/operator"] = ("POST", self._operator)
        if settings.dev and settings.manual_clock:
            self._routes["/dev/clock"] = ("POST", self._clock)

    @property
    def console_apart(self) -> bool:
        """Have the operators an address of their own?"""
        return self._settings.console_apart

    async def listen(self, outlet: Outlet, path: str, ip: str, peer: str) -> Listener | None:
        """Who hears a WebSocket at a path; None if there is no place for it."""
        return self.session(outlet, path, ip, peer)

    def session(
        self, outlet: Outlet, path: str, ip: str, peer: str, acts_at: str = ""
    ) -> Listener | None:
        """The same at once; `acts_at` is the address that takes actions if this one does not."""
        return self._sessions.open(outlet, ip, peer, acts_at) if path == "/ws" else None

    def form_of(self, peer: str) -> int:
        """The number of the form in which a connection's actions are signed."""
        return self._services.authenticator.form_of(peer)

    def at_once(self, request: Request) -> Response | None:
        """The answer to a read that needs nobody to be waited for, pages among them; None for
        everything else."""
        if request.method != "POST":
            return self._screen.answer(request)
        if request.path != "/info" or request.content_type != JSON or request.body is None:
            return None
        started = time.perf_counter()
        answer = self._reads.at_once(request.body, request.ip)
        if answer is None:
            return None
        seconds = time.perf_counter() - started
        self._services.metrics.answered("/info", 200, seconds)
        return Response(answer)

    def respond(self, request: Request) -> Coroutine[Any, Any, Response]:
        """The answer to a request over HTTP; a fault is one too. Not a coroutine itself: there is
        one step less for each order."""
        route = self._routes.get(request.path)
        if route is None:
            return self._elsewhere(request)
        return self._led(request, *route)

    async def _elsewhere(self, request: Request) -> Response:
        return self._screen.answer(request) or plain(404, "There is nothing here.")

    async def operate(self, request: Request) -> Response:
        """The answer to an operator's act, whether or not this address has a route for it."""
        return await self._led(request, "POST", self._operator)

    async def _led(self, request: Request, method: str, handler: Handler) -> Response:
        """What a route's handler answers, or the fault it found."""
        if request.method != method:
            allowed = ((b"allow", method.encode()),)
            return Response(f"Expected {method}.".encode(), 405, b"text/plain", allowed)
        started = time.perf_counter()
        try:
            response = await handler(request)
        except RateLimited as fault:
            response = of_fault(fault)
        except Fault as fault:
            self._services.limits.charge(request.ip, FAULTY_WEIGHT)
            response = of_fault(fault)
        except NodeStopped:
            response = of_fault(Unavailable())
        except Exception:
            _log.exception("request_failed", path=request.path)
            response = Response(b"null", 500)
        seconds = time.perf_counter() - started
        self._services.metrics.answered(request.path, response.status, seconds)
        return response

    async def _info(self, request: Request) -> Response:
        self._services.limits.let_in(request.ip)
        wanted = json_of(request)
        answer = await self._reads.answer(wanted, request.ip, request.body or b"")
        return Response(answer, content_type=CSV if isinstance(answer, Csv) else JSON)

    async def _exchange(self, request: Request) -> Response:
        self._services.limits.let_in(request.ip)
        exchange = self._services.exchange
        plain_body = request.body if request.content_type == JSON else None
        asked = None if plain_body is None else plain_envelope(plain_body)
        answer = await exchange.answer(asked or json_of(request), request.ip, request.peer)
        return Response(answer)

    async def _operator(self, request: Request) -> Response:
        return Response(await self._services.operators.answer(json_of(request), request.peer))

    async def _clock(self, request: Request) -> Response:
        return await moved(self._node, json_of(request))

    async def _healthz(self, request: Request) -> Response:
        """The process answers, whatever the disk does; and what the venue takes (LIFE-13)."""
        venue = self._node.engine.venue
        return Response(msgspec.json.encode({"status": "ok", "venueStatus": venue_status(venue)}))

    async def _readyz(self, request: Request) -> Response:
        """The node takes commands: what is asked of it comes back durable. Not all of them perhaps:
        `venueStatus` says so."""
        answer = await self._node.read(
            lambda venue: {
                "status": "ready",
                "timeMs": venue.time_ns // _NS_PER_MS,
                "venueStatus": venue_status(venue),
            }
        )
        return Response(msgspec.json.encode(answer))

    async def _metrics(self, request: Request) -> Response:
        return Response(self._services.metrics.render(), content_type=CONTENT_TYPE)

    async def _version_answer(self, request: Request) -> Response:
        """What runs, in which kind of world, and by which time."""
        settings = self._settings
        answer = {
            "version": bellwether.__version__,
            "python": platform.python_version(),
            "dev": settings.dev,
            "clock": "manual" if settings.manual_clock else "system",
            "timeMs": self._node.clock.time_ns() // _NS_PER_MS,
            "signatureSources": self._services.authenticator.sources,
        }
        return Response(msgspec.json.encode(answer))
