"""A process that writes and syncs the journal's records, so that the event loop does not (0038).

Question and answer lie in memory that both share; a byte through a socket says that they are there.
With the question come the file and the journal's lock, open: while a record is on its way nobody
else can open the journal, even if the venue has ended. The process keeps nothing from one question
to the next.

    question    lengths of entry, commands and events (3 x u32), then the three
    answer      the record's hash, where the byte is 0; otherwise the byte is the error's number
"""

from __future__ import annotations

import asyncio
import errno
import mmap
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from struct import Struct
from subprocess import DEVNULL
from typing import Final, final

import msgspec
import structlog

from bellwether.journal import Entry, RealDisk, write_entry
from bellwether.node.commit.payload import Payload
from bellwether.node.secrecy.environment import sparse_environment

Outcome = bytes | OSError
"""The hash of a record that is on disk, or why it may not be there."""

_ASK: Final = b"w"
_LENGTHS: Final = Struct("<3I")
_MEMORY_BYTES: Final = 8 << 20
_MOST_BYTES: Final = _MEMORY_BYTES - 1024
_HASH_BYTES: Final = 32
_FILES: Final = 2

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Entry).decode

_log: Final = structlog.get_logger("bellwether.node")


@final
class JournalProcess:
    """One record at a time. `is_there` turns False when the process is lost."""

    def __init__(self) -> None:
        self.is_there = False
        self._loop = asyncio.get_running_loop()
        self._worker: asyncio.subprocess.Process
        self._socket: socket.socket
        self._memory: mmap.mmap
        self._done: Callable[[Outcome], None] | None = None

    @classmethod
    async def start(cls) -> JournalProcess:
        """Raises OSError if no process can be started."""
        process = cls()
        process._socket, theirs = socket.socketpair()
        memory = _shared_memory()
        try:
            process._memory = mmap.mmap(memory, _MEMORY_BYTES)
            process._socket.setblocking(False)
            passed = (theirs.fileno(), memory)
            # A session of its own: Ctrl-C in the terminal is for the venue to deal with.
            process._worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", __name__, *map(str, passed)),
                stdin=DEVNULL,
                stdout=DEVNULL,
                pass_fds=passed,
                env=sparse_environment(),
                start_new_session=True,
            )
        finally:
            theirs.close()
            os.close(memory)
        process._loop.add_reader(process._socket, process._answered)
        process.is_there = True
        return process

    @property
    def pid(self) -> int:
        """The process that writes."""
        return self._worker.pid

    def takes(self, payload_bytes: int) -> bool:
        """Whether a record of so many bytes can be given to it now."""
        return self.is_there and payload_bytes <= _MOST_BYTES

    def write(
        self,
        files: tuple[int, int],
        entry: Entry,
        commands: Payload,
        events: Payload,
        done: Callable[[Outcome], None],
    ) -> None:
        """Tells `done`, on a later turn of the loop, the hash of the record that is on disk, or why
        it may not be. A process that is lost meanwhile counts as an error."""
        assert self._done is None, "one record at a time"
        self._done = done
        head = _encode(entry)
        end = self._put(_LENGTHS.size, head)
        for piece in commands.pieces():
            end = self._put(end, piece)
        events_at = end
        for piece in events.pieces():
            end = self._put(end, piece)
        lengths = (len(head), events_at - _LENGTHS.size - len(head), end - events_at)
        _LENGTHS.pack_into(self._memory, 0, *lengths)
        try:
            # With the files each time: a number alone may have become that of another file.
            socket.send_fds(self._socket, (_ASK,), files)
        except OSError:
            self._loop.call_soon(self._lost)

    async def stop(self) -> None:
        """Returns once the process has gone. Nothing may be waiting for it any more."""
        self._leave()
        with suppress(ProcessLookupError):
            self._worker.kill()
        await self._worker.wait()

    def _put(self, at: int, piece: bytes) -> int:
        end = at + len(piece)
        self._memory[at:end] = piece
        return end

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
            self._tell(self._memory[:_HASH_BYTES])

    def _tell(self, outcome: Outcome) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(outcome)

    def _lost(self) -> None:
        if self.is_there:
            _log.error("journal_process_lost", writing=self._done is not None)
        self._leave()
        self._tell(OSError(errno.EIO, "the process that writes the journal was lost"))

    def _leave(self) -> None:
        if self.is_there:
            self.is_there = False
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._memory.close()


async def start_journal_process() -> JournalProcess | None:
    """A process where there is a second processor for it; None where there is not."""
    if (os.cpu_count() or 1) < 2:
        return None
    try:
        return await JournalProcess.start()
    except OSError as error:
        _log.warning("journal_process_not_started", error=str(error))
        return None


def _shared_memory() -> int:
    """An open file without a name that lies in memory, where the system has such files."""
    if sys.platform == "linux":
        memory = os.memfd_create("bellwether-journal")
    else:
        with tempfile.TemporaryFile() as file:
            memory = os.dup(file.fileno())
    os.truncate(memory, _MEMORY_BYTES)
    return memory


def main(descriptor: int, memory_descriptor: int) -> None:
    """Answers until the venue has gone.

    A signal to stop is for the venue alone, even where a supervisor sends it to every process.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    memory = mmap.mmap(memory_descriptor, _MEMORY_BYTES)
    with socket.socket(fileno=descriptor) as venue:
        while True:
            asked, files, _, _ = socket.recv_fds(venue, len(_ASK), _FILES)
            if not asked:
                return
            number = 0
            try:
                memory[:_HASH_BYTES] = _write(memory, files[0])
            except OSError as error:
                number = error.errno or errno.EIO
            for file in files:
                os.close(file)
            venue.sendall(bytes((number,)))


def _write(memory: mmap.mmap, file: int) -> bytes:
    """The record asked for is on disk. Returns its hash; raises OSError."""
    head_bytes, commands_bytes, events_bytes = _LENGTHS.unpack_from(memory)
    commands_at = _LENGTHS.size + head_bytes
    events_at = commands_at + commands_bytes
    entry = _decode(memory[_LENGTHS.size : commands_at])
    commands = memory[commands_at:events_at]
    events = memory[events_at : events_at + events_bytes]
    disk = RealDisk()
    record_hash = write_entry(disk, file, entry, commands, events)
    disk.fdatasync(file)
    return record_hash


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
