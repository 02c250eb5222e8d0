"""Parts of the fees that belong to others than the venue (ORD-7): builders', and a deployer's.

All fees are the venue's first. A builder's part was charged for it, rounded up; a deployer's is a
share of what is left of both sides' fees, rounded down, and the venue keeps the rest.
"""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.margin import fee
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.units.division import mul_div_down
from bellwether.units.quantities import FRACTION_ONE


def pay_builder(turn: Turn, market: Market, order: Order, value_e6: int) -> int:
    """Sets aside what an order's builder gets of a fill, micro-USD."""
    if order.builder_e9 == 0:
        return 0
    amount = fee(value_e6, order.builder_e9)
    _set_aside(market, market.dex.account(turn.venue.user(order.builder)), amount)
    return amount


def pay_deployer(market: Market, recipient: Account, fees: int) -> None:
    """Sets aside the deployer's share of what a trade's fees leave the venue, if anything."""
    if fees > 0:
        share = mul_div_down(fees, market.deployer_share_e6, FRACTION_ONE)
        _set_aside(market, recipient, share)


def _set_aside(market: Market, account: Account, amount: int) -> None:
    ledger = market.dex.ledger
    ledger.move(ledger.fees, ledger.shares, amount)
    account.reward_e6 += amount
