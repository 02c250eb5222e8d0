"""One side of a trade becomes a position and money (MARG-1, MARG-5, FUND-4)."""

from __future__ import annotations

from bellwether.engine.margin import isolated_release
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.ledger.ledger import LedgerAccount
from bellwether.schema.events import FundingSettled
from bellwether.units.division import div_down, mul_div_down, signed_product
from bellwether.units.quantities import RATE_ONE


def settle_funding(turn: Turn, holding: Holding) -> None:
    """Moves a position's unsettled funding, rounded down, and its remainder (FUND-4, UNIT-6)."""
    market = holding.market
    delta = market.funding_index_e12 - holding.funding_index
    holding.funding_index = market.funding_index_e12
    if delta == 0 or holding.lots == 0:
        return
    owed = -holding.lots * delta
    amount = mul_div_down(owed, 1, RATE_ONE)
    ledger = market.dex.ledger
    target: LedgerAccount = holding.account.cash if holding.is_cross else holding.margin
    ledger.move(market.funding_account, target, amount)
    market.funding_remainder += owed - amount * RATE_ONE
    if market.funding_remainder >= RATE_ONE:
        market.funding_remainder -= RATE_ONE
        ledger.move(market.funding_account, ledger.rounding, 1)
    holding.funding_all_time += amount
    holding.funding_since_open += amount
    holding.funding_since_change += amount
    turn.emit(
        FundingSettled(
            market.asset,
            holding.account.user.address,
            holding.lots,
            amount,
            str(market.funding_index_e12),
        )
    )


def fill(turn: Turn, holding: Holding, is_buy: bool, lots: int, price: int, fees: int) -> int:
    """Applies a fill and its fee; returns the realised profit before fees, micro-USD."""
    assert lots > 0 and price > 0, "a fill has a size and a price"
    market = holding.market
    settle_funding(turn, holding)
    reducible = holding.reducible(is_buy)
    closed = lots if lots < reducible else reducible
    profit = 0
    if closed > 0:
        profit = _close(holding, closed, price)
        if holding.lots == 0:
            holding.funding_since_open = 0
            if holding.position_tpsl > 0:
                turn.flattened.append(holding)
    if lots > closed:
        _open(holding, is_buy, lots - closed, price)
    holding.funding_since_change = 0
    if fees != 0:
        _pay_fee(holding, fees)
    if holding.lots == 0:
        market.holders.pop(holding.account.number, None)
    elif closed == 0 or lots > closed:
        market.holders[holding.account.number] = holding
    holding.account.freshen()
    turn.note_move(holding.account)
    return profit


def _close(holding: Holding, closed: int, price: int) -> int:
    market = holding.market
    account = holding.account
    ledger = market.dex.ledger
    is_long = holding.lots > 0
    size = holding.lots if is_long else -holding.lots
    released = holding.cost
    if closed != size:
        released = div_down(signed_product(holding.cost, closed), size)
    proceeds = closed * price
    profit = (proceeds if is_long else -proceeds) - released
    if holding.is_cross:
        ledger.move(market.clearing, account.cash, profit)
    else:
        to_cash, _ = isolated_release(holding, closed, price)
        ledger.move(market.clearing, holding.margin, profit)
        ledger.move(holding.margin, account.cash, to_cash)
    holding.cost -= released
    market.cost_total -= released
    if is_long:
        holding.lots -= closed
        market.long_lots -= closed
    else:
        holding.lots += closed
        market.short_lots -= closed
    return profit


def _open(holding: Holding, is_buy: bool, lots: int, price: int) -> None:
    market = holding.market
    signed = lots if is_buy else -lots
    cost = signed_product(signed, price)
    holding.lots += signed
    holding.cost += cost
    market.cost_total += cost
    if is_buy:
        market.long_lots += lots
    else:
        market.short_lots += lots
    if not holding.is_cross:
        mark = market.mark_price
        loss = (price - mark) * signed
        margin = market.initial_margin(lots * mark, holding.leverage)
        if loss > 0:
            margin += loss
        market.dex.ledger.move(holding.account.cash, holding.margin, margin)


def _pay_fee(holding: Holding, fees: int) -> None:
    pay_from_scope(holding, holding.market.dex.ledger.fees, fees)


def pay_from_scope(holding: Holding, target: LedgerAccount, amount: int) -> None:
    """Fees come from cash; what an isolated position's owner lacks there, from its margin."""
    ledger = holding.market.dex.ledger
    cash = holding.account.cash
    if holding.is_cross or cash.balance >= amount:
        ledger.move(cash, target, amount)
        return
    from_cash = cash.balance if cash.balance > 0 else 0
    ledger.move(cash, target, from_cash)
    ledger.move(holding.margin, target, amount - from_cash)
