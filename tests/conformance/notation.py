"""A notation for the shapes of JSON answers, and what of a value is not of its shape.

NAME = SHAPE            a definition; lines that begin with a space go on with it, # is a comment
{a: S, b?: S}           an object of these keys and no other; with ? a key may be absent
{*: S}                  an object of any keys
[S, T]  [S ...]         a list of exactly these; of any number of one shape
S | T                   either; ( ) group
"word"  true  null      exactly this
/regex/                 a text that matches from end to end
Name                    another definition
int bool text any       a whole number, ...
decimal signed          a decimal text with a point, without and with a sign
address hash cloid      lower-case hexadecimal text of 20, 32 and 16 bytes
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

Faults = list[str]
Shape = Callable[[Any, str], Faults]

_TOKEN: Final = re.compile(r'\s*("[^"]*"|/(?:[^/\\]|\\.)+/|\.\.\.|\w+|[{}\[\](),:?|*])')
_PATTERNS: Final = {
    "text": r"(?s:.*)",
    "decimal": r"[0-9]+\.[0-9]+",
    "signed": r"-?[0-9]+\.[0-9]+",
    "address": r"0x[0-9a-f]{40}",
    "hash": r"0x[0-9a-f]{64}",
    "cloid": r"0x[0-9a-f]{32}",
}


def _matching(name: str, pattern: str) -> Shape:
    compiled = re.compile(pattern)

    def check(value: Any, where: str) -> Faults:
        good = isinstance(value, str) and compiled.fullmatch(value) is not None
        return [] if good else [f"{where}: {value!r} is no {name}"]

    return check


def _only(wanted: Any) -> Shape:
    def check(value: Any, where: str) -> Faults:
        good = type(value) is type(wanted) and value == wanted
        return [] if good else [f"{where}: {value!r} is not {wanted!r}"]

    return check


def _of_type(name: str, kind: type) -> Shape:
    def check(value: Any, where: str) -> Faults:
        return [] if type(value) is kind else [f"{where}: {value!r} is no {name}"]

    return check


def _either(shapes: list[Shape]) -> Shape:
    def check(value: Any, where: str) -> Faults:
        found = [shape(value, where) for shape in shapes]
        return min(found, key=len)

    return check


def _object(wanted: dict[str, Shape], optional: set[str]) -> Shape:
    def check(value: Any, where: str) -> Faults:
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        found = [f"{where}.{key}: missing" for key in wanted.keys() - optional - value.keys()]
        for key, inner in value.items():
            shape = wanted.get(key)
            found += (
                [f"{where}.{key}: unexpected"] if shape is None else shape(inner, f"{where}.{key}")
            )
        return found

    return check


def _mapping(shape: Shape) -> Shape:
    def check(value: Any, where: str) -> Faults:
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        return [fault for key, inner in value.items() for fault in shape(inner, f"{where}.{key}")]

    return check


def _many(shape: Shape) -> Shape:
    def check(value: Any, where: str) -> Faults:
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [fault for n, inner in enumerate(value) for fault in shape(inner, f"{where}[{n}]")]

    return check


def _exactly(shapes: list[Shape]) -> Shape:
    def check(value: Any, where: str) -> Faults:
        if not isinstance(value, list) or len(value) != len(shapes):
            return [f"{where}: {value!r} is no list of {len(shapes)}"]
        pairs = enumerate(zip(shapes, value, strict=True))
        return [fault for n, (shape, inner) in pairs for fault in shape(inner, f"{where}[{n}]")]

    return check


_SIMPLE: Final[dict[str, Shape]] = {
    **{name: _matching(name, pattern) for name, pattern in _PATTERNS.items()},
    "int": _of_type("whole number", int),
    "bool": _of_type("boolean", bool),
    "any": lambda value, where: [],
    "true": _only(True),
    "null": _only(None),
}


class _Parser:
    """Recursive descent over the tokens of one definition."""

    def __init__(self, text: str, known: dict[str, Shape]) -> None:
        self._tokens = list(_tokens(text))
        self._known = known
        self._place = 0

    def whole(self) -> Shape:
        shape = self._union()
        assert self._place == len(self._tokens), self._tokens[self._place :]
        return shape

    def _next(self, wanted: str | None = None) -> str:
        token = self._tokens[self._place]
        assert wanted in (None, token), f"{wanted} expected, {token} found"
        self._place += 1
        return token

    def _accept(self, token: str) -> bool:
        found = self._place < len(self._tokens) and self._tokens[self._place] == token
        self._place += found
        return found

    def _union(self) -> Shape:
        shapes = [self._single()]
        while self._accept("|"):
            shapes.append(self._single())
        return shapes[0] if len(shapes) == 1 else _either(shapes)

    def _single(self) -> Shape:
        token = self._next()
        if token == "{":
            return self._object()
        if token == "[":
            return self._list()
        if token == "(":
            shape = self._union()
            self._next(")")
            return shape
        if token[0] == '"':
            return _only(token[1:-1])
        if token[0] == "/":
            return _matching(token, token[1:-1])
        if token.isdigit():
            return _only(int(token))
        known = self._known
        return _SIMPLE.get(token) or (lambda value, where: known[token](value, where))

    def _object(self) -> Shape:
        wanted: dict[str, Shape] = {}
        optional: set[str] = set()
        while not self._accept("}"):
            name = self._next()
            if self._accept("?"):
                optional.add(name)
            self._next(":")
            wanted[name] = self._union()
            self._accept(",")
        return _mapping(wanted["*"]) if "*" in wanted else _object(wanted, optional)

    def _list(self) -> Shape:
        shapes = [self._union()]
        if self._accept("..."):
            self._next("]")
            return _many(shapes[0])
        while self._accept(","):
            shapes.append(self._union())
        self._next("]")
        return _exactly(shapes)


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        assert found is not None, f"not understood: {text[place : place + 40]}"
        yield found[1]
        place = found.end()


def load(path: Path, known: dict[str, Shape] | None = None) -> dict[str, Shape]:
    """The definitions of a file; names may be used before they are defined, or stand in `known`."""
    shapes: dict[str, Shape] = {}
    names: dict[str, Shape] = dict(known or {})
    definitions: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            definitions[-1] += f" {line.strip()}"
        elif line and not line.startswith("#"):
            definitions.append(line)
    for definition in definitions:
        name, _, text = definition.partition(" = ")
        assert name not in shapes, f"{name} is defined twice"
        shapes[name] = names[name] = _Parser(text, names).whole()
    return shapes
