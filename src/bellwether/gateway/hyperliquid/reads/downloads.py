"""`GET /export/statement`: an account's whole history as a file, in pieces (IFACE-8, IFACE-9).

A long answer is put together a few hundred lines at a time, with everybody else's requests in
between. It is bounded; what is left out begins at the time in the header `x-next-start-time`.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Any, Final, final
from urllib.parse import parse_qsl

from bellwether.gateway.faults import CSV, WrongShape
from bellwether.gateway.http import Request, Response
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.decode import address_of
from bellwether.gateway.hyperliquid.reads.holders import csv_lines, csv_text, statement
from bellwether.gateway.hyperliquid.reads.request import LATEST
from bellwether.gateway.limits import Limits, answer_weight, info_weight
from bellwether.gateway.ports import NodePort

MOST_LINES: Final = 50_000
PIECE_LINES: Final = 500
_FIELDS: Final = ("user", "startTime", "endTime")
_KIND: Final = "statement"
_MOST_DIGITS: Final = 16
_MOST_FIELDS: Final = 10


@final
class Downloads:
    """Answers downloads, and counts what they weigh."""

    def __init__(self, node: NodePort, limits: Limits) -> None:
        self._node = node
        self._limits = limits

    async def statement(self, request: Request) -> Response:
        """Comma-separated values from a time on. Raises Fault and NodeStopped."""
        self._limits.weigh(request.ip, info_weight(_KIND))
        user, start, end = asked(request.query)
        pieces: list[str] = []
        lines, at = 0, start
        while (at and lines < MOST_LINES) or not pieces:
            whole = await self._piece(user, at, end)
            first = not pieces
            text = csv_text(whole["dexes"], whole["lines"]) if first else csv_lines(whole["lines"])
            pieces.append(text)
            lines += len(whole["lines"])
            # A line weighs what one of an answer to `/info` does, as soon as it has been read.
            self._limits.charge(
                request.ip, answer_weight(_KIND, b'"balance":' * len(whole["lines"]))
            )
            at = whole["nextStartTime"] or 0
            await asyncio.sleep(0)
        body = "".join(pieces).encode()
        name = f"statement-{render.address(user)}-{start}.csv"
        headers = [
            (b"content-disposition", f'attachment; filename="{name}"'.encode()),
            (b"x-content-sha256", sha256(body).hexdigest().encode()),
        ]
        if at:
            headers.append((b"x-next-start-time", str(at).encode()))
        return Response(body, content_type=CSV, headers=tuple(headers))

    async def _piece(self, user: bytes, start: int, end: int) -> dict[str, Any]:
        views = self._node.views
        return await self._node.read(
            lambda venue: statement(
                venue,
                views,
                user,
                views.statements.between(user, start, end, PIECE_LINES),
                start,
                end,
            )
        )


def asked(query: str) -> tuple[bytes, int, int]:
    """Whose, from when and until when (inclusive). Raises WrongShape."""
    fields: dict[str, str] = {}
    try:
        given = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise WrongShape(f"expected at most {_MOST_FIELDS} fields") from None
    for name, value in given:
        if name not in _FIELDS:
            raise WrongShape(f"{name[:64]}: expected one of {', '.join(_FIELDS)}")
        if name in fields:
            raise WrongShape(f"{name}: expected once")
        fields[name] = value
    if "user" not in fields:
        raise WrongShape("user: expected an address")
    user = address_of(fields["user"], "user")
    start = _milliseconds(fields, "startTime", 0)
    end = min(_milliseconds(fields, "endTime", LATEST), LATEST)
    if end < start:
        raise WrongShape("startTime: expected a time that is not after endTime")
    return user, start, end


def _milliseconds(fields: dict[str, str], name: str, otherwise: int) -> int:
    text = fields.get(name)
    if text is None:
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise WrongShape(f"{name}: expected whole milliseconds")
    return int(text)
