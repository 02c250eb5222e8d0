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
    refused = approving_refusal(turn, command)
    if refused is not None:
        turn.emit(refused)
        return
    withdrawal.approved_by.append(command.signer)
    turn.emit(WithdrawalApproved(withdrawal.number, command.signer))


def approving_refusal(turn: Turn, command: ApproveWithdrawal) -> CommandRefused | None:
    """Why one key more may not agree, its role and nonce apart; None for that it may."""
    withdrawal = turn.venue.payouts.pending.get(command.withdrawal_id)
    if withdrawal is None:
        return CommandRefused(rejects.WITHDRAWAL_UNKNOWN, command.withdrawal_id)
    if withdrawal.needed == 0:
        return CommandRefused(rejects.NO_APPROVAL_NEEDED, command.withdrawal_id)
    if command.signer in withdrawal.approved_by:
        return CommandRefused(rejects.APPROVED_BEFORE, command.withdrawal_id)
    return None


def _was_signed_before(turn: Turn, nonce: int, withdrawal: Withdrawal) -> bool:
    """Nonces are milliseconds where they are held to the clock."""
    made_ms = div_down(withdrawal.made_ns, NS_PER_MS)
    return turn.venue.check_nonce_window and nonce < made_ms


def release_withdrawal(turn: Turn, command: ReleaseWithdrawal) -> None:
    """Enters that the custodian has paid: the money is held for nobody any more."""
    if admit_operator(turn, command.signer, command.nonce, codes.CUSTODIAN) is None:
        return
    refused = releasing_refusal(turn, command)
    if refused is not None:
        turn.emit(refused)
        return
    venue = turn.venue
    payouts = venue.payouts
    withdrawal = payouts.pending[command.withdrawal_id]
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


def releasing_refusal(turn: Turn, command: ReleaseWithdrawal) -> CommandRefused | None:
    """Why it may not be entered as paid, its key's role and nonce apart; None for that it may."""
    withdrawal = turn.venue.payouts.pending.get(command.withdrawal_id)
    if withdrawal is None:
        return CommandRefused(rejects.WITHDRAWAL_UNKNOWN, command.withdrawal_id)
    missing = withdrawal.needed - len(withdrawal.approved_by)
    if turn.venue.payouts.is_paused:
        return CommandRefused(rejects.WITHDRAWALS_PAUSED)
    if turn.time_ns < withdrawal.due_ns:
        return CommandRefused(rejects.WITHDRAWAL_NOT_DUE, div_down(withdrawal.due_ns, NS_PER_MS))
    if missing > 0:
        return CommandRefused(rejects.APPROVALS_MISSING, missing)
    if command.reference in turn.venue.references:
        return CommandRefused(rejects.REFERENCE_USED)
    room = room_of_the_hour(turn)
    if withdrawal.amount_e6 > room:
        return CommandRefused(rejects.VENUE_HOUR_USED_UP, room)
    return None


def room_of_the_hour(turn: Turn) -> int:
    """What may still leave the venue within this hour, micro-USD; not below zero."""
    payouts = turn.venue.payouts
    room = payouts.terms.venue_hourly_e6 - payouts.left_within_hour(turn.time_ns)
    return room if room > 0 else 0


def refuse_withdrawal(turn: Turn, command: RefuseWithdrawal) -> None:
    """The money goes back to where it came from; a pause does not keep it. Its address is new
    again."""
    if admit_operator(turn, command.signer, command.nonce, WATCHING) is None:
        return
    refused = returning_refusal(turn, command)
    if refused is not None:
        turn.emit(refused)
        return
    venue = turn.venue
    withdrawal = venue.payouts.pending[command.withdrawal_id]
    dex = venue.dex_by_name[withdrawal.dex]
    account = dex.account(venue.users[withdrawal.account])
    venue.payouts.close(withdrawal)
    venue.payouts.forget(withdrawal)
    venue.payouts.book.strike(withdrawal.account, withdrawal.destination)
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


def returning_refusal(turn: Turn, command: RefuseWithdrawal) -> CommandRefused | None:
    """Why it may not be sent back, its key's role and nonce apart; None for that it may."""
    if command.withdrawal_id not in turn.venue.payouts.pending:
        return CommandRefused(rejects.WITHDRAWAL_UNKNOWN, command.withdrawal_id)
    return None if command.grounds else CommandRefused(rejects.GROUNDS_MISSING)
