"""An order meets the book (ORD-2, ORD-3, MARG-4, ORD-7)."""

from __future__ import annotations

from typing import Final

from bellwether.book.order import Order
from bellwether.engine.fees.rates import refresh_rates
from bellwether.engine.fees.sharing import pay_builder, pay_deployer
from bellwether.engine.fills import fill
from bellwether.engine.margin import covers_fill, exceeds_owner_share, fee
from bellwether.engine.orders import close, deregister, take_exposure
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.words import trade_executed
from bellwether.schema import codes
from bellwether.schema.events import OrderAmended

GOES_ON: Final = 0
STOPS: Final = 1
STOPS_FOR_MARGIN: Final = 2
STOPS_FOR_SELF_TRADE: Final = 3
STOPS_FOR_OWNER: Final = 4


def match(turn: Turn, holding: Holding, order: Order) -> int:
    """Trades an order that is not in the book against it, best price first, then oldest.

    Ends when the order is filled, nothing crosses, or its margin no longer covers a fill. Makers
    that no longer fit are cancelled on the way. Returns why it stopped.
    """
    market = holding.market
    turn.touch(market)
    ladder = market.book.asks if order.is_buy else market.book.bids
    limit = ladder.key_of(order.price)
    linked = holding.account.user.linked
    while order.lots > 0:
        level = ladder.best()
        if level is None or level.key < limit:
            return STOPS
        maker = level.head
        assert maker is not None, "a level holds orders"
        if maker.owner is holding or (linked is not None and is_linked(maker, linked)):
            verdict = _meet_own(turn, holding, order, maker)
            if verdict == STOPS_FOR_SELF_TRADE:
                return verdict
            if verdict == STOPS:
                continue
        verdict = _trade(turn, holding, order, maker)
        if verdict != GOES_ON:
            return verdict
    return STOPS


def is_linked(order: Order, linked: list[User]) -> bool:
    """Is this an order of one of an owner's accounts (ORD-3)?"""
    return holder(order).account.user.linked is linked


def _meet_own(turn: Turn, holding: Holding, order: Order, maker: Order) -> int:
    """Self-trade prevention (ORD-3): GOES_ON to trade, STOPS to look again, or the taker's end."""
    rule = holding.market.self_trade_prevention
    account = holder(maker).account
    if rule == codes.STP_ALLOW:
        return GOES_ON
    if rule == codes.STP_CANCEL_MAKER:
        close(turn, account, maker, codes.SELF_TRADE_CANCELED)
        return STOPS
    if rule == codes.STP_CANCEL_BOTH:
        close(turn, account, maker, codes.SELF_TRADE_CANCELED)
        return STOPS_FOR_SELF_TRADE
    if rule == codes.STP_DECREMENT:
        return _decrement(turn, holding, order, maker)
    return STOPS_FOR_SELF_TRADE


def _decrement(turn: Turn, holding: Holding, order: Order, maker: Order) -> int:
    """Takes the smaller size off both; the maker keeps its place; who has nothing left ends."""
    lots = maker.lots if maker.lots < order.lots else order.lots
    owner = holder(maker)
    if lots == maker.lots:
        close(turn, owner.account, maker, codes.SELF_TRADE_CANCELED)
    else:
        take_exposure(owner, maker, lots)
        holding.market.book.reduce(maker, lots)
        _amended(turn, owner, maker)
    if lots == order.lots:
        return STOPS_FOR_SELF_TRADE
    order.lots -= lots
    _amended(turn, holding, order)
    return STOPS


def _amended(turn: Turn, holding: Holding, order: Order) -> None:
    turn.emit(
        OrderAmended(
            order.order_id,
            order.order_id,
            holding.account.user.address,
            order.asset,
            order.lots,
            order.client_order_id,
        )
    )


def _trade(turn: Turn, holding: Holding, order: Order, maker: Order) -> int:
    """One step of matching against one maker: GOES_ON, or why the taker stops."""
    market = holding.market
    maker_holding = holder(maker)
    maker_account = maker_holding.account
    lots = maker.lots if maker.lots < order.lots else order.lots
    if maker.reduce_only:
        reducible = maker_holding.reducible(maker.is_buy)
        if reducible == 0:
            close(turn, maker_account, maker, codes.REDUCE_ONLY_CANCELED)
            return GOES_ON
        if reducible < lots:
            lots = reducible
    price = maker.price
    notional = lots * price
    if maker_holding.rates_epoch != market.rates_epoch:
        refresh_rates(maker_holding)
    if holding.rates_epoch != market.rates_epoch:
        refresh_rates(holding)
    maker_fee = fee(notional, maker_holding.maker_fee_e9)
    taker_fee = fee(notional, holding.taker_fee_e9)
    if maker.builder_e9 > 0:
        maker_fee += fee(notional, maker.builder_e9)
    if order.builder_e9 > 0:
        taker_fee += fee(notional, order.builder_e9)
    if not covers_fill(maker_holding, maker.is_buy, lots, price, maker_fee):
        close(turn, maker_account, maker, codes.MARGIN_CANCELED)
        return GOES_ON
    if not covers_fill(holding, order.is_buy, lots, price, taker_fee):
        return STOPS_FOR_MARGIN
    if market.owner_cap_e6 > 0:
        opening = lots - maker_holding.reducible(maker.is_buy)
        if exceeds_owner_share(maker_holding, maker.is_buy, opening):
            close(turn, maker_account, maker, codes.OWNER_SHARE_CANCELED)
            return GOES_ON
        opening = lots - holding.reducible(order.is_buy)
        if exceeds_owner_share(holding, order.is_buy, opening):
            return STOPS_FOR_OWNER
    kind = codes.NORMAL_TRADE
    execute(turn, holding, order, maker_holding, maker, lots, price, taker_fee, maker_fee, kind)
    consume(turn, maker_holding, maker, lots)
    order.lots -= lots
    return GOES_ON


def execute(
    turn: Turn,
    holding: Holding,
    order: Order,
    maker_holding: Holding,
    maker: Order,
    lots: int,
    price: int,
    taker_fee: int,
    maker_fee: int,
    kind: int,
) -> None:
    """The trade that both sides' margin has been found to cover: it can no longer fail.

    Neither order has lost the traded lots yet.
    """
    market = holding.market
    taker_start = holding.lots
    maker_start = maker_holding.lots
    taker_profit = fill(turn, holding, order.is_buy, lots, price, taker_fee)
    if maker_holding is holding:
        maker_start = holding.lots
    maker_profit = fill(turn, maker_holding, maker.is_buy, lots, price, maker_fee)
    order.filled_lots += lots
    maker.filled_lots += lots
    venue = turn.venue
    trade_id = venue.new_trade_id()
    if kind == codes.NORMAL_TRADE:
        market.last_trade_price = price
        if market.triggers.waiting_for_last > 0:
            turn.show_trade(market, price)
        market.losses.quiet_price = 0
    taker_user = holding.account.user
    maker_user = maker_holding.account.user
    value = lots * price
    taker_user.volume_e6 += value
    taker_builder_fee = pay_builder(turn, market, order, value)
    maker_builder_fee = pay_builder(turn, market, maker, value)
    recipient = market.dex.fee_recipient
    if recipient is not None:
        built = taker_builder_fee + maker_builder_fee
        pay_deployer(market, recipient, taker_fee + maker_fee - built)
    taker_user.volume.take(venue.day, value)
    maker_user.volume_e6 += value
    maker_user.volume.make(venue.day, value)
    turn.emit(
        trade_executed(
            trade_id,
            market.asset,
            price,
            lots,
            order.is_buy,
            order.order_id,
            maker.order_id,
            taker_user.address,
            maker_user.address,
            taker_fee,
            maker_fee,
            taker_start,
            maker_start,
            taker_profit,
            maker_profit,
            kind,
            taker_builder_fee,
            maker_builder_fee,
        )
    )


def consume(turn: Turn, holding: Holding, maker: Order, lots: int) -> None:
    """Takes traded lots off a resting order; a filled one leaves the book silently."""
    market: Market = holding.market
    take_exposure(holding, maker, lots)
    if lots < maker.lots:
        market.book.reduce(maker, lots)
        return
    market.book.remove(maker)
    maker.lots = 0
    deregister(holding.account, holding, maker)
    if maker.children is not None:
        turn.ended_parents.append((holding.account, maker))
