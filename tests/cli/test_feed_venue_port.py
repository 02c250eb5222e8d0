"""The feed's connection to a venue: what it does when the other side closes it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bellwether.cli.feed.venue_port import VenuePort
from bellwether.feeds.venue import ActRefused, NonceUsed, VenueLost
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.node.founding.dev_keys import dev_key
from tests.gateway.live import START_MS, LiveGateway

PRICE: dict[str, Any] = {
    "kind": "externalPrice",
    "coin": "CBRS",
    "source": "primary",
    "px": "190.0",
    "time": START_MS,
    "session": "overnight",
}


class Relay:
    """Between a client and the venue; closes a connection after each answer of a kind, before
    (`swallow`) or after the client has got it."""

    def __init__(self, port: int) -> None:
        self._venue = port
        self.swallow = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        self._listener.close()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self._venue)) as venue:
                request = _message(client)
                if request:
                    venue.sendall(request)
                    answer = _message(venue)
                    if self.swallow:
                        self.swallow = False
                    else:
                        client.sendall(answer)


def _message(sender: socket.socket) -> bytes:
    """One HTTP message with a length; empty if the connection is closed."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = sender.recv(65_536)
        if not part:
            return b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    )
    while len(body) < length:
        part = sender.recv(65_536)
        received, body = received + part, body + part
    return received


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path) as live:
        yield live


@pytest.fixture
def relay(venue: LiveGateway) -> Iterator[Relay]:
    one = Relay(venue.port)
    yield one
    one.close()


def ask(url: str, *acts: tuple[dict[str, Any], int | None]) -> None:
    async def asked() -> None:
        api = VenueApi(url, Wallet(dev_key("operator", 0)), timeout_s=20)
        port = VenuePort(api)
        try:
            for act, nonce in acts:
                await port.operate(act, nonce)
        finally:
            api.close()

    asyncio.run(asked())


def prices(venue: LiveGateway) -> list[tuple[int, str]]:
    taken: list[tuple[int, str]] = venue.on_loop(
        lambda: list(venue.node.venue.markets[0].listing.taken)
    )
    return taken


def test_a_connection_that_the_venue_has_closed_is_opened_again(
    venue: LiveGateway, relay: Relay
) -> None:
    ask(relay.url, (PRICE, None), (PRICE, None), (PRICE, None))
    assert len(prices(venue)) == 3


def test_an_act_whose_answer_was_lost_is_found_to_have_arrived(
    venue: LiveGateway, relay: Relay
) -> None:
    relay.swallow = True
    with pytest.raises(NonceUsed):
        ask(relay.url, (PRICE, None))
    assert len(prices(venue)) == 1


def test_a_nonce_is_taken_once(venue: LiveGateway) -> None:
    with pytest.raises(NonceUsed, match="duplicate nonce"):
        ask(venue.url, (PRICE, START_MS), (PRICE, START_MS))
    assert len(prices(venue)) == 1


def test_refusals_and_silence_are_told_apart(venue: LiveGateway) -> None:
    with pytest.raises(ActRefused, match="there is no market"):
        ask(venue.url, ({**PRICE, "coin": "NOPE"}, None))
    with pytest.raises(VenueLost, match=r"no answer from http://127\.0\.0\.1:1"):
        ask("http://127.0.0.1:1", (PRICE, None))


def test_the_venue_tells_its_time_and_the_decimals_of_its_prices(venue: LiveGateway) -> None:
    async def asked() -> tuple[int, int, int]:
        api = VenueApi(venue.url, timeout_s=20)
        port = VenuePort(api)
        try:
            spcx = await port.price_decimals("xyz:SPCX")
            return await port.time_ns(), await port.price_decimals("CBRS"), spcx
        finally:
            api.close()

    assert asyncio.run(asked()) == (START_MS * 1_000_000, 3, 4)
