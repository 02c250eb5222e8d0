"""A gateway in front of a real node, served by uvicorn on the loopback interface."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import os
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from bellwether.gateway.fronts.desk import KnownSigners
from bellwether.gateway.fronts.pool import GatewayPool
from bellwether.gateway.hyperliquid.recovery import InlineRecoverer
from bellwether.gateway.server import SERVER_OPTIONS, Gateway, create_app
from bellwether.journal import FileJournal
from bellwether.node.clock import ManualClock
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.node import Node
from bellwether.schema.commands import Genesis
from bellwether.views.views import Views

GATEWAYS = int(os.environ.get("BELLWETHER_GATEWAYS", "1"))
"""Processes in front of the venue; with 1 it holds the connections itself."""

START_MS = 1_777_593_600_000
"""2026-05-01T00:00:00Z."""


def _dev_world(start_ns: int) -> Genesis:
    return dev_genesis(start_ns, check_nonce_window=False)


@dataclass(frozen=True)
class GatewaySettings:
    dev: bool = True
    manual_clock: bool = True
    limits: bool = False
    console_apart: bool = False


class LiveGateway:
    """Runs in a thread of its own; use as a context."""

    def __init__(
        self,
        directory: Path,
        settings: GatewaySettings | None = None,
        founding: Callable[[int], Genesis] | None = None,
        gateways: int = GATEWAYS,
    ) -> None:
        self.settings = settings or GatewaySettings()
        self.port = 0
        self.node: Node[Views]
        self.app: Gateway
        self.directory = directory
        self.pool: GatewayPool
        self._gateways = gateways
        self._stopping = asyncio.Event()
        self._founding = founding or _dev_world
        self._loop = uvloop.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._nonces = itertools.count(START_MS)

    def __enter__(self) -> LiveGateway:
        self._thread.start()
        assert self._ready.wait(30), "the gateway did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(30)
        assert not self._thread.is_alive(), "the gateway did not stop"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def nonce(self) -> int:
        return next(self._nonces)

    def state_hash(self) -> bytes:
        return bytes(self.on_loop(self.node.engine.state_hash))

    def on_loop(self, fn: Callable[[], Any]) -> Any:
        async def call() -> Any:
            return fn()

        return self.run(call())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def client(self) -> Client:
        return Client(self.port)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        self.node = Node(
            self.directory,
            FileJournal.open(self.directory / "journal"),
            ManualClock(START_MS * 1_000_000),
            self._founding,
            Views,
        )
        await self.node.start()
        signers = KnownSigners(InlineRecoverer())
        self.app = create_app(self.node, self.settings, signers)
        with socket.socket() as listener:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
            if self._gateways > 1:
                await self._behind_gateways(signers)
            else:
                await self._listen(listener)
        await self.node.stop()

    async def _behind_gateways(self, signers: KnownSigners) -> None:
        self.pool = GatewayPool(self.app, signers)
        await self.pool.start(self._gateways, "127.0.0.1", self.port)
        self._ready.set()
        await self._stopping.wait()
        await self.pool.stop()

    async def _listen(self, listener: socket.socket) -> None:
        server = uvicorn.Server(uvicorn.Config(self.app, **SERVER_OPTIONS))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.ensure_future(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        self._ready.set()
        await self._stopping.wait()
        server.should_exit = True
        await serving


class Client:
    """One kept-alive HTTP connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def send(
        self, path: str, body: bytes, content_type: str | None = "application/json"
    ) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer to a POST."""
        headers = {} if content_type is None else {"Content-Type": content_type}
        self._connection.request("POST", path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()

    def get(self, path: str) -> tuple[int, str, bytes]:
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()

    def post(self, path: str, content: Any) -> Any:
        """The JSON answer to a request that is expected to be well-formed."""
        status, content_type, body = self.send(path, json.dumps(content).encode())
        assert status == 200, (status, body)
        assert content_type == "application/json"
        return json.loads(body)
