"""Requests drawn by Schemathesis from the description: what fits it, and what does not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import schemathesis
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from bellwether.testing.fuzzing.http.description import document

_LONGEST_ADVANCE_MS: Final = 600_000
"""The clock is moved by ten minutes at most: years would only be waited for."""


class Part(NamedTuple):
    """One kind of request: its path, its name, and the strategies that draw it."""

    path: str
    name: str
    fitting: SearchStrategy[Any]
    unfitting: SearchStrategy[Any]


def parts() -> Iterator[Part]:
    """One a read, an action, an act, a deployment and a path."""
    whole = document()
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            for name, alone in _variants(operation):
                narrowed = {**whole, "paths": {path: {method: alone}}}
                found = schemathesis.openapi.from_dict(narrowed)[path][method.upper()]
                yield Part(
                    path,
                    name or path,
                    found.as_strategy(GenerationMode.POSITIVE),
                    found.as_strategy(GenerationMode.NEGATIVE),
                )


def _variants(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operation once for each thing that can be asked by it."""
    if "requestBody" not in operation:
        yield "", operation
        return
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    for place in (schema, schema.get("allOf", [{}])[-1].get("properties", {}).get("action", {})):
        for number, variant in enumerate(place.get("oneOf", ())):
            alone = copy.deepcopy(operation)
            body = alone["requestBody"]["content"]["application/json"]
            if place is schema:
                body["schema"] = variant
            else:
                body["schema"]["allOf"][-1]["properties"]["action"] = variant
            yield variant.get("title", _tag(variant, number)), alone
    if "oneOf" not in str(schema):
        yield "", operation


def _tag(variant: dict[str, Any], number: int) -> str:
    return str(variant.get("$ref", number)).rpartition("/")[2]


def bounded(body: Any) -> Any:
    """A move of the clock within what is worth waiting for."""
    if isinstance(body, dict) and isinstance(body.get("advanceMs"), int):
        return {**body, "advanceMs": min(body["advanceMs"], _LONGEST_ADVANCE_MS)}
    if isinstance(body, dict) and isinstance(body.get("toMs"), int):
        return {**body, "toMs": 0}
    return body
