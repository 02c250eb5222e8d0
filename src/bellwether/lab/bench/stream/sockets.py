"""A client's end of a WebSocket at its plainest: a blocking handshake, and frames as they come."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Final

_HANDSHAKE: Final = (
    b"GET /ws HTTP/1.1\r\nHost: venue\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_HEAD_END: Final = b"\r\n\r\n"
_TEXT: Final = 0x81
_MASKED: Final = 0x80
_SHORT: Final = 126


class NotUpgraded(Exception):
    """The venue did not open a WebSocket; the text is the first line of its answer."""


def opened(host: str, port: int, receive_buffer: int = 0) -> socket.socket:
    """A blocking socket behind its handshake; `receive_buffer` in bytes, 0 for the system's.

    Raises OSError and NotUpgraded.
    """
    made = socket.socket()
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if receive_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    made.connect((host, port))
    made.sendall(_HANDSHAKE)
    answer = b""
    while not answer.endswith(_HEAD_END):
        piece = made.recv(4_096)
        answer += piece
        if not piece:
            break
    if not answer.startswith(b"HTTP/1.1 101"):
        raise NotUpgraded(answer.split(b"\r\n", 1)[0].decode(errors="replace"))
    return made


def text_frame(payload: bytes) -> bytes:
    """A client's frame, masked with zeros, which leave the bytes as they are."""
    size = len(payload)
    if size < _SHORT:
        return bytes((_TEXT, _MASKED | size, 0, 0, 0, 0)) + payload
    return bytes((_TEXT, _MASKED | _SHORT)) + size.to_bytes(2, "big") + bytes(4) + payload


def whole_frames(received: bytes) -> tuple[list[bytes], bytes]:
    """The payloads of whole frames of a venue, and the bytes of one that is not whole."""
    found = list(_ends(received))
    payloads = [received[start:end] for start, end in found]
    return payloads, received[found[-1][1] :] if found else received


def _ends(received: bytes) -> Iterator[tuple[int, int]]:
    """Where payloads start and end."""
    at, there = 0, len(received)
    while there - at >= 2:
        size, start = received[at + 1], at + 2
        if size >= _SHORT:
            width = 2 if size == _SHORT else 8
            start += width
            size = int.from_bytes(received[start - width : start], "big")
        if start + size > there:
            return
        yield start, start + size
        at = start + size
