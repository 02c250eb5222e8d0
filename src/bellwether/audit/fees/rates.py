"""Rates by volume, growth mode, and the parts of builders and deployers (ORD-7)."""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import DAY_NS, MILLION, down
from bellwether.audit.money import Money
from bellwether.audit.things import Market, Order, User

TENTH_OF_A_BASIS_POINT = 10_000


class Rates(Money):
    """All fees are the venue's first; what belongs to others is set aside from them."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = (b"", 0)
        """Who builds the orders that are being placed, and for how much (10^-9)."""

    def rates(self, market: Market, user: User) -> tuple[int, int]:
        """Taker's and maker's rate today: the base's, or a lower tier's of the full days before."""
        taker, maker = self.base_rates(market)
        rules, today = market.rules, self.now // DAY_NS
        window = range(today - rules.fee_window_days, today)
        traded = sum(value for day, value in user.days.items() if day in window)
        earned = [tier for tier in rules.fee_tiers if traded >= tier.volume_e6]
        if not earned:
            return taker, maker
        tier = earned[-1]
        return (
            min(taker, self.grown(market, tier.taker_e9)),
            min(maker, self.grown(market, tier.maker_e9)),
        )

    def fees(self, market: Market, order: Order, worth: int) -> tuple[int, int]:
        """What a fill costs as taker and as maker, with what the order's builder gets."""
        taker, maker = self.rates(market, self.users[order.user])
        built = self.fee(worth, order.builder_e9)
        return self.fee(worth, taker) + built, self.fee(worth, maker) + built

    def note_volume(self, user: User, worth: int) -> None:
        """What was traded today counts from tomorrow on."""
        user.volume += worth
        today = self.now // DAY_NS
        user.days[today] = user.days.get(today, 0) + worth

    def share_fees(self, market: Market, sides: list[Order], worth: int, fees: int) -> list[int]:
        """Builders' parts, rounded up; of what they leave a deployer's share, rounded down."""
        built = []
        for order in sides:
            amount = self.fee(worth, order.builder_e9)
            if order.builder_e9:
                self.set_aside(market, self.user(order.builder), amount)
            built.append(amount)
        recipient, left = self.dexes[market.dex].fee_recipient, fees - sum(built)
        if recipient and left > 0:
            share = down(Fraction(left * market.rules.deployer_share_e6, MILLION))
            self.set_aside(market, self.users[recipient], share)
        return built

    def set_aside(self, market: Market, user: User, amount: int) -> None:
        """A part of the fees waits to be claimed."""
        self.account(user, market.dex)
        self.dexes[market.dex].fees -= amount
        user.rewards[market.dex] = user.rewards.get(market.dex, 0) + amount
