"""The gateway processes of a venue: started together, stopped in good order."""

from __future__ import annotations

import asyncio
import socket
import sys
from subprocess import DEVNULL
from typing import Final, final

import structlog

from bellwether.gateway.fronts import entrance, words
from bellwether.gateway.fronts.desk import Desk, KnownSigners
from bellwether.gateway.fronts.link import Link
from bellwether.gateway.server import Gateway
from bellwether.node.secrecy.environment import sparse_environment

_READY_S: Final = 30.0
_STOP_S: Final = entrance.SHUTDOWN_S + 2.0
_log: Final = structlog.get_logger("bellwether.gateway")


class GatewayNotStarted(OSError):
    """A gateway process ended, or did not listen in time."""


@final
class GatewayPool:
    """`all_lost` is set once no process is left that clients could reach."""

    def __init__(self, gateway: Gateway, signers: KnownSigners) -> None:
        self.all_lost = asyncio.Event()
        self._gateway = gateway
        self._signers = signers
        self._console = entrance.APART if gateway.console_apart else entrance.HERE
        self._desks: list[Desk] = []
        self._processes: list[asyncio.subprocess.Process] = []
        self._left = 0
        self._is_stopping = False

    async def start(self, count: int, host: str, port: int) -> None:
        """Returns when all of them listen. Raises OSError."""
        ready = [await self._start_one(host, port) for _ in range(count)]
        try:
            await asyncio.wait_for(asyncio.gather(*ready), _READY_S)
        except TimeoutError:
            raise GatewayNotStarted("a gateway process did not listen in time") from None

    @property
    def pids(self) -> list[int]:
        """The processes."""
        return [worker.pid for worker in self._processes]

    async def stop(self) -> None:
        """Has what was asked answered; returns once all processes have gone."""
        self._is_stopping = True
        for desk in self._desks:
            desk.stop()
        for worker in self._processes:
            try:
                await asyncio.wait_for(worker.wait(), _STOP_S)
            except TimeoutError:
                worker.kill()
                await worker.wait()

    async def _start_one(self, host: str, port: int) -> asyncio.Future[None]:
        """Resolves when it listens."""
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()

        def is_ready() -> None:
            if not ready.done():
                ready.set_result(None)

        def lost() -> None:
            if not ready.done():
                ready.set_exception(GatewayNotStarted("a gateway process ended at once"))
            self._lost()

        desk = Desk(self._gateway, self._signers, is_ready, lost)
        desk.link = Link(words.to_venue.decode, desk.heard, desk.lost)
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            await loop.create_connection(lambda: desk.link, sock=ours)
            worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", entrance.__name__),
                *(str(theirs.fileno()), host, str(port), self._console),
                stdin=DEVNULL,
                stdout=DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=sparse_environment(),
                start_new_session=True,
            )
        self._desks.append(desk)
        self._processes.append(worker)
        self._left += 1
        return ready

    def _lost(self) -> None:
        self._left -= 1
        if not self._is_stopping:
            _log.error("gateway_lost", left=self._left)
        if self._left == 0:
            self.all_lost.set()
