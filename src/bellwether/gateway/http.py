"""Requests and answers between ASGI and the routes, with the sizes and types of §2.4."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from bellwether.gateway.faults import (
    JSON,
    MAX_BODY_BYTES,
    PLAIN,
    BodyTooLarge,
    Fault,
    WrongContentType,
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gone(Exception):
    """The client left before its request was whole."""


class Response(msgspec.Struct, frozen=True):
    body: bytes
    status: int = 200
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


def plain(status: int, text: str) -> Response:
    return Response(text.encode(), status, PLAIN)


def of_fault(fault: Fault) -> Response:
    return Response(fault.body, fault.status, fault.content_type)


async def send_response(response: Response, send: Send) -> None:
    headers = [
        (b"content-type", response.content_type),
        (b"content-length", str(len(response.body)).encode()),
        *response.headers,
    ]
    start = {"type": "http.response.start", "status": response.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": response.body})


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of a lower-case name."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


async def json_body(scope: Scope, receive: Receive) -> bytes:
    """The body of a JSON request. Raises WrongContentType, BodyTooLarge and Gone.

    A wrong type is told after the body was read, so that the connection stays in step.
    """
    body = await _body(scope, receive)
    if not is_json(header(scope, b"content-type")):
        raise WrongContentType
    return body


def is_json(content_type: bytes | None) -> bool:
    """`application/json`, with parameters or as the suffix of another application type."""
    if content_type is None:
        return False
    kind = content_type.split(b";", 1)[0].strip().lower()
    return kind == b"application/json" or (
        kind.startswith(b"application/") and kind.endswith(b"+json")
    )


async def _body(scope: Scope, receive: Receive) -> bytes:
    length = header(scope, b"content-length")
    if length is not None and length.isdigit() and int(length[:12]) > MAX_BODY_BYTES:
        raise BodyTooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise BodyTooLarge
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def client_of(scope: Scope) -> tuple[str, str]:
    """Network address, and a name for the connection."""
    client = scope.get("client")
    if client is None:
        return "", ""
    return str(client[0]), f"{client[0]}:{client[1]}"
