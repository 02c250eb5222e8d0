"""In the venue's process: what one gateway process asks, and what it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, final

from bellwether.gateway.fronts.link import Link
from bellwether.gateway.fronts.words import (
    Answered,
    Asked,
    Ended,
    FromGateway,
    Heard,
    LetIn,
    Opened,
    Sent,
    Stop,
)
from bellwether.gateway.http import Request
from bellwether.gateway.hyperliquid.recovery import Recoverer
from bellwether.gateway.server import Gateway
from bellwether.gateway.sockets.frames import text_frame
from bellwether.gateway.sockets.ports import EVENT, Listener

_MOST_KNOWN: Final = 65_536


@final
class KnownSigners:
    """Signers that were found in front of the venue; everybody else is looked for by `other`."""

    def __init__(self, other: Recoverer) -> None:
        self._other = other
        self._found: dict[tuple[bytes, bytes], bytes] = {}

    def add(self, message: bytes, signature: bytes, signer: bytes) -> None:
        """Remembers who signed a message until that is asked for."""
        if message:
            if len(self._found) >= _MOST_KNOWN:
                self._found.clear()
            self._found[message, signature] = signer

    def recover(self, message: bytes, signature: bytes, urgent: bool = False) -> Awaitable[bytes]:
        """As every `Recoverer`."""
        signer = self._found.pop((message, signature), b"")
        return _at_once(signer) if signer else self._other.recover(message, signature, urgent)


async def _at_once(signer: bytes) -> bytes:
    return signer


@final
class Desk:
    """Carries out what one gateway process passes on; `lost` is told when it has gone."""

    def __init__(
        self,
        gateway: Gateway,
        signers: KnownSigners,
        is_ready: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self.link: Link
        self._gateway = gateway
        self._signers = signers
        self._is_ready = is_ready
        self._lost = lost
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: dict[int, Listener] = {}
        self._sending: Sent | None = None
        self._turn = 0

    def heard(self, word: FromGateway) -> None:
        """A word of the gateway process."""
        if isinstance(word, Asked):
            self._signers.add(word.message, word.signature, word.signer)
            self._begin(self._answer(word))
        elif isinstance(word, Heard):
            self._signers.add(word.message, word.signature, word.signer)
            listener = self._listeners.get(word.number)
            if listener is not None:
                listener.frame(word.data)
        elif isinstance(word, Opened):
            outlet = RemoteOutlet(self, word.number)
            session = self._gateway.session(outlet, word.path, word.ip, word.peer)
            if session is not None:
                self._listeners[word.number] = session
            self.link.say(LetIn(word.number, session is not None))
        elif isinstance(word, Ended):
            listener = self._listeners.pop(word.number, None)
            if listener is not None:
                listener.end(word.cut_off)
        else:
            self._is_ready()

    def lost(self) -> None:
        """The process has gone, and its clients with it."""
        listeners, self._listeners = self._listeners, {}
        for listener in listeners.values():
            listener.end(False)
        self._lost()

    def send_framed(self, number: int, frame: bytes, state: int) -> None:
        """A frame for one of its clients; the same frame for many goes over once."""
        sending = self._sending
        if (
            sending is not None
            and self._turn == self.link.turn
            and sending.frame is frame
            and sending.state == state
        ):
            sending.numbers.append(number)
            return
        self._sending = Sent([number], frame, state)
        self._turn = self.link.turn
        self.link.say(self._sending)

    def stop(self) -> None:
        """Has the process answer what was asked and end."""
        self.link.say(Stop())

    def _begin(self, answer: Awaitable[None]) -> None:
        task = asyncio.ensure_future(answer)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: Asked) -> None:
        request = Request(
            asked.method,
            asked.path,
            asked.content_type,
            asked.body,
            asked.ip,
            asked.peer,
            asked.query,
        )
        response = self._gateway.at_once(request) or await self._gateway.respond(request)
        self.link.say(
            Answered(
                asked.number,
                response.status,
                response.content_type,
                response.headers,
                bytes(response.body),
                self._gateway.form_of(asked.peer),
            )
        )


@final
class RemoteOutlet:
    """The socket of a client that another process holds."""

    __slots__ = ("_desk", "_number", "is_open")

    def __init__(self, desk: Desk, number: int) -> None:
        self.is_open = True
        self._desk = desk
        self._number = number

    def send(self, payload: bytes) -> None:
        """One text message."""
        self._desk.send_framed(self._number, text_frame(payload), EVENT)

    def send_framed(self, frame: bytes, state: int) -> None:
        """A message framed already."""
        self._desk.send_framed(self._number, frame, state)
