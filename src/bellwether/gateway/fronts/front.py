"""In a gateway process: what stands for the venue before the clients' connections."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Final, final

from bellwether.gateway.faults import Unavailable
from bellwether.gateway.fronts.guess import NOTHING, guess, guess_post
from bellwether.gateway.fronts.link import Link
from bellwether.gateway.fronts.words import (
    Answered,
    Asked,
    Ended,
    FromVenue,
    Heard,
    LetIn,
    Opened,
    Sent,
)
from bellwether.gateway.http import Request, Response, of_fault
from bellwether.gateway.screen.screen import Screen
from bellwether.gateway.sockets.ports import HeldOutlet, Listener

_MOST_PEERS: Final = 8_192


@final
class Front:
    """Passes requests and messages on, and answers back; has the screen itself. A `Responder`."""

    def __init__(self, asked_to_stop: Callable[[], None], screen: Screen) -> None:
        self.link: Link
        self._asked_to_stop = asked_to_stop
        self._screen = screen
        self._numbers = itertools.count(1)
        self._requests: dict[int, asyncio.Future[Response]] = {}
        self._peers: dict[int, str] = {}
        self._opening: dict[int, asyncio.Future[bool]] = {}
        self._outlets: dict[int, HeldOutlet] = {}
        self._forms: dict[str, int] = {}
        self._is_lost = False
        self._held_up: set[HeldOutlet] = set()
        self._room = asyncio.Event()
        self._room.set()

    def at_once(self, request: Request) -> Response | None:
        """Pages and assets; of all else the venue alone knows whether an answer still holds."""
        return self._screen.answer(request)

    async def respond(self, request: Request) -> Response:
        """The venue's answer, or 503 if it has gone."""
        page = self._screen.answer(request)
        if page is not None:
            return page
        if self.link.is_full:
            self._room.clear()
            await self._room.wait()
        if self._is_lost:
            return of_fault(Unavailable())
        number = next(self._numbers)
        found = NOTHING
        if request.path == "/exchange":
            found = guess(request.body, self._forms.get(request.peer, 0))
        answer = asyncio.get_running_loop().create_future()
        self._requests[number] = answer
        self._peers[number] = request.peer
        self.link.say(
            Asked(
                number,
                request.method,
                request.path,
                request.content_type,
                request.body,
                request.ip,
                request.peer,
                request.query,
                *found,
            )
        )
        response: Response = await answer
        return response

    async def listen(self, outlet: HeldOutlet, path: str, ip: str, peer: str) -> Listener | None:
        """Who hears a WebSocket; None if the venue has no place for it."""
        if self._is_lost:
            return None
        number = next(self._numbers)
        answer = asyncio.get_running_loop().create_future()
        self._opening[number] = answer
        self._outlets[number] = outlet
        self.link.say(Opened(number, path, ip, peer))
        return _Listener(self, number) if await answer else None

    def heard(self, word: FromVenue) -> None:
        """A word of the venue."""
        if isinstance(word, Sent):
            for number in word.numbers:
                outlet = self._outlets.get(number)
                if outlet is not None:
                    outlet.send_framed(word.frame, word.state)
        elif isinstance(word, Answered):
            self._learn(self._peers.pop(word.number), word.form)
            answer = self._requests.pop(word.number)
            if not answer.done():
                answer.set_result(Response(word.body, word.status, word.content_type, word.headers))
        elif isinstance(word, LetIn):
            if not word.is_let_in:
                del self._outlets[word.number]
            opening = self._opening.pop(word.number)
            if not opening.done():
                opening.set_result(word.is_let_in)
        else:
            self._asked_to_stop()

    def lost(self) -> None:
        """The venue has gone: nobody is answered by it any more."""
        for answer in self._requests.values():
            if not answer.done():
                answer.set_result(of_fault(Unavailable()))
        for opening in self._opening.values():
            if not opening.done():
                opening.set_result(False)
        self._is_lost = True
        self._room.set()
        self._requests.clear()
        self._opening.clear()
        self._asked_to_stop()

    def said(self, number: int, data: bytes) -> None:
        """A client's message."""
        self.link.say(Heard(number, data, *guess_post(data, 0)))
        if self.link.is_full:
            # Whoever sends faster than the venue takes it in is not read from meanwhile.
            outlet = self._outlets[number]
            outlet.hold_up()
            self._held_up.add(outlet)

    def relieved(self) -> None:
        """There is room on the way to the venue again."""
        self._room.set()
        held_up, self._held_up = self._held_up, set()
        for outlet in held_up:
            outlet.go_on()

    def ended(self, number: int, cut_off: bool) -> None:
        """A client has gone."""
        outlet = self._outlets.pop(number, None)
        if outlet is not None:
            self._held_up.discard(outlet)
        self.link.say(Ended(number, cut_off))

    def _learn(self, peer: str, form: int) -> None:
        if form or peer in self._forms:
            if len(self._forms) >= _MOST_PEERS:
                self._forms.clear()
            self._forms[peer] = form


@final
class _Listener:
    """Hears one client for the venue."""

    __slots__ = ("_front", "_number")

    def __init__(self, front: Front, number: int) -> None:
        self._front = front
        self._number = number

    def frame(self, data: bytes) -> None:
        self._front.said(self._number, data)

    def end(self, cut_off: bool) -> None:
        self._front.ended(self._number, cut_off)
