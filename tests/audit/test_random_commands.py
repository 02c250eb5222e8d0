"""Random commands through engine and auditor: the same events, the same state, every time.

`BELLWETHER_CAMPAIGN=N` runs N examples of 120 steps instead of the short share of every day.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bellwether.audit.things import Position
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    CancelByClientId,
    CancelOrders,
    Credit,
    Debit,
    ModifyOrders,
    ModifyRequest,
    Noop,
    OrderRequest,
    PayInCapital,
    PlaceOrders,
    ScheduleCancel,
    SetAssignment,
    SetTradingStatus,
    SetVenueStatus,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.testing import strategies as drawn
from bellwether.testing.side_by_side import SideBySide

DISK = (
    *((codes.OPEN, codes.BY_REQUEST),) * 6,
    (codes.POST_ONLY, codes.DISK_SLOW),
    (codes.CANCEL_ONLY, codes.DISK_SLOW),
    (codes.CANCEL_ONLY, codes.DISK_LOW),
)
"""Mostly well, so that the other rules have room."""

CAMPAIGN = int(os.environ.get("BELLWETHER_CAMPAIGN", "0"))


class EngineAgainstAuditor(RuleBasedStateMachine):
    """ORD-1 … ORD-4, ORD-6, ORD-7, MARG-1 … MARG-7, LIQ-1 … LIQ-6, LIQ-10, UNIT-6, FUND-4."""

    @initialize(
        rules=drawn.rule_pairs,
        cap_usd=drawn.caps,
        second=drawn.presets,
        policies=st.tuples(drawn.policies, drawn.policies),
    )
    def found(
        self, rules: tuple[int, int], cap_usd: int, second: str, policies: tuple[int, int]
    ) -> None:
        genesis = drawn.small_world(rules, cap_usd, second, policies)
        self.both = SideBySide(genesis, drawn.START_NS)
        self.nonce = 1_000

    def head(self, trader: int) -> tuple[bytes, bytes, int, int]:
        self.nonce += 1
        return drawn.TRADERS[trader], b"", self.nonce, 0

    @property
    def held(self) -> list[Position]:
        """All open positions but those of vaults, which nobody has a key to."""
        return [position for position in self.both.held if position.user in drawn.TRADERS]

    def live_id(self, guess: int) -> int:
        """Mostly the id of a live order, whoever's it is."""
        live = [order.order_id for order in self.both.orders]
        return live[guess % len(live)] if live and guess < 90 else guess

    @rule(trader=drawn.traders, orders=drawn.actions, wait=drawn.waits)
    def place(self, trader: int, orders: tuple[OrderRequest, ...], wait: int) -> None:
        self.both.run(PlaceOrders(*self.head(trader), orders), wait)

    @rule(trader=drawn.traders, order=drawn.crossing_orders)
    def cross(self, trader: int, order: OrderRequest) -> None:
        self.both.run(PlaceOrders(*self.head(trader), (order,)))

    @rule(trader=drawn.traders, order=drawn.trigger_orders, tied=st.booleans())
    def place_trigger(self, trader: int, order: OrderRequest, tied: bool) -> None:
        grouping = codes.POSITION_TPSL if tied else codes.UNGROUPED
        self.both.run(PlaceOrders(*self.head(trader), (order,), grouping))

    @rule(trader=drawn.traders, group=drawn.groups())
    def place_group(self, trader: int, group: tuple[OrderRequest, ...]) -> None:
        self.both.run(PlaceOrders(*self.head(trader), group, codes.NORMAL_TPSL))

    @rule(traders=st.tuples(drawn.traders, drawn.traders), orders=drawn.meeting_orders())
    def meet(self, traders: tuple[int, int], orders: tuple[OrderRequest, ...]) -> None:
        """Two orders at one price: a trade, unless margin or the book stands against it."""
        for trader, order in zip(traders, orders, strict=True):
            self.both.run(PlaceOrders(*self.head(trader), (order,)))

    @rule(guess=drawn.guesses, price=drawn.prices(9), part=st.integers(1, 12), other=drawn.traders)
    def guard(self, guess: int, price: int, part: int, other: int) -> None:
        """A holder offers up to its whole position reduce-only, closes some of it elsewhere, and
        somebody takes the offer.
        """
        held = self.held
        if not held:
            return
        position = held[guess % len(held)]
        trader = drawn.TRADERS.index(position.user)
        asset, is_buy, lots = position.asset, position.lots < 0, abs(position.lots)
        offer = OrderRequest(asset, is_buy, price, lots, codes.GTC, True)
        self.both.run(PlaceOrders(*self.head(trader), (offer,)))
        near = drawn.REFERENCE + (25 if is_buy else -25) * drawn.TICK
        close = OrderRequest(asset, is_buy, near, max(1, lots * part // 12), codes.IOC)
        self.both.run(PlaceOrders(*self.head(trader), (close,)))
        take = OrderRequest(asset, not is_buy, price, lots, codes.IOC)
        self.both.run(PlaceOrders(*self.head(other), (take,)))

    @rule(trader=drawn.traders, asset=drawn.assets, guess=drawn.guesses, name=drawn.client_ids)
    def cancel(self, trader: int, asset: int, guess: int, name: bytes) -> None:
        if guess >= 80:
            self.both.run(CancelByClientId(*self.head(trader), ((asset, name),)))
            return
        order_id = self.live_id(guess)
        for order in self.both.orders:
            if order.order_id == order_id and guess < 70:
                trader, asset = drawn.TRADERS.index(order.user), order.asset
        self.both.run(CancelOrders(*self.head(trader), ((asset, order_id),)))

    @rule(guess=drawn.guesses, by_name=st.booleans(), wanted=drawn.plain_orders)
    def modify(self, guess: int, by_name: bool, wanted: OrderRequest) -> None:
        """Anything may become of a live order; now and then it is somebody else's."""
        live = self.both.orders
        if not live:
            return
        old = live[guess % len(live)]
        trader = drawn.TRADERS.index(old.user) if guess < 90 else guess % len(drawn.TRADERS)
        request = ModifyRequest(old.order_id, old.client_id if by_name else b"", wanted)
        self.both.run(ModifyOrders(*self.head(trader), (request,)))

    @rule(guess=drawn.guesses, less=st.integers(0, 400), renew=st.booleans(), move=drawn.moves)
    def amend(self, guess: int, less: int, renew: bool, move: int) -> None:
        """An order of the book shrinks in its place, or moves under a new id."""
        resting = [order for order in self.both.orders if order.arrival]
        if not resting:
            return
        order = resting[guess % len(resting)]
        wanted = OrderRequest(
            order.asset,
            order.is_buy,
            order.price + move,
            max(1, order.lots - less),
            order.time_in_force,
            order.reduce_only,
            order.client_id,
        )
        head = self.head(drawn.TRADERS.index(order.user))
        request = ModifyRequest(order.order_id, b"", wanted)
        self.both.run(ModifyOrders(*head, (request,), renew or move != 0))

    @rule(trader=drawn.traders, asset=drawn.assets, cross=st.booleans(), lev=st.integers(0, 11))
    def set_leverage(self, trader: int, asset: int, cross: bool, lev: int) -> None:
        """Now and then that of an open position, in its own mode and low."""
        held = self.held
        if held and lev > 4:
            position = held[(trader + lev) % len(held)]
            trader = drawn.TRADERS.index(position.user)
            asset, cross, lev = position.asset, position.is_cross, lev - 4
        self.both.run(UpdateLeverage(*self.head(trader), asset, cross, lev))

    @rule(kind=st.integers(0, 5), trader=drawn.traders, other=drawn.traders, amount=drawn.amounts)
    def move_money(self, kind: int, trader: int, other: int, amount: int) -> None:
        head = self.head(trader)
        target = drawn.TRADERS[other]
        reference = f"reference {self.nonce - self.nonce % 3}"
        custodian = (drawn.CUSTODIAN, self.nonce, target, "", amount, reference)
        if kind < 3:
            dexes = (("", ""), ("", "other"), ("other", "none"))[kind]
            self.both.run(TransferBetweenDexes(*head, target, *dexes, amount))
        elif kind < 5:
            self.both.run(Credit(*custodian) if kind == 3 else Debit(*custodian))
        else:
            self.both.run(UpdateIsolatedMargin(*head, other % 2, amount))

    @rule(kind=drawn.guesses, trader=drawn.traders, asset=drawn.assets, status=drawn.statuses)
    def something_rare(self, kind: int, trader: int, asset: int, status: int) -> None:
        if kind < 30:
            time_ms = self.both.time_ns // 10**6 + kind * 1_000 if kind else 0
            self.both.run(ScheduleCancel(*self.head(trader), time_ms))
        elif kind < 60:
            self.nonce += 1
            self.both.run(SetTradingStatus(drawn.OPERATOR, self.nonce, asset, status, "drawn"))
        elif kind < 80:
            self.both.run(Noop(drawn.TRADERS[trader], b"", self.nonce - (kind - 60) ** 2, 0))
        else:
            self.both.restart()

    @rule(state=st.sampled_from(DISK), wait=drawn.long_waits)
    def strain_the_disk(self, state: tuple[int, int], wait: int) -> None:
        """LIFE-13."""
        self.both.run(SetVenueStatus(*state, "drawn"), wait)

    @rule(asset=st.integers(0, 1), steps=st.integers(-12, 12), wait=drawn.long_waits)
    def pull_the_price(self, asset: int, steps: int, wait: int) -> None:
        """The richest trader quotes around a price for a while, so that the mark goes there."""
        for is_buy in (True, False):
            order = drawn.quote(asset, is_buy, steps)
            self.both.run(PlaceOrders(*self.head(drawn.RICHEST), (order,)))
        self.both.run(AdvanceTime(), wait)

    @rule(guess=drawn.guesses, trail=drawn.trails, wait=drawn.waits)
    def trail(self, guess: int, trail: tuple[int, int], wait: int) -> None:
        """A holder has its position followed by two stops, one of them at a percent."""
        held = self.held
        if not held:
            return
        position = held[guess % len(held)]
        is_buy = position.lots < 0
        mark = self.both.auditor.markets[position.asset].mark
        limit = mark - mark % drawn.TICK + (20_000 if is_buy else -20_000)
        lots = max(1, abs(position.lots) // 2)
        head = (position.asset, is_buy, limit, lots, codes.GTC, True, b"", codes.STOP_MARKET, 0)
        orders = (OrderRequest(*head, *trail), OrderRequest(*head, 0, 10_000))
        trader = drawn.TRADERS.index(position.user)
        self.both.run(PlaceOrders(*self.head(trader), orders), wait)

    @rule(guess=drawn.guesses, kind=st.integers(1, 4), steps=st.integers(1, 3), wait=drawn.waits)
    def protect(self, guess: int, kind: int, steps: int, wait: int) -> None:
        """A holder has two triggers at one price, a few steps of half a percent away."""
        held = self.held
        if not held:
            return
        position = held[guess % len(held)]
        is_buy, is_stop = position.lots < 0, kind in (codes.STOP_MARKET, codes.STOP_LIMIT)
        mark = self.both.auditor.markets[position.asset].mark
        at = mark - mark % (5 * drawn.TICK) + (1 if is_buy == is_stop else -1) * steps * 500
        limit = at + (20_000 if is_buy else -20_000)
        lots = max(1, abs(position.lots) // 2)
        orders = [
            OrderRequest(position.asset, is_buy, limit, size, codes.GTC, True, b"", kind, at)
            for size in (lots, lots + 1)
        ]
        trader = drawn.TRADERS.index(position.user)
        self.both.run(PlaceOrders(*self.head(trader), tuple(orders)), wait)

    @rule(trader=st.integers(0, 2), asset=st.integers(0, 1), is_buy=st.booleans(), away=drawn.away)
    def squeeze(self, trader: int, asset: int, is_buy: bool, away: int) -> None:
        """Somebody rests as much as the margin allows, the mark moves so that it needs more, and
        the order is met (MARG-4).
        """
        both, who = self.both, drawn.TRADERS[trader]
        position, mark = both.position(who, asset), both.auditor.markets[asset].mark
        price = mark - mark % drawn.TICK + (-1 if is_buy else 1) * 3 * drawn.TICK
        free = both.free(who)
        lots = min(9_000, max(0, free) * position.leverage // mark * 9 // 10)
        order = OrderRequest(asset, is_buy, price, lots, codes.GTC)
        self.both.run(PlaceOrders(*self.head(trader), (order,)))
        self.shift(asset, away if is_buy else -away)
        take = OrderRequest(asset, not is_buy, price, max(100, lots), codes.IOC)
        self.both.run(PlaceOrders(*self.head(drawn.RICHEST), (take,)))

    def shift(self, asset: int, percent: int) -> None:
        """The richest trader quotes so much from the mark for one update, and takes it back."""
        mark = self.both.auditor.markets[asset].mark
        steps = (mark - drawn.REFERENCE) // (10 * drawn.TICK) + percent
        for side in (True, False):
            quote = drawn.quote(asset, side, steps, 400)
            self.both.run(PlaceOrders(*self.head(drawn.RICHEST), (quote,)))
        self.both.run(AdvanceTime(), 3 * drawn.SECOND_NS)
        rich = drawn.TRADERS[drawn.RICHEST]
        for mine in [order for order in self.both.orders if order.user == rich]:
            cancel = CancelOrders(*self.head(drawn.RICHEST), ((mine.asset, mine.order_id),))
            self.both.run(cancel)

    @rule(trader=st.integers(0, 2), parts=st.integers(2, 6), down=st.integers(4, 12))
    def drain(self, trader: int, parts: int, down: int) -> None:
        """A cross position is watched; then an isolated one takes the cash that stood behind it,
        and the mark moves against it.
        """
        both, who = self.both, drawn.TRADERS[trader]
        free = max(0, both.free(who))
        for asset, part in ((0, 10), (1, parts)):
            mark, leverage = both.auditor.markets[asset].mark, both.position(who, asset).leverage
            price = mark - mark % drawn.TICK
            lots = min(9_000, free * leverage // part // mark)
            offer = OrderRequest(asset, False, price, lots, codes.GTC)
            self.both.run(PlaceOrders(*self.head(drawn.RICHEST), (offer,)))
            wish = OrderRequest(asset, True, price, lots, codes.IOC)
            self.both.run(PlaceOrders(*self.head(trader), (wish,)))
        self.shift(0, 1)
        for leverage in (1, 2, 3):
            self.both.run(UpdateLeverage(*self.head(trader), 1, False, leverage))
        for _ in range(3):
            self.shift(0, -down)

    @rule(asset=st.integers(0, 1), is_backstop=st.booleans(), usd=st.integers(0, 40))
    def pay_in(self, asset: int, is_backstop: bool, usd: int) -> None:
        """Capital for a fund or a vault (LIQ-5)."""
        self.nonce += 1
        name = f"capital {self.nonce}"
        pay = PayInCapital(drawn.CUSTODIAN, self.nonce, asset, is_backstop, usd * 10**6 + usd, name)
        self.both.run(pay)

    @rule(
        trader=drawn.traders,
        asset=st.integers(0, 1),
        sides=st.tuples(st.booleans(), st.booleans()),
        most=drawn.sizes,
        edge=st.sampled_from((75, 100, 250)),
        days=st.sampled_from((codes.EVERY_DAY, codes.EVERY_DAY, codes.WEEKENDS)),
    )
    def provide(
        self, trader: int, asset: int, sides: tuple[bool, bool], most: int, edge: int, days: int
    ) -> None:
        """Somebody takes positions over from now on, or no more (LIQ-3)."""
        terms = (*sides, most, 2 * most, edge, days)
        self.both.run(SetAssignment(*self.head(trader), asset, *terms))

    @rule(asset=st.integers(0, 1), is_up=st.booleans(), percent=st.integers(6, 14))
    def crash(self, asset: int, is_up: bool, percent: int) -> None:
        """Three gaps in one direction, into a book that is nearly empty (LIQ-2 … LIQ-5)."""
        for _ in range(3):
            self.shift(asset, percent if is_up else -percent)

    @rule(wait=drawn.long_waits)
    def let_time_pass(self, wait: int) -> None:
        self.both.run(AdvanceTime(), wait)

    def teardown(self) -> None:
        if hasattr(self, "both"):
            self.both.replay()


TestEngineAgainstAuditor = EngineAgainstAuditor.TestCase
TestEngineAgainstAuditor.settings = settings(
    max_examples=CAMPAIGN or 200,
    stateful_step_count=120 if CAMPAIGN else 50,
    derandomize=not CAMPAIGN,
    database=None,
    suppress_health_check=list(HealthCheck),
)
