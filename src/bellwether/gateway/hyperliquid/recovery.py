"""Recovering signers in a process of its own, so that the event loop has time for the rest.

A frame out is a length (u32), a signature (65 bytes) and so many bytes of the message, hashed there
(`signing.digest_of`); a frame back is 1 and the address (20), or 0 where nobody can have signed.
Answers come in the order of the questions, but that urgent ones go first: only so many are under
way at a time, and the others wait here. So a cancel does not wait for a flood of orders.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections import deque
from collections.abc import Awaitable
from subprocess import DEVNULL
from typing import Final, Protocol, cast, final

import structlog

from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid import signing
from bellwether.node.secrecy.environment import sparse_environment

_SIGNATURE_BYTES: Final = 65
_MESSAGE_AT: Final = 4 + _SIGNATURE_BYTES
ANSWER_BYTES: Final = 1 + 20
_AT_ONCE: Final = 16
_PATIENCE_S: Final = 3.0
MOST_UNDERWAY: Final = 32
"""Some two milliseconds of the process's work: what is urgent waits that long at most, and the
event loop is busy longer than that before it looks again."""

Question = tuple[bytes, bytes, asyncio.Future[bytes]]

_log: Final = structlog.get_logger("bellwether.gateway")


class Recoverer(Protocol):
    """Finds who signed."""

    def recover(self, message: bytes, signature: bytes, urgent: bool = False) -> Awaitable[bytes]:
        """The address (20 bytes) whose key signed what `signing.digest_of` makes of the message.
        What is `urgent` goes before what is not. Raises Refused if there is none."""


@final
class InlineRecoverer:
    """On the event loop itself: for tests, and for machines with one processor."""

    async def recover(self, message: bytes, signature: bytes, urgent: bool = False) -> bytes:
        return signing.recover(signing.digest_of(message), signature)


@final
class RecoveryProcess(asyncio.Protocol):
    """A process that recovers; if it is lost, this one does its work from then on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._worker: asyncio.subprocess.Process
        self._asked: deque[Question] = deque()
        self._urgent: deque[Question] = deque()
        self._waiting: deque[Question] = deque()
        self._is_due = False
        self._incoming = b""
        self._is_there = False
        self._is_stopping = False

    @classmethod
    async def start(cls) -> RecoveryProcess:
        """Raises OSError if no process can be started."""
        ours, theirs = socket.socketpair()
        with theirs:
            recoverer = cls()
            ours.setblocking(False)
            await recoverer._loop.create_connection(lambda: recoverer, sock=ours)
            # A session of its own: Ctrl-C in the terminal is for the venue to deal with.
            recoverer._worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", __name__, str(theirs.fileno())),
                stdin=DEVNULL,
                stdout=DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=sparse_environment(),
                start_new_session=True,
            )
        recoverer._is_there = True
        return recoverer

    @property
    def pid(self) -> int:
        """The process that recovers."""
        return self._worker.pid

    async def stop(self) -> None:
        """Returns once the process has gone."""
        self._is_stopping = True
        self._transport.close()
        try:
            await asyncio.wait_for(self._worker.wait(), _PATIENCE_S)
        except TimeoutError:
            self._worker.kill()
            await self._worker.wait()

    def recover(
        self, message: bytes, signature: bytes, urgent: bool = False
    ) -> asyncio.Future[bytes]:
        answer: asyncio.Future[bytes] = self._loop.create_future()
        if not self._is_there:
            _settle(answer, _address(message, signature))
            return answer
        (self._urgent if urgent else self._waiting).append((message, signature, answer))
        if not self._is_due:
            # All that is asked in one turn of the loop goes out in one piece.
            self._is_due = True
            self._loop.call_soon(self._flush)
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        data = self._incoming + data
        whole = len(data) - len(data) % ANSWER_BYTES
        for start in range(0, whole, ANSWER_BYTES):
            _, _, answer = self._asked.popleft()
            _settle(answer, data[start + 1 : start + ANSWER_BYTES] if data[start] else b"")
        self._incoming = data[whole:]
        if self._urgent or self._waiting:
            self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        self._is_there = False
        if not self._is_stopping:
            _log.error("recovery_process_lost", waiting=len(self._asked))
        for line in (self._asked, self._urgent, self._waiting):
            for message, signature, answer in line:
                _settle(answer, _address(message, signature))
            line.clear()

    def _flush(self) -> None:
        """Sends as much as may be under way."""
        self._is_due = False
        outgoing: list[bytes] = []
        while len(self._asked) < MOST_UNDERWAY and (self._urgent or self._waiting):
            question = (self._urgent or self._waiting).popleft()
            self._asked.append(question)
            message, signature, _ = question
            outgoing += (len(message).to_bytes(4, "big"), signature, message)
        if outgoing:
            self._transport.write(b"".join(outgoing))


async def start_recoverer() -> RecoveryProcess | None:
    """A process where there is a second processor for it; None where there is not."""
    if (os.cpu_count() or 1) < 2:
        return None
    try:
        return await RecoveryProcess.start()
    except OSError as error:
        _log.warning("recovery_process_not_started", error=str(error))
        return None


def _settle(answer: asyncio.Future[bytes], address: bytes) -> None:
    """Who has stopped waiting is passed over."""
    if answer.done():
        return
    if address:
        answer.set_result(address)
    else:
        answer.set_exception(Refused(signing.UNRECOVERABLE))


def _address(message: bytes, signature: bytes) -> bytes:
    """The signer's address, empty if nobody can have signed."""
    try:
        return signing.recover(signing.digest_of(message), signature)
    except Refused:
        return b""


def _answer(message: bytes, signature: bytes) -> bytes:
    address = _address(message, signature)
    return b"\x01" + address if address else bytes(ANSWER_BYTES)


def main(descriptor: int) -> None:
    """Answers until the venue has gone."""
    with socket.socket(fileno=descriptor) as venue:
        waiting = b""
        while piece := venue.recv(1 << 16):
            waiting += piece
            start, answers = 0, []
            while (end := _end_of(waiting, start)) <= len(waiting):
                message_at = start + _MESSAGE_AT
                signature = waiting[message_at - _SIGNATURE_BYTES : message_at]
                answers.append(_answer(waiting[message_at:end], signature))
                start = end
                if len(answers) == _AT_ONCE:
                    venue.sendall(b"".join(answers))
                    answers.clear()
            venue.sendall(b"".join(answers))
            waiting = waiting[start:]


def _end_of(frames: bytes, start: int) -> int:
    """Where the frame ends that begins at `start`; beyond the end if it is not whole."""
    head = frames[start : start + 4]
    return start + _MESSAGE_AT + (int.from_bytes(head, "big") if len(head) == 4 else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
