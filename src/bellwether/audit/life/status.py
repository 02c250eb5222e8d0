"""Launch, phases, halts and resumptions (LIFE-1, LIFE-2, LIFE-11)."""

from __future__ import annotations

from hashlib import sha256

from bellwether.audit import clock
from bellwether.audit.arithmetic import FINE, HOUR_NS, atoms, band, clamp
from bellwether.audit.life.conditions import MINUTE_NS, Conditions
from bellwether.audit.things import Market, Order
from bellwether.schema import codes, rejects
from bellwether.schema.commands import KeepHalted, SetTradingStatus
from bellwether.schema.events import (
    Announced,
    AuctionUncrossed,
    PhaseChanged,
    TradingStatusSet,
)

BEFORE_LISTING = (codes.PRE_LISTING, codes.SETTLEMENT_PERIOD, codes.LISTING_DAY)
MOVES = {
    (codes.ANNOUNCED, codes.AUCTION),
    (codes.ANNOUNCED, codes.PRE_LISTING),
    (codes.AUCTION, codes.PRE_LISTING),
    (codes.PRE_LISTING, codes.LISTING_DAY),
    (codes.SETTLEMENT_PERIOD, codes.LISTING_DAY),
    (codes.LISTING_DAY, codes.PRE_LISTING),
    (codes.LISTING_DAY, codes.SETTLEMENT_PERIOD),
    (codes.PRE_LISTING, codes.SETTLEMENT_PERIOD),
    (codes.CONVERTING, codes.LISTED),
    (codes.CONVERTING, codes.SETTLING),
    (codes.LISTED, codes.SETTLING),
    (codes.SETTLING, codes.SETTLED),
    *((phase, codes.CONVERTING) for phase in BEFORE_LISTING),
    *((phase, codes.SETTLING) for phase in BEFORE_LISTING),
}
"""The arrows of LIFE-1; none leads out of SETTLED."""


class Status(Conditions):
    """Where a market stands, and whether it trades."""

    def enter_phase(self, market: Market, phase: int) -> None:
        """A market's next phase, along the arrows, announced with a text (LIFE-1)."""
        self.script.say(PhaseChanged(market.asset, self.now, phase))
        names = codes.PHASE_NAMES
        arrow = f"an arrow from {names[market.phase]}"
        self.script.demand((market.phase, phase) in MOVES, arrow, names[phase])
        market.phase = phase
        self.wake(market)
        self.take_announcement(market.asset)

    def take_announcement(self, asset: int, text: str | None = None) -> None:
        """A text for everybody, with its hash (RULE-2)."""
        if self.script.silent:
            return
        event = self.script.take(Announced, "what binds is announced")
        demand = self.script.demand
        demand(event.asset == asset, f"an announcement for market {asset}", event)
        demand(event.time_ns == self.now, "an announcement of now", event)
        demand(text is None or event.text == text, f"the text {text!r}", event)
        demand(event.text_hash == sha256(event.text.encode()).digest(), "its text's hash", event)

    # Launch.

    def launch(self, market: Market) -> None:
        """Trading opens at S = ref = mark, or out of the call auction (LIFE-2)."""
        was_auction = market.phase == codes.AUCTION
        market.launched_ns = market.twap_since_ns = market.prices.last_ns = self.now
        self.enter_phase(market, codes.PRE_LISTING)
        if was_auction:
            self.uncross(market)
        self.publish(market)
        self.begin_updates(market)
        self.clock.set(self.now + MINUTE_NS, clock.BUDGET, market.asset)
        market.fed_ns = self.now
        self.clock.set((self.now // HOUR_NS + 1) * HOUR_NS, clock.HOUR, market.asset)
        market.accrued_ns = self.now
        if market.spec.index is not None:
            market.index_ns = self.now
            due = self.now + market.spec.index.interval_ns
            self.clock.set(due, clock.INDEX, market.asset)

    def uncross(self, market: Market) -> None:
        """All that cross trade at one price; both sides pay the maker's fee."""
        price, traded = clearing_price(market), 0
        while price:
            bid, ask = first_of(market, True), first_of(market, False)
            if bid is None or ask is None or bid.price < price or ask.price > price:
                break
            traded += self.pair(market, bid, ask, price)
        if price and market.rules.index is None:
            prices = market.prices
            opening = clamp(price * FINE, prices.low, prices.high)
            prices.reference = prices.oracle = prices.mark = opening
            prices.low, prices.high = band(opening, market.rules.oracle.band_e12)
            market.oracle = market.mark = atoms(opening)
        at = price if traded else 0
        self.script.say(AuctionUncrossed(market.asset, self.now, at, traded))
        while True:
            bid, ask = first_of(market, True), first_of(market, False)
            if bid is None or ask is None or bid.price < ask.price:
                return
            arrival = bid.arrival
            self.unlist(bid)
            self.trade_and_rest(bid)
            if bid.arrival:
                self.stand_as_of(bid, arrival)

    def pair(self, market: Market, bid: Order, ask: Order, price: int) -> int:
        """The best bid and the best ask trade at the price; the lots, 0 if one was ended."""
        buyer, seller = self.position_of(bid), self.position_of(ask)
        mine, theirs = self.users[bid.user], self.users[ask.user]
        is_own = mine is theirs or (mine.owner != "" and mine.owner == theirs.owner)
        lots = min(bid.lots, ask.lots)
        paid = self.fees(market, bid, lots * price)[1]
        got = self.fees(market, ask, lots * price)[1]
        if is_own and market.rules.self_trade_prevention != codes.STP_ALLOW:
            self.end(ask, codes.SELF_TRADE_CANCELED)
        elif not self.covers_fill(buyer, True, lots, price, paid):
            self.end(bid, codes.MARGIN_CANCELED)
        elif not self.covers_fill(seller, False, lots, price, got):
            self.end(ask, codes.MARGIN_CANCELED)
        elif self.exceeds_owner_share(buyer, True, lots - self.reducible(buyer, True)):
            self.end(bid, codes.OWNER_SHARE_CANCELED)
        elif self.exceeds_owner_share(seller, False, lots - self.reducible(seller, False)):
            self.end(ask, codes.OWNER_SHARE_CANCELED)
        else:
            self.trade(bid, ask, lots, price, (paid, got), leaves_first=bid)
            return lots
        return 0

    # Halts.

    def set_status(self, command: SetTradingStatus) -> None:
        """One operator halts for up to an hour, or resumes (LIFE-11, RULE-2)."""
        market = self.markets.get(command.asset)
        deploys = self.deploys(command.signer, market, command.variant)
        if not self.admit_operator(command.signer, command.nonce, codes.RISK, deploys):
            return
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
            return
        reason = self.status_refusal(market, command.status)
        if reason:
            self.command_refused(reason, command.asset)
        elif command.status == codes.OPEN:
            self.resume(market, command.grounds)
        else:
            if not market.halt_ends_ns:
                if self.now >= market.halt_window_ns + 2 * HOUR_NS:
                    market.halt_window_ns = self.now
                self.forget_reopening(market)
                self.halt_until(market, market.halt_window_ns + HOUR_NS)
            self.put_status(market, command.status, command.grounds)

    def status_refusal(self, market: Market, status: int) -> int:
        """An hour for one operator, then an hour without (LIFE-11)."""
        if status not in range(codes.OPEN, codes.HALTED + 1):
            return rejects.ALREADY_SO
        if market.phase >= codes.SETTLING:
            return rejects.PHASE_FORBIDS
        if self.dexes[market.dex].is_disabled:
            return rejects.DEX_DISABLED
        is_open = market.status == codes.OPEN or market.reopens_ns > 0
        if status == codes.OPEN:
            return rejects.ALREADY_SO if is_open else rejects.ACCEPTED
        if market.halt_ends_ns:
            return rejects.ALREADY_SO if market.status == status else rejects.ACCEPTED
        if not is_open:
            same = market.status == status
            return rejects.ALREADY_SO if same else rejects.HALT_NEEDS_TWO
        since = self.now - market.halt_window_ns
        if market.halt_window_ns and HOUR_NS <= since < 2 * HOUR_NS:
            return rejects.HALT_NEEDS_TWO
        return rejects.ACCEPTED

    def keep_halted(self, market: Market, command: KeepHalted) -> None:
        """Two operators stop a market until it is resumed."""
        self.forget_halt(market)
        self.forget_reopening(market)
        self.put_status(market, command.status, command.grounds)

    def halt_by_itself(self, market: Market) -> None:
        """The mark has moved too far in too short a time (LIFE-11)."""
        market.recent_marks = []
        self.forget_reopening(market)
        self.halt_until(market, self.now + market.rules.halt_ns)
        self.put_status(market, codes.HALTED, None, codes.MARK_MOVED)

    def halt_until(self, market: Market, time_ns: int) -> None:
        """A halt has its end."""
        market.halt_ends_ns = time_ns
        self.clock.set(time_ns, clock.HALT_END, market.asset)

    def resume(self, market: Market, grounds: str | None = None) -> None:
        """Through a post-only time, unless posting was all that was allowed."""
        self.forget_halt(market)
        market.fed_ns = self.now
        wait_ns = market.spec.resume_post_only_ns
        if market.status == codes.POST_ONLY or wait_ns == 0:
            self.put_status(market, codes.OPEN, grounds)
            return
        market.reopens_ns = self.now + wait_ns
        self.clock.set(market.reopens_ns, clock.REOPENING, market.asset)
        self.put_status(market, codes.POST_ONLY, grounds)

    def put_status(
        self, market: Market, status: int, grounds: str | None = None, cause: int = codes.BY_REQUEST
    ) -> None:
        """The status; the next update looks at every position again. Timers word their grounds."""
        market.status, market.halt_cause = status, cause
        self.look_again(market)
        if grounds is None:
            told = self.script.peek()
            grounds = told.grounds if isinstance(told, TradingStatusSet) else ""
        self.script.say(TradingStatusSet(market.asset, self.now, status, grounds, cause))

    def forget_halt(self, market: Market) -> None:
        """No halt has an end any more."""
        self.clock.drop(market.halt_ends_ns, clock.HALT_END, market.asset)
        market.halt_ends_ns = 0

    def forget_reopening(self, market: Market) -> None:
        """No resumption is under way any more."""
        self.clock.drop(market.reopens_ns, clock.REOPENING, market.asset)
        market.reopens_ns = 0


def first_of(market: Market, is_buy: bool) -> Order | None:
    """The best and oldest order of a side."""
    side = market.book[is_buy]
    return side[0] if side else None


def clearing_price(market: Market) -> int:
    """The limit with the most lots, the fewest left over, nearest to the reference, the lowest."""
    orders = market.book[True] + market.book[False]
    found: list[tuple[int, int, int, int]] = []
    for price in {order.price for order in orders}:
        bought = sum(o.lots for o in market.book[True] if o.price >= price)
        sold = sum(o.lots for o in market.book[False] if o.price <= price)
        if min(bought, sold):
            away = abs(price - market.mark)
            found.append((-min(bought, sold), abs(bought - sold), away, price))
    return min(found)[3] if found else 0
