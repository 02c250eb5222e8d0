"""Taking typed fields out of a decoded file; every complaint names the field."""

from __future__ import annotations

from typing import Any, Final, final

from bellwether.node.errors import GenesisInvalid
from bellwether.units.clock_text import TimeError, parse_time_ns
from bellwether.units.text import DecimalError, parse_decimal

ADDRESS_BYTES: Final = 20


@final
class Fields:
    """One object of the file: each field is taken once, and what is left over is refused."""

    def __init__(self, content: dict[str, Any], where: str) -> None:
        self._left = dict(content)
        self._where = where

    def name(self, field: str) -> str:
        return f"{self._where}.{field}" if self._where else field

    def fault(self, field: str, reason: str) -> GenesisInvalid:
        return GenesisInvalid(self.name(field), reason)

    def has(self, field: str) -> bool:
        return field in self._left

    def take(self, field: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        if field not in self._left:
            if default is None:
                raise self.fault(field, f"is missing; expected {expected}")
            return default
        value = self._left.pop(field)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(field, f"expected {expected}, not {value!r}")
        return value

    def text(self, field: str, default: str | None = None) -> str:
        return str(self.take(field, str, "text", default))

    def flag(self, field: str, default: bool) -> bool:
        return bool(self.take(field, bool, "true or false", default))

    def whole(self, field: str, default: int | None = None) -> int:
        return int(self.take(field, int, "a whole number", default))

    def texts(self, field: str, default: list[str] | None = None) -> list[str]:
        values = self.take(field, list, "a list of texts", default)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise self.fault(f"{field}[{index}]", f"expected text, not {value!r}")
        return list(values)

    def tables(self, field: str) -> list[Fields]:
        values = self.take(field, list, "a list of objects", [])
        found: list[Fields] = []
        for index, value in enumerate(values):
            where = f"{self.name(field)}[{index}]"
            if not isinstance(value, dict):
                raise GenesisInvalid(where, f"expected an object, not {value!r}")
            found.append(Fields(value, where))
        return found

    def amount(self, field: str, decimals: int, default: str | None = None) -> int:
        """A decimal given as text, so that no digit is lost on the way."""
        text = self.take(field, str, "a decimal number as text", default)
        try:
            return parse_decimal(text, decimals)
        except DecimalError as error:
            raise self.fault(field, str(error)) from error

    def time(self, field: str, default: int | None = None) -> int:
        if default is not None and field not in self._left:
            return default
        text = self.take(field, str, "a time such as 2026-05-01T00:00:00Z", None)
        try:
            return parse_time_ns(text)
        except TimeError as error:
            raise self.fault(field, str(error)) from error

    def address(self, field: str) -> bytes:
        text = self.text(field)
        try:
            address = bytes.fromhex(text.removeprefix("0x"))
        except ValueError:
            address = b""
        if not text.startswith("0x") or len(address) != ADDRESS_BYTES:
            raise self.fault(field, f"expected an address of 20 bytes as 0x…, not {text!r}")
        return address

    def rest(self) -> dict[str, Any]:
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        for field in self._left:
            raise self.fault(field, "is not a field of a genesis file")
