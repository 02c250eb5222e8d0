"""A life in which markets fall again and again: every step of both waterfalls, seeded.

Five markets, each with another way of bearing losses; eight accounts at the most leverage that they
can have, one that moves prices, thin books, funds and vaults with little, providers of some size.
"""

from __future__ import annotations

from random import Random

from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    CancelOrders,
    Credit,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PayInCapital,
    PlaceOrders,
    PlaceTwap,
    SetAssignment,
    SetTradingStatus,
    UpdateLeverage,
)
from bellwether.testing import strategies as drawn
from bellwether.testing.side_by_side import SideBySide

USD, TICK = 10**6, drawn.TICK
PEOPLE = tuple(bytes([number]) * 20 for number in range(1, 9))
RICH = b"\x77" * 20
MEANS = (60, 60, 120, 120, 300, 300, 1_000, 2_000)
PRESETS = ("standard_equity", "ipop", "ipop", "standard_equity", "ipop")


class Fall:
    """One venue, and what is done to it by chance; `both` keeps all of it."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.nonce = 1_000
        specs = tuple(
            drawn.market(f"M{number}", preset, codes.STP_CANCEL_MAKER, 0, policy)
            for number, (preset, policy) in enumerate(zip(PRESETS, drawn.POLICIES, strict=True))
        )
        money = (*zip(PEOPLE, MEANS, strict=True), (RICH, 1_000_000))
        accounts = [GenesisAccount(who, "XX", "retail", (("", usd * USD),)) for who, usd in money]
        operators = ((drawn.CUSTODIAN, codes.CUSTODIAN), (drawn.OPERATOR, codes.RISK))
        genesis = Genesis(("",), specs, operators, tuple(accounts), False, True)
        self.both = SideBySide(genesis, drawn.START_NS)

    def head(self, who: bytes) -> tuple[bytes, bytes, int, int]:
        self.nonce += 1
        return who, b"", self.nonce, 0

    def mark(self, asset: int) -> int:
        return self.both.auditor.markets[asset].mark

    def place(self, who: bytes, asset: int, is_buy: bool, price: int, lots: int) -> None:
        """A limit order, one that posts only where no other may be placed."""
        is_open = self.both.auditor.markets[asset].status == codes.OPEN
        kind = codes.GTC if is_open else codes.ALO
        order = OrderRequest(asset, is_buy, max(TICK, price - price % TICK), lots, kind)
        self.both.run(PlaceOrders(*self.head(who), (order,)))

    def wait(self, seconds: int) -> None:
        self.both.run(AdvanceTime(), seconds * drawn.SECOND_NS)

    # What happens.

    def enter(self, asset: int) -> None:
        """Two accounts meet, one of them with nearly all that it has; the rich take the rest."""
        one, other = self.chance.sample(PEOPLE, 2)
        is_buy, mark = self.chance.random() < 0.6, self.mark(asset)
        leverage = self.both.position(one, asset).leverage
        lots = (
            max(0, self.both.free(one)) * leverage // mark * self.chance.choice((25, 50, 97)) // 100
        )
        if lots < 100:
            self.both.run(Credit(drawn.CUSTODIAN, self.nonce, one, "", 30 * USD, f"c{self.nonce}"))
            self.nonce += 1
            return
        against = other if self.chance.random() < 0.7 else RICH
        self.place(against, asset, not is_buy, mark, lots)
        self.place(one, asset, is_buy, mark + (2 * TICK if is_buy else -TICK), lots)

    def quote(self, asset: int) -> None:
        """Somebody rests something, near or far away, sometimes only to reduce."""
        is_buy, away = self.chance.random() < 0.5, self.chance.choice((1, 2, 4, 8, 12, 16))
        price = self.mark(asset) * (100 - away if is_buy else 100 + away) // 100
        who = self.chance.choice((*PEOPLE, RICH, RICH))
        self.place(who, asset, is_buy, price, self.chance.choice((100, 150, 400, 900)))

    def gap(self, asset: int, percent: int = 0) -> None:
        """The rich take the mark up or down a few times, an update each."""
        percent = percent or self.chance.choice((-13, -9, -6, -5, -3, 3, 5, 7, 11))
        for _ in range(self.chance.randint(1, 4)):
            price = self.mark(asset) * (100 + percent) // 100
            for is_buy in (True, False):
                self.place(RICH, asset, is_buy, price + (-TICK if is_buy else TICK), 400)
            self.wait(3)
            mine = [o for o in self.both.orders if o.user == RICH and o.asset == asset]
            cancels = tuple((asset, o.order_id) for o in mine[-2:])
            if cancels:
                self.both.run(CancelOrders(*self.head(RICH), cancels))

    def hold(self, asset: int) -> None:
        """Nobody is liquidated while the mark moves; then others come in, then everybody is."""
        percent = self.chance.choice((-6, -5, 6))
        for status in (codes.POST_ONLY, codes.OPEN):
            self.nonce += 1
            said = SetTradingStatus(drawn.OPERATOR, self.nonce, asset, status, "a look")
            self.both.run(said)
            if status == codes.POST_ONLY:
                for _ in range(self.chance.randint(1, 3)):
                    self.gap(asset, percent)
                self.pay_in(asset)
        for _ in range(3):
            self.enter(asset)
        self.gap(asset, -percent)

    def pay_in(self, asset: int) -> None:
        """A little for a fund or a vault."""
        self.nonce += 1
        usd, is_backstop = self.chance.choice((1, 3, 20, 90)), self.chance.random() < 0.3
        pay = (drawn.CUSTODIAN, self.nonce, asset, is_backstop, usd * USD, f"p{self.nonce}")
        self.both.run(PayInCapital(*pay))

    def provide(self, asset: int) -> None:
        """Somebody takes positions over from now on."""
        who, most = self.chance.choice((*PEOPLE[4:], RICH)), self.chance.choice((101, 350, 3_000))
        terms = (True, True, most, 3 * most, self.chance.choice((75, 120, 250)), codes.EVERY_DAY)
        self.both.run(SetAssignment(*self.head(who), asset, *terms))

    def work(self, asset: int) -> None:
        """A TWAP order, or another leverage."""
        who, lots = self.chance.choice(PEOPLE), self.chance.choice((1_000, 2_000))
        if self.chance.random() < 0.5:
            leverage = self.chance.randint(2, 5)
            self.both.run(UpdateLeverage(*self.head(who), asset, asset in (0, 3), leverage))
        else:
            is_buy = self.chance.random() < 0.5
            self.both.run(PlaceTwap(*self.head(who), asset, is_buy, lots, False, 5, False))

    def step(self) -> None:
        """One of all that, in one of the markets."""
        acts = (self.enter, self.enter, self.quote, self.quote, self.gap, self.gap, self.gap)
        rare = (self.pay_in, self.provide, self.work, self.hold, self.hold)
        act = self.chance.choice(acts if self.chance.random() < 0.8 else rare)
        act(self.chance.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 4)))
        self.wait(self.chance.choice((0, 0, 1, 3, 12, 31)))


def fall(seed: int, steps: int) -> SideBySide:
    """So many steps of a life, engine and auditor side by side."""
    life = Fall(seed)
    for _ in range(steps):
        life.step()
    return life.both
