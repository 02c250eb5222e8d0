"""Margin and money of the naive venue, from chapters 04 to 06 and 08 in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from bellwether.schema import codes
from bellwether.schema.events import Event, FundingSettled
from bellwether.testing.model.things import NaiveMarket, NaiveOrder, NaivePosition, NaiveUser

RATE_ONE = 10**12
FEE_ONE = 10**9


class Money:
    """Accounts, positions and what they answer for. Everything is summed anew each time."""

    def __init__(self) -> None:
        self.users: dict[bytes, NaiveUser] = {}
        self.markets: dict[int, NaiveMarket] = {}
        self.positions: list[NaivePosition] = []
        self.orders: list[NaiveOrder] = []
        self.fees: dict[str, int] = {}
        self.events: list[Event] = []

    def position(self, user: bytes, asset: int) -> NaivePosition:
        """The user's position in a market; a flat one with the market's defaults (MARG-2)."""
        for found in self.positions:
            if found.user == user and found.asset == asset:
                return found
        market = self.markets[asset]
        spec = market.spec
        made = NaivePosition(user, asset, spec.margin_mode == codes.CROSS, spec.max_leverage)
        made.funding_index = market.funding_index
        self.positions.append(made)
        return made

    def held_in(self, user: bytes, dex: str) -> list[NaivePosition]:
        """All of a user's positions, flat ones too, in the markets of a dex."""
        return [p for p in self.positions if p.user == user and self.markets[p.asset].dex == dex]

    def notional(self, position: NaivePosition) -> int:
        """Worth at the mark."""
        return abs(position.lots) * self.markets[position.asset].mark

    def unsettled(self, position: NaivePosition) -> int:
        """Funding due since the position last changed, towards minus infinity (FUND-4)."""
        moved = self.markets[position.asset].funding_index - position.funding_index
        return floor(Fraction(-position.lots * moved, RATE_ONE))

    def worth(self, position: NaivePosition) -> int:
        """Profit at the mark and funding not yet settled (MARG-1)."""
        at_mark = position.lots * self.markets[position.asset].mark
        return at_mark - position.cost + self.unsettled(position)

    def cross_equity(self, user: bytes, dex: str) -> int:
        """Collateral and the worth of all cross positions of the dex (MARG-1)."""
        cross = [p for p in self.held_in(user, dex) if p.is_cross]
        return self.users[user].cash[dex] + sum(self.worth(p) for p in cross)

    def isolated_equity(self, position: NaivePosition) -> int:
        """An isolated position has its own margin and nothing else (MARG-1)."""
        return position.margin + self.worth(position)

    def initial_of(self, market: NaiveMarket, notional: int, leverage: int) -> int:
        """Notional over the chosen leverage, at least the tier's, rounded up (MARG-2)."""
        allowed = market.spec.max_leverage
        for tier in market.spec.tiers:
            if notional >= tier.lower_bound_e6:
                allowed = tier.max_leverage
        return ceil(Fraction(notional, min(leverage, allowed)))

    def initial(self, position: NaivePosition) -> int:
        """Initial margin of a position as it is."""
        market = self.markets[position.asset]
        return self.initial_of(market, self.notional(position), position.leverage)

    def maintenance(self, position: NaivePosition) -> int:
        """Half of the initial margin at the tier's most leverage, marginal tiers (MARG-3)."""
        notional = self.notional(position)
        rate = deduction = Fraction(0)
        for tier in self.markets[position.asset].spec.tiers:
            if notional < tier.lower_bound_e6:
                break
            deduction += tier.lower_bound_e6 * (Fraction(1, 2 * tier.max_leverage) - rate)
            rate = Fraction(1, 2 * tier.max_leverage)
        return ceil(notional * rate - deduction)

    def is_below(self, position: NaivePosition) -> bool:
        """Is what answers for the position below its maintenance margin (LIQ-1)?"""
        if not position.is_cross:
            return self.isolated_equity(position) < self.maintenance(position)
        dex = self.markets[position.asset].dex
        cross = [p for p in self.held_in(position.user, dex) if p.is_cross]
        return self.cross_equity(position.user, dex) < sum(self.maintenance(p) for p in cross)

    def fee(self, notional: int, rate_e9: int) -> int:
        """Charged in micro-USD: fees rounded up, rebates down (ORD-7)."""
        return ceil(Fraction(notional * rate_e9, FEE_ONE))

    def resting(self, user: bytes, asset: int, is_buy: bool) -> list[NaiveOrder]:
        """A user's orders in a book that can add risk, on one side."""
        return [
            order
            for order in self.orders
            if order.user == user
            and order.asset == asset
            and order.is_buy == is_buy
            and order.arrival
            and not order.reduce_only
        ]

    def claim(self, position: NaivePosition, new: tuple[bool, int, int] | None) -> int:
        """What position and open orders ask of the cross equity on the worse side (MARG-4).

        `new` is an order to come: is_buy, lots, limit price. Fees are counted at the taker's
        rate. Resting orders of a side are taken together: gains offset losses among them, but
        what is left over as a gain covers nothing.
        """
        claims = [self.initial(position) if position.is_cross else 0]
        market = self.markets[position.asset]
        for is_buy in (True, False):
            sign = 1 if is_buy else -1
            orders = self.resting(position.user, position.asset, is_buy)
            lots = sum(order.lots for order in orders)
            value = sum(order.lots * order.price for order in orders)
            loss = max(0, sign * (value - lots * market.mark))
            if new is not None and new[0] == is_buy:
                lots += new[1]
                value += new[1] * new[2]
                loss += max(0, sign * new[1] * (new[2] - market.mark))
            if lots == 0:
                continue
            after = position.lots + sign * lots
            if position.is_cross:
                exposure = abs(after)
            else:
                exposure = lots - self.reducible(position, is_buy)
                if exposure <= 0:
                    continue
            initial = self.initial_of(market, exposure * market.mark, position.leverage)
            claims.append(initial + loss + self.fee(value, market.spec.taker_fee_e9))
        return max(claims)

    def requirement(self, user: bytes, dex: str) -> int:
        """What all positions and open orders of an account ask of its cross equity."""
        return sum(self.claim(p, None) for p in self.held_in(user, dex))

    def covers_order(self, position: NaivePosition, new: tuple[bool, int, int]) -> bool:
        """May the order be accepted (MARG-4)? One that asks for no more than before may."""
        dex = self.markets[position.asset].dex
        before = self.claim(position, None)
        after = self.claim(position, new)
        total = self.requirement(position.user, dex) - before + after
        return after <= before or total <= self.cross_equity(position.user, dex)

    @staticmethod
    def reducible(position: NaivePosition, is_buy: bool) -> int:
        """Lots by which an order of this side could reduce the position."""
        return max(0, -position.lots if is_buy else position.lots)

    def covers_fill(
        self, position: NaivePosition, is_buy: bool, lots: int, price: int, fee: int
    ) -> bool:
        """A resting order is checked again when it matches, and so is a taker (MARG-4).

        What a fill opens needs initial margin after it and its fee; one that only closes must
        leave no equity below zero.
        """
        sign = 1 if is_buy else -1
        market = self.markets[position.asset]
        cash = self.users[position.user].cash[market.dex]
        closed = min(lots, self.reducible(position, is_buy))
        opened = lots - closed
        cross = [p for p in self.held_in(position.user, market.dex) if p.is_cross]
        equity = self.cross_equity(position.user, market.dex)
        if position.is_cross:
            equity += sign * lots * (market.mark - price) - fee
            if opened == 0:
                return equity >= 0
            after = abs(position.lots + sign * lots) * market.mark
            others = sum(self.initial(p) for p in cross if p is not position)
            return equity >= others + self.initial_of(market, after, position.leverage)
        gained = 0
        if closed:
            gained, kept = self.released(position, closed, price)
            rest = position.lots + sign * closed
            cost = position.cost - floor(Fraction(position.cost * closed, abs(position.lots)))
            left = kept + rest * market.mark - cost
            if left < 0:
                return False
            if opened == 0:
                return cash + gained + left >= fee
        needed = self.initial_of(market, opened * market.mark, position.leverage)
        needed += max(0, sign * opened * (price - market.mark)) + fee
        return equity - sum(self.initial(p) for p in cross) + gained >= needed

    def released(self, position: NaivePosition, closed: int, price: int) -> tuple[int, int]:
        """To cash and left as margin, when part of an isolated position closes (MARG-5)."""
        sign = 1 if position.lots > 0 else -1
        size = abs(position.lots)
        margin = position.margin + self.unsettled(position)
        gain = sign * closed * price - floor(Fraction(position.cost * closed, size))
        share = floor(Fraction(margin * closed, size))
        if share + gain >= 0:
            return share + gain, margin - share
        return 0, margin + gain

    def settle_funding(self, position: NaivePosition) -> None:
        """A position settles against the market's index whenever it changes (FUND-4)."""
        market = self.markets[position.asset]
        amount = self.unsettled(position)
        moved = market.funding_index != position.funding_index
        position.funding_index = market.funding_index
        if not moved or position.lots == 0:
            return
        if position.is_cross:
            self.users[position.user].cash[market.dex] += amount
        else:
            position.margin += amount
        self.events.append(
            FundingSettled(
                market.asset, position.user, position.lots, amount, str(market.funding_index)
            )
        )

    def fill(self, position: NaivePosition, is_buy: bool, lots: int, price: int, fee: int) -> int:
        """One side of a trade, and its fee; what was realised, before fees."""
        self.settle_funding(position)
        market = self.markets[position.asset]
        user = self.users[position.user]
        sign = 1 if is_buy else -1
        closed = min(lots, self.reducible(position, is_buy))
        profit = 0
        if closed:
            cost = floor(Fraction(position.cost * closed, abs(position.lots)))
            profit = -sign * closed * price - cost
            if position.is_cross:
                user.cash[market.dex] += profit
            else:
                gained, kept = self.released(position, closed, price)
                user.cash[market.dex] += gained
                position.margin = kept
            position.cost -= cost
            position.lots += sign * closed
        opened = lots - closed
        if opened:
            position.lots += sign * opened
            position.cost += sign * opened * price
            if not position.is_cross:
                margin = self.initial_of(market, opened * market.mark, position.leverage)
                margin += max(0, sign * opened * (price - market.mark))
                user.cash[market.dex] -= margin
                position.margin += margin
        self.fees[market.dex] += fee
        from_cash = fee if position.is_cross else min(fee, max(0, user.cash[market.dex]))
        user.cash[market.dex] -= from_cash
        position.margin -= fee - from_cash
        return profit
