"""WebSocket sessions (§4.1 of the API notes): subscriptions, posts, pings.

A session answers frames in the order in which they came.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, final

import msgspec
import structlog

from bellwether.gateway.faults import MAX_FRAME_BYTES, ActsElsewhere, Fault, WrongShape
from bellwether.gateway.hyperliquid.decode import PlainEnvelope, address_of, plain_post
from bellwether.gateway.hyperliquid.reads.request import Csv
from bellwether.gateway.limits import MAX_SUBSCRIPTIONS, MAX_USERS
from bellwether.gateway.reads import Reads
from bellwether.gateway.services import Services
from bellwether.gateway.sockets.ports import Outlet
from bellwether.gateway.strict_json import parse_object
from bellwether.node.errors import NodeStopped

_ECHOED_CHARACTERS: Final = 4_096
_PONG: Final = b'{"channel":"pong"}'

_log: Final = structlog.get_logger("bellwether.gateway")


@final
class Sessions:
    """Opens a session for each connection to `/ws`."""

    def __init__(self, services: Services, reads: Reads) -> None:
        self.services = services
        self.reads = reads
        self._neighbours: dict[str, set[Outlet]] = {}

    def open(self, outlet: Outlet, ip: str, peer: str, acts_at: str = "") -> Session | None:
        """None if the network address has as many connections as it may. `acts_at` is where actions
        are taken if not here."""
        if not self.services.limits.connect(ip):
            return None
        self.services.metrics.connections.inc()
        neighbours = self._neighbours.setdefault(ip, set())
        neighbours.add(outlet)
        return Session(self, outlet, ip, peer, neighbours, acts_at)

    def closed(self, outlet: Outlet, ip: str, cut_off: bool) -> None:
        """A session's connection is gone."""
        neighbours = self._neighbours[ip]
        neighbours.discard(outlet)
        if not neighbours:
            del self._neighbours[ip]
        self.reads.channels.drop(outlet)
        if cut_off:
            self.services.metrics.cut_off.inc()
        self.services.metrics.connections.dec()
        self.services.limits.disconnect(ip)


@final
class Session:
    """One connection's frames and what they set going.

    `neighbours` are the open connections of the same network address, this one among them.
    `acts_at` is the address that takes actions, empty where this one does.
    """

    __slots__ = ("_acts_at", "_door", "_ip", "_neighbours", "_outlet", "_peer", "_posts")

    def __init__(
        self,
        door: Sessions,
        outlet: Outlet,
        ip: str,
        peer: str,
        neighbours: set[Outlet],
        acts_at: str,
    ) -> None:
        self._acts_at = acts_at
        self._door = door
        self._outlet = outlet
        self._ip = ip
        self._peer = peer
        self._neighbours = neighbours
        self._posts: set[asyncio.Task[None]] | None = None

    def end(self, cut_off: bool) -> None:
        """Lets go of everything; actions that were sent are carried out all the same."""
        self._door.closed(self._outlet, self._ip, cut_off)

    def frame(self, data: bytes) -> None:
        """One message of the client."""
        if not self._services.limits.message(self._ip):
            self._error("Too many messages: at most 2000 a minute.")
            return
        if len(data) > MAX_FRAME_BYTES:
            self._error(f"Frame too large: expected at most {MAX_FRAME_BYTES} bytes.")
            return
        if (posted := plain_post(data)) is not None:
            self._begin_post(posted.number, posted.request.payload)
            return
        try:
            frame = parse_object(data)
        except Fault:
            self._not_a_request(data)
            return
        match frame.get("method"):
            case "ping":
                self._outlet.send(_PONG)
            case "subscribe":
                self._subscribe(frame, data)
            case "unsubscribe":
                self._unsubscribe(frame, data)
            case "post":
                self._post(frame, data)
            case _:
                self._not_a_request(data)

    @property
    def _services(self) -> Services:
        return self._door.services

    @property
    def _reads(self) -> Reads:
        return self._door.reads

    def _subscribe(self, frame: dict[str, Any], data: bytes) -> None:
        wanted = frame.get("subscription")
        if not isinstance(wanted, dict) or not isinstance(wanted.get("type"), str):
            self._not_a_request(data)
            return
        if refusal := self._refusal(wanted):
            self._error(refusal)
            return
        echo, error = self._reads.channels.subscribe(self._outlet, wanted)
        if error is not None:
            self._error(error)
            return
        self._outlet.send(_acknowledged("subscribe", wanted, echo))

    def _unsubscribe(self, frame: dict[str, Any], data: bytes) -> None:
        wanted = frame.get("subscription")
        if not isinstance(wanted, dict) or not isinstance(wanted.get("type"), str):
            self._not_a_request(data)
            return
        echo, error = self._reads.channels.unsubscribe(self._outlet, wanted)
        if error is not None:
            self._error(error)
            return
        self._outlet.send(_acknowledged("unsubscribe", wanted, echo))

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

    def _post(self, frame: dict[str, Any], data: bytes) -> None:
        number, request = frame.get("id"), frame.get("request")
        if not isinstance(number, int) or isinstance(number, bool) or not isinstance(request, dict):
            self._not_a_request(data)
            return
        self._begin_post(number, request)

    def _begin_post(self, number: int, request: dict[str, Any] | PlainEnvelope) -> None:
        """Starts at once, so that actions are submitted in the order in which they came."""
        if not self._services.limits.begin_post(self._ip):
            self._error(f"too many pending post requests id={number}")
            return
        task = asyncio.create_task(self._answer_post(number, request))
        if self._posts is None:
            self._posts = set()
        self._posts.add(task)
        task.add_done_callback(self._post_done)

    def _post_done(self, task: asyncio.Task[None]) -> None:
        if self._posts is not None:
            self._posts.discard(task)
        self._services.limits.end_post(self._ip)

    async def _answer_post(self, number: int, request: dict[str, Any] | PlainEnvelope) -> None:
        kind = "action" if isinstance(request, PlainEnvelope) else request.get("type")
        try:
            reply = await self._reply(request)
        except Fault as fault:
            kind, reply = "error", msgspec.json.encode(f"{fault.status}: {fault.text}")
        except NodeStopped:
            kind, reply = "error", b'"503: The venue has stopped taking requests."'
        except Exception:
            _log.exception("post_failed", peer=self._peer)
            kind, reply = "error", b'"500: Internal error."'
        response = {"type": kind, "payload": msgspec.Raw(reply)}
        content = {"channel": "post", "data": {"id": number, "response": response}}
        self._outlet.send(msgspec.json.encode(content))

    async def _reply(self, request: dict[str, Any] | PlainEnvelope) -> bytes:
        """Raises Fault and NodeStopped."""
        payload: Any = request
        if isinstance(request, dict):
            kind, payload = request.get("type"), request.get("payload")
            if not isinstance(payload, dict) or kind not in ("action", "info"):
                raise WrongShape("request: expected a type `action` or `info` and its payload")
            if kind == "info":
                return await self._info(payload)
        if self._acts_at:
            raise ActsElsewhere(self._acts_at)
        return await self._services.exchange.answer(payload, self._ip, self._peer)

    async def _info(self, payload: dict[str, Any]) -> bytes:
        answer = await self._reads.answer(payload, self._ip)
        if isinstance(answer, Csv):
            answer = msgspec.json.encode(answer.decode())
        return msgspec.json.encode({"type": payload.get("type"), "data": msgspec.Raw(answer)})

    def _error(self, text: str) -> None:
        self._outlet.send(_error_frame(text))

    def _not_a_request(self, data: bytes) -> None:
        shown = data.decode("utf-8", "replace")[:_ECHOED_CHARACTERS]
        self._error(f"Error parsing JSON into valid websocket request: {shown}")


def _acknowledged(method: str, wanted: dict[str, Any], echo: dict[str, Any] | None) -> bytes:
    """The echo holds every key that was asked for, with its value, and the venue's defaults."""
    subscription = {**(echo or {}), **wanted}
    content = {"method": method, "subscription": subscription}
    return msgspec.json.encode({"channel": "subscriptionResponse", "data": content})


def _error_frame(text: str) -> bytes:
    return msgspec.json.encode({"channel": "error", "data": text})
