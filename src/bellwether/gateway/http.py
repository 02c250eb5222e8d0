"""A request and an answer, as the routes see them, with the sizes and types of §2.4."""

from __future__ import annotations

from typing import Any

import msgspec

from bellwether.gateway.faults import JSON, PLAIN, BodyTooLarge, Fault, WrongContentType
from bellwether.gateway.strict_json import parse_object


class Request(msgspec.Struct, frozen=True, gc=False):
    """A whole request; `body` is None if it was larger than any may be. `ip` is the client's
    network address, `peer` a name for the connection, `query` what stands behind the path of a GET.
    `encodings` and `known_tags` are the headers Accept-Encoding and If-None-Match where nothing is
    posted.
    """

    method: str
    path: str
    content_type: bytes | None
    body: bytes | None
    ip: str
    peer: str
    query: str = ""
    encodings: bytes = b""
    known_tags: bytes = b""


class Response(msgspec.Struct, frozen=True, gc=False):
    """`cache` is the header Cache-Control: unless said otherwise nobody keeps an answer."""

    body: bytes
    status: int = 200
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()
    cache: bytes = b"no-store"


def plain(status: int, text: str) -> Response:
    return Response(text.encode(), status, PLAIN)


def of_fault(fault: Fault) -> Response:
    return Response(fault.body, fault.status, fault.content_type)


def json_of(request: Request) -> dict[str, Any]:
    """The object in the body. Raises BodyTooLarge, WrongContentType, NotJson and WrongShape."""
    if request.body is None:
        raise BodyTooLarge
    if not is_json(request.content_type):
        raise WrongContentType
    return parse_object(request.body)


def is_json(content_type: bytes | None) -> bool:
    """`application/json`, with parameters or as the suffix of another application type."""
    if content_type == JSON:
        return True
    if content_type is None:
        return False
    kind = content_type.split(b";", 1)[0].strip().lower()
    return kind == JSON or (kind.startswith(b"application/") and kind.endswith(b"+json"))
