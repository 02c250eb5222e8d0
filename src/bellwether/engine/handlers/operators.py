"""Operators' acts: deposits and withdrawals, compliance attributes (RULE-1, RULE-3)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit_operator
from bellwether.engine.handlers.accounts import withdrawable
from bellwether.engine.orders import close
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.twap.ending import end_twap
from bellwether.engine.withdrawals.payment import room_of_the_hour
from bellwether.schema import codes, rejects
from bellwether.schema.commands import Credit, Debit, SetAccount
from bellwether.schema.events import (
    AccountSet,
    CommandRefused,
    Credited,
    Debited,
)

MOST_HELD_E6: Final = 1 << 62
"""Micro-USD that a dex may hold of its customers, so that every balance fits 64 bits."""


def credit(turn: Turn, command: Credit) -> None:
    """Enters a deposit that the custodian has received."""
    if admit_operator(turn, command.signer, command.nonce, codes.CUSTODIAN) is None:
        return
    refused = credit_refusal(turn, command)
    if refused is not None:
        turn.emit(refused)
        return
    venue = turn.venue
    dex = venue.dex_by_name[command.dex]
    venue.references[command.reference] = turn.time_ns
    account = dex.account(venue.user(command.user))
    dex.ledger.deposit(account.cash, command.amount_e6)
    turn.emit(Credited(command.user, command.dex, command.amount_e6, command.reference))


def credit_refusal(turn: Turn, command: Credit) -> CommandRefused | None:
    """Why a deposit is not entered."""
    venue = turn.venue
    dex = venue.dex_by_name.get(command.dex)
    if dex is None:
        return CommandRefused(rejects.DEX_UNKNOWN)
    if command.amount_e6 <= 0 or command.amount_e6 > MOST_HELD_E6 + dex.ledger.custody.balance:
        return CommandRefused(rejects.AMOUNT_INVALID)
    if command.reference in venue.references:
        return CommandRefused(rejects.REFERENCE_USED)
    if venue.is_acting_agent(command.user):
        return CommandRefused(rejects.ADDRESS_IS_AGENT)
    return None


def debit(turn: Turn, command: Debit) -> None:
    """Enters a withdrawal that the custodian pays; the margin requirement stays (MARG-6).

    A pause and the venue's hour hold here, too, and what is large takes a request (RULE-9).
    """
    if admit_operator(turn, command.signer, command.nonce, codes.CUSTODIAN) is None:
        return
    refused = debit_refusal(turn, command)
    if refused is not None:
        turn.emit(refused)
        return
    venue = turn.venue
    dex = venue.dex_by_name[command.dex]
    account = dex.account(venue.users[command.user])
    venue.references[command.reference] = turn.time_ns
    venue.payouts.leave(turn.time_ns, command.amount_e6)
    dex.ledger.withdraw(account.cash, command.amount_e6)
    account.freshen()
    turn.emit(Debited(command.user, command.dex, command.amount_e6, command.reference))


def debit_refusal(turn: Turn, command: Debit) -> CommandRefused | None:
    """Why a withdrawal is not entered."""
    venue = turn.venue
    dex = venue.dex_by_name.get(command.dex)
    if dex is None:
        return CommandRefused(rejects.DEX_UNKNOWN)
    if command.amount_e6 <= 0:
        return CommandRefused(rejects.AMOUNT_INVALID)
    if command.reference in venue.references:
        return CommandRefused(rejects.REFERENCE_USED)
    if venue.payouts.is_paused:
        return CommandRefused(rejects.WITHDRAWALS_PAUSED)
    large_above = venue.payouts.terms.large_above_e6
    if command.amount_e6 > large_above:
        return CommandRefused(rejects.NEEDS_A_REQUEST, large_above)
    room = room_of_the_hour(turn)
    if command.amount_e6 > room:
        return CommandRefused(rejects.VENUE_HOUR_USED_UP, room)
    user = venue.users.get(command.user)
    account = None if user is None else user.accounts.get(dex.number)
    if account is None or withdrawable(account) < command.amount_e6:
        return CommandRefused(rejects.BALANCE_TOO_SMALL)
    return None


def set_account(turn: Turn, command: SetAccount) -> None:
    """Records jurisdiction, client class and owner of an account and its sub-accounts (RULE-5).

    Where the account may take no more risk, its orders that could add some are cancelled.
    """
    if admit_operator(turn, command.signer, command.nonce, codes.COMPLIANCE) is None:
        return
    refused = attributes_refusal(turn, command)
    if refused is not None:
        turn.emit(refused)
        return
    user = turn.venue.user(command.user)
    turn.venue.link(user, command.owner)
    _set_attributes(turn, user, command)
    for sub in user.sub_accounts.values():
        _set_attributes(turn, sub, command)


def attributes_refusal(turn: Turn, command: SetAccount) -> CommandRefused | None:
    """Why attributes are not recorded."""
    if turn.venue.is_acting_agent(command.user):
        return CommandRefused(rejects.ADDRESS_IS_AGENT)
    user = turn.venue.users.get(command.user)
    if user is not None and user.master is not None:
        return CommandRefused(rejects.ATTRIBUTES_INHERITED)
    return None


def _set_attributes(turn: Turn, user: User, command: SetAccount) -> None:
    user.jurisdiction = command.jurisdiction
    user.client_class = command.client_class
    turn.emit(AccountSet(user.address, command.jurisdiction, command.client_class, command.owner))
    for account in user.accounts.values():
        for order in list(account.orders.values()):
            if order.reduce_only or order.order_id not in account.orders:
                continue
            if not turn.venue.markets[order.asset].admits(user.jurisdiction, user.client_class):
                close(turn, account, order, codes.NOT_ELIGIBLE_CANCELED)
        for twap in list(account.twaps.values()):
            market = twap.holding.market
            if not twap.reduce_only and not market.admits(user.jurisdiction, user.client_class):
                end_twap(turn, twap, codes.NOT_ELIGIBLE_CANCELED)
