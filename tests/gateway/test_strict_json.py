"""JSON of which there is only one reading (IFACE-7, UNIT-8)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.gateway.faults import NotJson, WrongShape
from bellwether.gateway.strict_json import MAX_DEPTH, parse, parse_object

integers = st.integers(-(2**63), 2**63 - 1)
text = st.text(st.characters(codec="utf-8"))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | integers | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
    max_leaves=20,
)


@given(values)
def test_what_is_unambiguous_is_read_as_json_reads_it(value: Any) -> None:
    for ascii_only in (True, False):
        body = json.dumps(value, ensure_ascii=ascii_only).encode()
        assert parse(body) == value


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        parse(body)
    except (NotJson, WrongShape) as fault:
        assert fault.status in (400, 422)


@settings(max_examples=300)
@given(st.text(st.sampled_from('{}[]":,0123456789.eE+-truefalsn \\u'), max_size=60))
def test_nearly_json_is_read_or_refused(body: str) -> None:
    try:
        parse_object(body)
    except (NotJson, WrongShape) as fault:
        assert fault.status in (400, 422)


def test_keys_keep_their_order() -> None:
    assert list(parse_object('{"b":1,"a":2,"c":3}')) == ["b", "a", "c"]


@pytest.mark.parametrize("depth", [1, 10, MAX_DEPTH])
def test_depth_is_limited(depth: int) -> None:
    assert parse("[" * depth + "]" * depth) is not None
    with pytest.raises(NotJson):
        parse("[" * (depth + MAX_DEPTH) + "]" * (depth + MAX_DEPTH))


def test_many_values_side_by_side_are_not_deep() -> None:
    assert len(parse("[" + ",".join(["{}"] * 5_000) + "]")) == 5_000


@pytest.mark.parametrize("body", ["NaN", "[Infinity]", '{"a":-Infinity}'])
def test_there_is_no_nan(body: str) -> None:
    with pytest.raises(NotJson):
        parse(body)


@pytest.mark.parametrize("body", ["1.0", "[1e5]", "1E400", "-0.0", "9" * 400, str(2**63)])
def test_numbers_are_integers_of_64_bits(body: str) -> None:
    with pytest.raises(WrongShape):
        parse(body)


@pytest.mark.parametrize("body", ['"\\ud800"', '["\\udfff"]', '{"\\ud800":1}'])
def test_half_a_surrogate_pair_is_no_text(body: str) -> None:
    with pytest.raises(NotJson):
        parse(body)


def test_a_whole_surrogate_pair_is_text() -> None:
    assert parse('"\\ud83d\\ude00"') == "\U0001f600"


def test_a_duplicate_key_is_named() -> None:
    with pytest.raises(WrongShape, match="`b`"):
        parse('{"a":{"b":1,"c":2,"b":3}}')
