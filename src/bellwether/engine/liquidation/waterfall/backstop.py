"""The backstop vault of a market (LIQ-2): an account of its own that takes positions over.

It has the capital that was paid in from outside and the margins that came with positions, and may
lose so much of it as the specification says: what lies beyond that does not answer for anything.
At the limit its inventory is closed like any position of negative equity.
"""

from __future__ import annotations

from typing import Final

from bellwether.book.order import Order
from bellwether.engine.entry import enter, new_order, price_within
from bellwether.engine.liquidation.scope import (
    equity_behind,
    is_vault,
    maintenance_of,
    purse,
)
from bellwether.engine.liquidation.waterfall.closing import close_against
from bellwether.engine.margin import cross_equity
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.schema.events import PositionTakenOver
from bellwether.units.division import mul_div_down, mul_div_up
from bellwether.units.quantities import FRACTION_ONE, NS_PER_S

NAME: Final = b"\x00\x00\x00\x00backstop"
SELLS_EVERY_NS: Final = 30 * NS_PER_S
SELLS_E6: Final = 200_000
SELLS_WITHIN_E6: Final = 5_000
"""Every half minute a fifth of the inventory is offered, half a percent off the mark or better."""


def vault_address(asset: int) -> bytes:
    """The 20 bytes of a vault's account; no key belongs to it."""
    return NAME + asset.to_bytes(8, "big")


def vault_account(turn: Turn, market: Market) -> Account:
    """The vault's account, opened where there is none."""
    found = market.losses.vault
    if found is None:
        found = market.dex.account(turn.venue.user(vault_address(market.asset)))
        market.losses.vault = found
    return found


def vault_holding(turn: Turn, market: Market) -> Holding:
    """The vault's inventory; all of its cash answers for it."""
    account = vault_account(turn, market)
    found = account.user.holdings.get(market.asset)
    if found is None:
        found = Holding(account, market, True, 1)
        account.open(found)
    return found


def takes_over(holding: Holding) -> bool:
    """Would the vault still be within its loss limit with this position and what comes with it?"""
    market = holding.market
    if market.spec.losses.backstop_loss_limit_e6 == 0 or is_vault(holding):
        return False
    room = _handed_over(holding)
    account = market.losses.vault
    if account is not None:
        limit = market.spec.losses.backstop_loss_limit_e6
        room += cross_equity(account) - market.losses.reserved_e6(account, limit)
    return room >= 0


def _handed_over(holding: Holding) -> int:
    """The margin that goes with a position: by its part in the account's maintenance margin."""
    equity = equity_behind(holding)
    if not holding.is_cross:
        return equity
    needed = maintenance_of(holding)
    return equity if needed == 0 else mul_div_down(equity, holding.maintenance(), needed)


def take_over(turn: Turn, holding: Holding) -> None:
    """The position goes to the vault at the mark, and its margin with it."""
    market = holding.market
    vault = vault_holding(turn, market)
    amount = _handed_over(holding)
    size = holding.lots if holding.lots > 0 else -holding.lots
    ledger = market.dex.ledger
    if not holding.is_cross and amount < 0:
        # What is missing comes into the margin before the position is closed out of it.
        ledger.move(purse(vault), holding.margin, -amount)
    closed = close_against(turn, holding, vault, size, market.mark_price)
    if holding.is_cross or amount > 0:
        ledger.move(holding.account.cash, purse(vault), amount)
    turn.emit(PositionTakenOver(*closed, codes.BY_BACKSTOP, amount))
    market.recheck = True


def sell_inventory(turn: Turn, market: Market) -> None:
    """Offers a part of what the vault holds, near the mark or better; the rest ends at once."""
    account = market.losses.vault
    if account is None or market.status != codes.OPEN:
        return
    holding = account.user.holdings.get(market.asset)
    if holding is None or holding.lots == 0:
        return
    if turn.time_ns < market.losses.sold_ns + SELLS_EVERY_NS:
        return
    is_buy = holding.lots < 0
    price = price_within(market, is_buy, SELLS_WITHIN_E6)
    if price <= 0 or not market.book.crosses(is_buy, price):
        return
    market.losses.sold_ns = turn.time_ns
    size = -holding.lots if is_buy else holding.lots
    order = Order(
        new_order(turn.venue),
        holding,
        market.asset,
        is_buy,
        price,
        mul_div_up(size, SELLS_E6, FRACTION_ONE),
        codes.IOC,
        True,
        b"",
        turn.time_ns,
    )
    enter(turn, holding, order)
