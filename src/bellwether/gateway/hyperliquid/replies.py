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
    CancelTwap,
    CreateSubAccount,
    ModifyOrders,
    PlaceOrders,
    PlaceTwap,
)
from bellwether.schema.events import (
    CommandRefused,
    Event,
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderPlaced,
    OrderRefused,
    SubAccountCreated,
    TradeExecuted,
    TwapStarted,
)
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import format_decimal

AVERAGE_EXTRA_DECIMALS: Final = 4
"""Decimals an average price has beyond those of a price."""

Status = dict[str, Any] | str


def ok(kind: str, content: Any = None) -> bytes:
    """The envelope of success; without content for actions that have nothing to tell."""
    response: dict[str, Any] = {"type": kind}
    if content is not None:
        response["data"] = content
    return msgspec.json.encode({"status": "ok", "response": response})


def err(text: str) -> bytes:
    """The envelope of a request that was refused as a whole."""
    return msgspec.json.encode({"status": "err", "response": text})


def reply_to(action_type: str, command: AnyCommand, events: Sequence[Event], venue: Venue) -> bytes:
    """The reply to a command from its own receipt.

    Timers that were due run first in the same receipt: the orders that they send for a liquidation
    or a TWAP order are no answer to anybody.
    """
    for event in events:
        if isinstance(event, CommandRefused):
            return err(refusal_of(command, event))
    if isinstance(command, PlaceOrders):
        return ok("order", {"statuses": order_statuses(events, venue)})
    if isinstance(command, ModifyOrders):
        return _modified(action_type, order_statuses(events, venue))
    if isinstance(command, PlaceTwap | CancelTwap):
        return ok(action_type, {"status": _twap_status(command, events, venue)})
    if isinstance(command, CancelOrders | CancelByClientId):
        return ok("cancel", {"statuses": cancel_statuses(command, events, venue)})
    if isinstance(command, CreateSubAccount):
        return ok(action_type, _address_of(events))
    return ok("default")


def _address_of(events: Sequence[Event]) -> str:
    """The account that a command has opened."""
    created = [event for event in events if isinstance(event, SubAccountCreated)]
    return hex_address(created[0].account)


def _twap_status(
    command: PlaceTwap | CancelTwap, events: Sequence[Event], venue: Venue
) -> dict[str, Any] | str:
    for event in events:
        if isinstance(event, OrderRefused):
            return {"error": _twap_refusal(command, event, venue)}
        if isinstance(event, TwapStarted):
            return {"running": {"twapId": event.twap_id}}
    return "success"


def _twap_refusal(command: PlaceTwap | CancelTwap, event: OrderRefused, venue: Venue) -> str:
    """The least worth of a TWAP order is said for its own duration."""
    market = venue.markets.get(event.asset)
    if event.reason != rejects.TWAP_VALUE_TOO_SMALL or market is None:
        return order_text(event.reason, event.asset)
    assert isinstance(command, PlaceTwap), "only placing has a least worth"
    a_minute = market.spec.min_order_value_e6
    least, each = _usd(a_minute * command.minutes), _usd(a_minute)
    return f"TWAP order value too small. Min is ${least}, which is ${each} per minute."


def _usd(amount_e6: int) -> str:
    return format_decimal(amount_e6, 6).removesuffix(".0")


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


def order_statuses(events: Sequence[Event], venue: Venue) -> list[Status]:
    """One status for each order placed, amended or refused, in the order of the action.

    What befalls an order at once stands between its own opening event and the next one's; what a
    later order of the action does to it does not change its answer.
    """
    activated: set[int] = set()
    places: list[int] = []
    for place, event in enumerate(events):
        if type(event) is OrderActivated:
            activated.add(event.order_id)
        elif _is_head(event):
            places.append(place)
    statuses: list[Status] = []
    for place, end in zip(places, [*places[1:], len(events)], strict=True):
        head = events[place]
        if isinstance(head, OrderRefused):
            statuses.append(refused_status(head, venue))
        elif isinstance(head, OrderAmended):
            statuses.append({"resting": _named(head.order_id, head.client_order_id)})
        elif isinstance(head, OrderPlaced):
            statuses.append(_placed_status(head, events[place + 1 : end], activated, venue))
    return statuses


def _is_head(event: Event) -> bool:
    """Is this what opens an answer? A maker that self-trade prevention shrinks keeps its id."""
    if type(event) is OrderPlaced:
        return event.time_in_force <= codes.FRONTEND_MARKET
    if type(event) is OrderAmended:
        return event.order_id != event.previous_id
    return type(event) is OrderRefused


def _named(order_id: int, client_order_id: bytes) -> dict[str, Any]:
    if not client_order_id:
        return {"oid": order_id}
    return {"oid": order_id, "cloid": "0x" + client_order_id.hex()}


def _placed_status(
    placed: OrderPlaced, since: Iterable[Event], activated: set[int], venue: Venue
) -> Status:
    """`resting`, `filled`, an error or what a child order waits for."""
    if placed.parent_id:
        return "waitingForTrigger" if placed.order_id in activated else "waitingForFill"
    lots, value, ending = 0, 0, 0
    for event in since:
        if isinstance(event, TradeExecuted) and event.taker_order_id == placed.order_id:
            lots += event.lots
            value += event.lots * event.price
        elif isinstance(event, OrderClosed) and event.order_id == placed.order_id:
            ending = event.status
    named = _named(placed.order_id, placed.client_order_id)
    if lots and (lots == placed.lots or ending):
        decimals = venue.markets[placed.asset].spec.size_decimals
        total = format_decimal(lots, decimals)
        return {"filled": {"totalSz": total, "avgPx": average(value, lots, decimals), **named}}
    if not lots and ending in CLOSED_REASONS:
        return {"error": order_text(CLOSED_REASONS[ending], placed.asset)}
    return {"resting": named}


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
            minimum=_usd(market.spec.min_order_value_e6),
        )
    }


def cancel_statuses(
    command: CancelOrders | CancelByClientId, events: Sequence[Event], venue: Venue
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
    events: Sequence[Event],
    refusals: list[OrderRefused],
    venue: Venue,
) -> list[Status]:
    """An id given twice is canceled the first time and refused the second."""
    closed = {e.order_id for e in events if isinstance(e, OrderClosed) and _is_cancel(e)}
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


def _in_turn(asked: int, events: Sequence[Event], venue: Venue) -> list[Status]:
    statuses: list[Status] = [
        refused_status(event, venue) if isinstance(event, OrderRefused) else "success"
        for event in events
        if isinstance(event, OrderRefused) or _is_cancel(event)
    ]
    return statuses[:asked]


def _is_cancel(event: Event) -> bool:
    return isinstance(event, OrderClosed) and event.status == codes.CANCELED


def stranger(signer: bytes, is_user_signed: bool) -> str:
    """The text for a signature that recovers to nobody this venue knows."""
    if is_user_signed:
        return request_text(rejects.MUST_DEPOSIT, user=signer)
    return f"User or API Wallet {hex_address(signer)} does not exist."
