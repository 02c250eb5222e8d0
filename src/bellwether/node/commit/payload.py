"""A msgpack array written in pieces: the bytes are those of the whole, encoded at once."""

from __future__ import annotations

from typing import Final, final

_FEW: Final = 16
_MANY: Final = 2**16


@final
class Payload:
    """Pieces are encoded while what they hold is still at hand in the processor's cache."""

    __slots__ = ("_count", "_pieces", "_pieces_bytes")

    def __init__(self) -> None:
        self._count = 0
        self._pieces: list[bytes] = []
        self._pieces_bytes = 0

    def add(self, encoded: bytes, count: int) -> None:
        """Takes an encoded array of `count` elements; they follow those already here."""
        self._count += count
        piece = encoded[len(_header(count)) :]
        self._pieces.append(piece)
        self._pieces_bytes += len(piece)

    @property
    def size(self) -> int:
        """Bytes of the whole."""
        return len(_header(self._count)) + self._pieces_bytes

    def pieces(self) -> list[bytes]:
        """Together, the array of all elements."""
        return [_header(self._count), *self._pieces]

    def whole(self) -> bytes:
        """The array of all elements."""
        return b"".join(self.pieces())


def _header(count: int) -> bytes:
    """The shortest form, as encoders choose it."""
    if count < _FEW:
        return bytes((0x90 | count,))
    if count < _MANY:
        return b"\xdc" + count.to_bytes(2, "big")
    return b"\xdd" + count.to_bytes(4, "big")
