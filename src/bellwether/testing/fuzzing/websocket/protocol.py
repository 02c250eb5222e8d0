"""Subscriptions, posts and pings against a model: every frame has its one answer (IFACE-6)."""

from __future__ import annotations

import copy
import json
from itertools import count
from random import Random
from typing import Any, Final, final

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bellwether.gateway.hyperliquid.streams.topic import SUBSCRIPTION_KINDS
from bellwether.testing.fuzzing.nearly import Signer, change, good_action, made_real, wrong
from bellwether.testing.fuzzing.specimens import ADDRESS
from bellwether.testing.fuzzing.venue import PATIENCE_S, VenueWrong

_ANSWERS: Final = frozenset({"subscriptionResponse", "error", "pong", "post"})
_COMMON: Final = {
    "user": ADDRESS,
    "coin": "CBRS",
    "dex": "",
    "interval": "1m",
    "nSigFigs": 5,
    "mantissa": 2,
    "aggregateByTime": False,
}
_READS: Final = ("meta", "allMids", "l2Book", "clearinghouseState", "solvency", "nothing")
_GARBAGE: Final = ("", "{", "null", "[1]", '{"method":1}', '{"method":"fly"}', "x" * 70_000)


@final
class Player:
    """One connection with what it has asked for. `steps` counts what was sent."""

    def __init__(self, luck: Random, url: str, signer: Signer) -> None:
        self._luck = luck
        self._url = url
        self._signer = signer
        self._ids = count(1)
        self._followed: dict[str, dict[str, Any]] = {}
        self.steps = 0

    def play(self, steps: int) -> None:
        """So many frames, then everything that is owed, then a goodbye. Raises VenueWrong."""
        try:
            with connect(
                self._url,
                compression=None,
                open_timeout=PATIENCE_S,
                close_timeout=PATIENCE_S,
                ping_interval=None,
                max_queue=None,
            ) as socket:
                for _ in range(steps):
                    self._step(socket)
                    self.steps += 1
                self._settle(socket)
            if socket.close_code != 1000:
                raise VenueWrong(f"a goodbye is answered by {socket.close_code}")
        except TimeoutError:
            raise VenueWrong(f"no answer to frame {self.steps}") from None
        except (ConnectionClosed, OSError) as error:
            raise VenueWrong(f"the connection was lost: {error!r}") from None

    def _step(self, socket: ClientConnection) -> None:
        luck = self._luck.random()
        if luck < 0.35:
            self._subscribe(socket)
        elif luck < 0.5:
            self._unsubscribe(socket)
        elif luck < 0.8:
            self._post(socket)
        elif luck < 0.9:
            self._expect(socket, '{"method":"ping"}', {"pong"})
        else:
            self._expect(socket, self._luck.choice(_GARBAGE), {"error"})

    def _wanted(self) -> tuple[dict[str, Any], bool]:
        """A subscription, and whether it was changed into something that may be none."""
        kind = self._luck.choice(sorted(SUBSCRIPTION_KINDS))
        wanted = made_real(self._luck, {**_COMMON, "type": kind})
        is_changed = self._luck.random() < 0.4
        if is_changed:
            change(self._luck, wanted, self._luck.randrange(1, 3))
        return wanted, is_changed

    def _subscribe(self, socket: ClientConnection) -> None:
        wanted, is_changed = self._wanted()
        frame = {"method": "subscribe", "subscription": wanted}
        answer = self._expect(socket, json.dumps(frame), {"subscriptionResponse", "error"})
        name = json.dumps(wanted, sort_keys=True)
        if answer["channel"] == "subscriptionResponse":
            if name in self._followed:
                raise VenueWrong(f"subscribed twice: {name[:200]}")
            self._followed[name] = wanted
            echo = answer["data"]["subscription"]
            if {**echo, **wanted} != echo:
                raise VenueWrong(f"the echo is not what was asked for: {echo}")
        elif not is_changed and name not in self._followed and "lready" not in answer["data"]:
            raise VenueWrong(f"a good subscription is refused: {answer['data'][:300]}")

    def _unsubscribe(self, socket: ClientConnection) -> None:
        if self._followed and self._luck.random() < 0.7:
            name = self._luck.choice(sorted(self._followed))
            frame = {"method": "unsubscribe", "subscription": self._followed.pop(name)}
            answer = self._expect(socket, json.dumps(frame), {"subscriptionResponse"})
            if answer["data"]["method"] != "unsubscribe":
                raise VenueWrong(f"unsubscribing is answered by {answer}")
            return
        wanted, _ = self._wanted()
        frame = {"method": "unsubscribe", "subscription": wanted}
        answer = self._expect(socket, json.dumps(frame), {"subscriptionResponse", "error"})
        if answer["channel"] == "subscriptionResponse":
            # It was followed under other words for the same; which one is not known any more.
            self._forget(socket)

    def _forget(self, socket: ClientConnection) -> None:
        """Gives back everything that is followed, whatever it is called."""
        for wanted in self._followed.values():
            frame = {"method": "unsubscribe", "subscription": wanted}
            self._expect(socket, json.dumps(frame), {"subscriptionResponse", "error"})
        self._followed.clear()

    def _post(self, socket: ClientConnection) -> None:
        number: Any = next(self._ids)
        if self._luck.random() < 0.5:
            action = good_action(self._luck)
            change(self._luck, action, self._luck.choice((0, 0, 1, 2)))
            request = {"type": "action", "payload": self._signer.signed(self._luck, action)}
        else:
            payload = {**_COMMON, "type": self._luck.choice(_READS)}
            request = {"type": "info", "payload": made_real(self._luck, payload)}
        frame = {"method": "post", "id": number, "request": request}
        if self._luck.random() < 0.2:
            frame = copy.deepcopy(frame)
            frame[self._luck.choice(("id", "request"))] = wrong(self._luck)
        number = frame["id"]
        self._send(socket, json.dumps(frame))
        self._answer(socket, {"post", "error"}, number)

    def _settle(self, socket: ClientConnection) -> None:
        self._expect(socket, '{"method":"ping"}', {"pong"})

    def _expect(self, socket: ClientConnection, text: str, channels: set[str]) -> dict[str, Any]:
        """Sends a frame and reads its answer."""
        self._send(socket, text)
        return self._answer(socket, channels)

    def _send(self, socket: ClientConnection, text: str) -> None:
        if self._luck.random() < 0.1:
            socket.send(text.encode())
        elif self._luck.random() < 0.1 and len(text) > 2:
            cut = self._luck.randrange(1, len(text))
            socket.send(iter((text[:cut], text[cut:])))
        else:
            socket.send(text)

    def _answer(
        self, socket: ClientConnection, channels: set[str], number: Any = None
    ) -> dict[str, Any]:
        """The next frame that is an answer; what channels tell in between is passed over."""
        while True:
            answer: dict[str, Any] = json.loads(socket.recv(PATIENCE_S))
            if answer["channel"] in _ANSWERS:
                break
        if answer["channel"] not in channels:
            raise VenueWrong(f"expected {sorted(channels)}, got {str(answer)[:300]}")
        if answer["channel"] == "post":
            if answer["data"]["id"] != number:
                raise VenueWrong(f"post {number!r} is answered as {answer['data']['id']!r}")
            _check_response(answer["data"]["response"])
        return answer


def _check_response(response: dict[str, Any]) -> None:
    """No failure of the venue, but for the dialect's `500: null` for what is not there."""
    said = str(response["payload"])
    if response["type"] == "error" and said.startswith("50") and said != "500: null":
        raise VenueWrong(f"a post is answered {said[:300]}")
