"""A process that syncs the journal's file, so that no thread contends with the event loop (0028).

A question is one byte that carries the file's descriptor; the answer is one byte, the number of
the error or 0. The process keeps nothing from one question to the next.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from subprocess import DEVNULL
from typing import Final, final

import structlog

_ASK: Final = b"s"

_log: Final = structlog.get_logger("bellwether.node")


@final
class SyncProcess:
    """One sync at a time. `is_there` turns False when the process is lost."""

    def __init__(self) -> None:
        self.is_there = False
        self._loop = asyncio.get_running_loop()
        self._worker: asyncio.subprocess.Process
        self._socket: socket.socket
        self._done: Callable[[OSError | None], None] | None = None

    @classmethod
    async def start(cls) -> SyncProcess:
        """Raises OSError if no process can be started."""
        process = cls()
        process._socket, theirs = socket.socketpair()
        with theirs:
            process._socket.setblocking(False)
            # A session of its own: Ctrl-C in the terminal is for the venue to deal with.
            process._worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", __name__, str(theirs.fileno())),
                stdin=DEVNULL,
                stdout=DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        process._loop.add_reader(process._socket, process._answered)
        process.is_there = True
        return process

    @property
    def pid(self) -> int:
        """The process that syncs."""
        return self._worker.pid

    def sync(self, handle: int, done: Callable[[OSError | None], None]) -> None:
        """Tells `done`, on a later turn of the loop, that all that was written to the file is on
        disk, or why not. A process that is lost meanwhile counts as an error."""
        assert self._done is None, "one sync at a time"
        self._done = done
        try:
            # With the file each time: a number alone may have become that of another file.
            socket.send_fds(self._socket, (_ASK,), (handle,))
        except OSError:
            self._loop.call_soon(self._lost)

    async def stop(self) -> None:
        """Returns once the process has gone. Nothing may be waiting for it any more."""
        self._leave()
        with suppress(ProcessLookupError):
            self._worker.kill()
        await self._worker.wait()

    def _answered(self) -> None:
        try:
            answer = self._socket.recv(1)
        except OSError:
            answer = b""
        if not answer:
            self._lost()
        elif answer[0]:
            self._tell(OSError(answer[0], os.strerror(answer[0])))
        else:
            self._tell(None)

    def _tell(self, error: OSError | None) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(error)

    def _lost(self) -> None:
        if self.is_there:
            _log.error("sync_process_lost", syncing=self._done is not None)
        self._leave()
        self._tell(OSError(errno.EIO, "the process that syncs the journal was lost"))

    def _leave(self) -> None:
        if self.is_there:
            self.is_there = False
            self._loop.remove_reader(self._socket)
            self._socket.close()


async def start_syncing() -> SyncProcess | None:
    """A process where there is a second processor for it; None where there is not."""
    if (os.cpu_count() or 1) < 2:
        return None
    try:
        return await SyncProcess.start()
    except OSError as error:
        _log.warning("sync_process_not_started", error=str(error))
        return None


def main(descriptor: int) -> None:
    """Answers until the venue has gone.

    A signal to stop is for the venue alone, even where a supervisor sends it to every process.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as venue:
        while True:
            asked, files, _, _ = socket.recv_fds(venue, len(_ASK), 1)
            if not asked:
                return
            number = 0
            try:
                os.fdatasync(files[0])
            except OSError as error:
                number = error.errno or errno.EIO
            os.close(files[0])
            venue.sendall(bytes((number,)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
