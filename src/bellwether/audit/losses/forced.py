"""Orders of the venue for a liquidated position, and what its fund pays for (LIQ-2 … LIQ-6)."""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import MILLION, down, up
from bellwether.audit.losses.standing import Standing, is_worse
from bellwether.audit.things import Market, Order, Position
from bellwether.schema import codes
from bellwether.schema.events import DeficitCovered, LiquidationFeePaid, OrderClosed


class Forced(Standing):
    """The book at zero equity or better; beyond that as far as the fund pays."""

    def send(self, position: Position, lots: int) -> None:
        """So many lots to the book, at zero equity or better."""
        self.send_at(position, lots, self.zero_price(position), False)

    def send_covered(self, position: Position) -> None:
        """The rest beyond zero equity, where there is a fund and a price within its reach."""
        market = self.markets[position.asset]
        best = self.best(market, position.lots > 0)
        if not best or not market.losses.fund:
            return
        limit = self.covered_limit(position, best)
        if not is_worse(position, best, limit):
            self.send_at(position, abs(position.lots), limit, True)

    def covered_limit(self, position: Position, best: int) -> int:
        """How far from best price and mark the fund pays for fills (LIQ-3, LIQ-5)."""
        market = self.markets[position.asset]
        width = Fraction(market.spec.losses.covered_e6, MILLION)
        if position.lots > 0:
            return up(max(best, market.mark) * (1 - width))
        return down(min(best, market.mark) * (1 + width))

    def send_at(self, position: Position, lots: int, limit: int, is_covered: bool) -> None:
        """One order; what the book does not take of it ends."""
        order = Order(
            self.take_order_id(),
            position.user,
            position.asset,
            position.lots < 0,
            limit,
            lots,
            lots,
            codes.LIQUIDATION_MARKET,
            True,
            placed_ns=self.now,
        )
        self.announce(order)
        self.sweep(position, order, is_covered)
        if order.lots:
            self.script.say(
                OrderClosed(
                    order.order_id, order.user, order.asset, order.lots, codes.IOC_REMAINDER
                )
            )

    def sweep(self, position: Position, order: Order, is_covered: bool) -> None:
        """The best and oldest first, while the whole rest would not be left below zero equity."""
        market = self.markets[order.asset]
        while order.lots:
            side = market.book[not order.is_buy]
            if not side:
                return
            maker, zero = side[0], self.zero_price(position)
            if is_worse(position, maker.price, order.price if is_covered else zero):
                return
            lots = self.tradable(position, order, maker)
            if lots and is_worse(position, maker.price, zero):
                lots = self.pay_for(position, lots, abs(zero - maker.price))
                if not lots:
                    return
            if lots:
                self.forced_trade(position, order, maker, lots)

    def tradable(self, position: Position, order: Order, maker: Order) -> int:
        """Lots that a maker can take now; one that can take none ends, and it is 0."""
        market, theirs = self.markets[order.asset], self.position_of(maker)
        lots = min(order.lots, maker.lots)
        status = 0
        if maker.reduce_only:
            lots = min(lots, self.reducible(theirs, maker.is_buy))
        if not lots:
            status = codes.REDUCE_ONLY_CANCELED
        else:
            fee = self.fees(market, maker, lots * maker.price)[1]
            opening = lots - self.reducible(theirs, maker.is_buy)
            if theirs is position or not self.covers_fill(
                theirs, maker.is_buy, lots, maker.price, fee
            ):
                status = codes.MARGIN_CANCELED
            elif self.exceeds_owner_share(theirs, maker.is_buy, opening):
                status = codes.OWNER_SHARE_CANCELED
        if status:
            self.end(maker, status)
            return 0
        return lots

    def pay_for(self, position: Position, lots: int, missing: int) -> int:
        """The fund pays the way to zero equity for so many lots as it can; it pays at once."""
        lots = min(lots, self.markets[position.asset].losses.fund // missing)
        if lots:
            self.let_fund_pay(position, lots * missing)
        return lots

    def let_fund_pay(self, position: Position, amount: int) -> None:
        """The insurance fund gives what answers for a position so much."""
        self.pay_from_fund(position, amount)
        self.script.say(DeficitCovered(position.asset, position.user, amount))

    def forced_trade(self, position: Position, order: Order, maker: Order, lots: int) -> None:
        """A forced fill; fees take no more than the fill leaves, the fund's after the venue's."""
        market, price = self.markets[order.asset], maker.price
        worth = lots * price
        left = max(0, self.behind(position) + position.lots * (price - market.mark))
        fee = min(self.fees(market, order, worth)[0], left)
        toll = min(self.fee(worth, market.spec.losses.fee_e9), left - fee)
        freed = self.freed(position, lots, price)
        maker_fee = self.fees(market, maker, worth)[1]
        self.trade(order, maker, lots, price, (fee, maker_fee), codes.LIQUIDATION_TRADE)
        if toll > 0:
            self.take_out(position, toll)
            market.losses.fund += toll
            self.script.say(LiquidationFeePaid(market.asset, position.user, toll))
        self.keep_margin(position, freed - fee - toll)
        self.keep_quiet(market, price)

    def keep_quiet(self, market: Market, price: int) -> None:
        """Forced fills become the last trade only after their quiet time (LIQ-6)."""
        market.losses.quiet_price = price
        market.losses.quiet_until_ns = self.now + market.spec.liquidation_quiet_time_ns
