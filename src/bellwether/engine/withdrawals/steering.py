"""Stopping withdrawals, letting them go on, and their terms (RULE-2, RULE-9)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit_operator
from bellwether.engine.life.phases import announce
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import PauseWithdrawals, ResumeWithdrawals, SetWithdrawalTerms
from bellwether.schema.events import (
    CommandRefused,
    NewAddressDelaySet,
    WithdrawalsPaused,
    WithdrawalsResumed,
    WithdrawalTermsSet,
)

Steering = ResumeWithdrawals | SetWithdrawalTerms
STEERING: Final = (ResumeWithdrawals, SetWithdrawalTerms)
"""What takes two operators."""


def pause_withdrawals(turn: Turn, command: PauseWithdrawals) -> None:
    """One key is enough to stop; what is asked for already goes on waiting."""
    roles = codes.RISK | codes.SETTLER | codes.CUSTODIAN
    if admit_operator(turn, command.signer, command.nonce, roles) is None:
        return
    reason = pausing_refusal(turn, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason))
        return
    turn.venue.payouts.is_paused = True
    turn.emit(WithdrawalsPaused(command.signer, command.grounds))
    text = "No money leaves the venue until two operators say so."
    announce(turn, -1, "notice", "Withdrawals are paused", text, command.grounds, 0)


def pausing_refusal(turn: Turn, command: PauseWithdrawals) -> int:
    """Why one key may not stop it."""
    if not command.grounds:
        return rejects.GROUNDS_MISSING
    return rejects.ALREADY_SO if turn.venue.payouts.is_paused else rejects.ACCEPTED


def steering_refusal(turn: Turn, command: Steering) -> int:
    """Why not: asked when it is proposed and when it is approved."""
    if not command.grounds:
        return rejects.GROUNDS_MISSING
    if isinstance(command, SetWithdrawalTerms):
        if command.terms.faults():
            return rejects.TERMS_INVALID
        same = command.terms == turn.venue.payouts.terms
        return rejects.ALREADY_SO if same else rejects.ACCEPTED
    return rejects.ACCEPTED if turn.venue.payouts.is_paused else rejects.NOT_PAUSED


def title_of(command: Steering) -> str:
    """What its announcement is headed with."""
    if isinstance(command, SetWithdrawalTerms):
        return "Other terms for withdrawals"
    return "Withdrawals go on"


def steer(turn: Turn, command: Steering) -> None:
    """Two operators have decided. What waits and what is in a book keeps the time it was given."""
    payouts = turn.venue.payouts
    if isinstance(command, SetWithdrawalTerms):
        before, terms = payouts.terms, command.terms
        payouts.terms = terms
        turn.emit(WithdrawalTermsSet(terms.by_amount()))
        if terms.new_address_delay_ns != before.new_address_delay_ns:
            turn.emit(NewAddressDelaySet(terms.new_address_delay_ns))
    else:
        payouts.is_paused = False
        turn.emit(WithdrawalsResumed())
