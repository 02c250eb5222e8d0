"""A dex: a margin domain with its own collateral, accounts and markets."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.engine.state.account import Account
from bellwether.engine.state.user import User
from bellwether.ledger.ledger import Ledger

if TYPE_CHECKING:
    from bellwether.engine.state.market import Market


@final
class Dex:
    """Number 0 is the main dex, whose name is empty."""

    __slots__ = ("accounts", "ledger", "markets", "name", "number")

    def __init__(self, number: int, name: str) -> None:
        self.number: int = number
        self.name: str = name
        self.ledger: Ledger = Ledger()
        self.accounts: list[Account] = []
        self.markets: list[Market] = []

    def account(self, user: User) -> Account:
        """The user's account in this dex, opened where there is none."""
        found = user.accounts.get(self.number)
        if found is None:
            found = Account(user, self, len(self.accounts))
            self.accounts.append(found)
            user.accounts[self.number] = found
        return found
