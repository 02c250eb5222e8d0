"""The end of a market (LIFE-3 … LIFE-6): dates, default and alternative settlement."""

from __future__ import annotations

from typing import Final

from bellwether.engine.conversion.external import external_fine
from bellwether.engine.fills import fill
from bellwether.engine.life.phases import move
from bellwether.engine.liquidation.waterfall.deleveraging import close_out_debtors
from bellwether.engine.liquidation.waterfall.fund import cover_deficit
from bellwether.engine.orders import close_all
from bellwether.engine.pricing import accrue_delisting, accrue_twap
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.life import Delisting
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import DELISTING_END
from bellwether.engine.state.turn import Turn
from bellwether.formulas.conversion import part_settled_mark, settled_parts
from bellwether.formulas.twap import twap_atoms
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SettleMarket
from bellwether.schema.events import MarketSettled, PositionSettled
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.quantities import FINE, NS_PER_HOUR

MOST_TIMES_THE_MARK: Final = 1_000
"""A settlement price beyond that is a slip of the pen."""

TRANSACTION_GROUNDS: Final = frozenset(
    {"acquired", "taken_private", "recapitalised", "other_transaction"}
)
ADVERSE_GROUNDS: Final = frozenset({"insolvency", "enforcement", "restatement"})


def settlement_deadline_ns(spec: InstrumentSpec) -> int:
    """The specification's own, or the Outside Launch Date plus the period; 0 for none (LIFE-5)."""
    if spec.settlement_deadline > 0:
        return spec.settlement_deadline
    if spec.outside_launch_time > 0:
        return spec.outside_launch_time + spec.settlement_period_ns
    return 0


def reach_outside_launch(turn: Turn, market: Market) -> None:
    """Without a confirmed listing the settlement period begins (LIFE-3)."""
    if market.phase == codes.PRE_LISTING and not market.listing.is_confirmed:
        move(turn, market, codes.SETTLEMENT_PERIOD)


def reach_deadline(turn: Turn, market: Market) -> None:
    """The end of the settlement period: the market settles at its full-life TWAP (LIFE-4)."""
    if market.phase == codes.SETTLEMENT_PERIOD and not market.listing.is_confirmed:
        settle(turn, market, full_life_twap(turn, market), codes.DEFAULT_TWAP, "")


def full_life_twap(turn: Turn, market: Market) -> int:
    """Average of the mark from the launch to now, price atoms, half to even (LIFE-4)."""
    lived = turn.time_ns - market.launched_ns
    if lived <= 0:
        return market.mark_price
    accrue_twap(turn, market)
    return twap_atoms(market.twap_sum, lived)


def settlement_refusal(turn: Turn, market: Market, command: SettleMarket) -> int:
    """Why an alternative settlement may not be proposed or approved now (LIFE-6)."""
    method = command.method
    if not market.is_trading() or (market.phase == codes.LISTED) != (method == codes.DELISTING):
        return rejects.PHASE_FORBIDS
    if command.grounds not in codes.SETTLEMENT_GROUNDS:
        return rejects.GROUNDS_INVALID
    if (method == codes.DELISTING) != (command.grounds == "delisted"):
        return rejects.GROUNDS_INVALID
    if method == codes.TRANSACTION and command.grounds not in TRANSACTION_GROUNDS:
        return rejects.GROUNDS_INVALID
    if method == codes.ADVERSE_EVENT and command.grounds not in ADVERSE_GROUNDS:
        return rejects.GROUNDS_INVALID
    if method == codes.DEFAULT_TWAP:
        if market.phase != codes.SETTLEMENT_PERIOD:
            return rejects.METHOD_INVALID
        return rejects.ACCEPTED if command.price == 0 else rejects.SETTLEMENT_PRICE_INVALID
    if method == codes.WIND_DOWN and command.price == 0:
        return rejects.ACCEPTED
    if method == codes.RECENT_TWAP:
        if command.price != 0:
            return rejects.SETTLEMENT_PRICE_INVALID
        is_known = recent_twap(market, command.window_ns) > 0
        return rejects.ACCEPTED if is_known else rejects.WINDOW_INVALID
    if command.window_ns != 0:
        return rejects.WINDOW_INVALID
    if method == codes.DELISTING:
        if market.listing.delisting is not None:
            return rejects.ALREADY_SO
        return rejects.ACCEPTED if command.price == 0 else rejects.SETTLEMENT_PRICE_INVALID
    if not codes.DEFAULT_TWAP <= method <= codes.WIND_DOWN:
        return rejects.METHOD_INVALID
    if not 0 < command.price <= market.mark_price * MOST_TIMES_THE_MARK:
        return rejects.SETTLEMENT_PRICE_INVALID
    return rejects.ACCEPTED


def settle_as_decided(turn: Turn, market: Market, command: SettleMarket) -> None:
    """Carries out an approved settlement; a wind-down without a price takes the full-life TWAP."""
    if command.method == codes.DELISTING:
        _begin_delisting(turn, market)
        return
    price = command.price
    if command.method == codes.RECENT_TWAP:
        price = recent_twap(market, command.window_ns)
    elif price == 0:
        price = full_life_twap(turn, market)
    settle(turn, market, price, command.method, command.grounds)


def recent_twap(market: Market, window_ns: int) -> int:
    """Average of the mark over so many hours up to the last full one, price atoms, half to even.

    0 if the window is not a number of full hours, or the market has not lived them (LIFE-6).
    """
    if window_ns <= 0 or not market.twap_hours:
        return 0
    until_ns, until_sum = market.twap_hours[-1]
    for since_ns, since_sum in market.twap_hours:
        if until_ns - since_ns == window_ns:
            return twap_atoms(until_sum - since_sum, window_ns)
    return 0


def _begin_delisting(turn: Turn, market: Market) -> None:
    """The last hour begins, over which the outside price is averaged (LIFE-12)."""
    start_fine = external_fine(turn, market)
    if start_fine < 0:
        start_fine = market.prices.oracle_fine
    market.listing.delisting = Delisting(turn.time_ns, start_fine)
    market.epoch += 1
    turn.venue.timers.add(turn.time_ns + NS_PER_HOUR, DELISTING_END, market.asset)


def delist(turn: Turn, market: Market) -> None:
    """The last hour is over: the market settles at the average of the outside price."""
    delisting = market.listing.delisting
    assert delisting is not None, "a delisting that ends has begun"
    accrue_delisting(turn, delisting, -1)
    price = twap_atoms(delisting.weighted_sum, NS_PER_HOUR * FINE)
    settle(turn, market, price, codes.DELISTING, "delisted")


def settle(turn: Turn, market: Market, price: int, method: int, grounds: str) -> None:
    """Cancels every order, closes every position at `price` without fee, and ends (LIFE-4).

    Who would owe something is closed out before: by the insurance fund, then against the other
    side, which has gained it (LIQ-5).
    """
    move(turn, market, codes.SETTLING)
    turn.touch(market)
    for account in market.dex.accounts:
        close_all(turn, account, codes.DELISTED_CANCELED, market.asset)
    accrue_twap(turn, market)
    # Equity is measured at what the positions are now worth.
    market.mark_price = price
    close_out_debtors(turn, market)
    for number in sorted(market.holders):
        holding = market.holders[number]
        settle_lots(turn, holding, holding.lots if holding.lots > 0 else -holding.lots, price)
        cover_deficit(turn, holding)
    _look_again(market)
    assert market.long_lots == 0 and market.short_lots == 0, "a settled market has no positions"
    market.settlement_price = price
    market.settled_ns = turn.time_ns
    turn.emit(MarketSettled(market.asset, turn.time_ns, price, method, grounds))
    move(turn, market, codes.SETTLED)


def settle_part(turn: Turn, market: Market, price: int, part_e6: int) -> None:
    """Closes a part of every position at `price` without fee, the same of both sides (LIFE-7).

    A lot is worth the price as far as it settles and the mark as far as it stays. Who would owe at
    that is closed out before, as at the end of a market; then the mark is what it was.
    """
    turn.touch(market)
    accrue_twap(turn, market)
    mark = market.mark_price
    market.mark_price = part_settled_mark(mark, price, part_e6)
    close_out_debtors(turn, market)
    market.mark_price = mark
    longs: list[tuple[int, int]] = []
    shorts: list[tuple[int, int]] = []
    for number in sorted(market.holders):
        lots = market.holders[number].lots
        side = longs if lots > 0 else shorts
        side.append((number, lots))
    for sizes in settled_parts(longs, shorts, part_e6):
        for number, lots in sizes:
            if lots > 0:
                settle_lots(turn, market.holders[number], lots, price)
    _look_again(market)
    market.epoch += 1


def settle_lots(turn: Turn, holding: Holding, lots: int, price: int) -> None:
    """Some or all lots of a position end at a price, without fee."""
    start = holding.lots
    trade_id = turn.venue.new_trade_id()
    profit = fill(turn, holding, start < 0, lots, price, 0)
    address = holding.account.user.address
    asset = holding.market.asset
    turn.emit(PositionSettled(trade_id, asset, address, start, lots, price, profit))


def _look_again(market: Market) -> None:
    """Whoever has lost by a settlement may need looking at, wherever he holds something."""
    for other in market.dex.markets:
        other.recheck = True
