"""Withdrawals of a user, its addresses, the queue of the venue, and the terms (RULE-9)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.market import now_ms
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request
from bellwether.schema.parts.withdrawals import WithdrawalTerms
from bellwether.units.quantities import NS_PER_MS
from bellwether.views.standing import withdrawals
from bellwether.views.standing.withdrawals import WithdrawalRow
from bellwether.views.views import Views

MOST_SHOWN: Final = 500

_ENDED: Final = {withdrawals.PAID: "paid", withdrawals.REFUSED: "refused"}


async def _withdrawals(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    rows = node.views.withdrawals.of_user(address, MOST_SHOWN)
    at_ms, is_paused = now_ms(request.venue), request.venue.payouts.is_paused
    return [_shown(row, at_ms, is_paused) for row in rows]


def queue(venue: Venue, views: Views) -> list[dict[str, Any]]:
    """Return everything that waits, oldest first, with whose it is."""
    at_ms, is_paused = venue.time_ns // NS_PER_MS, venue.payouts.is_paused
    return [
        {"user": render.address(views.address_of(row.user)), **_shown(row, at_ms, is_paused)}
        for row in views.withdrawals.pending()
    ]


def _shown(row: WithdrawalRow, at_ms: int, is_paused: bool) -> dict[str, Any]:
    return {
        "id": row.number,
        "time": row.time_ms,
        "dex": row.dex,
        "destination": render.address(row.destination),
        "amount": render.usd(row.amount),
        "nonce": row.nonce,
        "state": _state(row, at_ms, is_paused),
        "releaseTime": row.due_ms,
        "approvals": row.approvals,
        "approvalsNeeded": row.needed,
        "endTime": row.ended_ms or None,
        "reference": row.reference or None,
        "reason": row.grounds or None,
    }


def _state(row: WithdrawalRow, at_ms: int, is_paused: bool) -> str:
    """How it ended, or what it waits for first."""
    if row.status in _ENDED:
        return _ENDED[row.status]
    if is_paused:
        return "paused"
    if at_ms < row.due_ms:
        return "waiting"
    return "approving" if row.approvals < row.needed else "due"


async def _addresses(node: ReadingNode, request: Request) -> Any:
    address = request.address()

    def answer(venue: Venue) -> list[dict[str, Any]]:
        filed = venue.payouts.book.by_account.get(address, {})
        return [
            {"address": render.address(known), "usableFrom": -(-usable_ns // NS_PER_MS)}
            for known, usable_ns in filed.items()
        ]

    return await node.read(answer)


async def _terms(node: ReadingNode, request: Request) -> Any:
    def answer(venue: Venue) -> dict[str, Any]:
        payouts = venue.payouts
        return {"paused": payouts.is_paused, **shown_terms(payouts.terms)}

    return await node.read(answer)


def shown_terms(held: WithdrawalTerms) -> dict[str, Any]:
    """Return what holds, or would hold, for every withdrawal."""
    return {
        "least": render.usd(held.least_e6),
        "delayedAbove": render.usd(held.delayed_above_e6),
        "delayMs": held.delay_ns // NS_PER_MS,
        "largeAbove": render.usd(held.large_above_e6),
        "largeDelayMs": held.large_delay_ns // NS_PER_MS,
        "largeApprovals": held.large_approvals,
        "accountHourly": render.usd(held.account_hourly_e6),
        "venueHourly": render.usd(held.venue_hourly_e6),
        "newAddressMs": held.new_address_delay_ns // NS_PER_MS,
    }


HANDLERS: Final[dict[str, Handler]] = {
    "withdrawals": _withdrawals,
    "withdrawalAddresses": _addresses,
    "withdrawalTerms": _terms,
}
