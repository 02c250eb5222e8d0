"""What the custodian does with withdrawals: approves, pays, refuses (RULE-3, RULE-9)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit_operator
from bellwether.engine.state.turn import Turn
from bellwether.engine.withdrawals.state import Withdrawal
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ApproveWithdrawal, RefuseWithdrawal, ReleaseWithdrawal
from bellwether.schema.events import (
    CommandRefused,
    WithdrawalApproved,
    WithdrawalRefused,
    WithdrawalReleased,
)
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_MS

WATCHING: Final = codes.CUSTODIAN | codes.RISK
"""Who may approve a large withdrawal, and who may send money back to its owner."""


def approve_withdrawal(turn: Turn, command: ApproveWithdrawal) -> None:
    """One key more agrees; approvals from before the request are of something else."""
    if admit_operator(turn, command.signer, command.nonce, WATCHING) is None:
        return
    withdrawal = turn.venue.payouts.pending.get(command.withdrawal_id)
    if withdrawal is None or _was_signed_before(turn, command.nonce, withdrawal):
        turn.emit(CommandRefused(rejects.WITHDRAWAL_UNKNOWN, command.withdrawal_id))
        return
    if withdrawal.needed == 0:
        turn.emit(CommandRefused(rejects.NO_APPROVAL_NEEDED, command.withdrawal_id))
        return
    if command.signer in withdrawal.approved_by:
        turn.emit(CommandRefused(rejects.APPROVED_BEFORE, command.withdrawal_id))
        return
    withdrawal.approved_by.append(command.signer)
    turn.emit(WithdrawalApproved(withdrawal.number, command.signer))


def _was_signed_before(turn: Turn, nonce: int, withdrawal: Withdrawal) -> bool:
    """Nonces are milliseconds where they are held to the clock."""
    made_ms = div_down(withdrawal.made_ns, NS_PER_MS)
    return turn.venue.check_nonce_window and nonce < made_ms


def release_withdrawal(turn: Turn, command: ReleaseWithdrawal) -> None:
    """Enters that the custodian has paid: the money is held for nobody any more."""
    if admit_operator(turn, command.signer, command.nonce, codes.CUSTODIAN) is None:
        return
    venue = turn.venue
    payouts = venue.payouts
    withdrawal = payouts.pending.get(command.withdrawal_id)
    if withdrawal is None:
        turn.emit(CommandRefused(rejects.WITHDRAWAL_UNKNOWN, command.withdrawal_id))
        return
    reason, detail = _release_refusal(turn, withdrawal, command.reference)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, detail))
        return
    venue.references[command.reference] = turn.time_ns
    payouts.leave(turn.time_ns, withdrawal.amount_e6)
    payouts.close(withdrawal)
    ledger = venue.dex_by_name[withdrawal.dex].ledger
    ledger.withdraw(ledger.pending, withdrawal.amount_e6)
    turn.emit(
        WithdrawalReleased(
            withdrawal.number,
            withdrawal.account,
            withdrawal.dex,
            withdrawal.amount_e6,
            command.signer,
            command.reference,
        )
    )


def _release_refusal(turn: Turn, withdrawal: Withdrawal, reference: str) -> tuple[int, int]:
    missing = withdrawal.needed - len(withdrawal.approved_by)
    if turn.venue.payouts.is_paused:
        return rejects.WITHDRAWALS_PAUSED, 0
    if turn.time_ns < withdrawal.due_ns:
        return rejects.WITHDRAWAL_NOT_DUE, div_down(withdrawal.due_ns, NS_PER_MS)
    if missing > 0:
        return rejects.APPROVALS_MISSING, missing
    if reference in turn.venue.references:
        return rejects.REFERENCE_USED, 0
    room = room_of_the_hour(turn)
    if withdrawal.amount_e6 > room:
        return rejects.VENUE_HOUR_USED_UP, room
    return rejects.ACCEPTED, 0


def room_of_the_hour(turn: Turn) -> int:
    """What may still leave the venue within this hour, micro-USD; not below zero."""
    payouts = turn.venue.payouts
    room = payouts.terms.venue_hourly_e6 - payouts.left_within_hour(turn.time_ns)
    return room if room > 0 else 0


def refuse_withdrawal(turn: Turn, command: RefuseWithdrawal) -> None:
    """The money goes back to where it came from; a pause does not keep it."""
    if admit_operator(turn, command.signer, command.nonce, WATCHING) is None:
        return
    venue = turn.venue
    withdrawal = venue.payouts.pending.get(command.withdrawal_id)
    if withdrawal is None:
        turn.emit(CommandRefused(rejects.WITHDRAWAL_UNKNOWN, command.withdrawal_id))
        return
    if not command.grounds:
        turn.emit(CommandRefused(rejects.GROUNDS_MISSING))
        return
    dex = venue.dex_by_name[withdrawal.dex]
    account = dex.account(venue.users[withdrawal.account])
    venue.payouts.close(withdrawal)
    venue.payouts.forget(withdrawal)
    dex.ledger.move(dex.ledger.pending, account.cash, withdrawal.amount_e6)
    account.freshen()
    turn.emit(
        WithdrawalRefused(
            withdrawal.number,
            withdrawal.account,
            withdrawal.dex,
            withdrawal.amount_e6,
            command.signer,
            command.grounds,
        )
    )
