"""How markets end: by date, by decision, at a cross, after a delisting (LIFE-3 … LIFE-6, 12)."""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit import clock
from bellwether.audit.arithmetic import (
    FINE,
    HOUR_NS,
    MILLION,
    down,
    half_even,
    largest_remainders,
    up,
)
from bellwether.audit.life.status import Status
from bellwether.audit.script import Disagreement
from bellwether.audit.things import Market, Position
from bellwether.schema import codes
from bellwether.schema.commands import SettleMarket
from bellwether.schema.events import MarketSettled, PositionSettled
from bellwether.schema.instrument import InstrumentSpec


def deadline_of(spec: InstrumentSpec) -> int:
    """The specification's own, or the Outside Launch Date plus the period; 0 for none (LIFE-5)."""
    if spec.settlement_deadline or not spec.outside_launch_time:
        return spec.settlement_deadline
    return spec.outside_launch_time + spec.settlement_period_ns


class Ends(Status):
    """Settlement: every order ends, every position is closed at one price, without fee."""

    def reach_outside_launch(self, market: Market) -> None:
        """Without a confirmed listing the settlement period begins (LIFE-3)."""
        if market.phase == codes.PRE_LISTING and not market.outside.is_confirmed:
            self.enter_phase(market, codes.SETTLEMENT_PERIOD)

    def reach_deadline(self, market: Market) -> None:
        """The end of the settlement period: the full-life TWAP (LIFE-4)."""
        if market.phase == codes.SETTLEMENT_PERIOD and not market.outside.is_confirmed:
            self.settle(market, self.mean_mark(market), codes.DEFAULT_TWAP, "")

    def settle_as_decided(self, market: Market, command: SettleMarket) -> None:
        """An approved settlement (LIFE-6); a wind-down without a price takes the full-life TWAP."""
        if command.method == codes.DELISTING:
            price = self.outside_price(market)
            fine = market.prices.oracle if price is None else price
            market.outside.delisting = (self.now, fine, 0)
            self.wake(market)
            self.clock.set(self.now + HOUR_NS, clock.DELISTING_END, market.asset)
            return
        price = command.price
        if command.method == codes.RECENT_TWAP:
            price = self.recent_mean(market, command.window_ns)
        elif price == 0:
            price = self.mean_mark(market)
        self.settle(market, price, command.method, command.grounds)

    @staticmethod
    def recent_mean(market: Market, window_ns: int) -> int:
        """The TWAP of so many full hours up to the last one (LIFE-6)."""
        until_ns, until = market.twap_hours[-1] if market.twap_hours else (0, 0)
        for since_ns, since in market.twap_hours:
            if window_ns > 0 and until_ns - since_ns == window_ns:
                return half_even(Fraction(until - since, window_ns))
        raise Disagreement("a window of full hours that the market has lived", f"{window_ns} ns")

    def delist(self, market: Market) -> None:
        """The last hour of outside prices is over (LIFE-12)."""
        self.accrue_delisting(market, None)
        assert market.outside.delisting is not None, "a delisting that ends has begun"
        price = half_even(Fraction(market.outside.delisting[2], HOUR_NS * FINE))
        self.settle(market, price, codes.DELISTING, "delisted")

    def settle(self, market: Market, price: int, method: int, grounds: str) -> None:
        """The end of a market; who would owe something is closed out before (LIFE-4)."""
        self.enter_phase(market, codes.SETTLING)
        for address in self.dexes[market.dex].accounts:
            user = self.users[address]
            self.end_all(user, codes.DELISTED_CANCELED, market.asset)
            self.end_twaps(user, codes.DELISTED_CANCELED, asset=market.asset)
        self.hold_mark(market)
        market.mark = price
        self.close_out_debtors(market)
        for position in self.in_order(market):
            self.settle_lots(position, abs(position.lots), price)
        self.wake_dex(market)
        self.script.say(MarketSettled(market.asset, self.now, price, method, grounds))
        self.enter_phase(market, codes.SETTLED)
        for kind in (clock.UPDATE, clock.SAMPLE, clock.HOUR, clock.INDEX):
            self.clock.drop_all(kind, market.asset)

    def wake_dex(self, market: Market) -> None:
        """Whoever has lost by a settlement may have fallen below, wherever he holds something."""
        for asset in self.dexes[market.dex].assets:
            self.look_again(self.markets[asset])

    def settle_lots(self, position: Position, lots: int, price: int) -> None:
        """Some or all of a position ends at a price, without fee."""
        start = position.lots
        trade_id = self.take_trade_id()
        profit = self.change(position, start < 0, lots, price, 0)
        self.script.say(
            PositionSettled(trade_id, position.asset, position.user, start, lots, price, profit)
        )
        if position.lots == 0:
            self.cover_deficit(position)

    def settle_part(self, market: Market) -> None:
        """A part of every position at the cross, the same of both sides (LIFE-7).

        Who would owe is found, and closed out, at what position and cash are worth together.
        """
        share = Fraction(market.outside.settled_e6, MILLION)
        if share == 0:
            return
        self.hold_mark(market)
        price, mark = half_even(market.outside.cross_price * market.outside.ratio), market.mark
        worth = mark + share * (price - mark)
        market.mark = down(worth) if price < mark else up(worth)
        self.close_out_debtors(market)
        market.mark = mark
        sides = [[p for p in self.in_order(market) if p.lots * sign > 0] for sign in (1, -1)]
        most = [[down(abs(p.lots) * share) for p in side] for side in sides]
        total = min(map(sum, most))
        for side, sizes in zip(sides, most, strict=True) if total else ():
            part = Fraction(total, sum(sizes))
            shares = largest_remainders(list(enumerate(sizes)), total, part)
            for place, lots in shares.items():
                if lots:
                    self.settle_lots(side[place], lots, price)
        self.wake_dex(market)
