"""What nobody takes (LIQ-4, LIQ-5): closed against the other side, ranked or in proportion."""

from __future__ import annotations

from bellwether.engine.liquidation.scope import end_orders, equity_behind, zero_equity_price
from bellwether.engine.liquidation.statement import state_equity
from bellwether.engine.liquidation.waterfall.closing import close_against
from bellwether.engine.liquidation.waterfall.fund import (
    cover_deficit,
    pay_from_fund,
    pay_what_it_has,
)
from bellwether.engine.liquidation.waterfall.other_side import OtherSide
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.deleveraging import covering_lots
from bellwether.schema import codes
from bellwether.schema.events import AutoDeleveraged
from bellwether.units.division import div_down


def deleverage_at_mark(
    turn: Turn, holding: Holding, previous_mark: int, liquidation_id: int
) -> None:
    """Closes a position of negative equity at the previous mark (LIQ-4, HyperCore).

    Where that leaves a deficit that the insurance fund does not cover, the price is that of zero
    equity. In proportion, no more is closed than brings the equity back to zero.
    """
    market = holding.market
    size = holding.lots if holding.lots > 0 else -holding.lots
    zero = zero_equity_price(holding)
    missing = zero - previous_mark if holding.lots > 0 else previous_mark - zero
    price = previous_mark
    if missing > 0:
        if size * missing <= market.losses.fund.balance:
            pay_from_fund(turn, holding, size * missing)
        else:
            price = zero
    need = size
    if market.spec.adl == "pro_rata":
        gained = price - market.mark_price if holding.lots > 0 else market.mark_price - price
        need = covering_lots(size, -equity_behind(holding), gained)
    _close_lots(turn, holding, need, price, liquidation_id)


def deleverage_at_zero(turn: Turn, holding: Holding, liquidation_id: int) -> None:
    """Closes the whole position at the bankruptcy price (LIQ-4, Kraken; a settlement)."""
    size = holding.lots if holding.lots > 0 else -holding.lots
    _close_lots(turn, holding, size, zero_equity_price(holding), liquidation_id)


def close_out_debtors(turn: Turn, market: Market) -> None:
    """Whoever would owe when a market settles is closed out before (LIFE-4, LIFE-7, LIQ-5).

    The mark is what the settlement makes of a lot. Nobody owes anything at it then.
    """
    turn.forget_sides()
    for number in sorted(market.holders):
        holding = market.holders.get(number)
        if holding is not None and equity_behind(holding) < 0:
            _close_out(turn, holding)
    turn.forget_sides()


def _close_out(turn: Turn, holding: Holding) -> None:
    """Orders end; what is missing is the fund's, then the other side's, which has gained it."""
    end_orders(turn, holding)
    pay_what_it_has(turn, holding)
    if equity_behind(holding) < 0:
        number = turn.venue.new_liquidation_id()
        state_equity(turn, holding, number, codes.LIQUIDATED)
        deleverage_at_zero(turn, holding, number)
        if holding.lots == 0:
            cover_deficit(turn, holding)


def _close_lots(turn: Turn, holding: Holding, need: int, price: int, liquidation_id: int) -> None:
    market = holding.market
    for number, lots in _other_side(turn, market, holding.lots < 0).choose(turn.moved, need):
        other = market.holders[number]
        state_equity(turn, other, liquidation_id, codes.DELEVERAGED)
        borne = _bearable_price(other, lots, price)
        turn.emit(AutoDeleveraged(*close_against(turn, holding, other, lots, borne)))
    # Who has been closed out may itself need looking at, though the mark stands still.
    market.recheck = True


def _other_side(turn: Turn, market: Market, is_long: bool) -> OtherSide:
    """The positions that a loss goes against, as they were kept since the update began."""
    side = turn.sides.get((market.asset, is_long))
    if side is None:
        side = OtherSide(market, is_long, len(turn.moved))
        turn.sides[market.asset, is_long] = side
    return side


def _bearable_price(other: Holding, lots: int, price: int) -> int:
    """The price at which `lots` of another position are closed: `price`, or what it can bear.

    Nobody is deleveraged below zero equity, and nobody at worse than the mark whose equity is gone.
    """
    mark = other.market.mark_price
    equity = equity_behind(other)
    room = div_down(equity, lots) if equity > 0 else 0
    if other.lots > 0:
        worst = mark - room
        return price if price > worst else worst
    worst = mark + room
    return price if price < worst else worst
