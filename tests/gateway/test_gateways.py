"""Several processes in front of one venue: the same answers, exact limits, one order of events."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from bellwether.gateway.faults import Refused
from bellwether.gateway.fronts import link, words
from bellwether.gateway.fronts.desk import Desk, KnownSigners
from bellwether.gateway.fronts.front import Front
from bellwether.gateway.fronts.guess import NOTHING, guess, guess_post
from bellwether.gateway.fronts.link import Link
from bellwether.gateway.fronts.words import Asked, Heard, LetIn, Sent
from bellwether.gateway.http import Request
from bellwether.gateway.hyperliquid import signing
from bellwether.gateway.hyperliquid.recovery import InlineRecoverer
from bellwether.gateway.screen.screen import Screen
from tests.gateway.live import Client, GatewaySettings, LiveGateway
from tests.gateway.wallet import Wallet, account, limit_order, operator, order_action

CONNECTIONS = 12
"""Enough that the system hardly gives all of them to one process of two."""


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path_factory.mktemp("venue"), gateways=2) as live:
        yield live


def order(venue: LiveGateway, number: int, **terms: Any) -> dict[str, Any]:
    return account(number).l1(order_action(limit_order(**terms)), venue.nonce())


def oid_of(reply: Any) -> int:
    [status] = reply["response"]["data"]["statuses"]
    found: int = status["resting"]["oid"]
    return found


def test_a_write_acknowledged_by_one_is_read_through_every_other(venue: LiveGateway) -> None:
    user = account(0).hex_address
    with ExitStack() as held:
        clients = [held.enter_context(venue.client()) for _ in range(CONNECTIONS)]
        for client in clients:
            oid = oid_of(client.post("/exchange", order(venue, 0, p="100.5")))
            for other in clients:
                shown = other.post("/info", {"type": "openOrders", "user": user})
                assert oid in {entry["oid"] for entry in shown}


def test_a_signed_request_counts_once_whoever_passes_it_on(venue: LiveGateway) -> None:
    body = order(venue, 1)
    with ExitStack() as held:
        clients = [held.enter_context(venue.client()) for _ in range(CONNECTIONS)]
        replies = [client.post("/exchange", body)["status"] for client in clients]
    assert sorted(replies) == ["err"] * (CONNECTIONS - 1) + ["ok"]


def subscribed(venue: LiveGateway, held: ExitStack, kind: str) -> ClientConnection:
    client = held.enter_context(connect(venue.websocket_url, compression=None))
    wanted = {"type": kind, "coin": "CBRS"}
    client.send(json.dumps({"method": "subscribe", "subscription": wanted}))
    assert json.loads(client.recv(10))["channel"] == "subscriptionResponse"
    return client


def test_every_watcher_gets_every_trade_in_order_and_the_same_bytes(venue: LiveGateway) -> None:
    with ExitStack() as held:
        watchers = [subscribed(venue, held, "trades") for _ in range(CONNECTIONS)]
        client = held.enter_context(venue.client())
        client.post("/exchange", order(venue, 2, b=False, p="175", s="5"))
        for _ in range(20):
            client.post("/exchange", order(venue, 3, p="175", s="0.1", t={"limit": {"tif": "Ioc"}}))
        tapes = [[watcher.recv(10) for _ in range(20)] for watcher in watchers]
    assert all(tape == tapes[0] for tape in tapes)
    ids = [trade["tid"] for message in tapes[0] for trade in json.loads(message)["data"]]
    assert len(ids) == 20 and ids == sorted(ids)


def test_an_order_is_posted_and_answered_on_its_socket(venue: LiveGateway) -> None:
    with connect(venue.websocket_url, compression=None) as client:
        for number in range(20):
            request = {"type": "action", "payload": order(venue, 4, s="0.1")}
            client.send(json.dumps({"method": "post", "id": number, "request": request}))
        answers = [json.loads(client.recv(10))["data"] for _ in range(20)]
    oids = {a["id"]: oid_of(a["response"]["payload"]) for a in answers}
    assert sorted(oids, key=oids.__getitem__) == list(range(20))


def test_what_operators_ask_is_answered_through_each_of_them(venue: LiveGateway) -> None:
    """Signed reads: not journalled, the same whoever passes them on, refused to strangers."""
    halt = {"kind": "halt", "coin": "CBRS", "grounds": "a look"}
    asked = [{"kind": "preview", "act": halt}, {"kind": "stress", "coin": "CBRS"}, {"kind": "acts"}]

    def reply(client: Client, wallet: Wallet, act: dict[str, Any]) -> Any:
        body = wallet.l1({"type": "operator", "act": act}, venue.nonce())
        return client.post("/operator", body)

    before = venue.node.durable_seq
    with ExitStack() as held:
        clients = [held.enter_context(venue.client()) for _ in range(CONNECTIONS)]
        for act in asked:
            answers = [reply(client, operator(0), act) for client in clients]
            assert answers[0]["status"] == "ok"
            assert all(answer == answers[0] for answer in answers)
            assert reply(clients[0], account(0), act)["status"] == "err"
    assert venue.node.durable_seq == before


def test_the_weight_of_an_address_is_counted_over_all_of_them(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("limited")
    body = json.dumps({"type": "userRole", "user": account(0).hex_address}).encode()
    with LiveGateway(directory, GatewaySettings(limits=True), gateways=2) as venue:
        with ExitStack() as held:
            clients = [held.enter_context(venue.client()) for _ in range(CONNECTIONS)]
            statuses = [clients[n % CONNECTIONS].send("/info", body)[0] for n in range(24)]
    assert 429 in statuses, "1200 a minute, 60 each; each process alone has passed on fewer"


def test_one_that_is_lost_takes_only_its_own_clients(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with LiveGateway(tmp_path_factory.mktemp("lost"), gateways=2) as venue:
        first, second = venue.pool.pids
        with ExitStack() as held:
            sockets = [held.enter_context(socket.socket()) for _ in range(CONNECTIONS)]
            for made in sockets:
                made.connect(("127.0.0.1", venue.port))
                made.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                assert made.recv(4_096).startswith(b"HTTP/1.1 200 ")
            os.kill(first, signal.SIGKILL)
            _wait_until_gone(first)
            alive = [made for made in sockets if _answers(made)]
            assert 0 < len(alive) < CONNECTIONS
        for _ in range(CONNECTIONS):
            with venue.client() as client:
                assert client.get("/healthz")[0] == 200
        assert not venue.pool.all_lost.is_set()
        os.kill(second, signal.SIGKILL)
        venue.run(venue.pool.all_lost.wait())


def _wait_until_gone(pid: int) -> None:
    """Until then the system still hands it new connections, which end with it."""
    for _ in range(1_000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} is still there")


def _answers(made: socket.socket) -> bool:
    try:
        made.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        return bool(made.recv(4_096))
    except OSError:
        return False


def test_a_signer_is_guessed_only_in_the_form_as_received(tmp_path: Path) -> None:
    body = account(0).l1(order_action(), 1_777_593_600_000)
    found = guess(json.dumps(body).encode(), 0)
    assert found.signer == account(0).address
    assert guess(json.dumps(body).encode(), 1).signer not in (b"", account(0).address)
    assert guess(json.dumps(body).encode(), 2) == NOTHING
    post = {"method": "post", "id": 1, "request": {"type": "action", "payload": body}}
    assert guess_post(json.dumps(post).encode(), 0) == found


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"[]",
        b"{",
        b'{"action":{}}',
        b'{"action":{"type":"order"},"nonce":1}',
        b'{"action":{"type":[]},"nonce":1,"signature":{"r":"0x1","s":"0x1","v":27}}',
    ],
)
def test_what_is_no_action_is_left_to_the_venue(body: bytes | None) -> None:
    assert guess(body, 0) == NOTHING
    assert guess_post(b'{"method":"post","request":{"type":"action","payload":[]}}', 0) == NOTHING


class Elsewhere:
    """Another recoverer; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def recover(self, message: bytes, signature: bytes, urgent: bool = False) -> bytes:
        self.asked.append(message)
        raise Refused(signing.UNRECOVERABLE)


def test_a_signer_found_in_front_is_believed_for_that_message_once() -> None:
    async def scenario() -> None:
        other = Elsewhere()
        signers = KnownSigners(other)
        signers.add(b"message", b"signature", b"signer")
        assert await signers.recover(b"message", b"signature") == b"signer"
        for message, signature in ((b"message", b"signature"), (b"other", b"signature")):
            with pytest.raises(Refused):
                await signers.recover(message, signature)
        assert other.asked == [b"message", b"other"]

    asyncio.run(scenario())


Scene = Callable[[Link, Link, list[Any], list[str]], Awaitable[None]]


def play(scene: Scene) -> None:
    """A link from here to there; what is heard there, and who is lost."""

    async def stage() -> None:
        heard: list[Any] = []
        lost: list[str] = []
        loop = asyncio.get_running_loop()
        here = Link(words.to_gateway.decode, heard.append, lambda: lost.append("here"))
        there = Link(words.to_venue.decode, heard.append, lambda: lost.append("there"))
        for end, raw in zip((here, there), socket.socketpair(), strict=True):
            raw.setblocking(False)
            await loop.create_connection(lambda end=end: end, sock=raw)
        await scene(here, there, heard, lost)
        here.close()
        there.close()
        while len(lost) < 2:
            await asyncio.sleep(0)

    asyncio.run(stage())


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not met():
            await asyncio.sleep(0)


def test_words_come_in_order_and_whole() -> None:
    async def scene(here: Link, there: Link, heard: list[Any], lost: list[str]) -> None:
        said = [Heard(number, b"x" * (number * 997)) for number in range(200)]
        for word in said:
            here.say(word)
        await until(lambda: len(heard) == 200)
        assert heard == said

    play(scene)


def test_a_frame_for_many_goes_over_once_until_it_is_on_its_way(alone: LiveGateway) -> None:
    async def scene(here: Link, there: Link, heard: list[Any], lost: list[str]) -> None:
        signers = KnownSigners(InlineRecoverer())
        desk = Desk(alone.app, signers, lambda: None, lambda: None)
        desk.link = there
        frame, other = b"frame", b"other"
        for number in range(3):
            desk.send_framed(number, frame, 7)
        desk.send_framed(0, other, 0)
        desk.send_framed(9, frame, 7)
        await until(lambda: len(heard) == 3)
        desk.send_framed(5, frame, 7)
        await until(lambda: len(heard) == 4)
        assert heard == [
            Sent([0, 1, 2], frame, 7),
            Sent([0], other, 0),
            Sent([9], frame, 7),
            Sent([5], frame, 7),
        ]

    play(scene)


def test_an_end_that_falls_too_far_behind_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "MOST_WAITING", 1_000)

    async def scene(here: Link, there: Link, heard: list[Any], lost: list[str]) -> None:
        here.say(Heard(1, b"x" * 5_000_000))
        await until(lambda: "here" in lost)
        here.say(Heard(2, b"late"))
        await asyncio.sleep(0)
        assert (lost[0], heard) == ("here", [])

    play(scene)


def test_who_is_told_too_much_says_so_and_is_relieved() -> None:
    async def scene(here: Link, there: Link, heard: list[Any], lost: list[str]) -> None:
        here.say(Heard(1, b"x" * 5_000_000))
        await asyncio.sleep(0)
        assert here.is_full
        await until(lambda: len(heard) == 1)
        await until(lambda: not here.is_full)

    play(scene)


class Held:
    """A client's socket as a gateway process holds it."""

    is_open = True

    def __init__(self) -> None:
        self.is_read = True

    def send(self, payload: bytes) -> None: ...

    def send_framed(self, frame: bytes, state: int) -> None: ...

    def hold_up(self) -> None:
        self.is_read = False

    def go_on(self) -> None:
        self.is_read = True


def test_who_sends_more_than_the_venue_takes_is_not_read_from_meanwhile() -> None:
    async def scene(here: Link, there: Link, heard: list[Any], lost: list[str]) -> None:
        front = Front(lambda: None, Screen(True, True))
        front.link = here
        held = Held()
        opening = asyncio.ensure_future(front.listen(held, "/ws", "127.0.0.1", "peer"))
        await until(lambda: len(heard) == 1)
        front.heard(LetIn(heard[0].number, True))
        listener = await opening
        assert listener is not None
        here.is_full = True
        listener.frame(b"{}")
        asking = asyncio.ensure_future(
            front.respond(Request("GET", "/healthz", None, b"", "127.0.0.1", "peer"))
        )
        await until(lambda: len(heard) == 2)
        assert not held.is_read and not asking.done()
        here.is_full = False
        front.relieved()
        await until(lambda: len(heard) == 3)
        assert held.is_read and isinstance(heard[2], Asked)
        front.lost()
        assert (await asking).status == 503
        late = Request("GET", "/healthz", None, b"", "127.0.0.1", "peer")
        assert (await front.respond(late)).status == 503
        assert await front.listen(held, "/ws", "127.0.0.1", "peer") is None

    play(scene)
