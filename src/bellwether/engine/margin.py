"""Does the margin cover it (MARG-1 … MARG-6)? Pure reads of accounts and holdings.

Every amount is micro-USD at mark. Requirements round up. The gain that a resting order would make
against the mark never counts towards margin, the loss does.
"""

from __future__ import annotations

from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.formulas.limits.event_margin import stricter_leverage
from bellwether.units.division import div_up, mul_div_down, mul_div_up, signed_product
from bellwether.units.quantities import FEE_ONE


def cross_equity(account: Account) -> int:
    """Cash, and profit at mark and unsettled funding of all cross positions (MARG-1)."""
    equity = account.cash.balance
    for holding in account.held:
        if holding.is_cross and holding.lots != 0:
            equity += holding.worth()
    return equity


def cross_maintenance(account: Account) -> int:
    """Maintenance margin of all cross positions."""
    total = 0
    for holding in account.held:
        if holding.is_cross and holding.lots != 0:
            total += holding.maintenance()
    return total


def cross_initial(account: Account) -> int:
    """Initial margin of all cross positions as they are, without orders."""
    total = 0
    for holding in account.held:
        if holding.is_cross and holding.lots != 0:
            total += holding.initial()
    return total


def requirement(account: Account) -> int:
    """What all positions and open orders claim of the cross equity."""
    total = 0
    for holding in account.held:
        total += claim(holding, 0, 0, 0, 0)
    return total


def claim(holding: Holding, more_buy: int, buy_price: int, more_sell: int, sell_price: int) -> int:
    """What one holding claims of the cross equity, were its orders filled on the worse side.

    `more_buy` lots at `buy_price` (or `more_sell` at `sell_price`) are an order yet to be placed.
    """
    claimed = holding.initial() if holding.is_cross else 0
    if holding.buy_lots + more_buy > 0:
        value = holding.buy_value + more_buy * buy_price
        mark = holding.market.mark_price
        loss = holding.buy_value - holding.buy_lots * mark
        if loss < 0:
            loss = 0
        if more_buy > 0 and buy_price > mark:
            loss += more_buy * (buy_price - mark)
        side = _side_claim(holding, holding.buy_lots + more_buy, value, loss, True)
        if side > claimed:
            claimed = side
    if holding.sell_lots + more_sell > 0:
        value = holding.sell_value + more_sell * sell_price
        mark = holding.market.mark_price
        loss = holding.sell_lots * mark - holding.sell_value
        if loss < 0:
            loss = 0
        if more_sell > 0 and sell_price < mark:
            loss += more_sell * (mark - sell_price)
        side = _side_claim(holding, holding.sell_lots + more_sell, value, loss, False)
        if side > claimed:
            claimed = side
    return claimed


def _side_claim(holding: Holding, lots: int, value: int, loss: int, is_buy: bool) -> int:
    market = holding.market
    fees = fee(value, market.taker_fee_e9)
    if holding.is_cross:
        after = holding.lots + lots if is_buy else holding.lots - lots
        exposure = after if after >= 0 else -after
        initial = market.initial_margin(exposure * market.mark_price, holding.leverage)
        return initial + loss + fees
    opening = lots - holding.reducible(is_buy)
    if opening <= 0:
        return 0
    return market.initial_margin(opening * market.mark_price, holding.leverage) + loss + fees


def fee(notional: int, rate_e9: int) -> int:
    """Fee of a fill, rounded up; a rebate (negative rate) is rounded down in size (ORD-7)."""
    return mul_div_up(notional, rate_e9, FEE_ONE)


def covers_order(holding: Holding, is_buy: bool, lots: int, price: int) -> bool:
    """May an order be placed (MARG-4)? One that claims nothing more than before may, but for one
    that adds to what is to be liquidated.
    """
    if adds_to_the_ruined(holding, is_buy):
        return False
    account = holding.account
    equity = cross_equity(account)
    if _most_claimed(account, holding, lots, price) <= equity:
        return True
    if is_buy:
        after = claim(holding, lots, price, 0, 0)
    else:
        after = claim(holding, 0, 0, lots, price)
    total = after
    if len(account.held) > 1:
        for other in account.held:
            if other is not holding:
                total += claim(other, 0, 0, 0, 0)
    return total <= equity or after <= claim(holding, 0, 0, 0, 0)


def adds_to_the_ruined(holding: Holding, is_buy: bool) -> bool:
    """Would a fill of this side add to an isolated position below maintenance (MARG-4, LIQ-1)?

    What is added brings margin for itself alone; margin can be added for what is there.
    """
    if holding.is_cross or holding.lots == 0 or (holding.lots > 0) != is_buy:
        return False
    return holding.margin.balance + holding.worth() < holding.maintenance()


def covers_new_risk(holding: Holding, is_buy: bool, opening: int, price: int) -> bool:
    """On a listing day, or in a phase of the event clock, does free collateral cover what the order
    opens at the leverage that new risk may have then (LIFE-9, MARG-9)?
    """
    market = holding.market
    most = stricter_leverage(market.new_risk_leverage, market.event_risk_leverage)
    if most == 0 or holding.leverage <= most:
        return True
    mark = market.mark_price
    loss = (price - mark) * opening if is_buy else (mark - price) * opening
    needed = div_up(opening * mark, most) + fee(opening * price, market.taker_fee_e9)
    return free_collateral(holding.account) >= needed + (loss if loss > 0 else 0)


def _most_claimed(account: Account, holding: Holding, lots: int, price: int) -> int:
    """A bound on all claims with an order of `lots` at `price` added, found without dividing.

    No side of a holding claims more than initial margin at no leverage, the whole value as loss,
    and a fee of the value's size.
    """
    total = lots * (holding.market.mark_price + price)
    for each in account.held:
        size = each.lots if each.lots >= 0 else -each.lots
        size += each.buy_lots + each.sell_lots
        total += size * each.market.mark_price + each.buy_value + each.sell_value
    return total + total


def free_collateral(account: Account) -> int:
    """What new orders can still claim; never negative."""
    free = cross_equity(account) - requirement(account)
    return free if free > 0 else 0


def covers_fill(holding: Holding, is_buy: bool, lots: int, price: int, fees: int) -> bool:
    """May this fill happen now (MARG-4)? What it opens must be covered, no equity below zero."""
    opening = lots - holding.reducible(is_buy)
    if holding.is_cross:
        return _cross_covers(holding, is_buy, lots, price, fees, opening)
    return _isolated_covers(holding, is_buy, lots, price, fees, opening)


def _cross_covers(
    holding: Holding, is_buy: bool, lots: int, price: int, fees: int, opening: int
) -> bool:
    market = holding.market
    account = holding.account
    mark = market.mark_price
    away = signed_product(mark - price, lots)
    equity = cross_equity(account) + (away if is_buy else -away) - fees
    if opening <= 0:
        return equity >= 0
    after = holding.lots + lots if is_buy else holding.lots - lots
    exposure = after if after >= 0 else -after
    needed = market.initial_margin(exposure * mark, holding.leverage)
    if len(account.held) > 1:
        needed += cross_initial(account) - holding.initial()
    return equity >= needed


def _isolated_covers(
    holding: Holding, is_buy: bool, lots: int, price: int, fees: int, opening: int
) -> bool:
    if adds_to_the_ruined(holding, is_buy):
        return False
    market = holding.market
    account = holding.account
    mark = market.mark_price
    gained = 0
    closed = lots if opening <= 0 else lots - opening
    if closed > 0:
        size = holding.lots if holding.lots > 0 else -holding.lots
        gained, kept = isolated_release(holding, closed, price)
        rest = holding.lots - closed if holding.lots > 0 else holding.lots + closed
        left = kept + rest * mark - (holding.cost - mul_div_down(holding.cost, closed, size))
        if left < 0:
            return False
        if opening <= 0:
            return account.cash.balance + gained + left >= fees
    free = cross_equity(account) - cross_initial(account) + gained
    loss = (price - mark) * opening if is_buy else (mark - price) * opening
    needed = market.initial_margin(opening * mark, holding.leverage) + fees
    return free >= needed + (loss if loss > 0 else 0)


def exceeds_owner_share(holding: Holding, is_buy: bool, opening: int) -> bool:
    """Would `opening` lots more take its owner beyond its part of the open-interest cap (INST-4)?

    An owner's accounts count together, side by side, at the oracle.
    """
    market = holding.market
    if market.owner_cap_e6 == 0 or opening <= 0:
        return False
    total = opening
    linked = holding.account.user.linked
    if linked is None:
        total += holding.reducible(not is_buy)
    else:
        for user in linked:
            other = user.holdings.get(market.asset)
            if other is not None:
                total += other.reducible(not is_buy)
    return total * market.oracle_price > market.owner_cap_e6


def isolated_release(holding: Holding, closed: int, price: int) -> tuple[int, int]:
    """(to cash, left as margin) when `closed` lots of an isolated position trade at `price`.

    Margin is released pro rata (MARG-5); a loss beyond the released share is borne by the rest.
    Unsettled funding is taken as settled into the margin first.
    """
    size = holding.lots if holding.lots > 0 else -holding.lots
    margin = holding.margin.balance + holding.unsettled_funding()
    proceeds = closed * price if holding.lots > 0 else -closed * price
    gain = proceeds - mul_div_down(holding.cost, closed, size)
    share = margin if closed == size else mul_div_down(margin, closed, size)
    if share + gain >= 0:
        return share + gain, margin - share
    return 0, margin + gain
