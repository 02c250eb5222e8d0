"""Withdrawals that wait, and what has been asked for and paid within the last hour (RULE-9)."""

from __future__ import annotations

from typing import final

from bellwether.engine.withdrawals.addresses import AddressBook
from bellwether.schema.parts.withdrawals import HOUR_NS, WithdrawalTerms


@final
class Withdrawal:
    """Money of `account` (20 bytes) that is to be paid to `destination` from `due_ns` on.

    It keeps the terms of its own time: `needed` approvals of keys, `approved_by` so far.
    """

    __slots__ = (
        "account",
        "amount_e6",
        "approved_by",
        "destination",
        "dex",
        "due_ns",
        "made_ns",
        "needed",
        "nonce",
        "number",
    )

    def __init__(self, number: int, account: bytes, dex: str, destination: bytes) -> None:
        self.number: int = number
        self.account: bytes = account
        self.dex: str = dex
        self.destination: bytes = destination
        self.amount_e6: int = 0
        self.nonce: int = 0
        self.made_ns: int = 0
        self.due_ns: int = 0
        self.needed: int = 0
        self.approved_by: list[bytes] = []


@final
class Payouts:
    """`asked` are (ns, micro-USD, number) by account, no more than the last hour once they have
    been looked at; `left` (ns, micro-USD) of what has left, back to an hour before the last."""

    __slots__ = ("asked", "book", "is_paused", "left", "next_number", "open_of", "pending", "terms")

    def __init__(self) -> None:
        self.terms: WithdrawalTerms = WithdrawalTerms()
        self.is_paused: bool = False
        self.next_number: int = 1
        self.pending: dict[int, Withdrawal] = {}
        self.open_of: dict[bytes, int] = {}
        self.asked: dict[bytes, list[tuple[int, int, int]]] = {}
        self.left: list[tuple[int, int]] = []
        self.book: AddressBook = AddressBook()

    def asked_within_hour(self, account: bytes, now_ns: int) -> int:
        """What the account has asked for since an hour ago and was not refused, micro-USD."""
        asked = self.asked.get(account)
        if asked is None:
            return 0
        kept = [entry for entry in asked if entry[0] > now_ns - HOUR_NS]
        if kept:
            self.asked[account] = kept
        else:
            del self.asked[account]
        total = 0
        for entry in kept:
            total += entry[1]
        return total

    def left_within_hour(self, now_ns: int) -> int:
        """What has left the venue since an hour ago, micro-USD; changes nothing."""
        total = 0
        for when_ns, amount in self.left:
            if when_ns > now_ns - HOUR_NS:
                total += amount
        return total

    def leave(self, now_ns: int, amount: int) -> None:
        """So much, micro-USD, leaves the venue; what left longer than an hour ago is forgotten."""
        self.left = [entry for entry in self.left if entry[0] > now_ns - HOUR_NS]
        self.left.append((now_ns, amount))

    def file(self, withdrawal: Withdrawal) -> None:
        """A withdrawal begins to wait."""
        account = withdrawal.account
        self.pending[withdrawal.number] = withdrawal
        self.open_of[account] = self.open_of.get(account, 0) + 1
        entry = (withdrawal.made_ns, withdrawal.amount_e6, withdrawal.number)
        self.asked.setdefault(account, []).append(entry)

    def close(self, withdrawal: Withdrawal) -> None:
        """It waits no more."""
        account = withdrawal.account
        del self.pending[withdrawal.number]
        if self.open_of[account] == 1:
            del self.open_of[account]
        else:
            self.open_of[account] -= 1

    def forget(self, withdrawal: Withdrawal) -> None:
        """One that was refused leaves the account's hour as if it had not been asked for."""
        asked = self.asked.get(withdrawal.account, [])
        kept = [entry for entry in asked if entry[2] != withdrawal.number]
        if kept:
            self.asked[withdrawal.account] = kept
        else:
            self.asked.pop(withdrawal.account, None)
