"""Conditions under which a market trades: what moving it costs, its feed, a venue that was away.

MARG-8, LIFE-11, LIFE-13, PRICE-20a.
"""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit import clock
from bellwether.audit.arithmetic import MILLION, RATE, SECOND_NS, down, up
from bellwether.audit.losses.capital import Capital
from bellwether.audit.orders import TRADING
from bellwether.audit.things import Market
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ResumeVenue, SetVenueStatus
from bellwether.schema.events import Acknowledged, BudgetEstimated, PricesAwaited, VenueStatusSet

MOVES_E6 = (50_000, 100_000, 200_000)
MINUTE_NS = 60 * SECOND_NS
STATES_OF_THE_DISK = {
    codes.BY_REQUEST: (codes.OPEN,),
    codes.DISK_SLOW: (codes.POST_ONLY, codes.CANCEL_ONLY),
    codes.DISK_LOW: (codes.CANCEL_ONLY,),
}


class Conditions(Capital):
    """The budget is estimated each minute; prices after a restart have to be fresh."""

    def resume(self, market: Market, grounds: str | None = None) -> None:
        """Out of a halt."""

    def put_status(
        self, market: Market, status: int, grounds: str | None = None, cause: int = codes.BY_REQUEST
    ) -> None:
        """A trading status."""

    def take_announcement(self, asset: int, text: str | None = None) -> None:
        """A text for everybody."""

    # The manipulation budget.

    def estimate_budget(self, market: Market) -> None:
        """What it costs to move the mark, published where it has changed (MARG-8)."""
        self.clock.set(self.now + MINUTE_NS, clock.BUDGET, market.asset)
        is_held = market.status == codes.HALTED or market.awaits_ns > 0
        if is_held or market.phase not in TRADING:
            return
        costs = tuple(
            (move, self.moving_cost(market, move, True), self.moving_cost(market, move, False))
            for move in MOVES_E6
        )
        cap = self.next_cap(market, costs)
        if (costs, cap) != (market.budget_costs, market.budget_cap):
            market.budget_costs, market.budget_cap = costs, cap
            self.script.say(BudgetEstimated(market.asset, self.now, costs, cap))

    def next_cap(self, market: Market, costs: tuple[tuple[int, int, int], ...]) -> int:
        """k times the cheapest move; down at once, up by a share of the whole a minute (MARG-8)."""
        rules = market.rules
        moves = [cost for _, *both in costs for cost in both if cost >= 0]
        if not rules.budget_multiple_e6 or not moves:
            return -1
        whole = rules.open_interest_cap_e6
        wanted = down(Fraction(min(moves) * rules.budget_multiple_e6, MILLION))
        if whole:
            wanted = min(wanted, whole)
        before = market.budget_cap
        if before < 0:
            return wanted
        rise = up(Fraction((whole or wanted) * rules.budget_rise_e6, MILLION))
        return min(wanted, before + rise)

    def moving_cost(self, market: Market, move_e6: int, is_up: bool) -> int:
        """The way twice, with fees, and a wall at its end; -1 where an index holds the mark."""
        rules, mark, share = market.rules, market.mark, Fraction(move_e6, MILLION)
        if rules.index is not None and Fraction(rules.index.mark_width_e12, RATE) < share:
            return -1
        target = down(mark * (1 + share)) if is_up else up(mark * (1 - share))
        sign = 1 if is_up else -1
        way = [o for o in self.depth(market, not is_up) if sign * (target - o.price) >= 0]
        lost = sum(o.lots * max(0, sign * (o.price - mark)) for o in way)
        taker = Fraction(self.base_rates(market)[0], 10**9)
        fees = down(sum(o.lots * o.price for o in way) * taker)
        wall = Fraction(rules.oracle.impact_notional_e6 * abs(target - mark), target)
        return 2 * (lost + fees) + down(wall)

    # Feeds that fail.

    def watch_feed(self, market: Market) -> None:
        """A market that lives on prices from outside halts where they are missing for too long."""
        longest = market.rules.halt_feed_ns
        lives_on_them = market.rules.index is not None or self.listens(market)
        is_missed = longest and lives_on_them and self.now - market.fed_ns > longest
        if market.status == codes.OPEN and is_missed:
            self.put_status(market, codes.HALTED, None, codes.FEED_FAILED)

    def is_fed_again(self, market: Market, target: int | None) -> bool:
        """A price from outside ends the halt that its absence was."""
        if market.halt_cause != codes.FEED_FAILED:
            market.fed_ns = self.now
            return False
        if target is None:
            return False
        self.resume_fed(market)
        return True

    def resume_fed(self, market: Market) -> None:
        """Prices are back: as from any halt."""
        self.resume(market)
        market.fed_ns = self.now

    # A venue that was away.

    def resume_venue(self, command: ResumeVenue) -> None:
        """Every market that trades waits for fresh prices from the return on (PRICE-20a)."""
        since, told = max(command.resumed_ns, self.now), 0
        for market in self.markets.values():
            if market.phase in TRADING:
                told += 1
                self.wake(market)
                market.awaits_ns = market.fed_ns = since
                self.script.say(PricesAwaited(market.asset, since, since))
            elif market.phase == codes.AUCTION:
                told += self.put_off_launch(market, since + market.spec.resume_post_only_ns)
        if not told:
            self.script.say(Acknowledged())

    def set_venue_status(self, command: SetVenueStatus) -> None:
        """What the disk lets all markets take, said by the node alone (LIFE-13)."""
        wanted = (command.status, command.cause)
        is_known = command.status in STATES_OF_THE_DISK.get(command.cause, ())
        if not is_known or wanted == self.venue_status:
            self.command_refused(rejects.ALREADY_SO)
            return
        self.venue_status = wanted
        self.script.say(VenueStatusSet(self.now, *wanted, command.grounds))

    def put_off_launch(self, market: Market, earliest: int) -> int:
        """A call auction lasts a little longer; 1 if this one does."""
        for due in list(self.clock.due):
            if due[1:] == (clock.LAUNCH, market.asset) and due[0] < earliest:
                self.clock.drop(*due)
                self.clock.set(earliest, clock.LAUNCH, market.asset)
                self.take_announcement(market.asset)
                return 1
        return 0

    def still_waits(self, market: Market, target: int | None) -> bool:
        """Until prices are fresh, by what they are made of (PRICE-20a)."""
        since = market.awaits_ns
        is_fresh = self.now >= since
        if self.listens(market) and target is None:
            is_fresh = self.now >= since + market.spec.conversion.external_max_age_ns
        by_index = market.rules.index is not None and market.index_ns < since
        if not is_fresh or (by_index and not (self.listens(market) and target is not None)):
            return True
        market.awaits_ns = 0
        self.look_again(market)
        self.script.say(PricesAwaited(market.asset, self.now, 0))
        return False
