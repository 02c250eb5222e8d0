"""Text frames as a server sends them (RFC 6455, 5.2): made once for all who get the same."""

from __future__ import annotations

from typing import Final

_TEXT: Final = 0x81
_LONG: Final = 126
_LONGEST: Final = 127


def text_frame(payload: bytes) -> bytes:
    """One whole text message, not masked."""
    size = len(payload)
    if size < _LONG:
        return bytes((_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_TEXT, _LONG)) + size.to_bytes(2, "big") + payload
    return bytes((_TEXT, _LONGEST)) + size.to_bytes(8, "big") + payload
