"""What a gateway process and the venue say to each other, as arrays of msgpack.

`number` names a request or a WebSocket of one gateway process; the venue answers with the same.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Asked(msgspec.Struct, frozen=True, array_like=True, tag=0, gc=False):
    """A whole HTTP request. `message`, if not empty, is what `signature` signed for `signer`."""

    number: int
    method: str
    path: str
    content_type: bytes | None
    body: bytes | None
    ip: str
    peer: str
    query: str
    message: bytes = b""
    signature: bytes = b""
    signer: bytes = b""


class Opened(msgspec.Struct, frozen=True, array_like=True, tag=1, gc=False):
    """Somebody wants a WebSocket."""

    number: int
    path: str
    ip: str
    peer: str


class Heard(msgspec.Struct, frozen=True, array_like=True, tag=2, gc=False):
    """A message of a WebSocket's client; the last three as in `Asked`."""

    number: int
    data: bytes
    message: bytes = b""
    signature: bytes = b""
    signer: bytes = b""


class Ended(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """A WebSocket's client has gone."""

    number: int
    cut_off: bool


class Ready(msgspec.Struct, frozen=True, array_like=True, tag=4, gc=False):
    """The gateway process listens."""


class Answered(msgspec.Struct, frozen=True, array_like=True, tag=5, gc=False):
    """The answer to a request. `form` is how this client's actions are signed."""

    number: int
    status: int
    content_type: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    form: int


class LetIn(msgspec.Struct, frozen=True, array_like=True, tag=6, gc=False):
    """Whether there is a place for a WebSocket."""

    number: int
    is_let_in: bool


class Sent(msgspec.Struct, frozen=True, array_like=True, tag=7, gc=False):
    """One frame for many WebSockets."""

    numbers: list[int]
    frame: bytes
    state: int


class Stop(msgspec.Struct, frozen=True, array_like=True, tag=8, gc=False):
    """Take nobody more, answer what was asked, and end."""


FromGateway = Asked | Opened | Heard | Ended | Ready
FromVenue = Answered | LetIn | Sent | Stop

to_venue: Final = msgspec.msgpack.Decoder(list[FromGateway])
to_gateway: Final = msgspec.msgpack.Decoder(list[FromVenue])
