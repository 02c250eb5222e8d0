"""A gateway process: `python -m … DESCRIPTOR HOST PORT CONSOLE` serves clients for the venue at
the other end of the socket, and ends with it. CONSOLE is `console` if the operators' page is there,
too, or `apart`.

Several of them listen at one address; the system gives each connection to one.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Generator
from typing import Any, Final, cast

import uvicorn
import uvloop

from bellwether.gateway.fronts import words
from bellwether.gateway.fronts.front import Front
from bellwether.gateway.fronts.link import Link
from bellwether.gateway.screen.screen import Screen
from bellwether.gateway.server import SERVER_OPTIONS

BACKLOG: Final = 2_048
SHUTDOWN_S: Final = 5
HERE: Final = "console"
APART: Final = "apart"


class QuietServer(uvicorn.Server):
    """uvicorn, whose signals are ours: it would raise them again and spoil the exit code."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def bound(host: str, port: int, shared: bool) -> socket.socket:
    """A socket at an address, which is shared with others that share it. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


async def _serve(descriptor: int, host: str, port: int, console: str) -> None:
    config_of: Any = uvicorn.Config
    stopping = asyncio.Event()
    front = Front(stopping.set, Screen(True, console == HERE))
    venue = socket.socket(fileno=descriptor)
    venue.setblocking(False)
    front.link = Link(words.to_gateway.decode, front.heard, front.lost, front.relieved)
    await asyncio.get_running_loop().create_connection(lambda: front.link, sock=venue)
    with bound(host, port, True) as listener:
        config = config_of(front, timeout_graceful_shutdown=SHUTDOWN_S, **SERVER_OPTIONS)
        server = QuietServer(cast(uvicorn.Config, config))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        listener.listen(BACKLOG)
        front.link.say(words.Ready())
        await stopping.wait()
        server.should_exit = True
        await serving
    front.link.close()


def main(descriptor: int, host: str, port: int, console: str) -> None:
    # Ctrl-C and SIGTERM are for the venue to deal with; it says when to end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(descriptor, host, port, console))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
