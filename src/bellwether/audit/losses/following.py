"""Liquidations as a checked set (chapter 06): who, at what prices, and what must come of it.

The sequence is the venue's. Whoever is liquidated was below maintenance; nobody who had to be is
left alone; nothing trades beyond the position, past a better order, or at a price that the rules
forbid; what is missing in the end is paid to the micro-dollar, by the fund as far as it goes.
"""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import MILLION, SECOND_NS, up
from bellwether.audit.losses.waterfall import Waterfall
from bellwether.audit.orders import TRADING
from bellwether.audit.script import Disagreement, told
from bellwether.audit.things import Market, Order, Position
from bellwether.schema import codes
from bellwether.schema.event import Event
from bellwether.schema.events import (
    AutoDeleveraged,
    DeficitCovered,
    EquityStated,
    FundingSettled,
    LiquidationFeePaid,
    LiquidationStarted,
    OrderActivated,
    OrderClosed,
    OrderPlaced,
    PositionTakenOver,
    TradeExecuted,
    TwapEnded,
)

PATIENCE_NS = 120 * SECOND_NS
SELLS_EVERY_NS = 30 * SECOND_NS
SELLS_E6, SELLS_WITHIN_E6 = 200_000, 5_000
ENDS_OF_MAKERS = (
    codes.REDUCE_ONLY_CANCELED,
    codes.MARGIN_CANCELED,
    codes.OWNER_SHARE_CANCELED,
    codes.SELF_TRADE_CANCELED,
)
PARTIES = ("account", "taker", "maker", "counterparty")
OWN_KINDS = (
    LiquidationStarted,
    AutoDeleveraged,
    DeficitCovered,
    EquityStated,
    PositionTakenOver,
    LiquidationFeePaid,
)


class Losses(Waterfall):
    """Follows a liquidation event by event, with the positions as the rules have them."""

    def __init__(self) -> None:
        super().__init__()
        self.forced: Order | None = None
        self.sent = 0
        self.paid: tuple[int, int] | None = None
        self.in_losses = False
        self.is_settling = False
        self.touched: set[bytes] = set()
        self.begun: set[tuple[bytes, int]] = set()
        self.last_number = 0
        self.stated: set[tuple[int, bytes]] = set()
        self.unknown: set[str] = set()

    @staticmethod
    def liquidates(market: Market) -> bool:
        """Are positions liquidated in this market now (LIQ-10, PRICE-9, PRICE-15)?"""
        is_open = market.status in (codes.OPEN, codes.CANCEL_ONLY)
        is_held = market.is_blind or market.awaits_ns > 0
        return market.phase in TRADING and not is_held and is_open

    def follow_losses(self, market: Market, previous_mark: int) -> None:
        """Takes over what a market's liquidations did; who had to be taken on has been (LIQ-1)."""
        liquidates = self.liquidates(market)
        holders = list(market.holders.values()) if liquidates else []
        below = [p for p in holders if self.is_below(p)]
        thin = [p for p in holders if p not in below and self.is_below_initial(p)]
        for position in holders:
            if position not in below:
                position.stepped_ns = 0
        self.previous_marks = {market.asset: previous_mark}
        self.begin_following()
        self.follow_events(market)
        for position in below:
            self.check_spared(market, position)
        for position in thin:
            if position.user not in self.touched and self.is_below_initial(position):
                self.check_new_risk(position)
        for position in list(market.holders.values()):
            is_below = self.is_below(position)
            if position.is_taken_on and not is_below:
                position.is_taken_on = False
            if liquidates and (is_below or position.stepped_ns):
                self.look_again(market)
        if liquidates:
            self.sell_inventory(market)

    def begin_following(self) -> None:
        """Nothing has happened yet."""
        self.forced, self.paid, self.in_losses = None, None, False
        self.touched, self.deleveraging = set(), ()
        self.begun, self.last_number = set(), 0

    def follow_events(self, market: Market) -> None:
        """Event by event, as long as they belong to it."""
        self.script.follows = True
        while self.is_of_losses(market):
            event = self.script.peek()
            assert event is not None, "what belongs to a liquidation is there"
            place = self.script.place
            if isinstance(event, TradeExecuted | AutoDeleveraged | PositionTakenOver):
                self.touched.update(getattr(event, name, b"") for name in PARTIES)
            if isinstance(event, LiquidationStarted):
                self.touched.add(event.account)
            self.take_over(event)
            if self.script.place == place:
                raise Disagreement("nothing of the kind", told(event))
        self.forced = None
        self.settle_ends()
        self.script.follows = False

    def check_spared(self, market: Market, position: Position) -> None:
        """Who was below and was not taken on: the rules have to allow it (LIQ-1 … LIQ-3)."""
        if not position.lots:
            owed = 0 if position.is_cross else -position.margin
            if owed > 0:
                raise Disagreement("a deficit that somebody bears", f"{owed} micro-USD of nobody's")
            return
        if not self.is_below(position) or self.is_spared(position):
            return
        if position.user in self.touched:
            return
        who = f"0x{position.user.hex()} in {market.spec.symbol}"
        equity, kept_up = self.behind(position), self.kept_up(position)
        why = f"its equity {equity} is below its maintenance {kept_up} (LIQ-1)"
        live = self.live(self.users[position.user], market.asset)
        if live and not self.is_vault(position):
            raise Disagreement(f"no orders of {who}", told(live[0]), why)
        if self.must_begin(position):
            raise Disagreement(f"a liquidation of {who}", "none", why)

    def must_begin(self, position: Position) -> bool:
        """Is there anything to be done now with a position that is below maintenance?

        With equity left it waits for its book; whether a backstop takes it is the venue's.
        """
        if self.protects(self.markets[position.asset]) and self.is_near_ruin(position):
            return True
        if self.behind(position) < 0:
            return True
        return self.forced_lots(position) > 0 and self.book_takes(position)

    def check_new_risk(self, position: Position) -> None:
        """Below the initial margin no order is left that could add risk (LIQ-3)."""
        user = self.users[position.user]
        for order in self.live(user):
            if self.is_new_risk(order, position):
                raise Disagreement("an end of orders that add risk", told(order), "LIQ-3")

    def is_new_risk(self, order: Order, position: Position) -> bool:
        """Could an order of a position's scope add risk in a protected market?"""
        market = self.markets[order.asset]
        own = self.users[order.user].positions.get(order.asset)
        if own is None or order.reduce_only or not self.protects(market):
            return False
        if market.dex != self.markets[position.asset].dex:
            return False
        in_scope = own is position or (own.is_cross and position.is_cross)
        return in_scope and order.lots > self.reducible(own, order.is_buy)

    def is_spared(self, position: Position) -> bool:
        """A cross account with a position in a market that waits is looked at later (LIQ-10)."""
        user, dex = self.users[position.user], self.markets[position.asset].dex
        since = [self.markets[p.asset].awaits_ns for p in self.cross_in(user, dex) if p.lots]
        waits = any(at and self.now < at + PATIENCE_NS for at in since)
        if position.is_cross and waits:
            self.look_again(self.markets[position.asset])
            return True
        return False

    # Which events belong to it.

    def is_of_losses(self, market: Market) -> bool:
        """Does the next event belong to a liquidation that this market's prices set off?"""
        event = self.script.peek()
        if isinstance(event, LiquidationStarted):
            return self.may_begin(event, market)
        if isinstance(event, OWN_KINDS):
            return True
        if isinstance(event, OrderPlaced):
            return event.time_in_force == codes.LIQUIDATION_MARKET
        if isinstance(event, TwapEnded):
            if event.status == codes.LIQUIDATED_CANCELED:
                return self.is_concerned(self.position_at(event.account, event.asset), market)
            return event.status == codes.MARGIN_CANCELED and self.thins(event, market)
        if isinstance(event, TradeExecuted):
            return event.kind == codes.LIQUIDATION_TRADE
        if isinstance(event, OrderClosed):
            if event.status == codes.LIQUIDATED_CANCELED:
                return self.is_concerned(self.position_at(event.account, event.asset), market)
            if self.is_forced(event.order_id):
                return True
            if event.status == codes.MARGIN_CANCELED and self.thins(event, market):
                return True
            return self.in_losses and (
                (self.forced is not None and event.status in ENDS_OF_MAKERS)
                or self.is_consequence(event)
            )
        if isinstance(event, OrderActivated):
            return self.in_losses and bool(self.ended)
        if isinstance(event, FundingSettled):
            user = self.users.get(event.account)
            position = None if user is None else user.positions.get(event.asset)
            if position is None or not self.owes_funding(position):
                return False
            return self.in_losses or self.is_concerned(position, market)
        return self.is_new_kind(event) and self.in_losses

    def is_concerned(self, position: Position, market: Market) -> bool:
        """Is a position below maintenance, and looked at when this market has moved?"""
        held = market.holders.get(position.user)
        shares = held is not None and held.is_cross and position.is_cross
        return (position.asset == market.asset or shares) and self.is_below(position)

    def may_begin(self, event: LiquidationStarted, market: Market) -> bool:
        """Each position once at an update, the lower account first: others are of the next."""
        position = self.position_at(event.account, event.asset)
        number = self.dexes[self.markets[event.asset].dex].accounts.index(event.account)
        is_next = (event.account, event.asset) not in self.begun and number >= self.last_number
        return is_next and self.is_concerned(position, market)

    def owes_funding(self, position: Position) -> bool:
        """Has the index moved since the position was last settled?"""
        moved = position.funding_index != self.markets[position.asset].funding_index
        return moved and position.lots != 0

    def thins(self, event: OrderClosed | TwapEnded, market: Market) -> bool:
        """Does an order end of somebody who holds something here, below its initial margin?"""
        held = market.holders.get(event.account)
        return held is not None and self.is_below_initial(held)

    def end_worked_order(self, number: int, status: int) -> None:
        """Ends a running TWAP order."""

    def is_new_kind(self, event: Event | None) -> bool:
        """A kind of event that the auditor has never heard of?"""
        return False

    def is_forced(self, order_id: int) -> bool:
        """Is this the order of the liquidation that runs?"""
        return self.forced is not None and self.forced.order_id == order_id

    def is_consequence(self, event: OrderClosed) -> bool:
        """An order that ends because its parent or its position has ended?"""
        return event.status in (codes.CANCELED, codes.SIBLING_FILLED_CANCELED) and bool(
            self.ended or self.flattened
        )

    # One of them.

    def take_over(self, event: Event) -> None:
        """One event of a liquidation (LIQ-1 … LIQ-5)."""
        self.in_losses = True
        if isinstance(event, LiquidationStarted):
            self.check_start(self.script.take(LiquidationStarted))
        elif isinstance(event, EquityStated):
            self.take_over_statement(self.script.take(EquityStated))
        elif isinstance(event, OrderPlaced):
            self.start_forced(self.script.take(OrderPlaced))
        elif isinstance(event, OrderClosed):
            self.take_over_close(event)
        elif isinstance(event, OrderActivated):
            self.settle_ends()
        elif isinstance(event, TwapEnded):
            self.check_end_of(event.account, event.asset, event.status, event)
            self.end_worked_order(event.twap_id, event.status)
        elif isinstance(event, TradeExecuted):
            self.take_over_trade(event)
        elif isinstance(event, PositionTakenOver):
            self.take_over_position(self.script.take(PositionTakenOver))
        elif isinstance(event, AutoDeleveraged):
            self.take_over_deleveraging(self.script.take(AutoDeleveraged))
        elif isinstance(event, DeficitCovered):
            self.take_over_deficit(self.script.take(DeficitCovered))
        elif isinstance(event, FundingSettled):
            self.settle_funding(self.position_at(event.account, event.asset))
        else:
            self.script.accept()

    def check_start(self, event: LiquidationStarted) -> None:
        """The decision names the numbers it rests on, and they are the account's (LIQ-1)."""
        position = self.position_at(event.account, event.asset)
        market = self.markets[event.asset]
        equity, kept_up = self.behind(position), self.kept_up(position)
        demand = self.script.demand
        demand(equity < kept_up, f"equity {equity} below maintenance {kept_up}", event)
        demand(event.equity == equity, f"equity {equity}", event)
        demand(event.maintenance == kept_up, f"maintenance {kept_up}", event)
        demand(event.mark_price == market.mark, f"mark {market.mark}", event)
        demand(event.lots == position.lots != 0, f"{position.lots} lots", event)
        demand(event.is_cross == position.is_cross, "the position's own mode", event)
        demand(event.liquidation_id == self.next_liquidation_id, "ids that count up", event)
        demand(self.liquidates(market), "no liquidation while the market allows none", event)
        adds_risk = [o for side in position.resting.values() for o in side.values()]
        demand(not adds_risk, "that its open orders have ended first", event)
        demand(isinstance(self.script.peek(), EquityStated), "its equity, row by row", event)
        self.next_liquidation_id += 1
        position.is_taken_on = True
        self.is_ruined = self.is_near_ruin(position)
        self.begun.add((event.account, event.asset))
        self.last_number = self.dexes[market.dex].accounts.index(event.account)
        self.forced, self.paid, self.sent, self.deleveraging = None, None, 0, ()

    def take_over_statement(self, event: EquityStated) -> None:
        """Of a liquidation that has just begun, or of somebody who is closed out (LIQ-8)."""
        begins = event.role == codes.LIQUIDATED
        if begins and self.is_settling:
            self.next_liquidation_id += 1
            self.deleveraging = ()
        number = self.next_liquidation_id - 1
        demand = self.script.demand
        demand(event.liquidation_id == number, f"the number {number}", event)
        stated = (number, event.account)
        demand(stated not in self.stated, "one statement for each", event)
        self.stated = {*(one for one in self.stated if one[0] == number), stated}
        demand(event.role in (codes.LIQUIDATED, codes.DELEVERAGED), "a role", event)
        if begins:
            position = self.position_at(event.account, event.asset)
            is_his = self.behind(position) < 0 if self.is_settling else position.is_taken_on
            demand(is_his, "somebody who is liquidated", event)
            position.is_taken_on = True
        else:
            follows = isinstance(self.script.peek(), AutoDeleveraged | FundingSettled)
            demand(follows, "somebody who is deleveraged then", event)
        self.check_statement(event)

    def start_forced(self, event: OrderPlaced) -> None:
        """The position, or a part of it, goes to the book as one market order (LIQ-2, LIQ-3)."""
        position = self.position_at(event.account, event.asset)
        demand = self.script.demand
        demand(position.is_taken_on, "a liquidation that has begun", event)
        demand(0 < event.lots <= abs(position.lots), f"at most {position.lots} lots", event)
        demand(event.is_buy == (position.lots < 0), "against the position", event)
        demand(event.order_id == self.take_order_id(), "ids that count up", event)
        plain = (event.client_order_id, event.trigger, event.trigger_price, event.parent_id)
        demand(plain == (b"", 0, 0, 0), "an order of the venue's own", event)
        trails = event.trail_atoms or event.trail_e6 or event.is_position_tpsl
        demand(event.reduce_only and not trails, "an order that only reduces", event)
        demand(event.original_lots == event.lots, "a size that is its own", event)
        lots = abs(position.lots) if self.sent else self.forced_lots(position)
        demand(event.lots == lots, f"{lots} lots", event)
        wanted, is_covered = self.zero_price(position), self.sent > 0
        if is_covered:
            market = self.markets[event.asset]
            demand(market.losses.fund > 0, "a fund that can pay", event)
            wanted = self.covered_limit(position)
        demand(event.price == wanted, f"a limit of {wanted}", event)
        if not self.protects(self.markets[event.asset]) and lots < abs(position.lots):
            position.stepped_ns = self.now
        self.sent += 1
        self.forced = Order(
            event.order_id,
            event.account,
            event.asset,
            event.is_buy,
            event.price,
            event.lots,
            event.lots,
            event.time_in_force,
            True,
        )

    def check_end_of(self, account: bytes, asset: int, status: int, event: Event) -> None:
        """Orders end for a liquidation of their owner, or because they would add risk."""
        position = self.position_at(account, asset)
        if status == codes.LIQUIDATED_CANCELED:
            demand = self.script.demand
            demand(self.is_below(position), "an owner below its maintenance margin", event)
            demand(not self.is_vault(position), "somebody else's than a vault's", event)
        elif status == codes.MARGIN_CANCELED:
            below = self.is_below_initial(position)
            self.script.demand(below, "an owner below its initial margin", event)

    def take_over_close(self, event: OrderClosed) -> None:
        """An order ends: the forced one with what the book did not take, others for a reason."""
        if self.is_forced(event.order_id):
            assert self.forced is not None, "it is the forced one"
            lots = self.forced.lots
            taken = self.script.take(OrderClosed)
            self.script.demand(taken.lots == lots, f"the {lots} lots that the book left", taken)
            self.script.demand(taken.status == codes.IOC_REMAINDER, "an order that ends", taken)
            return
        if self.is_consequence(event):
            self.settle_ends()
            return
        user = self.users.get(event.account)
        order = None if user is None else self.named(user, event.asset, event.order_id)
        if order is None:
            raise Disagreement("an order that lives", told(event))
        forced = self.forced
        side = [] if forced is None else self.markets[forced.asset].book[not forced.is_buy]
        if not (side and side[0] is order):
            self.check_end_of(event.account, event.asset, event.status, event)
            if event.status == codes.MARGIN_CANCELED:
                own = self.position_at(event.account, event.asset)
                self.script.demand(self.is_new_risk(order, own), "an order that adds risk", event)
        self.end(order, event.status)

    def take_over_trade(self, event: TradeExecuted) -> None:
        """A forced fill takes the best and oldest order, and pays as the rules say."""
        forced = self.forced
        if forced is None or event.taker_order_id != forced.order_id:
            raise Disagreement("a fill of the liquidation's order", told(event))
        market = self.markets[forced.asset]
        side = market.book[not forced.is_buy]
        demand = self.script.demand
        demand(bool(side) and side[0].order_id == event.maker_order_id, "price before time", event)
        maker, position = side[0], self.position_of(forced)
        lots = min(forced.lots, maker.lots)
        if maker.reduce_only:
            lots = min(lots, self.reducible(self.position_of(maker), maker.is_buy))
        self.check_forced_fill(position, maker, lots, event)
        left = max(0, self.behind(position) + position.lots * (maker.price - market.mark))
        worth = event.lots * maker.price
        fee = min(self.fees(market, forced, worth)[0], left)
        maker_fee = self.fees(market, maker, worth)[1]
        demand(event.taker_fee == fee, f"the fee {fee}, of the {left} that is left", event)
        toll = min(up(Fraction(worth * market.spec.losses.fee_e9, MILLION * 1_000)), left - fee)
        freed = self.freed(position, event.lots, maker.price)
        price = maker.price
        self.trade(forced, maker, event.lots, price, (fee, maker_fee), codes.LIQUIDATION_TRADE)
        if toll > 0:
            self.take_out(position, toll)
            market.losses.fund += toll
            said = self.script.take(LiquidationFeePaid)
            wanted = LiquidationFeePaid(market.asset, position.user, toll)
            demand(said == wanted, told(wanted), said)
        self.keep_margin(position, freed - fee - toll)
        market.losses.quiet_price = price
        market.losses.quiet_until_ns = self.now + market.spec.liquidation_quiet_time_ns

    def check_forced_fill(
        self, position: Position, maker: Order, lots: int, event: TradeExecuted
    ) -> None:
        """At zero equity or better; beyond that only what the fund has just paid for (LIQ-5)."""
        demand, paid = self.script.demand, self.paid
        assert self.forced is not None, "there is an order"
        limit, self.paid = self.forced.price, None
        if paid is None:
            zero = self.zero_price(position)
            fits = maker.price >= zero if position.lots > 0 else maker.price <= zero
            demand(fits, f"nothing worse than {zero}, where equity is zero", event)
            demand(event.lots == lots, f"{lots} lots", event)
            return
        amount, zero = paid
        missing = abs(zero - maker.price)
        fits = maker.price >= limit if position.lots > 0 else maker.price <= limit
        demand(fits and self.sent > 1, f"nothing beyond the limit {limit}", event)
        demand(0 < event.lots <= lots, f"at most {lots} lots", event)
        demand(amount == event.lots * missing, f"{event.lots * missing} from the fund", event)

    def take_over_deficit(self, event: DeficitCovered) -> None:
        """The fund pays what it has, and no more than is missing; then the venue (LIQ-5)."""
        position = self.position_at(event.account, event.asset)
        market, demand = self.markets[event.asset], self.script.demand
        missing = -self.whole(position)
        if event.by_venue:
            demand(market.losses.fund == 0 and not position.lots, "the fund first", event)
            demand(event.amount_e6 == missing, f"the {missing} that are missing", event)
            self.pay_from_fees(position, event.amount_e6)
            return
        fund = market.losses.fund
        demand(0 < event.amount_e6 <= fund, f"at most {fund}, what the fund has", event)
        if not position.lots or self.is_settling:
            owed = min(missing, fund)
            demand(event.amount_e6 == owed, f"the {owed} that are missing", event)
        else:
            demand(position.is_taken_on, "a liquidation that has begun", event)
            self.paid = event.amount_e6, self.zero_price(position)
        self.pay_from_fund(position, event.amount_e6)

    # Ends of markets, and what a vault holds.

    def close_out_debtors(self, market: Market) -> None:
        """Who would owe something is closed out first (LIFE-4, LIQ-5), in the venue's order."""
        debtors = [p for p in market.holders.values() if self.behind(p) < 0]
        if not debtors:
            return
        self.begin_following()
        self.is_settling = self.script.follows = True
        while isinstance(self.script.peek(), OWN_KINDS) or self.settles_debt(market):
            event = self.script.peek()
            assert event is not None, "it is there"
            self.take_over(event)
        self.is_settling = self.script.follows = False
        for position in market.holders.values():
            if self.behind(position) < 0:
                raise Disagreement("nobody who would owe", f"0x{position.user.hex()}", "LIQ-5")

    def settles_debt(self, market: Market) -> bool:
        """Is the next a payment of funding before somebody is closed out?"""
        if not isinstance(self.script.peek(), FundingSettled):
            return False
        ahead = 1
        while isinstance(self.script.peek(ahead), FundingSettled):
            ahead += 1
        return isinstance(self.script.peek(ahead), AutoDeleveraged)

    def sell_inventory(self, market: Market) -> None:
        """A fifth of what the vault holds is offered each half minute, near the mark or better."""
        vault = market.losses.vault
        holding = market.holders.get(vault.address) if vault.address else None
        if holding is None or market.status != codes.OPEN:
            return
        if self.now < vault.sold_ns + SELLS_EVERY_NS:
            return
        is_buy = holding.lots < 0
        price = self.price_within(market, is_buy, SELLS_WITHIN_E6)
        if price <= 0 or self.crossed(market, is_buy, price) is None:
            return
        vault.sold_ns = self.now
        lots = up(Fraction(abs(holding.lots) * SELLS_E6, MILLION))
        number = self.take_order_id()
        order = Order(
            number, vault.address, market.asset, is_buy, price, lots, lots, codes.IOC, True,
            placed_ns=self.now,
        )  # fmt: skip
        self.announce(order)
        self.trade_and_rest(order)
