"""The demo traders beside a venue: started with it, and never outliving it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Final

import structlog

from bellwether.node.secrecy.environment import sparse_environment

_PATIENCE_S: Final = 3.0
"""How long the traders may take to withdraw their orders."""

_log: Final = structlog.get_logger("bellwether.lab")


class DemoCompanion:
    """A process that holds the reading end of a pipe. When the venue ends, however it ends, the
    operating system closes the other end, and the traders go."""

    def __init__(self, traders: Process) -> None:
        self._traders = traders
        self._stopping = False
        self._watch = asyncio.create_task(self._wait())

    @classmethod
    async def start(cls, url: str, seed: int) -> DemoCompanion:
        """Starts the traders on a dev world that listens at `url`. Raises OSError."""
        module = "bellwether.lab.traders"
        options = ("--url", url, "--seed", str(seed), "--until-input-ends")
        # A session of its own: Ctrl-C in the terminal goes to the venue, which ends the traders
        # while it still answers them. The venue's stdout is not theirs to hold open.
        traders = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            module,
            *options,
            stdin=PIPE,
            stdout=DEVNULL,
            env=sparse_environment(),
            start_new_session=True,
        )
        return cls(traders)

    async def stop(self) -> None:
        """Returns once the traders have gone; they are killed if they take too long."""
        self._stopping = True
        with contextlib.suppress(ProcessLookupError):
            self._traders.terminate()
        done, _ = await asyncio.wait({self._watch}, timeout=_PATIENCE_S)
        if not done:
            with contextlib.suppress(ProcessLookupError):
                self._traders.kill()
        await self._watch

    async def _wait(self) -> None:
        code = await self._traders.wait()
        if not self._stopping:
            _log.warning("demo_traders_ended", exit_code=code)
