"""A WebSocket that follows subscriptions in a thread of its own and keeps all that comes."""

from __future__ import annotations

import itertools
import json
import threading
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

DEADLINE_S = 30.0


class Listener:
    """`frames` has every frame in the order in which it came, `texts` the same undecoded."""

    def __init__(self, url: str) -> None:
        self.frames: list[dict[str, Any]] = []
        self.texts: list[str] = []
        self._arrived = threading.Condition()
        self._ids = itertools.count(1)
        self._url = "ws" + url.removeprefix("http") + "/ws"
        self._socket: ClientConnection
        self._stack = ExitStack()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Listener:
        self._socket = self._stack.enter_context(connect(self._url, max_size=None))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        self._thread.join(DEADLINE_S)

    def subscribe(self, **wanted: Any) -> dict[str, Any]:
        """The subscription as the venue echoes it."""
        return self._acknowledged("subscribe", wanted)

    def unsubscribe(self, **wanted: Any) -> dict[str, Any]:
        return self._acknowledged("unsubscribe", wanted)

    def post(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The response to a post: its type, its payload and under `text` the whole frame."""
        number = next(self._ids)
        request = {"type": kind, "payload": payload}
        self.send({"method": "post", "id": number, "request": request})
        frame = self.await_frame(
            lambda f: f["channel"] == "post" and f["data"]["id"] == number, f"post {payload}"
        )
        text = self.texts[self.frames.index(frame)]
        return {**frame["data"]["response"], "text": text}

    def send(self, frame: dict[str, Any]) -> None:
        self._socket.send(json.dumps(frame))

    def events(self, channel: str) -> list[Any]:
        """What came on a channel so far, oldest first."""
        with self._arrived:
            return [frame["data"] for frame in self.frames if frame["channel"] == channel]

    def await_frame(self, wanted: Any, what: str) -> dict[str, Any]:
        """The first frame, of those that came and come, that is wanted."""
        seen = 0
        with self._arrived:
            while True:
                for frame in self.frames[seen:]:
                    if wanted(frame):
                        return frame
                seen = len(self.frames)
                assert self._arrived.wait(DEADLINE_S), f"nothing came: {what}"

    def _acknowledged(self, method: str, wanted: dict[str, Any]) -> dict[str, Any]:
        self.send({"method": method, "subscription": wanted})

        def is_echo(frame: dict[str, Any]) -> bool:
            if frame["channel"] == "error":
                raise AssertionError(frame["data"])
            if frame["channel"] != "subscriptionResponse" or frame["data"]["method"] != method:
                return False
            return bool(frame["data"]["subscription"].items() >= wanted.items())

        echo: dict[str, Any] = self.await_frame(is_echo, f"{method} {wanted}")["data"]
        return echo["subscription"]  # type: ignore[no-any-return]

    def _read(self) -> None:
        try:
            for text in self._socket:
                with self._arrived:
                    self.texts.append(str(text))
                    self.frames.append(json.loads(text))
                    self._arrived.notify_all()
        except ConnectionClosed:
            pass
