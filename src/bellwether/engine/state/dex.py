"""A dex: a margin domain with its own collateral, accounts and markets."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.engine.state.account import Account
from bellwether.engine.state.user import User
from bellwether.ledger.ledger import Ledger
from bellwether.schema.instrument import MarginTier

if TYPE_CHECKING:
    from bellwether.engine.state.market import Market


@final
class Dex:
    """Number 0 is the main dex, whose name is empty.

    `deployer` is the key that may send the dex's HIP-3 actions, empty for none; `sub_deployers` has
    the keys that may send some of them, by action; `margin_tables` the tiers that the deployer has
    written down, with a description each. `fee_recipient` gets the deployer's share of all fees.
    One that `is_disabled` has halted markets only.
    """

    __slots__ = (
        "accounts",
        "deployer",
        "fee_recipient",
        "is_disabled",
        "ledger",
        "margin_tables",
        "markets",
        "name",
        "number",
        "sub_deployers",
    )

    def __init__(self, number: int, name: str) -> None:
        self.number: int = number
        self.name: str = name
        self.ledger: Ledger = Ledger()
        self.accounts: list[Account] = []
        self.markets: list[Market] = []
        self.deployer: bytes = b""
        self.fee_recipient: Account | None = None
        self.is_disabled: bool = False
        self.sub_deployers: dict[str, list[bytes]] = {}
        self.margin_tables: list[tuple[str, tuple[MarginTier, ...]]] = []

    def deploys(self, key: bytes, variant: str) -> bool:
        """May this key send this action of the dex's deployer?"""
        if not variant or not key:
            return False
        return key == self.deployer or key in self.sub_deployers.get(variant, [])

    def account(self, user: User) -> Account:
        """The user's account in this dex, opened where there is none."""
        found = user.accounts.get(self.number)
        if found is None:
            found = Account(user, self, len(self.accounts))
            self.accounts.append(found)
            user.accounts[self.number] = found
        return found
