"""Oracle, mark, bounds and funding of a market, foretold from its book (chapters 03 and 04)."""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import (
    FINE,
    HOUR_NS,
    MILLION,
    RATE,
    atoms,
    band,
    blend,
    clamp,
    down,
    half_even,
    step_towards,
    toward_zero,
    up,
    weight,
)
from bellwether.audit.losses.liquidation import Losses
from bellwether.audit.things import Market, Order
from bellwether.schema import codes
from bellwether.schema.events import FundingPaid, PricesPublished, ReAnchored

HOURS_KEPT = 721


class Pricing(Losses):
    """One update after the other, as chapter 03 orders and rounds it."""

    def enter_phase(self, market: Market, phase: int) -> None:
        """A market's next phase, announced."""

    def reach_twaps(self, market: Market) -> None:
        """TWAP orders that wait for the mark begin, or stop."""

    def is_fed_again(self, market: Market, target: int | None) -> bool:
        """A price from outside ends the halt that its absence was."""
        return False

    def still_waits(self, market: Market, target: int | None) -> bool:
        """After a restart a market waits for fresh prices (PRICE-20a)."""
        return False

    def watch_feed(self, market: Market) -> None:
        """Prices from outside that are missing for too long halt a market (LIFE-11)."""

    def halt_by_itself(self, market: Market) -> None:
        """The mark has moved too far in too short a time (LIFE-11)."""

    # What the book says.

    def depth(self, market: Market, is_buy: bool) -> list[Order]:
        """Orders of a side that have rested long enough to count (PRICE-3)."""
        oldest = self.now - market.rules.oracle.depth_rest_time_ns
        return [order for order in market.book[is_buy] if order.placed_ns <= oldest]

    def impact(self, market: Market) -> tuple[int | None, int | None]:
        """Impact bid and ask, by notional or by size (PRICE-1, PRICE-2); None where too thin."""
        index = market.rules.index
        if index is not None:
            bid, ask = (
                by_size(self.depth(market, side), index.impact_lots) for side in (True, False)
            )
            return bid, ask
        worth = market.rules.oracle.impact_notional_e6
        low = average(self.depth(market, True), worth)
        high = average(self.depth(market, False), worth)
        bid = None if low is None else down(low * FINE)
        ask = None if high is None else up(high * FINE)
        return bid, ask

    def difference(self, oracle: int, bid: int | None, ask: int | None) -> int:
        """`max(impact bid − S, 0) − max(S − impact ask, 0)`; a side that is missing adds 0."""
        found = 0 if bid is None else max(bid - oracle, 0)
        return found - (0 if ask is None else max(oracle - ask, 0))

    def in_book(self, market: Market) -> int | None:
        """Median of best bid, best ask and last trade; of two the floor of their mean (PRICE-7)."""
        three = (self.best(market, True), self.best(market, False), market.last_trade)
        there = sorted(price * FINE for price in three if price)
        if len(there) == 2:
            return down(Fraction(sum(there), 2))
        return there[len(there) // 2] if there else None

    # One update.

    def update_prices(self, market: Market) -> None:
        """Oracle, bounds, mark, and what they set off; a halted market holds its prices."""
        prices = market.prices
        before = (prices.oracle, prices.mark, prices.basis)
        target = self.outside_price(market) if self.listens(market) else None
        self.accrue_delisting(market, target)
        if target is not None:
            market.fed_ns = self.now
        if market.status == codes.HALTED and not self.is_fed_again(market, target):
            prices.last_ns = self.now
            self.may_sleep(market, True)
            return
        if market.awaits_ns and self.still_waits(market, target):
            prices.last_ns = self.now
            self.watch_feed(market)
            return
        losses = market.losses
        if losses.quiet_price and self.now >= losses.quiet_until_ns:
            market.last_trade, losses.quiet_price = losses.quiet_price, 0
        bid, ask = self.impact(market)
        if self.listens(market):
            self.choose_source(market, target)
        if market.rules.index is not None:
            self.move_index(market, target)
            self.clamp_mark(market, bid, ask)
        else:
            self.advance(market, target, bid, ask)
        previous, index = market.mark, market.oracle
        self.publish_if_moved(market)
        arrived = market.outside.ramp_since_ns == 0 and prices.oracle == target
        if market.phase == codes.CONVERTING and arrived:
            self.enter_phase(market, codes.LISTED)
        self.watch_mark(market)
        self.watch_feed(market)
        was_still = before == (prices.oracle, prices.mark, prices.basis)
        if market.oracle != index or market.look_again:
            self.fire_triggers(market, codes.BY_INDEX)
        if market.mark != previous or market.look_again:
            was_still = was_still and not market.look_again
            market.look_again = False
            self.fire_triggers(market)
            self.reach_twaps(market)
            self.liquidate(market, previous)
        self.may_sleep(market, was_still)

    def may_sleep(self, market: Market, was_still: bool) -> None:
        """Where nothing has moved nothing will, until the book changes: no need to look on."""
        rules = market.rules
        market.sleeps = (
            was_still
            and not market.look_again
            and rules.index is None
            and rules.halt_move_e6 == 0
            and rules.oracle.depth_rest_time_ns == 0
            and market.prices.internal is None
            and market.losses.quiet_price == 0
            and not self.listens(market)
        )

    def publish_if_moved(self, market: Market) -> None:
        """What is published rounds to atoms; the held mark counts until now (UNIT-4, LIFE-4)."""
        oracle, mark = atoms(market.prices.oracle), atoms(market.prices.mark)
        if (oracle, mark) != (market.oracle, market.mark):
            self.hold_mark(market)
            market.oracle, market.mark = oracle, mark
            self.publish(market)

    def publish(self, market: Market) -> None:
        """Oracle, mark, and the three components of the mark (PRICE-7)."""
        prices, seen = market.prices, self.in_book(market)
        oracle = market.oracle
        self.script.say(
            PricesPublished(
                market.asset,
                self.now,
                oracle,
                market.mark,
                oracle,
                atoms(prices.oracle + prices.basis),
                oracle if seen is None else atoms(seen),
            )
        )

    def hold_mark(self, market: Market) -> None:
        """The mark of before has held until now: `Σ mark·dt` (LIFE-4)."""
        market.twap_sum += market.mark * (self.now - market.twap_since_ns)
        market.twap_since_ns = self.now

    def elapsed(self, market: Market) -> int:
        """Time since the last update; the first has none."""
        prices = market.prices
        passed = self.now - prices.last_ns if prices.last_ns >= 0 else 0
        prices.last_ns = self.now
        return passed

    def advance(self, market: Market, target: int | None, bid: int | None, ask: int | None) -> None:
        """By the book (PRICE-5), towards an outside price (PRICE-20), or to a mixture (LIFE-8)."""
        prices, oracle = market.prices, market.rules.oracle
        passed = self.elapsed(market)
        if prices.internal is None and target is None:
            prices.oracle = self.next_oracle(
                market, prices.oracle, passed, (prices.low, prices.high), bid, ask
            )
            self.re_anchor(market)
            self.next_mark(market, passed)
            return
        aim = target if target is not None else prices.oracle
        if prices.internal is not None:
            edges = (min(prices.low, prices.internal), max(prices.high, prices.internal))
            prices.internal = self.next_oracle(market, prices.internal, passed, edges, bid, ask)
            aim = self.mixture(market, target)
        prices.oracle = step_towards(prices.oracle, aim, oracle.move_limit_e6)
        if market.phase == codes.LISTING_DAY:
            prices.oracle = clamp(prices.oracle, prices.low, prices.high)
            self.re_anchor(market)
            self.next_mark(market, passed)
            return
        low, high = prices.low, prices.high
        prices.low = min(low, prices.oracle, prices.mark)
        prices.high = max(high, prices.oracle, prices.mark)
        self.next_mark(market, passed)
        prices.low, prices.high = low, high

    def mixture(self, market: Market, target: int | None) -> int:
        """The internal price and one from outside by its weight; alone where there is none."""
        internal = market.prices.internal
        assert internal is not None, "only a market with an internal price blends"
        if market.phase == codes.LISTING_DAY:
            price, share = self.indicated(market)
            return blend(internal, price, share)
        return internal if target is None else blend(internal, target, self.ramp_weight(market))

    def next_oracle(
        self,
        market: Market,
        before: int,
        passed: int,
        edges: tuple[int, int],
        bid: int | None,
        ask: int | None,
    ) -> int:
        """`S += (1 − exp(−dt*/τ)) × IPD`, the step limit, the band (PRICE-4 … PRICE-6)."""
        oracle = market.rules.oracle
        longest = down(Fraction(oracle.time_constant_ns * oracle.step_cap_e6, MILLION))
        share = weight(min(passed, longest), oracle.time_constant_ns)
        moved = before + toward_zero(share * self.difference(before, bid, ask))
        return clamp(step_towards(before, moved, oracle.move_limit_e6), *edges)

    def re_anchor(self, market: Market) -> None:
        """At `ref·(1 ± b·threshold)` the reference moves by one band (PRICE-11)."""
        prices, oracle = market.prices, market.rules.oracle
        reach = Fraction(oracle.band_e12 * oracle.re_anchor_threshold_e12, RATE * RATE)
        if prices.ups < oracle.max_re_anchors and prices.oracle >= prices.reference * (1 + reach):
            prices.ups += 1
            self.anchor(market, prices.high, 1)
        elif prices.downs < oracle.max_re_anchors and prices.oracle <= prices.reference * (
            1 - reach
        ):
            prices.downs += 1
            self.anchor(market, prices.low, -1)

    def anchor(self, market: Market, reference: int, direction: int) -> None:
        """A new reference with its bounds, told to everybody."""
        prices = market.prices
        prices.reference = reference
        prices.low, prices.high = band(reference, market.rules.oracle.band_e12)
        self.script.say(
            ReAnchored(market.asset, self.now, direction, reference, prices.low, prices.high)
        )

    def next_mark(self, market: Market, passed: int) -> None:
        """The median of three, then the step limit, then the band (PRICE-7, PRICE-8)."""
        prices, oracle = market.prices, market.rules.oracle
        bid, ask = self.best(market, True), self.best(market, False)
        if bid and ask:
            middle = down(Fraction((bid + ask) * FINE, 2))
            share = weight(passed, oracle.basis_time_constant_ns)
            prices.basis += toward_zero(share * (middle - prices.oracle - prices.basis))
        seen = self.in_book(market)
        three = [prices.oracle, prices.oracle + prices.basis]
        three.append(prices.oracle if seen is None else seen)
        limited = step_towards(prices.mark, sorted(three)[1], oracle.move_limit_e6)
        prices.mark = clamp(limited, prices.low, prices.high)

    # A market with an index.

    def move_index(self, market: Market, target: int | None) -> None:
        """The index of a market that lists or has listed, at the step limit (LIFE-8, PRICE-20)."""
        prices = market.prices
        if prices.internal is not None:
            aim = self.mixture(market, target)
        elif target is None:
            return
        else:
            aim = target
        prices.oracle = step_towards(prices.oracle, aim, market.rules.oracle.move_limit_e6)
        if target is not None:
            market.index_ns = self.now

    def clamp_mark(self, market: Market, bid: int | None, ask: int | None) -> None:
        """The clamped mark around an index, and what the age of the index forbids (PRICE-9)."""
        policy, prices = market.rules.index, market.prices
        assert policy is not None, "the market has an index"
        passed = self.elapsed(market)
        was_blind = market.is_blind
        market.is_stale = self.now - market.index_ns > policy.max_age_ns
        frozen = market.frozen_since_ns
        market.is_blind = market.is_stale or (
            frozen >= 0 and self.now - frozen > policy.freeze_grace_ns
        )
        if was_blind and not market.is_blind:
            self.look_again(market)
        prices.low, prices.high = band(prices.oracle, policy.mark_width_e12)
        if market.is_stale:
            return
        if bid is not None and ask is not None:
            middle = down(Fraction(bid + ask, 2))
            share = weight(passed, policy.mark_smoothing_ns)
            prices.basis += toward_zero(share * (middle - prices.oracle - prices.basis))
        prices.mark = clamp(prices.oracle + prices.basis, prices.low, prices.high)

    # From outside.

    @staticmethod
    def listens(market: Market) -> bool:
        """Does the oracle listen to outside prices (PRICE-19)?"""
        return market.phase in (codes.CONVERTING, codes.LISTED)

    def outside_price(self, market: Market) -> int | None:
        """The median of the sources that are fresh and agree; None if they are too few."""
        policy = market.spec.conversion
        oldest = max(self.now - policy.external_max_age_ns, market.awaits_ns)
        halts, latest = market.outside.halts, market.outside.latest
        fresh = [
            price
            for source, (price, seen) in latest.items()
            if seen >= oldest and source not in halts
        ]
        if len(fresh) < policy.min_external_sources:
            return None
        middle = median(fresh)
        furthest = down(Fraction(middle * policy.max_deviation_e6, MILLION))
        agreed = [price for price in fresh if abs(price * FINE - middle) <= furthest]
        return median(agreed) if len(agreed) >= policy.min_external_sources else None

    def indicated(self, market: Market) -> tuple[int, int]:
        """(fine price, weight 10^-12) of the fresh indications (LIFE-9)."""
        policy = market.spec.conversion
        oldest = self.now - policy.external_max_age_ns
        fresh = [found for found in market.outside.indications.values() if found[2] >= oldest]
        if not fresh:
            return 0, 0
        price = median([found[0] for found in fresh])
        fewest = min(found[1] for found in fresh)
        paired = down(Fraction(price * fewest * 10**market.rules.size_decimals, FINE))
        most = policy.auction_max_weight_e6 * (RATE // MILLION)
        share = Fraction(paired, paired + policy.auction_half_value_e6)
        return price, down(most * share)

    def ramp_weight(self, market: Market) -> int:
        """How far a conversion has come, 10^-12; all the way without a ramp (LIFE-8)."""
        since = market.outside.ramp_since_ns
        if since == 0 or self.now - since >= market.spec.conversion.ramp_ns:
            return RATE
        return down(Fraction((self.now - since) * RATE, market.spec.conversion.ramp_ns))

    def choose_source(self, market: Market, target: int | None) -> None:
        """Outside prices have come or gone: bounds are anchored anew, counters at 0 (PRICE-11)."""
        is_external = target is not None
        if market.outside.is_external == is_external:
            return
        market.outside.is_external = is_external
        market.prices.ups = market.prices.downs = 0
        self.anchor(market, target if target is not None else market.prices.oracle, 0)

    def accrue_delisting(self, market: Market, target: int | None) -> None:
        """The outside price of the last hour; in a gap the last one holds (LIFE-12)."""
        if market.outside.delisting is not None:
            since, price, total = market.outside.delisting
            total += price * (self.now - since)
            market.outside.delisting = (self.now, price if target is None else target, total)

    def watch_mark(self, market: Market) -> None:
        """A mark too far from the lowest or highest of the window halts the market (LIFE-11)."""
        rules = market.rules
        if rules.halt_move_e6 == 0 or market.status != codes.OPEN:
            return
        oldest = self.now - rules.halt_move_window_ns
        marks = [(at, mark) for at, mark in market.recent_marks if at >= oldest]
        marks.append((self.now, market.mark))
        market.recent_marks = marks
        lowest, highest = min(mark for _, mark in marks), max(mark for _, mark in marks)
        limit = Fraction(rules.halt_move_e6, MILLION)
        rose = market.mark - lowest > limit * lowest
        if rose or highest - market.mark > limit * highest:
            self.halt_by_itself(market)

    # Funding.

    def sample_premium(self, market: Market) -> None:
        """The premium sample that is due, but none of a halted market (FUND-2, FUND-5)."""
        market.same_premium = self.premium(market)
        self.keep_samples(market, 1)

    def keep_samples(self, market: Market, count: int) -> None:
        """So many samples, all like the last one."""
        if market.same_premium is not None and count:
            market.samples += count
            market.premium_sum += count * market.same_premium
            if market.rules.funding.policy == "kraken":
                market.premiums += [market.same_premium] * count

    def premium(self, market: Market) -> int | None:
        """`IPD / oracle`, or where the impact mid stands to it; towards zero, 10^-12."""
        if market.status == codes.HALTED or market.awaits_ns:
            return None
        bid, ask = self.impact(market)
        oracle = market.prices.oracle
        if market.rules.funding.premium_kind == "impact_mid":
            if bid is None or ask is None:
                return None
            return toward_zero(Fraction((bid + ask - 2 * oracle) * RATE, 2 * oracle))
        return toward_zero(Fraction(self.difference(oracle, bid, ask) * RATE, oracle))

    def mean_premium(self, market: Market) -> int:
        """The mean of the samples, or of their middle half (FUND-5); 0 without any."""
        if market.rules.funding.policy == "kraken":
            dropped = len(market.premiums) // 4
            middle = sorted(market.premiums)[dropped : len(market.premiums) - dropped]
            return toward_zero(Fraction(sum(middle), len(middle))) if middle else 0
        if market.samples == 0:
            return 0
        return toward_zero(Fraction(market.premium_sum, market.samples))

    def hourly_rate(self, market: Market, mean: int) -> int:
        """`multiplier × F8 / 8` within the cap, or mean / n within its bounds (FUND-2, FUND-5)."""
        policy = market.rules.funding
        if policy.policy == "kraken":
            rate = toward_zero(Fraction(mean, policy.divisor))
            return clamp(rate, policy.min_e12, policy.cap_e12)
        pull = clamp(policy.interest_e12 - mean, -policy.clamp_e12, policy.clamp_e12)
        rate = toward_zero(Fraction(policy.multiplier_e6 * (mean + pull), 8 * MILLION))
        return clamp(rate, -policy.cap_e12, policy.cap_e12)

    def settle_hour(self, market: Market) -> None:
        """The top of the hour: one addition to the cumulative index (FUND-4)."""
        mean = self.mean_premium(market)
        rate = self.hourly_rate(market, mean)
        if market.rules.funding.policy == "kraken":
            market.absolute_e12 = rate * market.oracle
        else:
            market.funding_index += rate * market.oracle
        self.look_again(market)
        self.script.say(
            FundingPaid(
                market.asset,
                self.now,
                rate,
                mean,
                market.samples,
                market.oracle,
                str(market.funding_index),
            )
        )
        self.forget_samples(market)
        self.hold_mark(market)
        market.twap_hours.append((self.now, market.twap_sum))
        del market.twap_hours[:-HOURS_KEPT]

    @staticmethod
    def forget_samples(market: Market) -> None:
        """The hour's samples are used up, or belong to another rule (FUND-7)."""
        market.premium_sum = market.samples = 0
        market.premiums = []

    def accrue(self) -> None:
        """Continuous funding up to the moment, so that all equities are of one time (FUND-5)."""
        for market in self.markets.values():
            accrues = market.rules.funding.policy == "kraken" and market.accrued_ns
            if accrues and market.phase != codes.SETTLED:
                passed = self.now - market.accrued_ns
                market.accrued += Fraction(market.absolute_e12 * passed, HOUR_NS)
                market.accrued_ns = self.now
                whole = down(market.accrued)
                market.funding_index += whole
                market.accrued -= whole

    def mean_mark(self, market: Market) -> int:
        """The TWAP of the mark from the launch to now, half to even (LIFE-4)."""
        lived = self.now - market.launched_ns
        if lived <= 0:
            return market.mark
        self.hold_mark(market)
        return half_even(Fraction(market.twap_sum, lived))


def average(orders: list[Order], worth: int) -> Fraction | None:
    """The average price, in atoms, of trading so many micro-USD into orders; None if too thin."""
    lots, value = Fraction(0), 0
    for order in orders:
        here = order.lots * order.price
        if value + here >= worth:
            return Fraction(worth) / (lots + Fraction(worth - value, order.price))
        lots += order.lots
        value += here
    return None


def by_size(orders: list[Order], lots: int) -> int | None:
    """The fine price at which so many lots have been passed; None if there are fewer."""
    passed = 0
    for order in orders:
        passed += order.lots
        if passed >= lots:
            return order.price * FINE
    return None


def median(prices: list[int]) -> int:
    """The fine median of prices in atoms; of an even number the floored mean of the middle two."""
    ranked = sorted(prices)
    middle = (len(ranked) - 1) // 2
    if len(ranked) % 2:
        return ranked[middle] * FINE
    return down(Fraction((ranked[middle] + ranked[middle + 1]) * FINE, 2))
