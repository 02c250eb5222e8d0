"""Orders that time works on: TWAP orders, takers that wait, the dead man's switch (ORD-1, ORD-2).

Also when a market that sleeps looks at its book again.
"""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit import clock
from bellwether.audit.arithmetic import DAY_NS, MS_NS, SECOND_NS, down, on_tick
from bellwether.audit.clock import Clock
from bellwether.audit.orders import CLOSING_CODES, admits, has_accepted
from bellwether.audit.pricing import Pricing
from bellwether.audit.things import Market, Order, Twap, User
from bellwether.schema import codes, rejects
from bellwether.schema.commands import CancelTwap, PlaceTwap, ScheduleCancel
from bellwether.schema.events import (
    CancelScheduled,
    OrderClosed,
    OrderPlaced,
    OrderRefused,
    OrderReleased,
    ScheduledCancelRan,
    TwapActivated,
    TwapEnded,
    TwapSliceSent,
    TwapStarted,
)

SLICE_NS = 30 * SECOND_NS
SLIPPAGE_E6 = 30_000
MOST_TWAPS = 20
MINUTES = range(5, 7 * 24 * 60 + 1)
LAST_MS = down(Fraction(2**63 - 1, MS_NS))
SWITCHES_A_DAY = 10
MISSING = (rejects.NOTHING_TO_MATCH, rejects.NO_LIQUIDITY, rejects.NOT_FULLY_MATCHED)


class Timed(Pricing):
    """The schedule of the venue, and what is on it for orders."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.twaps: dict[int, Twap] = {}
        self.waiting: dict[int, Order] = {}
        self.next_twap_id = 1

    # Markets that sleep.

    def begin_updates(self, market: Market) -> None:
        """A market that has launched is updated and sampled from now on."""
        rules = market.spec
        self.clock.set(self.now + rules.oracle.interval_ns, clock.UPDATE, market.asset)
        self.clock.set(self.now + rules.funding.sample_interval_ns, clock.SAMPLE, market.asset)

    def go_on(self, market: Market, kind: int, interval_ns: int) -> None:
        """The next update or sample; of a market that sleeps it is only written down."""
        following = self.now + interval_ns
        if not market.sleeps:
            self.clock.set(following, kind, market.asset)
        elif kind == clock.UPDATE:
            market.next_update_ns = following
        else:
            market.next_sample_ns = following

    def wake(self, market: Market) -> None:
        """Something has changed: what slept through is made up for, and updates go on."""
        if not market.sleeps:
            return
        market.sleeps = False
        self.make_up_samples(market)
        interval = market.spec.oracle.interval_ns
        if market.next_update_ns:
            following = self.skip(market.next_update_ns, interval, clock.UPDATE, market.asset)
            if following > market.next_update_ns:
                market.prices.last_ns = following - interval
            self.clock.set(following, clock.UPDATE, market.asset)
        if market.next_sample_ns:
            self.clock.set(market.next_sample_ns, clock.SAMPLE, market.asset)
        market.next_update_ns = market.next_sample_ns = 0

    def make_up_samples(self, market: Market) -> None:
        """Samples that were all alike, up to now."""
        if market.next_sample_ns:
            interval = market.spec.funding.sample_interval_ns
            following = self.skip(market.next_sample_ns, interval, clock.SAMPLE, market.asset)
            self.keep_samples(market, (following - market.next_sample_ns) // interval)
            market.next_sample_ns = following

    def skip(self, first_ns: int, interval_ns: int, kind: int, asset: int) -> int:
        """The first of a row of instants that still lies ahead."""
        at = self.clock.at
        if (first_ns, kind, asset) > at:
            return first_ns
        passed = (at[0] - first_ns) // interval_ns
        following = first_ns + passed * interval_ns
        return following if (following, kind, asset) > at else following + interval_ns

    def fire_later(self, market: Market) -> None:
        """The rest of what is due fires at the same time, before the next command (ORD-1)."""
        if not self.clock.has(self.now, clock.LAST_TRIGGERS, market.asset):
            self.clock.set(self.now, clock.LAST_TRIGGERS, market.asset)

    # The dead man's switch.

    def schedule(self, user: User, command: ScheduleCancel) -> None:
        """At least five seconds ahead, ten times a day (ORD-1, ORD-6)."""
        time_ms, now_ms = command.time_ms, self.now // MS_NS
        if time_ms:
            used = user.cancels_today if user.cancels_day == self.now // DAY_NS else 0
            if time_ms < now_ms + 5_000:
                self.command_refused(rejects.SCHEDULE_TOO_SOON, time_ms)
                return
            if time_ms > LAST_MS:
                self.command_refused(rejects.SCHEDULE_TOO_FAR, LAST_MS)
                return
            if used >= SWITCHES_A_DAY:
                self.command_refused(rejects.SCHEDULE_LIMIT, SWITCHES_A_DAY)
                return
            self.drop_switch(user)
            self.clock.set(time_ms * MS_NS, clock.SWITCH, user.number)
        else:
            self.drop_switch(user)
        user.cancel_at_ms = time_ms
        self.script.say(CancelScheduled(user.address, time_ms))

    def drop_switch(self, user: User) -> None:
        """The switch that was set is set no more."""
        self.clock.drop(user.cancel_at_ms * MS_NS, clock.SWITCH, user.number)

    def run_switch(self, user: User) -> None:
        """The dead man's switch ends every order of the user, dex by dex."""
        user.cancel_at_ms = 0
        self.script.say(ScheduledCancelRan(user.address, self.now))
        today = self.now // DAY_NS
        if user.cancels_day != today:
            user.cancels_day, user.cancels_today = today, 0
        user.cancels_today += 1
        for dex in list(user.cash):
            for order in list(user.orders[dex].values()):
                if self.is_live(order):
                    self.end(order, codes.SCHEDULED_CANCEL)
            self.end_twaps(user, codes.SCHEDULED_CANCEL, dex=dex)

    # Takers that wait.

    def hold_back(self, order: Order) -> None:
        """A taker waits where makers are protected (ORD-2)."""
        order.held_until = self.now + self.markets[order.asset].rules.maker_protection_ns
        self.waiting[order.order_id] = order
        self.clock.set(order.held_until, clock.RELEASE, order.order_id)

    def unlist(self, order: Order) -> None:
        """One that waits and ends waits no more."""
        if order.held_until:
            self.clock.drop(order.held_until, clock.RELEASE, order.order_id)
            self.waiting.pop(order.order_id, None)
        super().unlist(order)

    def release(self, order: Order) -> None:
        """The wait is over: the order is looked at as if it came now."""
        market = self.markets[order.asset]
        user = self.users[order.user]
        self.unlist(order)
        self.script.say(OrderReleased(order.order_id, order.user, order.asset, self.now))
        self.cut_to_reducible(order)
        position = self.look(user, market)
        reducible = self.reducible(position, order.is_buy)
        resting = self.resting_lots(position, order.is_buy)
        only_reduces = order.reduce_only or order.lots + resting <= reducible
        reason = self.closed_refusal(market) or self.resting_refusal(market, order, only_reduces)
        if not reason and not only_reduces and not admits(market, user):
            reason = rejects.NOT_ELIGIBLE
        reason = reason or self.entry_refusal(order)
        if not reason:
            self.trade_and_rest(order)
            return
        if order.has_children:
            self.ended.append(order)
        status = CLOSING_CODES.get(reason, codes.TRIGGER_REFUSED)
        if reason in MISSING:
            status = codes.IOC_REMAINDER
        self.script.say(OrderClosed(order.order_id, order.user, order.asset, order.lots, status))

    # TWAP orders.

    def place_twap(self, user: User, command: PlaceTwap) -> None:
        """Accepts a TWAP order and sends its first sub-order, or refuses it."""
        market = self.markets.get(command.asset)
        reason = rejects.MARKET_UNKNOWN
        if market is not None:
            reason = self.twap_refusal(user, market, command)
        if market is None or reason:
            self.script.say(OrderRefused(reason, user.address, command.asset))
            return
        self.open(user, market)
        twap = Twap(
            self.next_twap_id,
            user.address,
            command.asset,
            command.is_buy,
            command.lots,
            command.reduce_only,
            command.minutes,
            command.randomize,
            trigger_price=command.trigger_price,
            trigger_above=command.trigger_above,
            stop_price=command.stop_price,
            is_waiting=command.trigger_price > 0,
        )
        self.next_twap_id += 1
        self.twaps[twap.number] = twap
        self.script.say(
            TwapStarted(
                twap.number,
                twap.user,
                twap.asset,
                self.now,
                twap.is_buy,
                twap.lots,
                twap.reduce_only,
                twap.minutes,
                twap.randomize,
                twap.trigger_price,
                twap.trigger_above,
                twap.stop_price,
            )
        )
        if not twap.is_waiting:
            self.begin_twap(twap)

    def begin_twap(self, twap: Twap) -> None:
        """The first sub-order; a stop price that the mark is at ends the order without a trade."""
        mark = self.markets[twap.asset].mark
        twap.is_waiting = False
        twap.stop_above = twap.stop_price > mark
        if twap.stop_price == mark:
            self.end_twap(twap, codes.TWAP_STOPPED)
        else:
            self.run_slice(twap)

    def reach_twaps(self, market: Market) -> None:
        """What the mark has reached begins or stops, the nearest price first, then the oldest."""
        while True:
            reached: list[tuple[bool, int, int]] = []
            for twap in self.twaps.values():
                price = twap.trigger_price if twap.is_waiting else twap.stop_price
                above = twap.trigger_above if twap.is_waiting else twap.stop_above
                there = market.mark >= price if above else market.mark <= price
                if twap.asset == market.asset and price and there:
                    reached.append((not above, price if above else -price, twap.number))
            if not reached:
                return
            twap = self.twaps[min(reached)[2]]
            if not twap.is_waiting:
                self.end_twap(twap, codes.TWAP_STOPPED)
                continue
            self.script.say(
                TwapActivated(twap.number, twap.user, twap.asset, self.now, market.mark)
            )
            self.begin_twap(twap)
            self.settle_ends()

    def twap_refusal(self, user: User, market: Market, command: PlaceTwap) -> int:
        """The first refusal in the order of precedence."""
        reason = self.closed_refusal(market)
        if reason:
            return reason
        if self.venue_status[0] == codes.POST_ONLY and not command.reduce_only:
            return rejects.DISK_SLOW_NOW
        if market.phase == codes.AUCTION:
            return rejects.AUCTION_TAKES_LIMITS
        if command.lots == codes.UNREPRESENTABLE:
            return rejects.SIZE_INVALID
        if command.lots <= 0:
            return rejects.SIZE_ZERO
        if command.minutes not in MINUTES:
            return rejects.TWAP_DURATION_INVALID
        least = market.rules.min_order_value_e6 * command.minutes
        if not command.reduce_only and command.lots * market.mark < least:
            return rejects.TWAP_VALUE_TOO_SMALL
        if not twap_prices_fit(market, command):
            return rejects.TWAP_PRICE_INVALID
        if market.dex not in user.cash:
            return rejects.INSUFFICIENT_MARGIN
        if not command.reduce_only and not admits(market, user):
            return rejects.NOT_ELIGIBLE
        if not command.reduce_only and not has_accepted(market, user):
            return rejects.DISCLOSURE_MISSING
        if len(self.twaps_of(user, market.dex)) >= MOST_TWAPS:
            return rejects.TOO_MANY_TWAPS
        reducible = self.reducible(self.look(user, market), command.is_buy)
        if command.reduce_only and reducible == 0:
            return rejects.REDUCE_ONLY_INCREASES
        return rejects.ACCEPTED

    def twaps_of(self, user: User, dex: str) -> list[Twap]:
        """A user's running TWAP orders in a dex."""
        mine = [twap for twap in self.twaps.values() if twap.user == user.address]
        return [twap for twap in mine if self.markets[twap.asset].dex == dex]

    def cancel_twap(self, user: User, command: CancelTwap) -> None:
        """Ends a running TWAP order of the account."""
        twap = self.twaps.get(command.twap_id)
        if twap is None or twap.user != user.address or twap.asset != command.asset:
            refused = OrderRefused(rejects.TWAP_NOT_RUNNING, user.address, command.asset)
            self.script.say(refused)
        else:
            self.end_twap(twap, codes.CANCELED)

    def end_twap(self, twap: Twap, status: int) -> None:
        """Ends a running TWAP order, and says how far it came."""
        self.clock.drop(twap.next_ns, clock.SLICE, twap.number)
        del self.twaps[twap.number]
        self.script.say(
            TwapEnded(
                twap.number,
                twap.user,
                twap.asset,
                self.now,
                status,
                twap.executed_lots,
                twap.executed_e6,
            )
        )

    def end_twaps(
        self, user: User, status: int, dex: str | None = None, asset: int | None = None
    ) -> None:
        """All running TWAP orders of a user in a dex or in a market."""
        for twap in list(self.twaps.values()):
            fits = asset is None or twap.asset == asset
            fits = fits and (dex is None or self.markets[twap.asset].dex == dex)
            if twap.user == user.address and fits:
                self.end_twap(twap, status)

    def run_slice(self, twap: Twap) -> None:
        """Sends the sub-order that is due, and sets the time of the next or ends the order."""
        twap.next_ns = 0
        lots = self.due_lots(twap)
        twap.sent += 1
        if lots > 0:
            self.send_slice(twap, lots)
        if twap.executed_lots >= twap.lots:
            self.end_twap(twap, codes.FILLED)
        elif twap.sent >= 2 * twap.minutes + 1:
            self.end_twap(twap, codes.TWAP_OUT_OF_TIME)
        else:
            twap.next_ns = self.now + SLICE_NS
            self.clock.set(twap.next_ns, clock.SLICE, twap.number)

    def due_lots(self, twap: Twap) -> int:
        """What is missing to the target, within three even sub-orders and the largest order.

        A randomized target may lie a tenth of an even sub-order aside: where it lies is the venue's
        and is taken from the order that it sends.
        """
        count = 2 * twap.minutes + 1
        last = twap.sent + 1 >= count
        even = Fraction(twap.lots, count)
        most = max(1, down(3 * even))
        if self.markets[twap.asset].rules.max_order_lots:
            most = min(most, self.markets[twap.asset].rules.max_order_lots)
        if not twap.randomize or last:
            target = twap.lots if last else down(even * (twap.sent + 1))
            return min(most, target - twap.executed_lots)
        slice_sent, sent = self.script.peek(), self.script.peek(1)
        if not isinstance(slice_sent, TwapSliceSent) or not isinstance(sent, OrderPlaced):
            return 0
        if slice_sent.twap_id != twap.number or slice_sent.time_ns != self.now:
            return 0
        low = down(even * (twap.sent + Fraction(9, 10))) - twap.executed_lots
        high = down(even * (twap.sent + Fraction(11, 10))) - twap.executed_lots
        lots = sent.original_lots if twap.reduce_only else sent.lots
        user, market = self.users[twap.user], self.markets[twap.asset]
        left = self.reducible(self.look(user, market), twap.is_buy)
        if twap.reduce_only and sent.lots == left <= min(most, high):
            # Cut to what there is to reduce; whether it would have been more is not told.
            return lots
        allowed = f"between {min(most, low)} and {min(most, high)} lots"
        self.script.demand(min(most, low) <= lots <= min(most, high), allowed, sent)
        return lots

    def send_slice(self, twap: Twap, lots: int) -> None:
        """One sub-order meets the book, if the market and the account let it."""
        market, user = self.markets[twap.asset], self.users[twap.user]
        width = min(SLIPPAGE_E6, market.rules.market_protection_e6 or SLIPPAGE_E6)
        price = self.price_within(market, twap.is_buy, width)
        if self.is_too_aggressive(market, twap.is_buy, price):
            price = self.price_at_oracle(market, twap.is_buy)
        order = Order(
            0, twap.user, twap.asset, twap.is_buy, price, lots, lots, codes.TWAP_SLICE,
            twap.reduce_only, placed_ns=self.now,
        )  # fmt: skip
        self.cut_to_reducible(order)
        if price <= 0 or self.slice_is_refused(user, market, order):
            return
        order.order_id = self.take_order_id()
        order.original = order.lots
        self.script.say(TwapSliceSent(twap.number, twap.user, twap.asset, self.now, order.order_id))
        before = user.volume
        self.announce(order)
        self.trade_and_rest(order)
        twap.executed_lots += order.filled
        twap.executed_e6 += user.volume - before

    def slice_is_refused(self, user: User, market: Market, order: Order) -> bool:
        """Does anything stand against a sub-order now? It has no least value of its own."""
        position = self.look(user, market)
        reducible = self.reducible(position, order.is_buy)
        resting = self.resting_lots(position, order.is_buy)
        only_reduces = order.reduce_only or order.lots + resting <= reducible
        if self.closed_refusal(market) or self.resting_refusal(market, order, only_reduces):
            return True
        if not only_reduces and not admits(market, user):
            return True
        if not order.reduce_only and not has_accepted(market, user):
            return True
        if market.rules.oracle.reject_outside_band and self.outside_band(market, order.price):
            return True
        return self.entry_refusal(order) != rejects.ACCEPTED


def twap_prices_fit(market: Market, command: PlaceTwap) -> bool:
    """A trigger or stop price is on the tick, and the mark is not there yet (ORD-1)."""
    rules, mark = market.rules, market.mark
    for price in (command.trigger_price, command.stop_price):
        if price and not on_tick(price, rules.size_decimals, rules.tick_atoms):
            return False
    if command.trigger_price == 0:
        return command.stop_price != mark
    is_below = mark < command.trigger_price
    return is_below if command.trigger_above else mark > command.trigger_price
