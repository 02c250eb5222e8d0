"""`POST /dev/clock`: the manual clock of a dev world is moved (IFACE-1)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.http import Response, plain
from bellwether.gateway.hyperliquid.decode import Moment, convert
from bellwether.gateway.ports import NodePort
from bellwether.node.errors import ClockRefused
from bellwether.units.quantities import NS_PER_MS

_LONGEST_ADVANCE_MS: Final = 10 * 366 * 86_400_000


class ClockMove(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """By so many milliseconds, or to a time in milliseconds."""

    advance_ms: Annotated[int, Meta(ge=0, le=_LONGEST_ADVANCE_MS)] | None = None
    to_ms: Moment | None = None


async def moved(node: NodePort, body: dict[str, Any]) -> Response:
    """The clock stands at the new time, and every timer up to it has run. Raises WrongShape."""
    move = convert(body, ClockMove, "")
    if (move.advance_ms is None) is (move.to_ms is None):
        raise WrongShape("expected either `advanceMs` or `toMs`")
    if move.to_ms is not None:
        target_ns = move.to_ms * NS_PER_MS
    else:
        target_ns = node.clock.time_ns() + (move.advance_ms or 0) * NS_PER_MS
    if target_ns - node.clock.time_ns() > _LONGEST_ADVANCE_MS * NS_PER_MS:
        raise WrongShape("toMs: expected a time at most ten years ahead")
    try:
        await node.advance_to(target_ns)
    except ClockRefused as refused:
        return plain(400, str(refused))
    return Response(b'{"timeMs":%d}' % (node.clock.time_ns() // NS_PER_MS))
