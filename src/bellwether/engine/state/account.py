"""A user's account in one dex: free cash, holdings and live orders (MARG-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.book.order import Order
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.user import User
from bellwether.ledger.ledger import LedgerAccount
from bellwether.schema import codes

if TYPE_CHECKING:
    from bellwether.engine.state.dex import Dex
    from bellwether.engine.state.market import Market
    from bellwether.engine.twap.state import Twap


@final
class Account:
    """`number` is its place in the dex. `cash` backs cross positions and new isolated margin.

    `reward_e6` is micro-USD earned as a builder or deployer and not claimed, `claimed_e6` what was.
    `held` are its holdings in the order in which they were opened; its user finds them by asset.
    """

    __slots__ = (
        "cash",
        "claimed_e6",
        "client_ids",
        "dex",
        "held",
        "number",
        "orders",
        "reward_e6",
        "twaps",
        "user",
    )

    def __init__(self, user: User, dex: Dex, number: int) -> None:
        self.user: User = user
        self.dex: Dex = dex
        self.number: int = number
        self.cash: LedgerAccount = LedgerAccount()
        self.held: list[Holding] = []
        self.orders: dict[int, Order] = {}
        self.client_ids: dict[bytes, Order] = {}
        self.twaps: dict[int, Twap] = {}
        self.reward_e6: int = 0
        self.claimed_e6: int = 0

    def holding(self, market: Market) -> Holding:
        """The account's holding in a market, opened flat with the market's defaults (MARG-2)."""
        found = self.user.holdings.get(market.asset)
        if found is None:
            is_cross = market.spec.margin_mode == codes.CROSS
            found = Holding(self, market, is_cross, market.max_leverage)
            self.open(found)
        return found

    def freshen(self) -> None:
        """Money or positions have changed: liquidation must look at all of them again (LIQ-9)."""
        for holding in self.held:
            holding.freshen()

    def open(self, holding: Holding) -> None:
        """Adds a holding in a market where there was none."""
        self.user.holdings[holding.market.asset] = holding
        self.held.append(holding)
