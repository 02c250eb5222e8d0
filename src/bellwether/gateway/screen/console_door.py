"""The address that is the operators' alone: their page, their acts, and the reads these need."""

from __future__ import annotations

from typing import Final, final

from bellwether.gateway.http import Request, Response, plain
from bellwether.gateway.screen.screen import Screen
from bellwether.gateway.server import Gateway
from bellwether.gateway.sockets.ports import HeldOutlet, Listener

API: Final = ("/dev/clock", "/healthz", "/info", "/readyz", "/version")
"""Besides `/operator` and the WebSocket."""


@final
class ConsoleDoor:
    """A `Responder` in front of a gateway whose console stands apart. `url` is that of the venue's
    own address, where accounts act."""

    def __init__(self, gateway: Gateway, url: str) -> None:
        self._gateway = gateway
        self._url = url
        self._screen = Screen(traders=False, console=True)

    def at_once(self, request: Request) -> Response | None:
        """Pages, and reads that wait for nobody."""
        if request.method == "POST" and request.path in API:
            return self._gateway.at_once(request)
        return self._screen.answer(request)

    async def respond(self, request: Request) -> Response:
        """The gateway's answer where this address has one."""
        if request.path == "/operator":
            return await self._gateway.operate(request)
        if request.path in API:
            return await self._gateway.respond(request)
        return self._screen.answer(request) or plain(404, "There is nothing here.")

    async def listen(self, outlet: HeldOutlet, path: str, ip: str, peer: str) -> Listener | None:
        """As everywhere, but that it takes no actions."""
        return self._gateway.session(outlet, path, ip, peer, self._url)
