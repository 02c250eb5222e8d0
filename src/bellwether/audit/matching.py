"""The book and who meets in it (ORD-2, ORD-3, MARG-4), and how orders rest and end (ORD-1)."""

from __future__ import annotations

from bisect import insort
from fractions import Fraction
from math import ceil, floor

from bellwether.audit.fees.rates import Rates
from bellwether.audit.things import Market, Order, Position, User
from bellwether.schema import codes
from bellwether.schema.events import (
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderPlaced,
    TradeExecuted,
)

STOPS = (codes.STOP_MARKET, codes.STOP_LIMIT)


def priority(order: Order) -> tuple[int, int]:
    """Price before time (ORD-2)."""
    return (-order.price if order.is_buy else order.price), order.arrival


def follow_mark(order: Order, mark: int) -> None:
    """A trailing stop keeps its distance to the best mark; buyers wait above, sellers below."""
    if order.trail_atoms or order.trail_e6:
        best = order.best or mark
        order.best = min(best, mark) if order.is_buy else max(best, mark)
        exact = exact_trigger(order)
        order.trigger_price = ceil(exact) if order.is_buy else floor(exact)


def exact_trigger(order: Order) -> Fraction:
    """Where an order fires, to the last fraction of an atom."""
    if not order.trail_atoms and not order.trail_e6:
        return Fraction(order.trigger_price)
    away = order.trail_atoms + Fraction(order.best * order.trail_e6, 10**6)
    return order.best + away if order.is_buy else order.best - away


class Matching(Rates):
    """A side of a book is a sorted list; a user's live orders stand in the order they came."""

    def __init__(self) -> None:
        super().__init__()
        self.next_order_id = 1
        self.next_trade_id = 1
        self.arrivals = 0
        self.ended: list[Order] = []
        self.flattened: list[Position] = []

    def wake(self, market: Market) -> None:
        """Something has changed that the next update of prices may depend on."""

    def show_trade(self, market: Market, price: int) -> None:
        """Orders that wait for the last trade are to see one."""

    def let_wait(self, market: Market, order: Order) -> None:
        """An order waits for its trigger from now on."""
        market.triggers[order.order_id] = order

    def take_order_id(self) -> int:
        """Order ids count up."""
        self.next_order_id += 1
        return self.next_order_id - 1

    def take_trade_id(self) -> int:
        """So do the ids of trades."""
        self.next_trade_id += 1
        return self.next_trade_id - 1

    # The book.

    def best(self, market: Market, is_buy: bool) -> int:
        """The best price of a side; 0 where nothing rests."""
        side = market.book[is_buy]
        return side[0].price if side else 0

    def crossed(self, market: Market, is_buy: bool, price: int) -> Order | None:
        """The first order of the other side that a limit price meets."""
        side = market.book[not is_buy]
        if side and (side[0].price <= price if is_buy else side[0].price >= price):
            return side[0]
        return None

    def register(self, order: Order) -> None:
        """A live order, last of its account."""
        user = self.users[order.user]
        user.orders[self.markets[order.asset].dex][order.order_id] = order

    def rest(self, order: Order) -> None:
        """A live order goes into the book, behind those of its price."""
        market = self.markets[order.asset]
        self.arrivals += 1
        order.arrival = self.arrivals
        insort(market.book[order.is_buy], order, key=priority)
        if not order.reduce_only:
            position = self.open(self.users[order.user], market)
            position.resting[order.is_buy][order.order_id] = order
        self.wake(market)

    def stand_as_of(self, order: Order, arrival: int) -> None:
        """A resting order stands where it would if it had come then."""
        queue = self.markets[order.asset].book[order.is_buy]
        queue.remove(order)
        order.arrival = arrival
        insort(queue, order, key=priority)

    def unlist(self, order: Order) -> None:
        """A live order leaves the book or the triggers, and its account."""
        market = self.markets[order.asset]
        user = self.users[order.user]
        if order.arrival:
            self.leave_book(order)
        market.triggers.pop(order.order_id, None)
        if order.order_id in market.due:
            market.due.remove(order.order_id)
        order.held_until = 0
        user.orders[market.dex].pop(order.order_id, None)

    def leave_book(self, order: Order) -> None:
        """A resting order leaves the book and stays alive."""
        market = self.markets[order.asset]
        market.book[order.is_buy].remove(order)
        self.users[order.user].positions[order.asset].resting[order.is_buy].pop(
            order.order_id, None
        )
        order.arrival = 0
        self.wake(market)

    def live(self, user: User, asset: int | None = None) -> list[Order]:
        """A user's live orders, all or those of a market, in the order in which they came."""
        dexes = list(user.orders) if asset is None else [self.markets[asset].dex]
        orders = [o for dex in dexes for o in user.orders.get(dex, {}).values()]
        return [o for o in orders if asset is None or o.asset == asset]

    def is_live(self, order: Order) -> bool:
        """Does the order live still?"""
        dex = self.markets[order.asset].dex
        return self.users[order.user].orders[dex].get(order.order_id) is order

    # Matching.

    def trade_and_rest(self, order: Order) -> None:
        """An accepted order trades; what is left rests or ends by its time in force."""
        market = self.markets[order.asset]
        status = 0 if market.phase == codes.AUCTION else self.match(order)
        if order.lots == 0:
            if order.has_children:
                self.ended.append(order)
            return
        if status == 0 and order.time_in_force not in (codes.GTC, codes.ALO):
            status = codes.IOC_REMAINDER
        if status:
            self.end(order, status)
            return
        self.register(order)
        self.rest(order)

    def match(self, order: Order) -> int:
        """Meets the book until filled or stopped; the status that a stopped remainder gets."""
        market = self.markets[order.asset]
        taker = self.users[order.user]
        rule = market.rules.self_trade_prevention
        while order.lots:
            maker = self.crossed(market, order.is_buy, order.price)
            if maker is None:
                return 0
            is_own = maker.user == order.user or (
                taker.owner != "" and self.users[maker.user].owner == taker.owner
            )
            if is_own and rule != codes.STP_ALLOW:
                if rule in (codes.STP_CANCEL_MAKER, codes.STP_CANCEL_BOTH):
                    self.end(maker, codes.SELF_TRADE_CANCELED)
                if rule in (codes.STP_REJECT_TAKER, codes.STP_CANCEL_BOTH):
                    return codes.SELF_TRADE_CANCELED
                if rule == codes.STP_DECREMENT and not self.decrement(order, maker):
                    return codes.SELF_TRADE_CANCELED
                continue
            status = self.meet(order, maker)
            if status:
                return status
        return 0

    def decrement(self, order: Order, maker: Order) -> bool:
        """Both orders of one owner lose the smaller size (ORD-3); False if the taker ends."""
        lots = min(order.lots, maker.lots)
        if maker.lots == lots:
            self.end(maker, codes.SELF_TRADE_CANCELED)
        else:
            maker.lots -= lots
            self.wake(self.markets[maker.asset])
            self.amended(maker, maker.order_id)
        if order.lots == lots:
            return False
        order.lots -= lots
        self.amended(order, order.order_id)
        return True

    def amended(self, order: Order, previous_id: int) -> None:
        """An order shrank in its place."""
        self.script.say(
            OrderAmended(
                order.order_id, previous_id, order.user, order.asset, order.lots, order.client_id
            )
        )

    def meet(self, order: Order, maker: Order) -> int:
        """One maker: gone if it no longer fits, traded with otherwise; a status ends the taker."""
        market = self.markets[order.asset]
        mine, theirs = self.position_of(order), self.position_of(maker)
        lots = min(order.lots, maker.lots)
        if maker.reduce_only:
            lots = min(lots, self.reducible(theirs, maker.is_buy))
            if lots == 0:
                self.end(maker, codes.REDUCE_ONLY_CANCELED)
                return 0
        worth = lots * maker.price
        maker_fee = self.fees(market, maker, worth)[1]
        taker_fee = self.fees(market, order, worth)[0]
        if not self.covers_fill(theirs, maker.is_buy, lots, maker.price, maker_fee):
            self.end(maker, codes.MARGIN_CANCELED)
            return 0
        if not self.covers_fill(mine, order.is_buy, lots, maker.price, taker_fee):
            return codes.MARGIN_CANCELED
        opening = lots - self.reducible(theirs, maker.is_buy)
        if self.exceeds_owner_share(theirs, maker.is_buy, opening):
            self.end(maker, codes.OWNER_SHARE_CANCELED)
            return 0
        opening = lots - self.reducible(mine, order.is_buy)
        if self.exceeds_owner_share(mine, order.is_buy, opening):
            return codes.OWNER_SHARE_CANCELED
        self.trade(order, maker, lots, maker.price, (taker_fee, maker_fee))
        return 0

    def position_of(self, order: Order) -> Position:
        """The position that an order changes."""
        return self.open(self.users[order.user], self.markets[order.asset])

    def trade(
        self,
        order: Order,
        maker: Order,
        lots: int,
        price: int,
        fees: tuple[int, int],
        kind: int = codes.NORMAL_TRADE,
        leaves_first: Order | None = None,
    ) -> None:
        """A trade between an order and one that rests, at the maker's price or an auction's."""
        mine, theirs = self.position_of(order), self.position_of(maker)
        market = self.markets[order.asset]
        taker_start, maker_start = mine.lots, theirs.lots
        taker_profit = self.change(mine, order.is_buy, lots, price, fees[0])
        if theirs is mine:
            maker_start = theirs.lots
        maker_profit = self.change(theirs, maker.is_buy, lots, price, fees[1])
        for user in (order.user, maker.user):
            self.note_volume(self.users[user], lots * price)
        built = self.share_fees(market, [order, maker], lots * price, sum(fees))
        if kind == codes.NORMAL_TRADE:
            market.last_trade = price
            market.losses.quiet_price = 0
            self.show_trade(market, price)
        self.script.say(
            TradeExecuted(
                self.take_trade_id(),
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
                *built,
            )
        )
        first = maker if leaves_first is None else leaves_first
        self.consume(first, lots)
        self.consume(order if first is maker else maker, lots)
        self.wake(market)

    def consume(self, order: Order, lots: int) -> None:
        """Takes traded lots off an order; a filled one leaves the book silently."""
        order.lots -= lots
        order.filled += lots
        if order.lots == 0 and order.arrival:
            self.unlist(order)
            if order.has_children:
                self.ended.append(order)

    def change(self, position: Position, is_buy: bool, lots: int, price: int, fee: int) -> int:
        """A fill that remembers whether the position went through zero."""
        held = position.lots
        profit = self.fill(position, is_buy, lots, price, fee)
        if held and held * position.lots <= 0:
            self.flattened.append(position)
        return profit

    # How orders begin and end.

    def announce(self, order: Order) -> None:
        """An order was accepted."""
        self.script.say(
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
                order.trigger_by,
            )
        )

    def end(self, order: Order, status: int) -> None:
        """A live order, or what remains of a taker, ends."""
        if self.is_live(order):
            self.unlist(order)
        if order.has_children:
            self.ended.append(order)
        self.script.say(OrderClosed(order.order_id, order.user, order.asset, order.lots, status))

    def end_all(self, user: User, status: int, asset: int | None = None) -> None:
        """All live orders of a user, or those in a market."""
        for order in self.live(user, asset):
            if self.is_live(order):
                self.end(order, status)

    def settle_ends(self) -> None:
        """Children of ended parents activate or end; orders tied to a gone position end."""
        while self.ended:
            parent = self.ended.pop(0)
            if not parent.has_children:
                continue
            parent.has_children = False
            for child in self.live(self.users[parent.user], parent.asset):
                if not child.is_waiting or child.parent_id != parent.order_id:
                    continue
                if parent.filled == 0:
                    self.end(child, codes.CANCELED)
                    continue
                market = self.markets[child.asset]
                child.is_waiting = False
                follow_mark(child, market.mark)
                child.lots = min(child.lots, parent.filled)
                self.let_wait(market, child)
                self.look_again(market)
                if child.trigger_by == codes.BY_LAST and market.last_trade:
                    self.show_trade(market, market.last_trade)
                self.script.say(OrderActivated(child.order_id, child.user, child.asset, child.lots))
        while self.flattened:
            gone = self.flattened.pop()
            for order in self.live(self.users[gone.user], gone.asset):
                if order.is_position_tpsl and self.reducible(gone, order.is_buy) == 0:
                    self.end(order, codes.SIBLING_FILLED_CANCELED)

    def look_again(self, market: Market) -> None:
        """The next update looks at triggers and liquidations though the mark stands still."""
        market.look_again = True
        self.wake(market)
