"""JSON of which there is only one reading (IFACE-7, UNIT-8).

Refused are what other readers disagree about: duplicate keys, NaN and infinities, numbers with a
fraction or an exponent (amounts are strings here), integers of more than 64 bits, lone surrogates
and deep nesting. Text after the first value is ignored, as the dialect does.
"""

from __future__ import annotations

import json
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
        text = _decode(text)
    try:
        value, _ = _decoder.raw_decode(text, _first(text))
    except RecursionError:
        raise NotJson(f"nested more than {MAX_DEPTH} levels deep") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos}") from None
    if text.count("{") + text.count("[") > MAX_DEPTH and _is_deep(value):
        raise NotJson(f"nested more than {MAX_DEPTH} levels deep")
    if "\\u" in text:
        _check_surrogates(value)
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


def _integer(digits: str) -> int:
    if len(digits) <= _LONGEST_INTEGER and _LOWEST <= (number := int(digits)) <= _HIGHEST:
        return number
    raise WrongShape("an integer lies outside 64 bits")


def _fraction(digits: str) -> NoReturn:
    raise WrongShape(f"expected a whole number or a decimal string, got the number {digits[:32]}")


def _constant(word: str) -> NoReturn:
    raise NotJson(f"{word} is not JSON")


_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_fraction,
    parse_int=_integer,
    parse_constant=_constant,
)
