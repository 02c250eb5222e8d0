"""The ledger of one dex (UNIT-1, UNIT-6, LIQ-5): accounts in micro-USD, moved only in pairs."""

from __future__ import annotations

from typing import final


@final
class LedgerAccount:
    """A balance in micro-USD. Only `Ledger.move` changes it."""

    __slots__ = ("balance",)

    def __init__(self) -> None:
        self.balance: int = 0


@final
class Ledger:
    """The house accounts of a dex; customers' and markets' accounts, the markets' insurance funds
    among them, are held by their owners.

    The sum of all balances is zero at all times: `custody` carries what the custodian holds for
    the venue with a minus sign, `shares` what builders and deployers have earned and not claimed,
    `pending` what has left accounts and has not been paid out (RULE-9).
    """

    __slots__ = ("custody", "deposits", "fees", "pending", "rounding", "shares", "withdrawals")

    def __init__(self) -> None:
        self.custody: LedgerAccount = LedgerAccount()
        self.fees: LedgerAccount = LedgerAccount()
        self.rounding: LedgerAccount = LedgerAccount()
        self.shares: LedgerAccount = LedgerAccount()
        self.pending: LedgerAccount = LedgerAccount()
        self.deposits: int = 0
        self.withdrawals: int = 0

    def move(self, source: LedgerAccount, target: LedgerAccount, amount: int) -> None:
        """Moves `amount` micro-USD (of any sign) from one account to another."""
        source.balance -= amount
        target.balance += amount

    def deposit(self, target: LedgerAccount, amount: int) -> None:
        """The custodian has received `amount` micro-USD for an account."""
        assert amount > 0, "a deposit is positive"
        self.move(self.custody, target, amount)
        self.deposits += amount

    def withdraw(self, source: LedgerAccount, amount: int) -> None:
        """The custodian has paid out `amount` micro-USD of an account."""
        assert amount > 0, "a withdrawal is positive"
        self.move(source, self.custody, amount)
        self.withdrawals += amount
