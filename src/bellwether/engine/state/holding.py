"""What one account has in one market: its position and the exposure of its open orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.book.order import Order
from bellwether.book.owner import Owner
from bellwether.formulas.funding import funding_owed
from bellwether.ledger.ledger import LedgerAccount
from bellwether.units.division import signed_product

if TYPE_CHECKING:
    from bellwether.engine.state.account import Account
    from bellwether.engine.state.market import Market


@final
class Holding(Owner):
    """`lots` is signed; `cost` is the signed entry notional in micro-USD.

    `buy_lots`/`buy_value` and `sell_lots`/`sell_value` sum the resting orders that can add risk:
    lots, and lots x limit price. `funding_*` are micro-USD received. `is_fresh` and the fences say
    when liquidation must look at it (LIQ-9), the fees (10^-9) hold while `rates_epoch` is the
    market's; they follow from the rest and are not in snapshots.
    `stepped_ns` is when a first part of it was liquidated, 0 once it is above maintenance again.
    """

    __slots__ = (
        "account",
        "buy_lots",
        "buy_value",
        "cost",
        "funding_fence",
        "funding_all_time",
        "funding_index",
        "funding_since_change",
        "funding_since_open",
        "is_cross",
        "is_fenced",
        "is_fenced_long",
        "is_fresh",
        "leverage",
        "lots",
        "maker_fee_e9",
        "margin",
        "mark_fence",
        "market",
        "open_orders",
        "position_tpsl",
        "rates_epoch",
        "rise_fence",
        "sell_lots",
        "sell_value",
        "stepped_ns",
        "taker_fee_e9",
    )

    def __init__(self, account: Account, market: Market, is_cross: bool, leverage: int) -> None:
        self.account: Account = account
        self.market: Market = market
        self.is_cross: bool = is_cross
        self.leverage: int = leverage
        self.lots: int = 0
        self.cost: int = 0
        self.margin: LedgerAccount = LedgerAccount()
        self.funding_index: int = market.funding_index_e12
        self.funding_all_time: int = 0
        self.funding_since_open: int = 0
        self.funding_since_change: int = 0
        self.buy_lots: int = 0
        self.buy_value: int = 0
        self.sell_lots: int = 0
        self.sell_value: int = 0
        self.open_orders: int = 0
        self.position_tpsl: int = 0
        self.is_fresh: bool = False
        self.is_fenced: bool = False
        self.is_fenced_long: bool = False
        self.mark_fence: int = 0
        self.funding_fence: int = 0
        self.taker_fee_e9: int = 0
        self.maker_fee_e9: int = 0
        self.rates_epoch: int = 0
        self.rise_fence: int = 0
        self.stepped_ns: int = 0

    def freshen(self) -> None:
        """Has liquidation look at the position at the market's next update, whatever the mark."""
        if not self.is_fresh and self.lots != 0:
            self.is_fresh = True
            self.market.fences.fresh.append(self)

    def notional(self) -> int:
        """Worth of the position at mark, micro-USD, never negative."""
        lots = self.lots
        return (lots if lots >= 0 else -lots) * self.market.mark_price

    def unsettled_funding(self) -> int:
        """Funding received since the position last changed, rounded down (FUND-4)."""
        delta = self.market.funding_index_e12 - self.funding_index
        if delta == 0 or self.lots == 0:
            return 0
        return funding_owed(self.lots, delta)

    def unrealized(self) -> int:
        """Profit at mark, micro-USD, without funding."""
        return signed_product(self.lots, self.market.mark_price) - self.cost

    def worth(self) -> int:
        """Profit at mark and unsettled funding (MARG-1)."""
        return self.unrealized() + self.unsettled_funding()

    def initial(self) -> int:
        """Initial margin of the position as it is (MARG-2)."""
        if self.lots == 0:
            return 0
        return self.market.initial_margin(self.notional(), self.leverage)

    def maintenance(self) -> int:
        """Maintenance margin of the position (MARG-2, MARG-3)."""
        if self.lots == 0:
            return 0
        return self.market.margin_table.maintenance(self.notional())

    def reducible(self, is_buy: bool) -> int:
        """Lots by which an order of this side could reduce the position."""
        if is_buy:
            return -self.lots if self.lots < 0 else 0
        return self.lots if self.lots > 0 else 0


def holder(order: Order) -> Holding:
    """The holding that placed an order."""
    owner = order.owner
    assert isinstance(owner, Holding), "holdings place orders"
    return owner
