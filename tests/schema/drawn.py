"""Hypothesis strategies for any struct of the schema, from its annotations."""

from __future__ import annotations

import types
import typing
from typing import Any, get_args, get_origin

import msgspec
from hypothesis import strategies as st

numbers = st.integers(-(2**63), 2**63 - 1)


def of_type(kind: Any) -> st.SearchStrategy[Any]:
    """Values of an annotated type."""
    plain = {
        int: numbers,
        bool: st.booleans(),
        str: st.text(max_size=20),
        bytes: st.binary(max_size=20),
        type(None): st.none(),
    }
    if kind in plain:
        return plain[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(of_type(each) for each in inner))
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(of_type(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(of_type(each) for each in inner))
    assert issubclass(kind, msgspec.Struct), f"{kind} is a new kind of field"
    return struct(kind)


def struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Structs with all fields drawn."""
    hints = typing.get_type_hints(kind)
    fields = {name: of_type(hints[name]) for name in kind.__struct_fields__}
    return st.builds(kind, **fields)
