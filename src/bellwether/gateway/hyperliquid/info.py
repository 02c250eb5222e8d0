"""`/info`: one request in, the bytes of its answer out (§2 of the dialect, IFACE-3 to IFACE-5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid.reads import (
    account,
    bellwether,
    history,
    holders,
    losses,
    market,
    static,
)
from bellwether.gateway.hyperliquid.reads.money import signers, withdrawals
from bellwether.gateway.hyperliquid.reads.oversight import desk, indexes, proposals
from bellwether.gateway.hyperliquid.reads.request import (
    Csv,
    Handler,
    InfoError,
    ReadingNode,
    Request,
    uncounted,
)

__all__ = ["HANDLERS", "InfoError", "ReadingNode", "answer", "answer_value"]

HANDLERS: Final[dict[str, Handler]] = {
    **static.HANDLERS,
    **market.HANDLERS,
    **account.HANDLERS,
    **history.HANDLERS,
    **bellwether.HANDLERS,
    **holders.HANDLERS,
    **losses.HANDLERS,
    **withdrawals.HANDLERS,
    **signers.HANDLERS,
    **desk.HANDLERS,
    **indexes.HANDLERS,
    **proposals.HANDLERS,
}
"""Every request type that is answered."""

_encode: Final = msgspec.json.Encoder().encode


async def answer(
    node: ReadingNode,
    request: dict[str, Any],
    requests_used: Callable[[bytes], int] = uncounted,
    exposure: losses.ExposureBook | None = None,
) -> bytes | InfoError:
    """Return the JSON of the answer (or `Csv`), or the error with its status and text.

    `requests_used` tells how many requests an account has sent, `exposure` what is to be told of
    the markets' exposure. Raises NodeStopped when the node
    no longer answers.
    """
    try:
        value = await answer_value(node, request, requests_used, exposure)
        return value if isinstance(value, Csv) else _encode(value)
    except InfoError as error:
        return error
    except WrongShape as fault:
        return InfoError(fault.status, fault.text)


async def answer_value(
    node: ReadingNode,
    request: dict[str, Any],
    requests_used: Callable[[bytes], int] = uncounted,
    exposure: losses.ExposureBook | None = None,
) -> Any:
    """Return the answer before it is encoded. Raises InfoError, WrongShape or NodeStopped."""
    kind = request.get("type")
    if not isinstance(kind, str):
        raise WrongShape("type: expected a string")
    handler = HANDLERS.get(kind)
    if handler is None:
        raise WrongShape(f"type: unknown request `{kind[:64]}`")
    return await handler(node, Request(request, node.engine.venue, "", requests_used, exposure))
