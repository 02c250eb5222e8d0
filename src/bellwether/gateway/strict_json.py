"""JSON of which there is only one reading (IFACE-7, UNIT-8).

Refused are what other readers disagree about: duplicate keys, NaN and infinities, numbers with a
fraction or an exponent (amounts are strings here), integers of more than 64 bits, lone surrogates
and deep nesting. Text after the first value is ignored, as the dialect does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

import msgspec

from bellwether.gateway.faults import NotJson, WrongShape

MAX_DEPTH: Final = 32
_SPACE: Final = " \t\r\n"
_LOWEST: Final = -(2**63)
_HIGHEST: Final = 2**63 - 1
_LONGEST_INTEGER: Final = 20


def parse_object(text: str | bytes) -> dict[str, Any]:
    """The object a body begins with. Raises NotJson or WrongShape."""
    value = parse(text)
    if not isinstance(value, dict):
        raise WrongShape("expected an object")
    return value


def parse(text: str | bytes) -> Any:
    """The value a body begins with; keys keep their order. Raises NotJson or WrongShape."""
    if isinstance(text, bytes):
        value = _canonical(text)
        if value is not None:
            return value
        text = _decode(text)
    try:
        value = _value(_decoder, text)
    except _Unfit as unfit:
        raise WrongShape(_located(text, unfit)) from None
    if text.count("{") + text.count("[") > MAX_DEPTH and _is_deep(value):
        raise NotJson(f"nested more than {MAX_DEPTH} levels deep")
    if "\\u" in text:
        _check_surrogates(value)
    return value


def _canonical(body: bytes) -> Any:
    """The value of a body that is written as we would write it: read at once, None otherwise.

    Written again it gives the same bytes, so no key stands twice, nothing follows, no character is
    escaped in another way; what remains to be asked is asked.
    """
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        return None
    if _NINETEEN in body.translate(_DIGITS_ALIKE) and _LONG_NUMBER.search(body) is not None:
        return None
    try:
        value = _plain.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _Unfit):
        return None
    return value if msgspec.json.encode(value) == body else None


def _value(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        value, _ = decoder.raw_decode(text, _first(text))
    except RecursionError:
        raise NotJson(f"nested more than {MAX_DEPTH} levels deep") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos}") from None
    return value


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"no UTF-8 at byte {error.start}") from None


def _first(text: str) -> int:
    """Where the value begins. Raises NotJson for a body that is empty or white."""
    place = len(text) - len(text.lstrip(_SPACE))
    if place == len(text):
        raise NotJson("the body is empty")
    return place


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
        if not below:
            return False
        level = below
    return True


def _check_surrogates(value: Any) -> None:
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        raise NotJson("a surrogate without its pair") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise WrongShape(f"duplicate field `{twice[:64]}`")
    return found


class _Unfit(Exception):
    """A number that is refused; the text is what was expected."""


def _integer(digits: str) -> int:
    if len(digits) <= _LONGEST_INTEGER and _LOWEST <= (number := int(digits)) <= _HIGHEST:
        return number
    raise _Unfit("expected an integer of at most 64 bits")


def _fraction(digits: str) -> NoReturn:
    raise _Unfit(f"expected a whole number or a decimal string, got the number {digits[:32]}")


def _kept(convert: Callable[[str], int]) -> Callable[[str], int | _Unfit]:
    """The same, but what does not fit stands in its place in the value."""

    def kept(digits: str) -> int | _Unfit:
        try:
            return convert(digits)
        except _Unfit as unfit:
            return unfit

    return kept


def _located(text: str, unfit: _Unfit) -> str:
    """What is wrong with the first number that does not fit, after the name of its field.

    Reads the text a second time: a decoder does not know where it is.
    """
    stack: list[tuple[str, Any]] = [("", _value(_keeping_decoder, text))]
    while stack:
        path, value = stack.pop()
        if isinstance(value, _Unfit):
            return f"{path}: {value}" if path else str(value)
        if isinstance(value, dict):
            inner = [(f"{path}.{key[:64]}".lstrip("."), child) for key, child in value.items()]
            stack.extend(reversed(inner))
        elif isinstance(value, list):
            numbered = [(f"{path}[{index}]", child) for index, child in enumerate(value)]
            stack.extend(reversed(numbered))
    return str(unfit)


def _constant(word: str) -> NoReturn:
    raise NotJson(f"{word} is not JSON")


_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_fraction,
    parse_int=_integer,
    parse_constant=_constant,
)
_keeping_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_kept(_fraction),
    parse_int=_kept(_integer),
    parse_constant=_constant,
)
_plain: Final = msgspec.json.Decoder(float_hook=_fraction)
_DIGITS_ALIKE: Final = bytes.maketrans(b"123456789", b"000000000")
_NINETEEN: Final = b"0" * 19
_LONG_NUMBER: Final = re.compile(rb"(?:^|[:,[])-?[0-9]{19}")
"""What may be an integer of more than 64 bits."""
