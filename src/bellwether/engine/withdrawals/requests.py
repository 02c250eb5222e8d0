"""An owner asks for money: it leaves the account at once and waits (RULE-9, MARG-6)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit
from bellwether.engine.handlers.accounts import withdrawable
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.withdrawals.state import Withdrawal
from bellwether.schema import rejects
from bellwether.schema.commands import RequestWithdrawal
from bellwether.schema.events import CommandRefused, WithdrawalRequested

MOST_PENDING: Final = 20
ADDRESS_BYTES: Final = 20
NOBODY: Final = bytes(ADDRESS_BYTES)


def request_withdrawal(turn: Turn, command: RequestWithdrawal) -> None:
    """Moves the amount into the account of what is pending; the account's own key only."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True, True
    )
    if user is None:
        return
    reason, detail = _refusal(turn, user, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, detail))
        return
    payouts = turn.venue.payouts
    dex = turn.venue.dex_by_name[command.dex]
    account = user.accounts[dex.number]
    amount = command.amount_e6
    withdrawal = Withdrawal(payouts.next_number, user.address, dex.name, command.destination)
    payouts.next_number += 1
    withdrawal.amount_e6 = amount
    withdrawal.nonce = command.nonce
    withdrawal.made_ns = turn.time_ns
    _set_terms(turn, withdrawal)
    payouts.file(withdrawal)
    dex.ledger.move(account.cash, dex.ledger.pending, amount)
    account.freshen()
    turn.emit(
        WithdrawalRequested(
            withdrawal.number,
            user.address,
            withdrawal.destination,
            dex.name,
            amount,
            withdrawal.nonce,
            withdrawal.due_ns,
            withdrawal.needed,
        )
    )


def _set_terms(turn: Turn, withdrawal: Withdrawal) -> None:
    """How long it waits: what the account has asked for within the hour counts as one amount, and
    an address that is new to the account has a time of its own."""
    payouts = turn.venue.payouts
    terms = payouts.terms
    size = withdrawal.amount_e6 + payouts.asked_within_hour(withdrawal.account, turn.time_ns)
    delay = 0
    if size > terms.large_above_e6:
        delay = terms.large_delay_ns
        withdrawal.needed = terms.large_approvals
    elif size > terms.delayed_above_e6:
        delay = terms.delay_ns
    withdrawal.due_ns = turn.time_ns + delay
    usable_ns = payouts.book.usable_from(
        withdrawal.account, withdrawal.destination, turn.time_ns, terms.new_address_delay_ns
    )
    if usable_ns > withdrawal.due_ns:
        withdrawal.due_ns = usable_ns


def _refusal(turn: Turn, user: User, command: RequestWithdrawal) -> tuple[int, int]:
    """Why not, and what to say of it; nothing is changed."""
    payouts = turn.venue.payouts
    terms = payouts.terms
    if payouts.is_paused:
        return rejects.WITHDRAWALS_PAUSED, 0
    dex = turn.venue.dex_by_name.get(command.dex)
    if dex is None:
        return rejects.DEX_UNKNOWN, 0
    if len(command.destination) != ADDRESS_BYTES or command.destination == NOBODY:
        return rejects.DESTINATION_INVALID, 0
    amount = command.amount_e6
    if amount < terms.least_e6:
        return rejects.WITHDRAWAL_TOO_SMALL, terms.least_e6
    account = user.accounts.get(dex.number)
    if account is None or withdrawable(account) < amount:
        return rejects.NOTHING_TO_WITHDRAW, 0
    if payouts.open_of.get(user.address, 0) >= MOST_PENDING:
        return rejects.TOO_MANY_WITHDRAWALS, MOST_PENDING
    room = terms.account_hourly_e6 - payouts.asked_within_hour(user.address, turn.time_ns)
    if amount > room:
        return rejects.ACCOUNT_HOUR_USED_UP, room if room > 0 else 0
    return rejects.ACCEPTED, 0
