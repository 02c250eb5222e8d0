"""WebSocket sessions (§4.1 of the API notes): subscriptions, posts, pings.

A session answers frames in the order in which they came. What it sends goes through a queue with a
bound; a client that does not read is cut off rather than waited for.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from typing import Any, Final, final

import msgspec
import structlog

from bellwether.gateway.faults import MAX_FRAME_BYTES, Fault, WrongShape
from bellwether.gateway.http import Receive, Scope, Send, client_of
from bellwether.gateway.hyperliquid.decode import address_of
from bellwether.gateway.hyperliquid.reads.request import Csv
from bellwether.gateway.limits import MAX_SUBSCRIPTIONS, MAX_USERS
from bellwether.gateway.reads import Reads
from bellwether.gateway.services import Services
from bellwether.gateway.strict_json import parse_object
from bellwether.node.errors import NodeStopped

IDLE_SECONDS: Final = 60.0
_GOODBYE_SECONDS: Final = 1.0
MAX_QUEUED_BYTES: Final = 4 * 1024 * 1024
MAX_QUEUED_MESSAGES: Final = 8_192
_ECHOED_CHARACTERS: Final = 4_096
_PONG: Final = b'{"channel":"pong"}'
_CODE_GOING_AWAY: Final = 1001
_CODE_TOO_SLOW: Final = 1008
_CODE_TOO_MANY: Final = 1013

_log: Final = structlog.get_logger("bellwether.gateway")
_ids: Final = itertools.count(1)


@final
class Connection:
    """What channels write to: `send` queues and never blocks. `id` is unique in the process."""

    __slots__ = ("_queue", "_queued_bytes", "_wake", "cut_off", "id", "is_open")

    def __init__(self) -> None:
        self.id = next(_ids)
        self.is_open = True
        self.cut_off = asyncio.Event()
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._wake = asyncio.Event()

    def send(self, payload: bytes) -> None:
        """Queues one text frame; one that no longer fits ends the connection."""
        if not self.is_open:
            return
        self._queue.append(payload)
        self._queued_bytes += len(payload)
        if self._queued_bytes > MAX_QUEUED_BYTES or len(self._queue) > MAX_QUEUED_MESSAGES:
            self.cut_off.set()
            self.is_open = False
            self._queue.clear()
            self._queued_bytes = 0
        self._wake.set()

    def close(self) -> None:
        """Nothing is sent any more; the writer ends once the queue is empty."""
        self.is_open = False
        self._wake.set()

    async def next(self) -> bytes | None:
        """The next frame to write, or None once the connection is closed and empty."""
        while not self._queue:
            if not self.is_open:
                return None
            self._wake.clear()
            await self._wake.wait()
        payload = self._queue.popleft()
        self._queued_bytes -= len(payload)
        return payload


@final
class WebSocketDoor:
    """Serves `/ws`: one session a connection."""

    def __init__(self, services: Services, reads: Reads) -> None:
        self._services = services
        self._reads = reads
        self._neighbours: dict[str, set[Connection]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs until either side ends the connection."""
        ip, peer = client_of(scope)
        await receive()
        if not self._services.limits.connect(ip):
            await send({"type": "websocket.close", "code": _CODE_TOO_MANY})
            return
        self._services.metrics.connections.inc()
        neighbours = self._neighbours.setdefault(ip, set())
        session = Session(self._services, self._reads, ip, peer, neighbours)
        try:
            await send({"type": "websocket.accept"})
            await session.run(receive, send)
        finally:
            session.end()
            if not neighbours:
                self._neighbours.pop(ip, None)
            self._services.metrics.connections.dec()
            self._services.limits.disconnect(ip)


@final
class Session:
    """One connection's frames and what they set going.

    `neighbours` are the open connections of the same network address, this one among them.
    """

    def __init__(
        self, services: Services, reads: Reads, ip: str, peer: str, neighbours: set[Connection]
    ) -> None:
        self._services = services
        self._reads = reads
        self._ip = ip
        self._peer = peer
        self._connection = Connection()
        self._posts: set[asyncio.Task[None]] = set()
        self._neighbours = neighbours
        self._neighbours.add(self._connection)
        self._is_idle = False

    async def run(self, receive: Receive, send: Send) -> None:
        """Ends with the client, when nothing more may be sent, or when the client is too slow."""
        cut_off = self._connection.cut_off
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(self._write(send)),
            asyncio.create_task(self._read(receive)),
            asyncio.create_task(cut_off.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if cut_off.is_set():
            self._services.metrics.cut_off.inc()
            await _close(send, _CODE_TOO_SLOW)
        elif self._is_idle:
            await _close(send, _CODE_GOING_AWAY)

    def end(self) -> None:
        """Lets go of everything; actions that were sent are carried out all the same."""
        self._connection.close()
        self._neighbours.discard(self._connection)
        self._reads.channels.drop(self._connection)

    async def _write(self, send: Send) -> None:
        """Ends with the session, and when the server has closed the connection under it."""
        while (payload := await self._connection.next()) is not None:
            try:
                await send({"type": "websocket.send", "text": payload.decode()})
            except (OSError, RuntimeError):
                return

    async def _read(self, receive: Receive) -> None:
        """Ends with the client or after 60 s without a frame."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(IDLE_SECONDS) as idle:
                while self._connection.is_open:
                    message = await receive()
                    if message["type"] == "websocket.disconnect":
                        return
                    idle.reschedule(loop.time() + IDLE_SECONDS)
                    self._frame(message)
        except TimeoutError:
            self._is_idle = True

    def _frame(self, message: Any) -> None:
        text = message.get("text")
        if text is None:
            text = bytes(message.get("bytes") or b"").decode("utf-8", "replace")
        if not self._services.limits.message(self._ip):
            self._error("Too many messages: at most 2000 a minute.")
            return
        if len(text) > MAX_FRAME_BYTES or len(text.encode()) > MAX_FRAME_BYTES:
            self._error(f"Frame too large: expected at most {MAX_FRAME_BYTES} bytes.")
            return
        try:
            frame = parse_object(text)
        except Fault:
            self._not_a_request(text)
            return
        match frame.get("method"):
            case "ping":
                self._connection.send(_PONG)
            case "subscribe":
                self._subscribe(frame, text)
            case "unsubscribe":
                self._unsubscribe(frame, text)
            case "post":
                self._post(frame, text)
            case _:
                self._not_a_request(text)

    def _subscribe(self, frame: dict[str, Any], text: str) -> None:
        wanted = frame.get("subscription")
        if not isinstance(wanted, dict) or not isinstance(wanted.get("type"), str):
            self._not_a_request(text)
            return
        if refusal := self._refusal(wanted):
            self._error(refusal)
            return
        echo, error = self._reads.channels.subscribe(self._connection, wanted)
        if error is not None:
            self._error(error)
            return
        self._connection.send(_acknowledged("subscribe", wanted, echo))

    def _unsubscribe(self, frame: dict[str, Any], text: str) -> None:
        wanted = frame.get("subscription")
        if not isinstance(wanted, dict) or not isinstance(wanted.get("type"), str):
            self._not_a_request(text)
            return
        echo, error = self._reads.channels.unsubscribe(self._connection, wanted)
        if error is not None:
            self._error(error)
            return
        self._connection.send(_acknowledged("unsubscribe", wanted, echo))

    def _refusal(self, wanted: dict[str, Any]) -> str | None:
        """What speaks against one more subscription of this network address."""
        if not self._services.limits.enabled:
            return None
        channels = self._reads.channels
        if sum(map(channels.topics, self._neighbours)) >= MAX_SUBSCRIPTIONS:
            return f"Cannot track more than {MAX_SUBSCRIPTIONS} total subscriptions."
        user = wanted.get("user")
        if not isinstance(user, str):
            return None
        try:
            address = address_of(user, "user")
        except WrongShape:
            return None
        users = set().union(*map(channels.users, self._neighbours))
        if address not in users and len(users) >= MAX_USERS:
            return f"Cannot track more than {MAX_USERS} total users."
        return None

    def _post(self, frame: dict[str, Any], text: str) -> None:
        """Starts at once, so that actions are submitted in the order in which they came."""
        number, request = frame.get("id"), frame.get("request")
        if not isinstance(number, int) or isinstance(number, bool) or not isinstance(request, dict):
            self._not_a_request(text)
            return
        if not self._services.limits.begin_post(self._ip):
            self._error(f"too many pending post requests id={number}")
            return
        task = asyncio.create_task(self._answer_post(number, request))
        self._posts.add(task)
        task.add_done_callback(self._post_done)

    def _post_done(self, task: asyncio.Task[None]) -> None:
        self._posts.discard(task)
        self._services.limits.end_post(self._ip)

    async def _answer_post(self, number: int, request: dict[str, Any]) -> None:
        kind, payload = request.get("type"), request.get("payload")
        try:
            if not isinstance(payload, dict) or kind not in ("action", "info"):
                raise WrongShape("request: expected a type `action` or `info` and its payload")
            if kind == "action":
                reply = await self._services.exchange.answer(payload, self._ip, self._peer)
            else:
                reply = await self._info(payload)
        except Fault as fault:
            kind, reply = "error", msgspec.json.encode(f"{fault.status}: {fault.text}")
        except NodeStopped:
            kind, reply = "error", b'"503: The venue has stopped taking requests."'
        except Exception:
            _log.exception("post_failed", peer=self._peer)
            kind, reply = "error", b'"500: Internal error."'
        response = {"type": kind, "payload": msgspec.Raw(reply)}
        content = {"channel": "post", "data": {"id": number, "response": response}}
        self._connection.send(msgspec.json.encode(content))

    async def _info(self, payload: dict[str, Any]) -> bytes:
        answer = await self._reads.answer(payload, self._ip)
        if isinstance(answer, Csv):
            answer = msgspec.json.encode(answer.decode())
        return msgspec.json.encode({"type": payload.get("type"), "data": msgspec.Raw(answer)})

    def _error(self, text: str) -> None:
        self._connection.send(_error_frame(text))

    def _not_a_request(self, text: str) -> None:
        shown = text[:_ECHOED_CHARACTERS]
        self._error(f"Error parsing JSON into valid websocket request: {shown}")


def _acknowledged(method: str, wanted: dict[str, Any], echo: dict[str, Any] | None) -> bytes:
    """The echo holds every key that was asked for, with its value, and the venue's defaults."""
    subscription = {**(echo or {}), **wanted}
    content = {"method": method, "subscription": subscription}
    return msgspec.json.encode({"channel": "subscriptionResponse", "data": content})


def _error_frame(text: str) -> bytes:
    return msgspec.json.encode({"channel": "error", "data": text})


async def _close(send: Send, code: int) -> None:
    """Says goodbye, and hangs up on a client that does not read that either."""
    try:
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await send({"type": "websocket.close", "code": code})
    except TimeoutError:
        # ASGI has no word for this: left to it, what is buffered would wait for the client for ever
        # and hold the socket. The server's protocol object carries the transport.
        transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
    except Exception:
        _log.info("websocket_gone", code=code)
