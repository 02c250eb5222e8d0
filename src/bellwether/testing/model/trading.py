"""Orders of the naive venue (chapter 08): refused, matched, rested, triggered, ended."""

from __future__ import annotations

import copy

from bellwether.schema import codes, rejects
from bellwether.schema.commands import OrderRequest
from bellwether.schema.events import (
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderEcho,
    OrderPlaced,
    OrderRefused,
    OrderTriggered,
    TradeExecuted,
)
from bellwether.testing.model.caps import is_beyond_oracle, kept_at_oracle, market_price
from bellwether.testing.model.money import Money
from bellwether.testing.model.things import NaiveMarket, NaiveOrder, NaivePosition
from bellwether.testing.model.trails import STOPS, firing_order, follow_mark, trail_refusal
from bellwether.units.tick import price_on_tick

TIMES_IN_FORCE = (codes.GTC, codes.IOC, codes.ALO, codes.FOK, codes.FRONTEND_MARKET)
TRIGGERS = range(codes.NO_TRIGGER, codes.TAKE_PROFIT_LIMIT + 1)
MARKET_TRIGGERS = (codes.STOP_MARKET, codes.TAKE_PROFIT_MARKET)


class Trading(Money):
    """The book is whatever order of the list has arrived in it, sorted when asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.next_order_id = 1
        self.next_trade_id = 1
        self.arrivals = 0
        self.ended: list[NaiveOrder] = []
        self.flattened: list[NaivePosition] = []

    def queue(self, asset: int, is_buy: bool) -> list[NaiveOrder]:
        """Price before time (ORD-2)."""
        side = [o for o in self.orders if o.asset == asset and o.is_buy == is_buy and o.arrival]
        return sorted(side, key=lambda o: (-o.price if is_buy else o.price, o.arrival))

    def crossed(self, asset: int, is_buy: bool, price: int) -> list[NaiveOrder]:
        """Orders of the other side at the limit or better, best first."""
        other = self.queue(asset, not is_buy)
        return [o for o in other if (o.price <= price if is_buy else o.price >= price)]

    def order_named(self, user: bytes, asset: int, order_id: int) -> NaiveOrder | None:
        """A live order of the user in the market, by id."""
        for order in self.orders:
            if order.order_id == order_id and order.user == user and order.asset == asset:
                return order
        return None

    def order_called(self, user: bytes, asset: int, client_id: bytes) -> NaiveOrder | None:
        """A live order of the user in the market, by client id."""
        for order in self.orders:
            if client_id and order.client_id == client_id and order.user == user:
                return order if order.asset == asset else None
        return None

    def refuse(self, user: bytes, request: OrderRequest, reason: int) -> None:
        """With a client id what was asked for can be looked up, under an id of its own."""
        echo = None
        if request.client_order_id and request.asset in self.markets:
            echo = OrderEcho(
                self.take_order_id(),
                request.is_buy,
                request.price,
                request.lots,
                request.time_in_force,
                request.reduce_only,
                request.client_order_id,
                request.trigger,
                request.trigger_price,
            )
        bid = ask = 0
        if reason == rejects.POST_ONLY_CROSSES:
            bids, asks = self.queue(request.asset, True), self.queue(request.asset, False)
            bid = bids[0].price if bids else 0
            ask = asks[0].price if asks else 0
        self.events.append(OrderRefused(reason, user, request.asset, echo, bid, ask))

    def take_order_id(self) -> int:
        """Order ids count up."""
        self.next_order_id += 1
        return self.next_order_id - 1

    def refusal(self, user: bytes, request: OrderRequest, tied: bool) -> int:
        """The first reason against an order, in the order of precedence (ORD-4, ORD-5)."""
        market = self.markets.get(request.asset)
        if market is None:
            return rejects.MARKET_UNKNOWN
        if market.status == codes.HALTED:
            return rejects.TRADING_HALTED
        if market.status == codes.CANCEL_ONLY:
            return rejects.CANCEL_ONLY_NOW
        if user not in self.users or market.dex not in self.users[user].cash:
            return rejects.INSUFFICIENT_MARGIN
        reason = self.form_refusal(market, request)
        if reason != rejects.ACCEPTED:
            return reason
        if market.status == codes.POST_ONLY and request.time_in_force != codes.ALO:
            return rejects.POST_ONLY_NOW
        if self.is_called(user, market.dex, request.client_order_id):
            return rejects.CLIENT_ORDER_ID_IN_USE
        if tied and not (request.trigger and request.reduce_only):
            return rejects.GROUPING_INVALID
        if request.trigger:
            return self.trigger_refusal(user, market, request)
        return self.entry_refusal(
            self.position(user, request.asset),
            request.is_buy,
            market_price(market, self.positions, request),
            request.lots,
            request.time_in_force,
            request.reduce_only,
        )

    @staticmethod
    def form_refusal(market: NaiveMarket, request: OrderRequest) -> int:
        """What is wrong with an order whatever book and account hold (UNIT-3, ORD-4)."""
        spec = market.spec
        if request.time_in_force not in TIMES_IN_FORCE:
            return rejects.TIME_IN_FORCE_UNKNOWN
        if request.trigger not in TRIGGERS:
            return rejects.TRIGGER_UNKNOWN
        if request.lots == codes.UNREPRESENTABLE:
            return rejects.SIZE_INVALID
        if request.lots <= 0:
            return rejects.SIZE_ZERO
        if spec.max_order_lots and request.lots > spec.max_order_lots:
            return rejects.SIZE_TOO_LARGE
        if request.price == codes.UNREPRESENTABLE:
            return rejects.PRICE_OFF_TICK
        if request.price <= 0:
            return rejects.PRICE_INVALID
        if not price_on_tick(request.price, spec.size_decimals, spec.tick_atoms):
            return rejects.PRICE_OFF_TICK
        if request.trail_atoms or request.trail_e6:
            reason = trail_refusal(market, request)
            if reason != rejects.ACCEPTED:
                return reason
        if not request.trigger and abs(request.price - market.oracle) * 100 > market.oracle * 95:
            return rejects.PRICE_TOO_FAR
        if not request.reduce_only and request.price * request.lots < spec.min_order_value_e6:
            return rejects.VALUE_TOO_SMALL
        return rejects.ACCEPTED

    def is_called(self, user: bytes, dex: str, client_id: bytes) -> bool:
        """Does a live order of the account carry the client id (ORD-6)?"""
        return bool(client_id) and any(
            order.user == user
            and order.client_id == client_id
            and self.markets[order.asset].dex == dex
            for order in self.orders
        )

    def trigger_refusal(self, user: bytes, market: NaiveMarket, request: OrderRequest) -> int:
        """A trigger that would fire at once is refused, as is one with nothing to reduce."""
        wanted = request.trigger_price
        if not (request.trail_atoms or request.trail_e6):
            if not price_on_tick(wanted, market.spec.size_decimals, market.spec.tick_atoms):
                return rejects.TRIGGER_PRICE_INVALID
            if self.has_fired(request.trigger, request.is_buy, wanted, market.mark):
                return rejects.TRIGGER_PRICE_INVALID
        position = self.position(user, market.asset)
        if request.reduce_only and self.reducible(position, request.is_buy) == 0:
            return rejects.REDUCE_ONLY_INCREASES
        return rejects.ACCEPTED

    @staticmethod
    def has_fired(trigger: int, is_buy: bool, trigger_price: int, price: int) -> bool:
        """Stops of buys and profits of sells fire on a rise, the others on a fall (ORD-1)."""
        if (trigger in STOPS) == is_buy:
            return price >= trigger_price
        return price <= trigger_price

    def entry_refusal(
        self,
        position: NaivePosition,
        is_buy: bool,
        price: int,
        lots: int,
        time_in_force: int,
        reduce_only: bool,
    ) -> int:
        """What book, limits and margin say (ORD-1, MARG-4, MARG-7)."""
        asset = position.asset
        if reduce_only and self.reducible(position, is_buy) == 0:
            return rejects.REDUCE_ONLY_INCREASES
        crossed = self.crossed(asset, is_buy, price)
        if time_in_force == codes.ALO and crossed:
            return rejects.POST_ONLY_CROSSES
        if time_in_force not in (codes.GTC, codes.ALO) and not crossed:
            empty = not self.queue(asset, not is_buy)
            if empty and time_in_force == codes.FRONTEND_MARKET:
                return rejects.NO_LIQUIDITY
            return rejects.NOTHING_TO_MATCH
        at_cap = is_beyond_oracle(self.markets[asset], self.positions, is_buy, price)
        if reduce_only and at_cap:
            return rejects.BEYOND_ORACLE_AT_CAP
        if reduce_only:
            most = min(lots, self.reducible(position, is_buy))
            return self.all_or_nothing(position, is_buy, price, most, time_in_force, True)
        opening = lots - self.reducible(position, is_buy)
        if opening > 0:
            reason = self.limit_refusal(position, is_buy, lots, opening)
            if reason != rejects.ACCEPTED:
                return reason
        elif at_cap:
            return rejects.BEYOND_ORACLE_AT_CAP
        if not self.covers_order(position, (is_buy, lots, price)):
            return rejects.INSUFFICIENT_MARGIN
        return self.all_or_nothing(position, is_buy, price, lots, time_in_force, False)

    def all_or_nothing(
        self,
        position: NaivePosition,
        is_buy: bool,
        price: int,
        lots: int,
        time_in_force: int,
        reduce_only: bool,
    ) -> int:
        """Fill-or-kill is tried on a copy of the whole venue: was every lot traded there?"""
        if time_in_force != codes.FOK:
            return rejects.ACCEPTED
        trial = copy.deepcopy(self)
        user, asset = position.user, position.asset
        order = NaiveOrder(
            0, user, asset, is_buy, price, lots, lots, time_in_force, reduce_only, b""
        )
        trial.match(order)
        return rejects.ACCEPTED if order.filled == lots else rejects.NOT_FULLY_MATCHED

    def limit_refusal(self, position: NaivePosition, is_buy: bool, lots: int, opening: int) -> int:
        """Open interest at the oracle, counted once, and the largest position that could come of
        the open orders of this side (MARG-7).
        """
        market = self.markets[position.asset]
        longs = sum(p.lots for p in self.positions if p.asset == market.asset and p.lots > 0)
        cap = market.spec.open_interest_cap_e6
        if cap and (longs + opening) * market.oracle > cap:
            return rejects.OPEN_INTEREST_CAPPED
        limit = market.spec.position_limit_lots
        open_lots = sum(o.lots for o in self.resting(position.user, market.asset, is_buy))
        if limit and (position.lots if is_buy else -position.lots) + open_lots + lots > limit:
            return rejects.POSITION_LIMIT
        return rejects.ACCEPTED

    def place(
        self,
        user: bytes,
        request: OrderRequest,
        tied: bool = False,
        children: tuple[OrderRequest, ...] | None = None,
    ) -> None:
        """One order of an action is accepted or refused alone."""
        reason = self.refusal(user, request, tied)
        if reason != rejects.ACCEPTED:
            for refused in (request, *(children or ())):
                self.refuse(user, refused, reason)
            return
        order = self.order_of(user, request)
        order.price = market_price(self.markets[order.asset], self.positions, request)
        order.is_position_tpsl = tied
        order.order_id = self.take_order_id()
        if order.trigger:
            follow_mark(order, self.markets[order.asset].mark)
            self.announce(order)
            self.orders.append(order)
            return
        if order.reduce_only:
            position = self.position(user, request.asset)
            order.lots = min(order.lots, self.reducible(position, order.is_buy))
        order.has_children = children is not None
        self.announce(order)
        self.trade_and_rest(order)
        for child in children or ():
            self.add_child(order, child)

    def add_child(self, parent: NaiveOrder, request: OrderRequest) -> None:
        """Children wait for the parent's fill (`normalTpsl`)."""
        market = self.markets[request.asset]
        spec = market.spec
        reason = self.form_refusal(market, request)
        if reason == rejects.ACCEPTED:
            trails = request.trail_atoms or request.trail_e6
            if not trails and not price_on_tick(
                request.trigger_price, spec.size_decimals, spec.tick_atoms
            ):
                reason = rejects.TRIGGER_PRICE_INVALID
            elif self.is_called(parent.user, market.dex, request.client_order_id):
                reason = rejects.CLIENT_ORDER_ID_IN_USE
        if reason != rejects.ACCEPTED:
            self.refuse(parent.user, request, reason)
            return
        child = self.order_of(parent.user, request)
        child.order_id = self.take_order_id()
        child.parent_id = parent.order_id
        child.is_waiting = True
        self.announce(child)
        self.orders.append(child)

    def order_of(self, user: bytes, request: OrderRequest) -> NaiveOrder:
        """The order that a request asks for."""
        return NaiveOrder(
            0,
            user,
            request.asset,
            request.is_buy,
            request.price,
            request.lots,
            request.lots,
            request.time_in_force,
            request.reduce_only,
            request.client_order_id,
            request.trigger,
            request.trigger_price if request.trigger else 0,
            trail_atoms=request.trail_atoms,
            trail_e6=request.trail_e6,
        )

    def announce(self, order: NaiveOrder) -> None:
        """An order was accepted."""
        self.events.append(
            OrderPlaced(
                order.order_id,
                order.user,
                order.asset,
                order.is_buy,
                order.price,
                order.lots,
                order.time_in_force,
                order.reduce_only,
                order.client_id,
                order.trigger,
                order.trigger_price,
                order.is_position_tpsl,
                order.parent_id,
                order.original,
                order.trail_atoms,
                order.trail_e6,
            )
        )

    def trade_and_rest(self, order: NaiveOrder) -> None:
        """An accepted order trades; what is left rests or ends by its time in force."""
        status = self.match(order)
        if order.lots == 0:
            if order.has_children:
                self.ended.append(order)
            return
        if status == 0 and order.time_in_force not in (codes.GTC, codes.ALO):
            status = codes.IOC_REMAINDER
        if status:
            self.end(order, status)
            return
        self.arrivals += 1
        order.arrival = self.arrivals
        self.orders.append(order)

    def match(self, order: NaiveOrder) -> int:
        """Meets the book until filled or stopped; the status that a stopped remainder gets."""
        position = self.position(order.user, order.asset)
        rule = self.markets[order.asset].spec.self_trade_prevention
        while order.lots:
            crossed = self.crossed(order.asset, order.is_buy, order.price)
            if not crossed:
                return 0
            maker = crossed[0]
            if maker.user == order.user and rule != codes.STP_ALLOW:
                if rule in (codes.STP_CANCEL_MAKER, codes.STP_CANCEL_BOTH):
                    self.end(maker, codes.SELF_TRADE_CANCELED)
                if rule in (codes.STP_REJECT_TAKER, codes.STP_CANCEL_BOTH):
                    return codes.SELF_TRADE_CANCELED
                if rule == codes.STP_DECREMENT and not self.decrement(order, maker):
                    return codes.SELF_TRADE_CANCELED
            elif not self.meet(position, order, maker):
                return codes.MARGIN_CANCELED
        return 0

    def decrement(self, order: NaiveOrder, maker: NaiveOrder) -> bool:
        """Both orders of one owner lose the smaller size (ORD-3); False if the taker ends."""
        lots = min(order.lots, maker.lots)
        if maker.lots == lots:
            self.end(maker, codes.SELF_TRADE_CANCELED)
        else:
            maker.lots -= lots
            self.amended(maker, maker.order_id)
        if order.lots == lots:
            return False
        order.lots -= lots
        self.amended(order, order.order_id)
        return True

    def amended(self, order: NaiveOrder, previous_id: int) -> None:
        """An order shrank in its place."""
        self.events.append(
            OrderAmended(
                order.order_id, previous_id, order.user, order.asset, order.lots, order.client_id
            )
        )

    def meet(self, taker_position: NaivePosition, order: NaiveOrder, maker: NaiveOrder) -> bool:
        """One maker: gone if it no longer fits, traded with otherwise; False ends the taker."""
        market = self.markets[order.asset]
        position = self.position(maker.user, maker.asset)
        lots = min(order.lots, maker.lots)
        if maker.reduce_only:
            lots = min(lots, self.reducible(position, maker.is_buy))
            if lots == 0:
                self.end(maker, codes.REDUCE_ONLY_CANCELED)
                return True
        price = maker.price
        maker_fee = self.fee(lots * price, market.spec.maker_fee_e9)
        taker_fee = self.fee(lots * price, market.spec.taker_fee_e9)
        if not self.covers_fill(position, maker.is_buy, lots, price, maker_fee):
            self.end(maker, codes.MARGIN_CANCELED)
            return True
        if not self.covers_fill(taker_position, order.is_buy, lots, price, taker_fee):
            return False
        self.trade(taker_position, order, position, maker, lots, (taker_fee, maker_fee))
        return True

    def trade(
        self,
        taker_position: NaivePosition,
        order: NaiveOrder,
        position: NaivePosition,
        maker: NaiveOrder,
        lots: int,
        fees: tuple[int, int],
        kind: int = codes.NORMAL_TRADE,
    ) -> None:
        """A trade at the maker's price."""
        price = maker.price
        taker_start, maker_start = taker_position.lots, position.lots
        taker_profit = self.change(taker_position, order.is_buy, lots, price, fees[0])
        if position is taker_position:
            maker_start = position.lots
        maker_profit = self.change(position, maker.is_buy, lots, price, fees[1])
        for side in (order, maker):
            side.lots -= lots
            side.filled += lots
        if maker.lots == 0:
            self.orders.remove(maker)
            maker.arrival = 0
            if maker.has_children:
                self.ended.append(maker)
        for user in (order.user, maker.user):
            self.users[user].volume += lots * price
        if kind == codes.NORMAL_TRADE:
            self.markets[order.asset].last_trade = price
            self.markets[order.asset].quiet_trades = []
        self.events.append(
            TradeExecuted(
                self.next_trade_id,
                order.asset,
                price,
                lots,
                order.is_buy,
                order.order_id,
                maker.order_id,
                order.user,
                maker.user,
                fees[0],
                fees[1],
                taker_start,
                maker_start,
                taker_profit,
                maker_profit,
                kind,
            )
        )
        self.next_trade_id += 1

    def change(self, position: NaivePosition, is_buy: bool, lots: int, price: int, fee: int) -> int:
        """A fill that remembers whether the position went through zero."""
        held = position.lots
        profit = self.fill(position, is_buy, lots, price, fee)
        if held and held * position.lots <= 0:
            self.flattened.append(position)
        return profit

    def end(self, order: NaiveOrder, status: int) -> None:
        """A live order, or what remains of a taker, ends."""
        if order in self.orders:
            self.orders.remove(order)
        order.arrival = 0
        if order.has_children:
            self.ended.append(order)
        self.events.append(OrderClosed(order.order_id, order.user, order.asset, order.lots, status))

    def settle_ends(self) -> None:
        """Children of ended parents activate or end; orders tied to a gone position end."""
        while self.ended:
            parent = self.ended.pop(0)
            for child in [o for o in self.orders if o.is_waiting]:
                if child.parent_id != parent.order_id:
                    continue
                if parent.filled == 0:
                    self.end(child, codes.CANCELED)
                    continue
                child.is_waiting = False
                follow_mark(child, self.markets[child.asset].mark)
                child.lots = min(child.lots, parent.filled)
                self.events.append(
                    OrderActivated(child.order_id, child.user, child.asset, child.lots)
                )
        while self.flattened:
            gone = self.flattened.pop()
            for order in list(self.orders):
                tied = order.is_position_tpsl and order.asset == gone.asset
                if not tied or order.user != gone.user:
                    continue
                if self.reducible(gone, order.is_buy) == 0:
                    self.end(order, codes.SIBLING_FILLED_CANCELED)

    def fire_triggers(self, asset: int, most: int = 1_000) -> None:
        """What the mark has reached fires: rising before falling, nearest, then oldest (ORD-1)."""
        market = self.markets[asset]
        for order in self.orders:
            if order.asset == asset and order.trigger and not order.is_waiting:
                follow_mark(order, market.mark)
        for _ in range(most):
            fired = self.fired(asset)
            if not fired or market.status != codes.OPEN:
                return
            self.fire(market, min(fired, key=firing_order))
            self.settle_ends()

    def fired(self, asset: int) -> list[NaiveOrder]:
        """Waiting triggers that the mark has reached."""
        mark = self.markets[asset].mark
        return [
            order
            for order in self.orders
            if order.asset == asset
            and order.trigger
            and not order.is_waiting
            and self.has_fired(order.trigger, order.is_buy, order.trigger_price, mark)
        ]

    def fire(self, market: NaiveMarket, order: NaiveOrder) -> None:
        """A trigger becomes an IOC or a limit order, cut to what it may reduce."""
        self.orders.remove(order)
        order.time_in_force = codes.IOC if order.trigger in MARKET_TRIGGERS else codes.GTC
        position = self.position(order.user, order.asset)
        reducible = self.reducible(position, order.is_buy)
        if order.is_position_tpsl:
            order.lots = order.original = reducible
        elif order.reduce_only and reducible:
            order.lots = min(order.lots, reducible)
        self.events.append(
            OrderTriggered(
                order.order_id,
                order.user,
                order.asset,
                market.mark,
                order.lots,
                order.trigger_price,
            )
        )
        for other in [o for o in self.orders if o.user == order.user]:
            if order.parent_id and other.parent_id == order.parent_id:
                self.end(other, codes.SIBLING_FILLED_CANCELED)
        if order.trigger in MARKET_TRIGGERS:
            order.price = kept_at_oracle(market, self.positions, order.is_buy, order.price)
        reason = self.entry_refusal(
            position, order.is_buy, order.price, order.lots, order.time_in_force, order.reduce_only
        )
        if reason != rejects.ACCEPTED:
            status = {
                rejects.REDUCE_ONLY_INCREASES: codes.REDUCE_ONLY_CANCELED,
                rejects.INSUFFICIENT_MARGIN: codes.MARGIN_CANCELED,
                rejects.OPEN_INTEREST_CAPPED: codes.OPEN_INTEREST_CAP_CANCELED,
                rejects.BEYOND_ORACLE_AT_CAP: codes.OPEN_INTEREST_CAP_CANCELED,
            }.get(reason, codes.TRIGGER_REFUSED)
            self.end(order, status)
            return
        order.trigger = codes.NO_TRIGGER
        order.trail_atoms = order.trail_e6 = 0
        self.trade_and_rest(order)
