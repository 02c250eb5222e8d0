"""Connections of raw bytes: handshakes, frames, fragments, masks, lengths and goodbyes, some wrong.

What comes back must be HTTP or frames of a server, and the connection must end when it should.
"""

from __future__ import annotations

import json
import socket
import struct
from contextlib import suppress
from random import Random
from typing import Final

from bellwether.testing.fuzzing.venue import PATIENCE_S, VenueWrong

_TEXT: Final = 1
_BINARY: Final = 2
_CLOSE: Final = 8
_SERVER_OPCODES: Final = frozenset({_TEXT, _CLOSE, 9, 10})
_CODES: Final = (0, 999, 1000, 1001, 1002, 1003, 1005, 1006, 1007, 1011, 1015, 3000, 4999, 5000)
_LENGTHS: Final = (0, 1, 125, 126, 127, 300, 65_535, 65_536, 65_537, 262_144, 262_145)
_PAYLOADS: Final = (
    b'{"method":"ping"}',
    b'{"method":"subscribe","subscription":{"type":"l2Book","coin":"CBRS"}}',
    b'{"method":"post","id":1,"request":{"type":"info","payload":{"type":"meta"}}}',
    b"{}",
    b"[",
    b"\xff\xfe",
    b"\xed\xa0\x80",
)
_HEAD: Final = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_HEAD_PIECES: Final = (
    (b"AAAAAAAAAAAAAAAAAAAAAA==", b"AAAA"),
    (b"AAAAAAAAAAAAAAAAAAAAAA==", b"\xff\xff"),
    (b"Version: 13", b"Version: 99"),
    (b"Version: 13", b"Version: x"),
    (b"GET", b"POST"),
    (b"/ws", b"/elsewhere"),
    (b"Host: 127.0.0.1\r\n", b""),
    (b"Sec-WebSocket-Key", b"Sec-WebSocket-Kex"),
    (b"\r\n\r\n", b"\r\nOrigin: http://elsewhere\r\nSec-WebSocket-Protocol: a, b\r\n\r\n"),
    (b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate; x=\xff\r\n\r\n"),
    (b"websocket", b"h2c"),
    (b"Connection: Upgrade", b"Connection: upgrade, keep-alive"),
    (b"HTTP/1.1", b"HTTP/1.0"),
)


def frame(luck: Random, opcode: int, payload: bytes, *, is_last: bool = True) -> bytes:
    """One frame as clients send it, masked."""
    head = bytes([(0x80 if is_last else 0) | opcode])
    length = len(payload)
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 1 << 16:
        head += bytes([0x80 | 126]) + struct.pack("!H", length)
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", length)
    mask = luck.randbytes(4)
    repeated = mask * (length // 4 + 1)
    masked = int.from_bytes(payload) ^ int.from_bytes(repeated[:length])
    return head + mask + masked.to_bytes(length)


def play(luck: Random, port: int) -> str:
    """One connection from its handshake to its end; what kind it was. Raises VenueWrong."""
    head, is_good = _HEAD, luck.random() < 0.85
    if not is_good:
        for old, new in luck.sample(_HEAD_PIECES, luck.randrange(1, 3)):
            head = head.replace(old, new)
    stream, must_end = _stream(luck)
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
        try:
            connection.sendall(head)
            if is_good:
                answer = _until(connection, b"\r\n\r\n")
                if not answer.startswith(b"HTTP/1.1 101 "):
                    raise VenueWrong(f"a good handshake is answered by {answer[:100]!r}")
            _send(luck, connection, stream)
        except (ConnectionError, BrokenPipeError):
            return "ended by the venue"
        if not is_good or not must_end:
            _hang_up(luck, connection)
            return "hung up" if is_good else "strange handshake"
        check_frames(_rest(connection))
        return "ended with a goodbye"


def _stream(luck: Random) -> tuple[bytes, bool]:
    """Frames, and whether the venue has to end the connection after them: the last says goodbye, or
    is one that no client may send."""
    pieces = [_frames(luck) for _ in range(luck.randrange(8))]
    kind = luck.random()
    if kind < 0.4:
        code = luck.choice(_CODES)
        reason = luck.choice((b"", b"bye", b"\xff", b"x" * 123))
        payload = struct.pack("!H", code) + reason if luck.random() < 0.9 else luck.randbytes(1)
        return b"".join((*pieces, frame(luck, _CLOSE, payload))), True
    if kind < 0.8:
        return b"".join((*pieces, _forbidden(luck))), True
    return b"".join((*pieces, luck.randbytes(luck.randrange(1, 40)))), False


def _frames(luck: Random) -> bytes:
    """Something a client may send."""
    kind = luck.randrange(6)
    payload = luck.choice(_PAYLOADS[:5])
    if kind == 0:
        return frame(luck, luck.choice((9, 10)), luck.randbytes(luck.randrange(126)))
    if kind == 1:
        cut = luck.randrange(len(payload) + 1)
        first = frame(luck, _TEXT, payload[:cut], is_last=False)
        between = frame(luck, 9, b"") if luck.random() < 0.5 else b""
        return first + between + frame(luck, 0, payload[cut:])
    if kind == 2:
        return frame(luck, luck.choice((_TEXT, _BINARY)), b"a" * luck.choice(_LENGTHS[:-1]))
    if kind == 3:
        return frame(luck, _BINARY, luck.randbytes(luck.randrange(200)))
    return frame(luck, _TEXT, payload)


def _forbidden(luck: Random) -> bytes:
    """Something after which the connection can not go on."""
    whole = frame(luck, _TEXT, luck.choice(_PAYLOADS))
    kind = luck.randrange(8)
    if kind == 0:
        return bytes([whole[0] | luck.choice((0x10, 0x20, 0x40))]) + whole[1:]
    if kind == 1:
        return bytes([0x80 | luck.choice((3, 4, 5, 6, 7, 11, 12, 13, 14, 15))]) + whole[1:]
    if kind == 2:
        return b"\x81\x02{}"
    if kind == 3:
        return frame(luck, 9, b"x" * 126)
    if kind == 4:
        return frame(luck, luck.choice((8, 9, 10)), b"", is_last=False)
    if kind == 5:
        return frame(luck, 0, b"{}")
    if kind == 6:
        return frame(luck, _TEXT, luck.choice((b"\xff", b"\xc3\x28", b"\xed\xa0\x80")))
    return b"\x82\xff" + struct.pack("!Q", luck.choice((262_145, 2**31, 2**63 - 1))) + bytes(64)


def _send(luck: Random, connection: socket.socket, stream: bytes) -> None:
    """All at once, or in pieces as a network makes them."""
    if luck.random() < 0.7:
        connection.sendall(stream)
        return
    at = 0
    while at < len(stream):
        size = luck.choice((1, 2, 7, 100, 5_000)) if at < 400 else 5_000
        connection.sendall(stream[at : at + size])
        at += size


def _hang_up(luck: Random, connection: socket.socket) -> None:
    """Goes without a word, in the ways there are."""
    if luck.random() < 0.5:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif luck.random() < 0.5:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)


def _until(connection: socket.socket, mark: bytes) -> bytes:
    """What comes up to a mark, byte by byte: what follows is for others."""
    found = b""
    while not found.endswith(mark):
        piece = connection.recv(1)
        if not piece:
            break
        found += piece
    return found


def _rest(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection. Raises VenueWrong if it does not end."""
    found = []
    try:
        while piece := connection.recv(1 << 16):
            found.append(piece)
    except ConnectionError:
        pass
    except TimeoutError:
        raise VenueWrong(f"a connection does not end: {b''.join(found)[-200:]!r}") from None
    return b"".join(found)


def check_frames(stream: bytes) -> None:
    """Frames of a server, texts of JSON, nothing after the goodbye. Raises VenueWrong. The last may
    be cut: a connection that is reset loses what was on its way."""
    at = 0
    while at + 2 <= len(stream):
        first, length = stream[at], stream[at + 1]
        at += 2
        if first & 0x70 or not first & 0x80 or length & 0x80:
            raise VenueWrong(f"no frame of a server: {stream[at - 2 : at + 20]!r}")
        if length == 126:
            length, at = int.from_bytes(stream[at : at + 2]), at + 2
        elif length == 127:
            length, at = int.from_bytes(stream[at : at + 8]), at + 8
        payload, at = stream[at : at + length], at + length
        if first & 0x0F not in _SERVER_OPCODES:
            raise VenueWrong(f"a frame with opcode {first & 0x0F}")
        if len(payload) < length:
            return
        if first & 0x0F == _TEXT:
            _check_text(payload)
        if first & 0x0F == _CLOSE and at != len(stream):
            raise VenueWrong(f"after the goodbye: {stream[at : at + 40]!r}")


def _check_text(payload: bytes) -> None:
    try:
        json.loads(payload)
    except ValueError as error:
        raise VenueWrong(f"a text that is no JSON ({error}): {payload[:200]!r}") from None
