"""What an act about a single withdrawal concerns: whose money, where to, what stays (RULE-9).

Amounts are USD as decimal text, times milliseconds.
"""

from __future__ import annotations

from typing import Any

from bellwether.engine.acts.alone import ONE_PAYOUT, OnePayout
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.venue import Venue
from bellwether.engine.withdrawals.payment import room_of_the_hour
from bellwether.engine.withdrawals.state import Withdrawal
from bellwether.gateway.hyperliquid import render
from bellwether.schema.commands import AnyCommand, ApproveWithdrawal, ReleaseWithdrawal
from bellwether.units.quantities import NS_PER_MS


def payout_of(venue: Venue, command: AnyCommand) -> dict[str, Any] | None:
    """Return the withdrawal that an act names as it waits now; None where it names none."""
    if not isinstance(command, ONE_PAYOUT):
        return None
    waits = venue.payouts.pending.get(command.withdrawal_id)
    if waits is None:
        return None
    return {
        "id": waits.number,
        "user": render.address(waits.account),
        "dex": waits.dex,
        "destination": render.address(waits.destination),
        "amount": render.usd(waits.amount_e6),
        "time": waits.made_ns // NS_PER_MS,
        "releaseTime": waits.due_ns // NS_PER_MS,
        "approvals": len(waits.approved_by),
        "approvalsNeeded": waits.needed,
        "approvedBy": [render.address(key) for key in waits.approved_by],
        "hourRoom": render.usd(room_of_the_hour(Turn(venue, venue.time_ns))),
    }


def changed_by_payout(venue: Venue, command: OnePayout) -> list[dict[str, Any]]:
    """Return `field`, `before` and `after` of what it changes; nothing if it waits no more."""
    waits = venue.payouts.pending.get(command.withdrawal_id)
    if waits is None:
        return []
    if isinstance(command, ApproveWithdrawal):
        agreed = len(waits.approved_by)
        return [{"field": "approvals", "before": agreed, "after": agreed + 1}]
    if isinstance(command, ReleaseWithdrawal):
        room = room_of_the_hour(Turn(venue, venue.time_ns))
        return [_line("hourRoom", room, max(room - waits.amount_e6, 0))]
    cash = _cash_of(venue, waits)
    return [_line("cash", cash, cash + waits.amount_e6)]


def _cash_of(venue: Venue, waits: Withdrawal) -> int:
    dex = venue.dex_by_name[waits.dex]
    return venue.users[waits.account].accounts[dex.number].cash.balance


def _line(field: str, before: int, after: int) -> dict[str, Any]:
    return {"field": field, "before": render.usd(before), "after": render.usd(after)}
