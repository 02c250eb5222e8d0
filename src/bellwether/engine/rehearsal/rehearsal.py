"""Would an order be filled in full? It is matched against a copy of what it would meet (ORD-1).

Nothing less is exact: whether a maker still fits depends on what the trades before have done to its
margin. The copy runs the same matching, on accounts and positions of its own.
"""

from __future__ import annotations

from typing import final

from bellwether.book.order import Order
from bellwether.engine.fees.rates import refresh_rates
from bellwether.engine.matching import STOPS, match
from bellwether.engine.state.account import Account
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.state.venue import Venue
from bellwether.schema import codes


def would_fill(
    holding: Holding, is_buy: bool, price: int, lots: int, reduce_only: bool, builder_e9: int
) -> bool:
    """Would all `lots` trade at the limit or better now? Changes nothing.

    Makers are copied as far as they are needed, in the order in which they would be met.
    """
    book = holding.market.book
    ladder = book.asks if is_buy else book.bids
    limit = ladder.key_of(price)
    if not _is_deep(holding.market, is_buy, limit, lots):
        return False
    stage = _Stage(holding.market)
    taker = stage.holding_of(holding)
    asset = holding.market.asset
    order = Order(0, taker, asset, is_buy, price, lots, codes.FOK, reduce_only, b"", 0)
    order.builder_e9 = builder_e9
    waiting = 0
    for key in reversed(ladder.keys):
        if key < limit:
            return False
        maker = ladder.levels[key].head
        while maker is not None:
            stage.rest(maker)
            waiting += maker.lots
            if waiting >= order.lots:
                stopped = match(stage.turn, taker, order)
                if order.filled_lots == lots:
                    return True
                if stopped != STOPS or order.lots == 0:
                    return False
                waiting = 0
            maker = maker.following
    return False


def _is_deep(market: Market, is_buy: bool, limit: int, lots: int) -> bool:
    """Do so many lots rest at the limit or better at all?"""
    ladder = market.book.asks if is_buy else market.book.bids
    resting = 0
    for key in reversed(ladder.keys):
        if key < limit:
            return False
        resting += ladder.levels[key].lots
        if resting >= lots:
            return True
    return False


@final
class _Stage:
    """The copy: one market in a dex of its own; other markets are only read."""

    def __init__(self, market: Market) -> None:
        self.turn: Turn = Turn(Venue(), 0)
        self.dex: Dex = Dex(market.dex.number, market.dex.name)
        self.market: Market = Market(market.asset, self.dex, market.rules)
        self.market.phase = market.phase
        self.market.status = market.status
        self.market.mark_price = market.mark_price
        self.market.oracle_price = market.oracle_price
        self.market.funding_index_e12 = market.funding_index_e12
        self.market.long_lots = market.long_lots
        self.market.short_lots = market.short_lots
        self.users: dict[int, User] = {}

    def rest(self, maker: Order) -> None:
        """Puts a copy of a resting order into the copied book."""
        holding = self.holding_of(holder(maker))
        order = Order(
            maker.order_id,
            holding,
            maker.asset,
            maker.is_buy,
            maker.price,
            maker.lots,
            maker.time_in_force,
            maker.reduce_only,
            maker.client_order_id,
            maker.placed_ns,
        )
        order.builder_e9 = maker.builder_e9
        account = holding.account
        account.orders[order.order_id] = order
        if order.client_order_id:
            account.client_ids[order.client_order_id] = order
        self.market.book.insert(order)

    def holding_of(self, real: Holding) -> Holding:
        """The copy of a holding in this market, and with it of its whole account."""
        number = real.account.user.number
        if number not in self.users:
            self._copy_user(real.account)
        return self.users[number].holdings[self.market.asset]

    def _copy_user(self, real: Account) -> None:
        """Linked accounts share a list, so they come together (INST-4)."""
        user = self._user_of(real)
        linked = real.user.linked
        if linked is None:
            return
        owners: list[User] = []
        for other in linked:
            account = other.accounts.get(real.dex.number)
            if other is real.user:
                owners.append(user)
            elif account is not None:
                owners.append(self._user_of(account))
        for owner in owners:
            owner.linked = owners

    def _user_of(self, real: Account) -> User:
        user = User(real.user.address, real.user.number)
        self.users[user.number] = user
        account = Account(user, self.dex, real.number)
        account.cash.balance = real.cash.balance
        for held in real.held:
            account.open(self._copy_of(account, held))
        return user

    def _copy_of(self, account: Account, real: Holding) -> Holding:
        market = self.market if real.market.asset == self.market.asset else real.market
        copy = Holding(account, market, real.is_cross, real.leverage)
        copy.lots = real.lots
        copy.cost = real.cost
        copy.margin.balance = real.margin.balance
        copy.funding_index = real.funding_index
        copy.buy_lots = real.buy_lots
        copy.buy_value = real.buy_value
        copy.sell_lots = real.sell_lots
        copy.sell_value = real.sell_value
        copy.open_orders = real.open_orders
        if real.rates_epoch != real.market.rates_epoch:
            refresh_rates(real)
        copy.taker_fee_e9 = real.taker_fee_e9
        copy.maker_fee_e9 = real.maker_fee_e9
        copy.rates_epoch = market.rates_epoch
        # A copy is nothing that liquidation should look at.
        copy.is_fresh = True
        return copy
