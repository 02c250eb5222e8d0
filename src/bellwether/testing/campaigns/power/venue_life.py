"""One life of a real venue's process: node, journal, snapshots and read models under load.

A program of its own: its argument is a plan, and it tells what was acknowledged through its
standard output, in messages of a length, a letter and more:

    u  it is up; the number of its last durable command
    a  a command was acknowledged; its number and the hash of what was published of it
    h  it has stopped by itself, and why
    r  it refused to start, and why
    s  it has stopped in good order
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import Any, Final, cast, final

import msgspec

from bellwether.journal import FileJournal, JournalError, JournalLocked
from bellwether.node.clock import ManualClock
from bellwether.node.commit.journal_process import JournalProcess
from bellwether.node.commit.writing import ProcessWriter
from bellwether.node.errors import NodeError, NodeStopped
from bellwether.node.node import JOURNAL_NAME, Node
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import Event
from bellwether.schema.wire import encode_commands, encode_events
from bellwether.testing.command_stream import START_NS, CommandStream, genesis
from bellwether.views.views import Views

SEGMENT_BYTES: Final = 1 << 18
SNAPSHOT_EVERY: Final = 150
TOGETHER: Final = 8
"""Commands that wait for their answers at any time."""

NUMBER: Final = Struct(">Q")
LENGTH: Final = Struct(">H")
_LONGEST: Final = 2_000
"""Bytes of a message: no more than a pipe takes at once."""

NONCES: Final = 10_000_000
_LOCK_ATTEMPTS: Final = 100
_LOCK_PAUSE_S: Final = 0.02


class Plan(msgspec.Struct, frozen=True):
    """A life on the disk at `directory`. With `most` commands it ends by itself, in good order."""

    directory: str
    number: int
    seed: int
    in_process: bool
    most: int = 0


@final
class Teller:
    """The end of the pipe that tells; no process of the venue's inherits it."""

    def __init__(self) -> None:
        self._end = os.dup(1)

    def tell(self, message: bytes) -> None:
        """Sends a message whole, or nothing. Raises BrokenPipeError."""
        message = message[:_LONGEST]
        os.write(self._end, LENGTH.pack(len(message)) + message)


def live(plan: Plan) -> None:
    """The program's main function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Teller()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    with suppress(BrokenPipeError):
        asyncio.run(_live(plan, pipe))


async def _live(plan: Plan, pipe: Teller) -> None:
    directory = Path(plan.directory)
    process = await JournalProcess.start() if plan.in_process else None
    try:
        journal = await _journal(directory / JOURNAL_NAME)
        node = Node(
            directory,
            journal,
            ManualClock(START_NS),
            lambda _: genesis(),
            Views,
            snapshot_every=SNAPSHOT_EVERY,
            writer=None if process is None else ProcessWriter(journal, process),
        )
        try:
            await node.start()
        except (NodeError, JournalError, OSError):
            await node.stop()
            raise
    except (NodeError, JournalError, OSError) as error:
        pipe.tell(b"r" + f"{type(error).__name__}: {error}".encode())
    else:
        pipe.tell(b"u" + NUMBER.pack(node.durable_seq))
        await _work(node, plan, pipe)
        await node.stop()
        ending = b"s" if node.failure is None else b"h" + str(node.failure).encode()
        pipe.tell(ending)
    finally:
        if process is not None:
            await process.stop()


async def _journal(directory: Path) -> FileJournal:
    """A record of the life before may be on its way yet: its lock is waited for (0038)."""
    for _ in range(_LOCK_ATTEMPTS):
        with suppress(JournalLocked):
            return FileJournal.open(directory, segment_bytes=SEGMENT_BYTES)
        await asyncio.sleep(_LOCK_PAUSE_S)
    return FileJournal.open(directory, segment_bytes=SEGMENT_BYTES)


async def _work(node: Node[Views], plan: Plan, pipe: Teller) -> None:
    """Traders without end, or until there were enough or the node has failed."""
    stream = CommandStream(plan.seed)
    stream.nonce = NONCES * (plan.number + 1)
    stream.time_ns = max(stream.time_ns, node.clock.time_ns())
    commands = stream.take(plan.most or 1 << 40)
    next(commands)

    async def trade() -> None:
        for time_ns, command in commands:
            if time_ns > node.clock.time_ns():
                await node.advance_to(time_ns)
            receipt = await node.submit(command)
            stream.observe(receipt.events)
            shown = published(receipt.time_ns, command, receipt.events)
            pipe.tell(b"a" + NUMBER.pack(receipt.seq) + shown)

    with suppress(NodeStopped):
        await asyncio.gather(*[trade() for _ in range(TOGETHER)])


def published(time_ns: int, command: AnyCommand, events: list[Event]) -> bytes:
    """The hash of a command, its time and its events."""
    told = encode_commands([(time_ns, command)]) + encode_events(cast(Any, [events]))
    return sha256(told).digest()


if __name__ == "__main__":
    live(msgspec.json.decode(sys.argv[1], type=Plan))
