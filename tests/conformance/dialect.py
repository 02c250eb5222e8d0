"""The shapes of the dialect: no key too many, none too few, absent where there is nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.conformance.notation import Shape, load

_SCHEMA: Final = Path(__file__).with_name("schema")

SHARED: Final = load(_SCHEMA / "shared.txt")
INFO: Final = load(_SCHEMA / "info.txt", SHARED)
CHANNELS: Final = load(_SCHEMA / "channels.txt", SHARED)
EXCHANGE: Final = load(_SCHEMA / "exchange.txt", SHARED)


def faults(shape: Shape, value: Any) -> list[str]:
    """Every place where a value is not of a shape."""
    return shape(value, "$")
