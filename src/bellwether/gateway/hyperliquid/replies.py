"""The events of a command as the reply its sender expects (§3.4 of the API notes)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid.refusals import (
    CLOSED_REASONS,
    hex_address,
    order_text,
    request_text,
)
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AnyCommand,
    CancelByClientId,
    CancelOrders,
    ModifyOrders,
    PlaceOrders,
)
from bellwether.schema.events import (
    AnyEvent,
    CommandRefused,
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderPlaced,
    OrderRefused,
    TradeExecuted,
)
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import format_decimal

AVERAGE_EXTRA_DECIMALS: Final = 4
"""Decimals an average price has beyond those of a price."""

_RESTING_STATUSES: Final = frozenset(
    {codes.FILLED, codes.CANCELED, codes.SELF_TRADE_CANCELED, codes.REPLACED}
)
"""Endings that come to an order after it has rested: by a later order of the same action."""

Status = dict[str, Any] | str
Head = OrderPlaced | OrderAmended | OrderRefused
"""What opens the answer to one order of an action."""


def ok(kind: str, content: Any = None) -> bytes:
    """The envelope of success; without content for actions that have nothing to tell."""
    response: dict[str, Any] = {"type": kind}
    if content is not None:
        response["data"] = content
    return msgspec.json.encode({"status": "ok", "response": response})


def err(text: str) -> bytes:
    """The envelope of a request that was refused as a whole."""
    return msgspec.json.encode({"status": "err", "response": text})


def reply_to(
    action_type: str, command: AnyCommand, events: Sequence[AnyEvent], venue: Venue
) -> bytes:
    """The reply to a command from its own receipt.

    Timers that were due run first in the same receipt; none of them places or refuses an order.
    """
    refused = next((e for e in events if isinstance(e, CommandRefused)), None)
    if refused is not None:
        return err(refusal_of(command, refused))
    if isinstance(command, PlaceOrders):
        return ok("order", {"statuses": order_statuses(events, venue)})
    if isinstance(command, ModifyOrders):
        return _modified(action_type, order_statuses(events, venue))
    if isinstance(command, CancelOrders | CancelByClientId):
        return ok("cancel", {"statuses": cancel_statuses(command, events, venue)})
    return ok("default")


def refusal_of(command: AnyCommand, refused: CommandRefused) -> str:
    """The text of a request that was refused as a whole."""
    return request_text(
        refused.reason,
        user=getattr(command, "signer", b""),
        account=getattr(command, "account_for", b""),
        nonce=getattr(command, "nonce", 0),
        detail=refused.detail,
        asset=getattr(command, "asset", 0),
    )


def _modified(action_type: str, statuses: list[Status]) -> bytes:
    if action_type == "batchModify":
        return ok("order", {"statuses": statuses})
    for status in statuses:
        if isinstance(status, dict) and "error" in status:
            return err(status["error"])
    return ok("default")


def order_statuses(events: Sequence[AnyEvent], venue: Venue) -> list[Status]:
    """One status for each order placed, amended or refused, in the order of the action."""
    story = _Story(events)
    return [
        refused_status(event, venue)
        if isinstance(event, OrderRefused)
        else story.status(event, venue)
        for event in events
        if isinstance(event, Head)
    ]


class _Story:
    """What happened to the orders of one command, by order id."""

    def __init__(self, events: Iterable[AnyEvent]) -> None:
        self.traded: dict[int, tuple[int, int]] = {}
        self.closed: dict[int, OrderClosed] = {}
        self.activated: set[int] = set()
        for event in events:
            if isinstance(event, TradeExecuted):
                lots, value = self.traded.get(event.taker_order_id, (0, 0))
                lots, value = lots + event.lots, value + event.lots * event.price
                self.traded[event.taker_order_id] = (lots, value)
            elif isinstance(event, OrderClosed):
                self.closed[event.order_id] = event
            elif isinstance(event, OrderActivated):
                self.activated.add(event.order_id)

    def status(self, event: OrderPlaced | OrderAmended, venue: Venue) -> Status:
        """`resting`, `filled`, an error or what a child order waits for."""
        order: dict[str, Any] = {"oid": event.order_id}
        if event.client_order_id:
            order["cloid"] = "0x" + event.client_order_id.hex()
        if isinstance(event, OrderAmended):
            return {"resting": order}
        if event.parent_id or event.is_position_tpsl:
            waits = event.parent_id and event.order_id not in self.activated
            return "waitingForFill" if waits else "waitingForTrigger"
        lots, value = self.traded.get(event.order_id, (0, 0))
        closed = self.closed.get(event.order_id)
        if lots and (lots == event.lots or self._ended(event.order_id)):
            decimals = venue.markets[event.asset].spec.size_decimals
            total = format_decimal(lots, decimals)
            return {"filled": {"totalSz": total, "avgPx": average(value, lots, decimals), **order}}
        if closed is not None and not lots and closed.status in CLOSED_REASONS:
            return {"error": order_text(CLOSED_REASONS[closed.status], event.asset)}
        return {"resting": order}

    def _ended(self, order_id: int) -> bool:
        """Did the rest of a partly filled order end at once instead of resting?"""
        closed = self.closed.get(order_id)
        return closed is not None and closed.status not in _RESTING_STATUSES


def average(value: int, lots: int, size_decimals: int) -> str:
    """The mean price of `lots` that cost `value` price atoms times lots, half a digit to even."""
    scaled, rest = divmod(value * 10**AVERAGE_EXTRA_DECIMALS, lots)
    if 2 * rest > lots or (2 * rest == lots and scaled % 2):
        scaled += 1
    return format_decimal(scaled, PRICE_AND_SIZE_DECIMALS - size_decimals + AVERAGE_EXTRA_DECIMALS)


def refused_status(event: OrderRefused, venue: Venue) -> Status:
    """The error of one order, cancel or modify."""
    market = venue.markets.get(event.asset)
    if market is None:
        return {"error": order_text(event.reason, event.asset)}
    decimals = PRICE_AND_SIZE_DECIMALS - market.spec.size_decimals
    return {
        "error": order_text(
            event.reason,
            event.asset,
            bid=format_decimal(event.best_bid, decimals),
            ask=format_decimal(event.best_ask, decimals),
            minimum=format_decimal(market.spec.min_order_value_e6, 6).removesuffix(".0"),
        )
    }


def cancel_statuses(
    command: CancelOrders | CancelByClientId, events: Sequence[AnyEvent], venue: Venue
) -> list[Status]:
    """`success` or an error for each entry.

    The engine answers each entry in order with one OrderClosed or OrderRefused; closings of
    further orders (children of a canceled parent) follow the entry's own.
    """
    refusals = [e for e in events if isinstance(e, OrderRefused)]
    asked = len(command.cancels)
    if len(refusals) == asked:
        return [refused_status(event, venue) for event in refusals]
    if not refusals:
        return ["success"] * asked
    if isinstance(command, CancelOrders):
        return _by_order_id(command, events, refusals, venue)
    return _in_turn(asked, events, venue)


def _by_order_id(
    command: CancelOrders,
    events: Sequence[AnyEvent],
    refusals: list[OrderRefused],
    venue: Venue,
) -> list[Status]:
    """An id given twice is canceled the first time and refused the second."""
    closed = {e.order_id for e in events if _is_cancel(e)}
    left = iter(refusals)
    statuses: list[Status] = []
    for _, order_id in command.cancels:
        if order_id in closed:
            closed.discard(order_id)
            statuses.append("success")
            continue
        refusal = next(left, None)
        statuses.append("success" if refusal is None else refused_status(refusal, venue))
    return statuses


def _in_turn(asked: int, events: Sequence[AnyEvent], venue: Venue) -> list[Status]:
    statuses: list[Status] = [
        refused_status(event, venue) if isinstance(event, OrderRefused) else "success"
        for event in events
        if isinstance(event, OrderRefused) or _is_cancel(event)
    ]
    return statuses[:asked]


def _is_cancel(event: AnyEvent) -> bool:
    return isinstance(event, OrderClosed) and event.status == codes.CANCELED


def stranger(signer: bytes, is_user_signed: bool) -> str:
    """The text for a signature that recovers to nobody this venue knows."""
    if is_user_signed:
        return request_text(rejects.MUST_DEPOSIT, user=signer)
    return f"User or API Wallet {hex_address(signer)} does not exist."
