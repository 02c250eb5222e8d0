"""Placing, amending and cancelling orders, and triggers that fire (chapter 08)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bellwether.audit.arithmetic import (
    FINE,
    MILLION,
    down,
    on_tick,
    tick_above,
    tick_below,
    up,
)
from bellwether.audit.fees.rates import TENTH_OF_A_BASIS_POINT
from bellwether.audit.matching import STOPS, exact_trigger, follow_mark
from bellwether.audit.things import Market, Order, Position, User
from bellwether.audit.waiting.caps import Caps
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ModifyOrders, ModifyRequest, OrderRequest, PlaceOrders
from bellwether.schema.events import (
    CommandRefused,
    OrderAmended,
    OrderClosed,
    OrderEcho,
    OrderRefused,
)

TIMES_IN_FORCE = (codes.GTC, codes.IOC, codes.ALO, codes.FOK, codes.FRONTEND_MARKET)
TRIGGERS = range(codes.NO_TRIGGER, codes.TAKE_PROFIT_LIMIT + 1)
MARKET_TRIGGERS = (codes.STOP_MARKET, codes.TAKE_PROFIT_MARKET)
OPEN_ORDERS, MOST_OPEN_ORDERS, VOLUME_FOR_ONE_MORE = 1_000, 5_000, 5_000_000 * MILLION
TRADING = range(codes.PRE_LISTING, codes.SETTLEMENT_PERIOD + 1)
CLOSING_CODES = {
    rejects.REDUCE_ONLY_INCREASES: codes.REDUCE_ONLY_CANCELED,
    rejects.INSUFFICIENT_MARGIN: codes.MARGIN_CANCELED,
    rejects.OPEN_INTEREST_CAPPED: codes.OPEN_INTEREST_CAP_CANCELED,
    rejects.DEX_INTEREST_CAPPED: codes.OPEN_INTEREST_CAP_CANCELED,
    rejects.BEYOND_ORACLE_AT_CAP: codes.OPEN_INTEREST_CAP_CANCELED,
    rejects.OWNER_SHARE_REACHED: codes.OWNER_SHARE_CANCELED,
}


class Orders(Caps):
    """What users ask for, refused with the first reason in the order of precedence (ORD-5)."""

    def hold_back(self, order: Order) -> None:
        """Sets the time at which a protected market looks at an order (ORD-2)."""

    def command_refused(self, reason: int, detail: int = 0) -> None:
        """The command as a whole is refused."""
        self.script.say(CommandRefused(reason, detail))

    # Refusals.

    def refuse(self, user: bytes, request: OrderRequest, reason: int) -> None:
        """With a client id what was asked for can be looked up, under an id of its own."""
        echo = None
        market = self.markets.get(request.asset)
        if request.client_order_id and market is not None:
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
                request.trigger_by,
            )
        bid = ask = 0
        if reason == rejects.POST_ONLY_CROSSES and market is not None:
            bid, ask = self.best(market, True), self.best(market, False)
        self.script.say(OrderRefused(reason, user, request.asset, echo, bid, ask))

    def closed_refusal(self, market: Market) -> int:
        """Why a market takes no orders at all (LIFE-11, LIFE-13)."""
        if market.phase not in TRADING and market.phase != codes.AUCTION:
            return rejects.MARKET_NOT_TRADING
        if market.status == codes.HALTED:
            return rejects.TRADING_HALTED
        if market.status == codes.CANCEL_ONLY:
            return rejects.CANCEL_ONLY_NOW
        status, cause = self.venue_status
        if status == codes.CANCEL_ONLY:
            return rejects.DISK_LOW_NOW if cause == codes.DISK_LOW else rejects.DISK_STALLED_NOW
        return rejects.ACCEPTED

    def resting_refusal(self, market: Market, order: Order, only_reduces: bool) -> int:
        """Why an order that might take is not wanted now (LIFE-11, LIFE-13, PRICE-9)."""
        if order.time_in_force == codes.ALO:
            return rejects.ACCEPTED
        if market.status == codes.POST_ONLY or market.is_stale:
            return rejects.POST_ONLY_NOW
        gathers = market.phase == codes.AUCTION
        if self.venue_status[0] == codes.POST_ONLY and not only_reduces and not gathers:
            return rejects.DISK_SLOW_NOW
        return rejects.ACCEPTED

    @staticmethod
    def form_refusal(market: Market, request: OrderRequest) -> int:
        """What is wrong with an order whatever book and account hold (UNIT-3, ORD-4)."""
        rules = market.rules
        if request.time_in_force not in TIMES_IN_FORCE:
            return rejects.TIME_IN_FORCE_UNKNOWN
        if request.trigger not in TRIGGERS:
            return rejects.TRIGGER_UNKNOWN
        if request.trigger_by not in (codes.BY_MARK, codes.BY_INDEX, codes.BY_LAST):
            return rejects.TRIGGER_BY_UNKNOWN
        if request.lots == codes.UNREPRESENTABLE:
            return rejects.SIZE_INVALID
        if request.lots <= 0:
            return rejects.SIZE_ZERO
        if rules.max_order_lots and request.lots > rules.max_order_lots:
            return rejects.SIZE_TOO_LARGE
        if request.price == codes.UNREPRESENTABLE:
            return rejects.PRICE_OFF_TICK
        if request.price <= 0:
            return rejects.PRICE_INVALID
        if not on_tick(request.price, rules.size_decimals, rules.tick_atoms):
            return rejects.PRICE_OFF_TICK
        if not trail_fits(market, request):
            return rejects.TRAIL_INVALID
        if not request.trigger and abs(request.price - market.oracle) * 100 > market.oracle * 95:
            return rejects.PRICE_TOO_FAR
        if not request.reduce_only and request.price * request.lots < rules.min_order_value_e6:
            return rejects.VALUE_TOO_SMALL
        return rejects.ACCEPTED

    def refusal(self, user: User, request: OrderRequest, order: Order) -> int:
        """The first reason against an order of an account that is there (ORD-4, ORD-5)."""
        market = self.markets[request.asset]
        position = self.look(user, market)
        reason = self.closed_refusal(market) or self.form_refusal(market, request)
        if reason:
            return reason
        plain = not request.trigger and not request.reduce_only
        if market.phase == codes.AUCTION and not (plain and order.time_in_force == codes.GTC):
            return rejects.AUCTION_TAKES_LIMITS
        if order.time_in_force == codes.FRONTEND_MARKET:
            self.protect(market, order)
            if not order.trigger:
                self.keep_at_oracle(market, order)
        only_reduces = request.reduce_only or (
            not request.trigger
            and order.lots + self.resting_lots(position, order.is_buy)
            <= self.reducible(position, order.is_buy)
        )
        reason = self.resting_refusal(market, order, only_reduces)
        if reason:
            return reason
        if not only_reduces and not admits(market, user):
            return rejects.NOT_ELIGIBLE
        if not only_reduces and not has_accepted(market, user):
            return rejects.DISCLOSURE_MISSING
        reason = self.register_refusal(user, market, order.client_id)
        if reason:
            return reason
        if order.is_position_tpsl and not (order.trigger and order.reduce_only):
            return rejects.GROUPING_INVALID
        if order.trigger:
            return self.trigger_refusal(user, market, order)
        if market.rules.oracle.reject_outside_band and self.outside_band(market, order.price):
            return rejects.OUTSIDE_BAND
        return self.entry_refusal(order)

    @staticmethod
    def resting_lots(position: Position, is_buy: bool) -> int:
        """Lots of a side that rest and can add risk."""
        return sum(order.lots for order in position.resting[is_buy].values())

    @staticmethod
    def outside_band(market: Market, price: int) -> bool:
        """Does a price lie outside the discovery band (PRICE-10)?"""
        return not market.prices.low <= price * FINE <= market.prices.high

    def register_refusal(self, user: User, market: Market, client_id: bytes) -> int:
        """A client id that is in use, or as many open orders as there may be (ORD-4, ORD-6)."""
        orders = user.orders[market.dex].values()
        if client_id and any(order.client_id == client_id for order in orders):
            return rejects.CLIENT_ORDER_ID_IN_USE
        most = OPEN_ORDERS + down(Fraction(user.volume, VOLUME_FOR_ONE_MORE))
        if len(orders) >= min(most, MOST_OPEN_ORDERS):
            return rejects.TOO_MANY_OPEN_ORDERS
        return rejects.ACCEPTED

    def trigger_refusal(self, user: User, market: Market, order: Order) -> int:
        """A trigger that would fire at once is refused, as is one with nothing to reduce."""
        if not (order.trail_atoms or order.trail_e6):
            spec = market.rules
            if not on_tick(order.trigger_price, spec.size_decimals, spec.tick_atoms):
                return rejects.TRIGGER_PRICE_INVALID
            if has_fired(order, watched_price(market, order.trigger_by)):
                return rejects.TRIGGER_PRICE_INVALID
        if order.reduce_only and self.reducible(self.look(user, market), order.is_buy) == 0:
            return rejects.REDUCE_ONLY_INCREASES
        return rejects.ACCEPTED

    def entry_refusal(self, order: Order) -> int:
        """What book, limits and margin say (ORD-1, MARG-4, MARG-7)."""
        market = self.markets[order.asset]
        position = self.look(self.users[order.user], market)
        is_buy, price, lots = order.is_buy, order.price, order.lots
        reducible = self.reducible(position, is_buy)
        if order.reduce_only and reducible == 0:
            return rejects.REDUCE_ONLY_INCREASES
        meets = self.crossed(market, is_buy, price) is not None
        if market.awaits_ns and meets and order.time_in_force != codes.ALO:
            return rejects.PRICES_AWAITED
        if order.time_in_force == codes.ALO and meets:
            return rejects.POST_ONLY_CROSSES
        if order.time_in_force not in (codes.GTC, codes.ALO) and not meets:
            is_market = order.time_in_force == codes.FRONTEND_MARKET
            is_empty = not market.book[not is_buy]
            return rejects.NO_LIQUIDITY if is_empty and is_market else rejects.NOTHING_TO_MATCH
        beyond = self.is_too_aggressive(market, is_buy, price)
        if order.reduce_only:
            if beyond:
                return rejects.BEYOND_ORACLE_AT_CAP
            return self.all_or_nothing(order, min(lots, reducible))
        opening = lots - reducible
        if opening > 0:
            reason = self.limit_refusal(position, is_buy, price, lots, opening)
            if reason:
                return reason
            if not self.covers_new_risk(position, is_buy, opening, price):
                return rejects.INSUFFICIENT_MARGIN
        elif beyond:
            return rejects.BEYOND_ORACLE_AT_CAP
        if not self.covers_order(position, (is_buy, lots, price)):
            return rejects.INSUFFICIENT_MARGIN
        return self.all_or_nothing(order, lots)

    def all_or_nothing(self, order: Order, lots: int) -> int:
        """Fill-or-kill is tried on a copy of the whole venue: was every lot traded there?"""
        if order.time_in_force != codes.FOK:
            return rejects.ACCEPTED
        trial = self.rehearse()
        tried = Order(
            0, order.user, order.asset, order.is_buy, order.price, lots, lots, codes.FOK,
            order.reduce_only, builder=order.builder, builder_e9=order.builder_e9,
        )  # fmt: skip
        trial.match(tried)
        return rejects.ACCEPTED if tried.filled == lots else rejects.NOT_FULLY_MATCHED

    def limit_refusal(
        self, position: Position, is_buy: bool, price: int, lots: int, opening: int
    ) -> int:
        """Open interest at the oracle, counted once, the largest position that could come of the
        open orders of this side, and the owner's share (MARG-7, INST-4)."""
        market = self.markets[position.asset]
        beyond_budget = self.is_beyond_budget(market, is_buy, price, opening)
        if self.is_capped(market, opening) or beyond_budget:
            return rejects.OPEN_INTEREST_CAPPED
        if self.is_dex_capped(market, opening):
            return rejects.DEX_INTEREST_CAPPED
        limit = market.rules.position_limit_lots
        held = position.lots if is_buy else -position.lots
        if limit and held + self.resting_lots(position, is_buy) + lots > limit:
            return rejects.POSITION_LIMIT
        if self.exceeds_owner_share(position, is_buy, opening):
            return rejects.OWNER_SHARE_REACHED
        return rejects.ACCEPTED

    # Prices of market orders.

    @staticmethod
    def price_within(market: Market, is_buy: bool, width_e6: int) -> int:
        """The furthest limit price that is not more than a share beyond the mark (INST-4)."""
        width = Fraction(width_e6, MILLION)
        rules = market.rules
        if is_buy:
            furthest = down(market.mark * (1 + width))
            return tick_below(furthest, rules.size_decimals, rules.tick_atoms)
        return tick_above(up(market.mark * (1 - width)), rules.size_decimals, rules.tick_atoms)

    def protect(self, market: Market, order: Order) -> None:
        """A market order trades no further from the mark than the market lets it."""
        if market.rules.market_protection_e6:
            most = self.price_within(market, order.is_buy, market.rules.market_protection_e6)
            if most > 0:
                order.price = min(order.price, most) if order.is_buy else max(order.price, most)

    # Placing.

    def place_all(self, user: User, command: PlaceOrders) -> None:
        """The orders of an action, one after the other, or a parent with its children."""
        requests = command.orders
        most = user.builders.get(command.builder, 0)
        self.builder = (b"", 0)
        if command.builder_fee > 0 and most:
            self.builder = (command.builder, command.builder_fee * TENTH_OF_A_BASIS_POINT)
        if not requests:
            self.command_refused(rejects.NO_ORDERS)
        elif 0 < most < command.builder_fee:
            self.command_refused(rejects.BUILDER_UNKNOWN)
        elif command.grouping in (codes.UNGROUPED, codes.POSITION_TPSL):
            for request in requests:
                self.place(user, request, command.grouping == codes.POSITION_TPSL)
        elif command.grouping != codes.NORMAL_TPSL:
            self.command_refused(rejects.GROUPING_UNKNOWN, command.grouping)
        elif fits_together(requests):
            self.place(user, requests[0], False, requests[1:])
        else:
            self.command_refused(rejects.GROUPING_INVALID)
        self.builder = (b"", 0)

    def place(
        self,
        user: User,
        request: OrderRequest,
        tied: bool = False,
        children: tuple[OrderRequest, ...] | None = None,
    ) -> None:
        """One order of an action is accepted or refused alone."""
        market = self.markets.get(request.asset)
        asked = self.as_tied(user, request) if tied else request
        order = self.order_of(user.address, asked)
        order.is_position_tpsl = tied
        if market is None:
            reason = rejects.MARKET_UNKNOWN
        elif market.dex not in user.cash:
            reason = self.closed_refusal(market) or rejects.INSUFFICIENT_MARGIN
        else:
            self.open(user, market)
            reason = self.refusal(user, asked, order)
        if reason:
            for refused in (request, *(children or ())):
                self.refuse(user.address, refused, reason)
            return
        assert market is not None, "an accepted order has a market"
        order.order_id = self.take_order_id()
        if order.trigger:
            follow_mark(order, market.mark)
            self.announce(order)
            self.register(order)
            self.let_wait(market, order)
            return
        self.cut_to_reducible(order)
        order.has_children = children is not None
        self.submit(order)
        for child in children or ():
            self.add_child(order, child)

    def cut_to_reducible(self, order: Order) -> None:
        """A reduce-only order is no larger than what it can reduce."""
        if order.reduce_only:
            position = self.position_of(order)
            order.lots = min(order.lots, self.reducible(position, order.is_buy))

    def submit(self, order: Order) -> None:
        """Announced, an order trades and rests; where makers are protected, a taker waits."""
        market = self.markets[order.asset]
        self.announce(order)
        waits = (
            market.rules.maker_protection_ns > 0
            and order.time_in_force != codes.ALO
            and market.phase != codes.AUCTION
            and self.crossed(market, order.is_buy, order.price) is not None
        )
        if waits:
            self.register(order)
            self.hold_back(order)
        else:
            self.trade_and_rest(order)

    def add_child(self, parent: Order, request: OrderRequest) -> None:
        """Children wait for the parent's fill (`normalTpsl`)."""
        market = self.markets[request.asset]
        user = self.users[parent.user]
        reason = self.form_refusal(market, request)
        trails = request.trail_atoms or request.trail_e6
        spec = market.rules
        grid = (spec.size_decimals, spec.tick_atoms)
        if not reason and not trails and not on_tick(request.trigger_price, *grid):
            reason = rejects.TRIGGER_PRICE_INVALID
        reason = reason or self.register_refusal(user, market, request.client_order_id)
        if reason:
            self.refuse(parent.user, request, reason)
            return
        child = self.order_of(parent.user, request)
        child.order_id = self.take_order_id()
        child.parent_id = parent.order_id
        child.is_waiting = True
        self.announce(child)
        self.register(child)

    def order_of(self, user: bytes, request: OrderRequest) -> Order:
        """The order that a request asks for."""
        return Order(
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
            placed_ns=self.now,
            trigger_by=request.trigger_by,
            builder=self.builder[0],
            builder_e9=self.builder[1],
        )

    # Ending and amending.

    def named(self, user: User, asset: int, order_id: int, client_id: bytes = b"") -> Order | None:
        """A user's live order of a market, by client id where that is given."""
        market = self.markets.get(asset)
        if market is None:
            return None
        orders = user.orders.get(market.dex, {})
        found = orders.get(order_id)
        if client_id:
            found = next((o for o in orders.values() if o.client_id == client_id), None)
        return found if found is not None and found.asset == asset else None

    def cancel(self, user: User, asset: int, order: Order | None) -> None:
        """Each entry succeeds or is refused alone."""
        if order is None:
            self.script.say(OrderRefused(rejects.ORDER_NOT_OPEN, user.address, asset))
        else:
            self.end(order, codes.CANCELED)

    def modify_all(self, user: User, command: ModifyOrders) -> None:
        """Amendments, one after the other."""
        if not command.modifies:
            self.command_refused(rejects.NO_ORDERS)
        for request in command.modifies:
            self.modify(user, request, command.renew_id)

    def modify(self, user: User, request: ModifyRequest, renew_id: bool) -> None:
        """Less at the same price keeps the place, anything else is a new order (ORD-1)."""
        wanted = request.order
        old = self.named(user, wanted.asset, request.order_id, request.client_order_id)
        if old is None or old.is_waiting:
            self.script.say(OrderRefused(rejects.MODIFY_NOT_OPEN, user.address, wanted.asset))
            return
        market = self.markets[wanted.asset]
        asked = self.as_tied(user, wanted) if old.is_position_tpsl else wanted
        reason = self.form_refusal(market, asked)
        if not reason and keeps_its_place(old, wanted):
            self.shrink(old, wanted, renew_id)
            return
        reason = reason or self.closed_refusal(market)
        if reason:
            self.refuse(user.address, wanted, reason)
        elif renew_id or old.trigger or wanted.trigger:
            self.end(old, codes.REPLACED)
            self.place(user, wanted, old.is_position_tpsl)
        else:
            self.replace_in_name(user, old, wanted)

    def shrink(self, order: Order, wanted: OrderRequest, renew_id: bool) -> None:
        """The order stays where it is in the queue, under a new id if that is asked for."""
        order.original -= order.lots - wanted.lots
        order.lots = wanted.lots
        previous = order.order_id
        if renew_id:
            self.rename(order)
        self.wake(self.markets[order.asset])
        self.script.say(
            OrderAmended(
                order.order_id, previous, order.user, order.asset, order.lots, order.client_id
            )
        )

    def rename(self, order: Order) -> None:
        """A live order goes on under the next id; its children know."""
        user, previous = self.users[order.user], order.order_id
        orders = user.orders[self.markets[order.asset].dex]
        resting = user.positions[order.asset].resting[order.is_buy]
        del orders[previous]
        order.order_id = self.take_order_id()
        orders[order.order_id] = order
        if resting.pop(previous, None) is not None:
            resting[order.order_id] = order
        for child in orders.values():
            if child.is_waiting and child.parent_id == previous:
                child.parent_id = order.order_id

    def replace_in_name(self, user: User, old: Order, request: OrderRequest) -> None:
        """Another price or more size under the same id: the place is lost, the name is not."""
        self.unlist(old)
        self.script.say(OrderClosed(old.order_id, old.user, old.asset, old.lots, codes.REPLACED))
        wanted = self.order_of(user.address, request)
        wanted.client_id = wanted.client_id or old.client_id
        reason = self.refusal(user, request, wanted)
        if reason:
            self.refuse(user.address, request, reason)
            if old.has_children:
                self.ended.append(old)
            return
        self.cut_to_reducible(wanted)
        wanted.order_id, wanted.filled = old.order_id, old.filled
        wanted.has_children = old.has_children
        self.submit(wanted)


def trail_fits(market: Market, request: OrderRequest) -> bool:
    """One distance, of a stop without a price of its own; or none at all (ORD-1)."""
    atoms, share = request.trail_atoms, request.trail_e6
    if not atoms and not share:
        return True
    if request.trigger not in STOPS or request.trigger_price or request.trigger_by:
        return False
    return atoms == 0 and 0 < share < MILLION if share else 0 < atoms < market.mark


def watched_price(market: Market, trigger_by: int) -> int:
    """What an order sees that watches a kind of price; the mark until the first trade (ORD-1)."""
    if trigger_by == codes.BY_INDEX:
        return market.oracle
    return market.last_trade or market.mark if trigger_by == codes.BY_LAST else market.mark


def rises(order: Order) -> bool:
    """Stops of buys and profits of sells fire on a rise, the others on a fall (ORD-1)."""
    return (order.trigger in STOPS) == order.is_buy


def has_fired(order: Order, mark: int) -> bool:
    """Has the mark reached the trigger?"""
    exact = exact_trigger(order)
    return mark >= exact if rises(order) else mark <= exact


def firing_order(order: Order) -> tuple[bool, Fraction, int]:
    """Triggers on a rise first, the lowest first; then those on a fall, the highest first."""
    exact = exact_trigger(order)
    return not rises(order), exact if rises(order) else -exact, order.order_id


def admits(market: Market, user: User) -> bool:
    """May a user with these attributes take risk here (RULE-5)?"""
    spec = market.spec
    if not spec.excluded_jurisdictions and not spec.professional_jurisdictions:
        return True
    country = user.jurisdiction[:2]
    if not country or country in spec.excluded_jurisdictions:
        return False
    return country not in spec.professional_jurisdictions or (
        user.client_class == codes.PROFESSIONAL
    )


def has_accepted(market: Market, user: User) -> bool:
    """Has the user accepted the market's text, or is there none to accept (RULE-6)?"""
    text = market.rules.disclosure
    if text is None or user.is_pre_accepted:
        return True
    return bytes.fromhex(text.hash[2:]) in user.accepted


def fits_together(requests: Sequence[OrderRequest]) -> bool:
    """A plain parent and reduce-only triggers of the other side (`normalTpsl`)."""
    parent, children = requests[0], requests[1:]
    return not parent.trigger and all(
        child.trigger
        and child.reduce_only
        and child.is_buy != parent.is_buy
        and child.asset == parent.asset
        for child in children
    )


def keeps_its_place(old: Order, wanted: OrderRequest) -> bool:
    """An amendment that takes size away, or nothing, and changes nothing else (ORD-1)."""
    same = (
        wanted.is_buy == old.is_buy
        and wanted.price == old.price
        and wanted.reduce_only == old.reduce_only
        and wanted.time_in_force == old.time_in_force
        and wanted.client_order_id in (b"", old.client_id)
    )
    return bool(old.arrival) and not wanted.trigger and same and 0 < wanted.lots <= old.lots
