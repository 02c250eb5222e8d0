"""Ends of connections that fuzzing found: they are the client's doing, and no failure of ours."""

from __future__ import annotations

import asyncio
import socket
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from bellwether.gateway.websocket import Connection, Session
from bellwether.testing.fuzzing.venue import LiveVenue
from bellwether.testing.fuzzing.websocket.frames import frame

HEAD = (
    b"GET /ws HTTP/1.1\r\nHost: v\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def said(port: int, stream: bytes) -> bytes:
    """Everything the server sends after its handshake, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(HEAD)
        found = b""
        while b"\r\n\r\n" not in found:
            found += connection.recv(1)
        connection.sendall(stream)
        found = b""
        while piece := connection.recv(1 << 16):
            found += piece
        return found


@pytest.mark.parametrize("failure", [RuntimeError("after sending close"), OSError("it is gone")])
def test_an_answer_to_a_connection_that_was_just_closed_is_no_failure(failure: Exception) -> None:
    """The server closes a connection on which a frame is wrong while an answer is on its way."""
    connection = Connection()
    connection.send(b"{}")

    async def send(_message: Any) -> None:
        raise failure

    session: Any = SimpleNamespace(_connection=connection)
    asyncio.run(Session._write(session, send))
    assert connection.is_open, "whoever runs the session ends it"


@pytest.mark.slow
def test_text_that_is_no_text_ends_the_connection_and_fills_no_log() -> None:
    with LiveVenue() as venue:
        answer = said(venue.port, frame(Random(1), 1, b"\xff"))
        assert answer[:1] == b"\x88" and answer[2:4] == (1007).to_bytes(2, "big")
        venue.check()
