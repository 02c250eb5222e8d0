"""Withdrawals that wait in a snapshot, the hours that caps look back on, and address books."""

from __future__ import annotations

from typing import Any

import msgspec

from bellwether.engine.state.venue import Venue
from bellwether.engine.withdrawals.state import Payouts, Withdrawal
from bellwether.schema.parts.withdrawals import WithdrawalTerms


def dump_payouts(payouts: Payouts) -> list[Any]:
    return [
        payouts.terms,
        payouts.is_paused,
        payouts.next_number,
        [_dump_withdrawal(withdrawal) for withdrawal in payouts.pending.values()],
        [[account, asked] for account, asked in payouts.asked.items()],
        payouts.left,
        [[account, list(filed.items())] for account, filed in payouts.book.by_account.items()],
    ]


def restore_payouts(venue: Venue, row: list[Any]) -> None:
    payouts = venue.payouts
    payouts.terms = msgspec.convert(row[0], WithdrawalTerms)
    payouts.is_paused = row[1]
    payouts.next_number = row[2]
    for packed in row[3]:
        _restore_withdrawal(payouts, packed)
    for account, asked in row[4]:
        payouts.asked[account] = [(when, amount, number) for when, amount, number in asked]
    payouts.left = [(when, amount) for when, amount in row[5]]
    for account, filed in row[6]:
        payouts.book.by_account[account] = dict(filed)


def _dump_withdrawal(withdrawal: Withdrawal) -> list[Any]:
    return [
        withdrawal.number,
        withdrawal.account,
        withdrawal.dex,
        withdrawal.destination,
        withdrawal.amount_e6,
        withdrawal.nonce,
        withdrawal.made_ns,
        withdrawal.due_ns,
        withdrawal.needed,
        withdrawal.approved_by,
    ]


def _restore_withdrawal(payouts: Payouts, row: list[Any]) -> None:
    withdrawal = Withdrawal(row[0], row[1], row[2], row[3])
    withdrawal.amount_e6 = row[4]
    withdrawal.nonce = row[5]
    withdrawal.made_ns = row[6]
    withdrawal.due_ns = row[7]
    withdrawal.needed = row[8]
    withdrawal.approved_by = list(row[9])
    payouts.pending[withdrawal.number] = withdrawal
    account = withdrawal.account
    payouts.open_of[account] = payouts.open_of.get(account, 0) + 1
