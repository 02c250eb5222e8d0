"""What a client has taken of what was written for it, and the end of one that takes nothing: the
system counts what was acknowledged, and keeps what was not when a socket is merely closed."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any, Final

_INFO_BYTES: Final = 192
_UNACKNOWLEDGED_AT: Final = 24
_ACKNOWLEDGED_AT: Final = 120
_UNSENT_AT: Final = 144
"""Places in Linux' `struct tcp_info`, which only ever grows at its end."""

_AT_ONCE: Final = struct.pack("ii", 1, 0)


def bound(transport: asyncio.Transport, unsent_bytes: int) -> None:
    """Has the system and the transport each hold so many bytes unsent at most, give or take what
    is written at a time."""
    transport.set_write_buffer_limits(high=unsent_bytes)
    raw: Any = transport.get_extra_info("socket")
    if raw is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, unsent_bytes)


def taken(transport: asyncio.Transport) -> tuple[int, bool]:
    """A number that grows with every byte that the client's system takes, and whether any is still
    to be taken. Whoever does not read takes as many as the receive buffer there holds."""
    here = transport.get_write_buffer_size()
    raw: Any = transport.get_extra_info("socket")
    info = b""
    if raw is not None and hasattr(socket, "TCP_INFO"):
        info = raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    if len(info) < _UNSENT_AT + 4:
        # Another system: what waits here grows only while the client takes something.
        return -here, here > 0
    [segments] = struct.unpack_from("I", info, _UNACKNOWLEDGED_AT)
    [unsent] = struct.unpack_from("I", info, _UNSENT_AT)
    [acknowledged] = struct.unpack_from("Q", info, _ACKNOWLEDGED_AT)
    return acknowledged, segments > 0 or unsent > 0 or here > 0


def hang_up(transport: asyncio.Transport) -> None:
    """Ends a connection with all that waits in it, here and in the system; the client is reset.
    Only before `connection_lost` was called: the descriptor may be another's after that."""
    raw: Any = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
