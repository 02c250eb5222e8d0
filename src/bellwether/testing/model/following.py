"""The naive venue follows what time brings, and checks what the rules say about it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from bellwether.schema import codes
from bellwether.schema.events import (
    AutoDeleveraged,
    BudgetEstimated,
    DeficitCovered,
    EquityStated,
    Event,
    FundingPaid,
    FundingSettled,
    LiquidationStarted,
    OrderActivated,
    OrderClosed,
    OrderPlaced,
    OrderTriggered,
    PricesPublished,
    ReAnchored,
    ScheduledCancelRan,
    TradeExecuted,
    TradingStatusSet,
)
from bellwether.testing.model.caps import moving_costs
from bellwether.testing.model.things import NaiveMarket, NaiveOrder, NaivePosition
from bellwether.testing.model.trading import Trading

UPDATE_EVERY_NS = 3 * 10**9
OF_TIME = (
    PricesPublished,
    FundingPaid,
    ReAnchored,
    BudgetEstimated,
    ScheduledCancelRan,
    TradingStatusSet,
)
HOUR_NS = 3_600 * 10**9


class Following(Trading):
    """Timers' events are cut at those that only time can bring; the rest are their effects."""

    def __init__(self) -> None:
        super().__init__()
        self.forced: NaiveOrder | None = None
        self.is_ruined = False
        self.followed_ns = 0
        self.deleveraging_prices: set[int] = set()

    def follow(self, events: Sequence[Event], now_ns: int) -> None:
        """Takes over a batch of timers' events; AssertionError where the rules say otherwise."""
        below: list[NaivePosition] = []
        rest = list(events)
        while rest:
            self.events = []
            event = rest[0]
            if isinstance(event, OF_TIME):
                self.check_liquidated(below)
                below = self.begin(event)
            elif isinstance(event, OrderTriggered):
                self.fire_triggers(event.asset, 1)
            else:
                self.take_over(event, now_ns)
                self.events = [event]
            assert rest[: len(self.events)] == self.events, f"{rest[0]} is not {self.events}"
            assert self.events, f"{event} has no reason"
            del rest[: len(self.events)]
        self.check_liquidated(below)
        self.forced = None
        for market in self.markets.values():
            market.previous_mark = market.mark
            if market.look_again_ns and now_ns - market.look_again_ns >= UPDATE_EVERY_NS:
                self.check_looked_again(market)
        self.followed_ns = now_ns

    def end_quiet_time(self, asset: int, shown: int, now_ns: int) -> None:
        """A forced fill may be the last trade when its quiet time is over, not before (LIQ-6)."""
        market = self.markets[asset]
        if shown == market.last_trade:
            return
        wait_ns = market.spec.liquidation_quiet_time_ns
        for place, (price, since_ns) in enumerate(market.quiet_trades):
            if price == shown and now_ns - since_ns >= wait_ns:
                market.last_trade, market.quiet_trades = price, market.quiet_trades[place + 1 :]
                return

    def run_status(self, event: TradingStatusSet) -> None:
        """The hour of one operator is over, or the post-only time of a resumption (LIFE-11)."""
        market = self.markets[event.asset]
        if market.halt_ends_ns == event.time_ns:
            self.resume(market, event.grounds, event.time_ns)
            return
        assert market.reopens_ns == event.time_ns, "a market reopens at its time"
        market.reopens_ns = 0
        self.put_status(market, codes.OPEN, event.grounds, event.time_ns)

    def resume(self, market: NaiveMarket, grounds: str, time_ns: int) -> None:
        """Through a post-only time, unless posting was all that was allowed."""
        market.halt_ends_ns = 0
        wait_ns = market.spec.resume_post_only_ns
        if market.status == codes.POST_ONLY or wait_ns == 0:
            self.put_status(market, codes.OPEN, grounds, time_ns)
            return
        market.reopens_ns = time_ns + wait_ns
        self.put_status(market, codes.POST_ONLY, grounds, time_ns)

    def put_status(self, market: NaiveMarket, status: int, grounds: str, time_ns: int) -> None:
        """The status, and that the next update looks at every position again."""
        market.status = status
        self.look_again(market, time_ns)
        self.events.append(TradingStatusSet(market.asset, time_ns, status, grounds))

    def begin(self, event: Event) -> list[NaivePosition]:
        """What time brings, and what follows of it at once; who is below maintenance now."""
        self.forced = None
        if isinstance(event, ScheduledCancelRan):
            self.events.append(event)
            self.run_switch(event)
            return []
        if isinstance(event, TradingStatusSet):
            self.run_status(event)
            return []
        self.events.append(event)
        if isinstance(event, BudgetEstimated):
            asks, bids = self.queue(event.asset, False), self.queue(event.asset, True)
            expected = moving_costs(self.markets[event.asset], asks, bids)
            assert event.costs == expected, "what moving the mark costs"
        if isinstance(event, FundingPaid):
            market = self.markets[event.asset]
            market.funding_index += event.oracle_price * event.rate_e12
            assert event.oracle_price == market.oracle, "funding is paid at the oracle"
            assert event.index_e12 == str(market.funding_index), "the index adds up"
            self.look_again(market, event.time_ns)
        if isinstance(event, PricesPublished):
            return self.reprice(event)
        return []

    def look_again(self, market: NaiveMarket, time_ns: int) -> None:
        """The next update looks at triggers and liquidations though the mark stands still."""
        market.look_again_ns = time_ns
        market.below_then = self.below_in(market.asset)

    def below_in(self, asset: int) -> list[NaivePosition]:
        """Open positions of a market whose scope is below maintenance."""
        return [p for p in self.positions if p.asset == asset and p.lots and self.is_below(p)]

    def check_looked_again(self, market: NaiveMarket) -> None:
        """An update has passed since: what was due has been done (LIQ-1)."""
        if market.status == codes.OPEN:
            assert not self.fired(market.asset), "a trigger that the mark has passed has fired"
        if market.status in (codes.OPEN, codes.CANCEL_ONLY):
            self.check_liquidated(market.below_then)
        market.look_again_ns = 0
        market.below_then = []

    def check_liquidated(self, below: list[NaivePosition]) -> None:
        """Who was below maintenance has lost its orders, and who was below zero its position."""
        for position in below:
            if not position.lots or not self.is_below(position):
                continue
            assert self.behind(position) >= 0, "who is below zero is closed out"
            where = (position.user, position.asset)
            live = [order for order in self.orders if (order.user, order.asset) == where]
            assert not live, "who is below has no orders"

    def run_switch(self, event: ScheduledCancelRan) -> None:
        """The dead man's switch ends every order of the user, dex by dex."""
        user = self.users[event.account]
        assert user.cancel_at_ms * 10**6 <= event.time_ns, "not before its time"
        user.cancel_at_ms = 0
        day = event.time_ns // (86_400_000 * 10**6)
        if user.cancels_day != day:
            user.cancels_day, user.cancels_today = day, 0
        user.cancels_today += 1
        for dex in list(user.cash):
            for order in list(self.orders):
                of_dex = self.markets[order.asset].dex == dex
                if order.user == user.address and of_dex and order in self.orders:
                    self.end(order, codes.SCHEDULED_CANCEL)
        self.settle_ends()

    def reprice(self, event: PricesPublished) -> list[NaivePosition]:
        """New prices fire the triggers they have reached (ORD-1); who is below is returned."""
        market = self.markets[event.asset]
        moved = market.mark != event.mark_price
        market.previous_mark = market.mark
        market.oracle, market.mark = event.oracle_price, event.mark_price
        if not moved:
            return []
        self.fire_triggers(market.asset)
        if market.status in (codes.OPEN, codes.CANCEL_ONLY):
            return self.below_in(market.asset)
        return []

    def take_over(self, event: Event, now_ns: int) -> None:
        """One event of a liquidation (LIQ-1 … LIQ-4)."""
        if isinstance(event, LiquidationStarted):
            self.check_liquidation(event)
        elif isinstance(event, OrderPlaced):
            self.start_forced(event)
        elif isinstance(event, OrderClosed):
            self.take_over_close(event)
        elif isinstance(event, OrderActivated):
            child = next(o for o in self.orders if o.order_id == event.order_id)
            assert event.lots <= child.lots, "a child does not grow"
            child.is_waiting, child.lots = False, event.lots
            self.look_again(self.markets[event.asset], now_ns)
        elif isinstance(event, TradeExecuted):
            self.take_over_trade(event)
        elif isinstance(event, AutoDeleveraged):
            self.take_over_deleveraging(event)
            self.look_again(self.markets[event.asset], now_ns)
        elif isinstance(event, DeficitCovered):
            self.take_over_deficit(event)
        elif isinstance(event, EquityStated):
            self.check_statement(event)
        else:
            assert isinstance(event, FundingSettled), f"{event} belongs to no liquidation"
            position = self.position(event.account, event.asset)
            known = len(self.events)
            self.settle_funding(position)
            assert self.events[known:] == [event], "funding is settled as the index says"

    def check_liquidation(self, event: LiquidationStarted) -> None:
        """The decision names the numbers it rests on, and they are the account's (LIQ-1)."""
        position = self.position(event.account, event.asset)
        market = self.markets[event.asset]
        equity, maintenance = self.behind(position), self.maintenance(position)
        if position.is_cross:
            cross = [p for p in self.held_in(event.account, market.dex) if p.is_cross]
            maintenance = sum(self.maintenance(p) for p in cross)
        assert event.equity == equity < maintenance, "equity at mark, below maintenance"
        assert event.maintenance == maintenance, "maintenance margin"
        assert event.lots == position.lots, "the whole position"
        assert event.is_cross == position.is_cross, "in its own mode"
        live = [o for o in self.orders if o.user == event.account and o.asset == event.asset]
        assert not live, "orders in scope end first"

    def check_statement(self, event: EquityStated) -> None:
        """What is stated adds up, and is what answers for the position (LIQ-8)."""
        position = self.position(event.account, event.asset)
        market = self.markets[event.asset]
        scope = [position]
        purse = position.margin
        if position.is_cross:
            held = self.held_in(event.account, market.dex)
            scope = [p for p in held if p.is_cross and p.lots]
            purse = self.users[event.account].cash[market.dex]
        rows = {
            p.asset: (
                p.asset,
                p.lots,
                p.cost,
                self.markets[p.asset].mark,
                self.unsettled(p),
                self.maintenance(p),
            )
            for p in scope
        }
        assert {row[0]: row for row in event.rows} == rows, "every position of the scope"
        assert event.collateral_e6 == purse, "its collateral"
        assert event.equity_e6 == self.behind(position), "which is its equity"
        assert event.maintenance_e6 == sum(row[5] for row in rows.values()), "its requirement"

    def behind(self, position: NaivePosition) -> int:
        """The equity that answers for a position."""
        if position.is_cross:
            return self.cross_equity(position.user, self.markets[position.asset].dex)
        return self.isolated_equity(position)

    def start_forced(self, event: OrderPlaced) -> None:
        """The position goes to the book as one market order, or a fifth of a large one first."""
        assert event.time_in_force == codes.LIQUIDATION_MARKET, "only a forced order starts here"
        position = self.position(event.account, event.asset)
        losses = self.markets[event.asset].spec.losses
        if event.lots != abs(position.lots):
            part = ceil(Fraction(abs(position.lots) * losses.step_e6, 10**6))
            assert event.lots == part, "of the whole position, or its first part"
            assert self.notional(position) > losses.step_notional_e6, "which is large"
            assert self.behind(position) >= 0, "and not below zero"
        assert event.is_buy == (position.lots < 0), "against the position"
        assert event.order_id == self.take_order_id(), "order ids count up"
        self.forced = NaiveOrder(
            event.order_id,
            event.account,
            event.asset,
            event.is_buy,
            event.price,
            event.lots,
            event.lots,
            event.time_in_force,
            True,
            b"",
        )

    def take_over_close(self, event: OrderClosed) -> None:
        """An order ends; a forced one with what the book did not take."""
        if self.forced is not None and event.order_id == self.forced.order_id:
            assert event.lots == self.forced.lots, "what the book left"
            self.set_deleveraging_prices(self.position(event.account, event.asset))
            return
        order = next(o for o in self.orders if o.order_id == event.order_id)
        assert (event.account, event.lots) == (order.user, order.lots), "as much as was left"
        self.orders.remove(order)
        order.arrival = 0

    def take_over_trade(self, event: TradeExecuted) -> None:
        """A forced fill takes the best and oldest order, and pays as the rules say."""
        forced = self.forced
        self.markets[event.asset].quiet_trades.append((event.price, self.followed_ns))
        assert forced is not None and event.kind == codes.LIQUIDATION_TRADE, "a forced fill"
        maker = self.queue(event.asset, not forced.is_buy)[0]
        assert event.maker_order_id == maker.order_id, "price before time"
        market = self.markets[event.asset]
        spec = market.spec
        position = self.position(forced.user, event.asset)
        left = self.behind(position) + position.lots * (event.price - market.mark)
        assert left >= event.taker_fee, "at a price that leaves no equity below zero"
        maker_fee = self.fee(event.lots * event.price, spec.maker_fee_e9)
        assert event.taker_fee <= self.fee(event.lots * event.price, spec.taker_fee_e9), "its fee"
        known = len(self.events)
        kept = self.released_by_force(position, event.lots, event.price) - event.taker_fee
        self.trade(
            position,
            forced,
            self.position(maker.user, event.asset),
            maker,
            event.lots,
            (event.taker_fee, maker_fee),
            codes.LIQUIDATION_TRADE,
        )
        assert self.events[known:] == [event], "the forced fill is as the rules say"
        self.keep_margin(position, kept)
        self.ended.clear()
        self.flattened.clear()

    def released_by_force(self, position: NaivePosition, lots: int, price: int) -> int:
        """What closing so much of an isolated position would let go of its margin (MARG-5)."""
        return 0 if position.is_cross else self.released(position, lots, price)[0]

    def keep_margin(self, position: NaivePosition, released: int) -> None:
        """It stays in what is left of a position that was closed by force."""
        if position.lots and not position.is_cross:
            dex = self.markets[position.asset].dex
            self.users[position.user].cash[dex] -= released
            position.margin += released

    def set_deleveraging_prices(self, position: NaivePosition) -> None:
        """The previous mark, or the price of zero equity where that would leave a deficit."""
        market = self.markets[position.asset]
        size = abs(position.lots)
        per_lot = Fraction(self.behind(position), size)
        self.is_ruined = per_lot < 0
        self.deleveraging_prices = set()
        for previous in (market.previous_mark, market.mark):
            if position.lots > 0:
                zero = max(1, ceil(market.mark - per_lot))
                self.deleveraging_prices.add(max(previous, zero))
            else:
                zero = max(1, floor(market.mark + per_lot))
                self.deleveraging_prices.add(min(previous, zero))

    def take_over_deleveraging(self, event: AutoDeleveraged) -> None:
        """What the book did not take is closed against the best placed of the other side (LIQ-4).

        Nobody is closed at worse than what its own equity bears.
        """
        assert event.trade_id == self.next_trade_id, "trade ids count up"
        self.next_trade_id += 1
        position = self.position(event.account, event.asset)
        other = self.position(event.counterparty, event.asset)
        assert event.account_start == position.lots, "the position before"
        assert self.is_ruined, "nobody is deleveraged who could still pay"
        assert event.counterparty_start == other.lots, "the counterparty's before"
        assert other is self.best_placed(position), "the best placed comes first"
        assert event.lots == min(abs(position.lots), abs(other.lots)), "each whole before the next"
        mark = self.markets[event.asset].mark
        bears = floor(Fraction(max(0, self.behind(other)), event.lots))
        allowed = set()
        for price in self.deleveraging_prices:
            worst = mark - bears if other.lots > 0 else mark + bears
            allowed.add(max(price, worst) if other.lots > 0 else min(price, worst))
        assert event.price in allowed, "the previous mark, or what both sides bear"
        kept = self.released_by_force(position, event.lots, event.price)
        profit = self.fill(position, event.is_buy, event.lots, event.price, 0)
        self.keep_margin(position, kept)
        against = self.fill(other, not event.is_buy, event.lots, event.price, 0)
        assert (event.account_pnl, event.counterparty_pnl) == (profit, against), "without fees"

    def best_placed(self, position: NaivePosition) -> NaivePosition:
        """Longs by (mark/entry)·(notional/equity), shorts by the mirror image; then the lower."""
        mark = self.markets[position.asset].mark
        ranks = []
        for number, user in enumerate(self.users):
            other = self.position(user, position.asset)
            if other.lots * position.lots >= 0:
                continue
            equity = self.behind(other)
            ratio = Fraction(0)
            if equity > 0:
                entry = Fraction(abs(other.cost), abs(other.lots))
                ahead = mark / entry if other.lots > 0 else entry / mark
                ratio = ahead * Fraction(self.notional(other), equity)
            ranks.append((equity <= 0, -ratio, number, other))
        return min(ranks, key=lambda rank: rank[:3])[3]

    def take_over_deficit(self, event: DeficitCovered) -> None:
        """What nobody else could bear is the insurance fund's (LIQ-5), which is empty here."""
        raise AssertionError(f"the other side bears every loss, not {event}")
