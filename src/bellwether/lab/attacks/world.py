"""A market with honest people whose margins are stated, and wallets whose owner is not known.

`truth` is what a contract is worth, in price atoms: all makers know it. Who is honest is in place
before the attack begins; makers put fresh quotes up every `REACTION_S`, and in between stand still.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

from bellwether.engine import questions
from bellwether.lab.attacks.outcome import Record
from bellwether.lab.sole_market import CUSTODIAN, START_NS, SoleMarket, person
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    OrderRequest,
    PayInCapital,
    PlaceOrders,
    SetAssignment,
    UpdateLeverage,
)
from bellwether.schema.events import Event
from bellwether.schema.presets import PRESETS
from bellwether.units.division import div_down, mul_div_down
from bellwether.units.quantities import NS_PER_S, USD

TRUTH_USD: Final = 1_000
LEVELS_BP: Final = (50, 100, 200, 300, 500, 800, 1_200, 1_600, 2_000)
LEVEL_USD: Final = 10_000
MAKERS: Final = 4
MAKER_USD: Final = 2_000_000
REACTION_S: Final = 120
LEVERAGES: Final = (5, 5, 5, 5, 4, 4, 3, 3, 2, 1)
HOLDER_USD: Final = 9_000
"""Each honest long or short has this notional, at one of these leverages, and nothing beside."""

WAITS: Final = 30
"""So many times makers come back before a wallet's position is left where it is."""

LEAST_ATOMS: Final = 10_000
EXIT_BP: Final = 300
"""Nobody trades out at a price further from the truth."""

FUND_USD: Final = 25_000
VAULT_USD: Final = 100_000
"""Where a specification has a backstop, which no preset has."""

PROVIDER_USD: Final = 200_000
PROVIDER_EDGE_BP: Final = 100
BP: Final = 10_000
PROVIDER: Final = b"\xbb" * 20
SOURCES: Final = ("one", "two", "three")
_FEES_BP: Final = 100
"""What a holder has beside the margin, for the fee of the way in."""


@final
class World(SoleMarket):
    """One market of a preset, with differences; `wallets` share the attacker's capital equally."""

    def __init__(
        self,
        preset: str,
        wallets: int,
        capital_usd: int,
        differences: Mapping[str, Any] | None = None,
        downwards: bool = False,
        fund_usd: int = FUND_USD,
    ) -> None:
        super().__init__()
        self.record: Record = Record()
        self.toward: int = -1 if downwards else 1
        atoms = 10 ** (6 - PRESETS[preset].size_decimals)
        self.truth: int = TRUTH_USD * atoms
        self.wallets: list[bytes] = [person(0xE0, n) for n in range(wallets)]
        self.makers: list[bytes] = [person(0x10, n) for n in range(MAKERS)]
        self.longs: list[bytes] = [person(0x20, n) for n in range(len(LEVERAGES))]
        self.shorts: list[bytes] = [person(0x30, n) for n in range(len(LEVERAGES))]
        self._quoted_ns: int = START_NS
        given = dict(differences or {})
        given.setdefault("reference_atoms", self.truth)
        self.found(preset, self._money(capital_usd), SOURCES, **given)
        self._move_in(fund_usd)
        self.capital_e6: int = sum(self.worth(who) for who in self.wallets)
        self.started: dict[bytes, int] = {who: self.worth(who) for who in self.honest}
        self.record.begin(self.market)

    def _money(self, capital_usd: int) -> dict[bytes, int]:
        money = dict.fromkeys(self.makers, MAKER_USD * USD)
        money[PROVIDER] = PROVIDER_USD * USD
        for people in (self.longs, self.shorts):
            for who, leverage in zip(people, LEVERAGES, strict=True):
                margin = div_down(HOLDER_USD * USD, leverage)
                money[who] = margin + mul_div_down(HOLDER_USD * USD, _FEES_BP, BP)
        share = div_down(capital_usd * USD, len(self.wallets))
        money.update(dict.fromkeys(self.wallets, share))
        return money

    def _move_in(self, fund_usd: int) -> None:
        """Capital, quotes and positions of the honest, and what the sources say."""
        if fund_usd > 0:
            self.run(PayInCapital(CUSTODIAN, 1, 0, False, fund_usd * USD, "fund"))
        if self.market.spec.losses.backstop_loss_limit_e6 > 0:
            self.run(PayInCapital(CUSTODIAN, 2, 0, True, VAULT_USD * USD, "vault"))
        is_isolated = self.market.spec.margin_mode == codes.STRICT_ISOLATED
        if self.market.is_protected:
            lots = self.lots(PROVIDER_USD)
            take = SetAssignment(
                *self.head(PROVIDER), 0, True, True, lots, lots, PROVIDER_EDGE_BP, codes.EVERY_DAY
            )
            self.run(take)
        if self.market.rules.index is not None:
            for source in SOURCES:
                self.observe(source, self.truth)
        for who in self.makers:
            self.run(UpdateLeverage(*self.head(who), 0, not is_isolated, 1))
        lots = self.lots(HOLDER_USD)
        for long, short, leverage in zip(self.longs, self.shorts, LEVERAGES, strict=True):
            for who in (long, short):
                self.run(UpdateLeverage(*self.head(who), 0, not is_isolated, leverage))
            self.meet(long, short, lots, self.truth)
        self.quote()

    @property
    def honest(self) -> list[bytes]:
        """Everybody but the wallets and the venue."""
        return [*self.makers, *self.longs, *self.shorts, PROVIDER]

    def run(self, command: AnyCommand) -> list[Event]:
        """The events of a command; every total is recomputed after it."""
        events = super().run(command)
        self.engine.audit()
        self.record.take(events, self.market)
        return events

    def lots(self, usd: int) -> int:
        """So many lots are worth so much, at the truth."""
        return div_down(usd * USD, self.truth)

    def off(self, bp: int) -> int:
        """The valid price so many basis points from the truth, the way of the push."""
        return self._at(self.toward * bp)

    def _at(self, bp: int) -> int:
        return self.on_tick(mul_div_down(self.truth, BP + bp, BP), LEAST_ATOMS)

    @property
    def victims(self) -> list[bytes]:
        """The honest positions that a push is against."""
        return self.shorts if self.toward > 0 else self.longs

    def pushed(self, who: bytes) -> int:
        """Lots of an account that gain by the push, negative where they lose by it."""
        return self.toward * self.position(who)

    def push(self, who: bytes, price: int, lots: int, kind: int = codes.GTC) -> list[Event]:
        """An order the way of the push: a bid, or downwards an ask."""
        return self.order(who, self.toward > 0, price, lots, kind)

    def oppose(self, who: bytes, price: int, lots: int, kind: int = codes.GTC) -> list[Event]:
        """An order against the push."""
        return self.order(who, self.toward < 0, price, lots, kind)

    def side_with(self, who: bytes, other: bytes, lots: int, price: int) -> None:
        """A trade inside the spread by which the first gains if the push succeeds."""
        if self.toward > 0:
            self.meet(who, other, lots, price)
        else:
            self.meet(other, who, lots, price)

    def quote(self) -> None:
        """Makers see what stands, cancel it, and put a fresh ladder up around the truth."""
        self._quoted_ns = self.now
        share = div_down(LEVEL_USD, MAKERS)
        for who in self.makers:
            self.cancel(who)
        for bp in LEVELS_BP:
            for who in self.makers:
                for is_buy in (True, False):
                    price = self._at(-bp if is_buy else bp)
                    self.order(who, is_buy, price, self.lots(share))

    def wait(self, ns: int) -> list[Event]:
        """Time passes; makers quote anew when their time has come."""
        until = self.now + ns
        events: list[Event] = []
        while self.now < until:
            due = self._quoted_ns + REACTION_S * NS_PER_S
            self.now = min(until, max(due, self.now))
            events += self.run(AdvanceTime())
            if self.now >= due:
                self.quote()
        return events

    def sleep(self, ns: int) -> list[Event]:
        """Time passes, and makers have no reason to quote anew; they have just looked."""
        self.now += ns
        self._quoted_ns = self.now
        return self.run(AdvanceTime())

    def worth(self, who: bytes) -> int:
        """What an account has if a contract is worth the truth, micro-USD."""
        account = self.account(who)
        away = self.truth - self.market.mark_price
        return questions.account_equity(account) + self.position(who) * away

    def answering_e6(self, who: bytes) -> int:
        """The equity that answers for an account's position, valued at the truth (MARG-1)."""
        holding = self.engine.venue.users[who].holdings.get(0)
        if holding is None or holding.is_cross:
            return self.worth(who)
        away = self.truth - self.market.mark_price
        return holding.margin.balance + holding.worth() + holding.lots * away

    def new_units(self, proposal: int, numerator: int, denominator: int) -> None:
        """Sizes are multiplied by a factor; makers know what a contract is worth then."""
        assert self.truth * denominator % numerator == 0, "the truth stays exact"
        self.truth = div_down(self.truth * denominator, numerator)
        self.record.rescale(self.truth)
        self.approve(proposal)
        self.quote()

    def leave(self) -> None:
        """The wallets take their orders away; makers come back, and the wallets trade out.

        Who could not pay for that waits, as the venue does, until the mark is back.
        """
        for who in self.wallets:
            self.cancel(who)
        self.quote()
        for _ in range(WAITS):
            holders = [who for who in self.wallets if self.position(who) != 0]
            if not holders or not self.market.is_trading():
                return
            for who in holders:
                self._close(who)
            self.wait(REACTION_S * NS_PER_S)

    def _close(self, who: bytes) -> None:
        lots = self.position(who)
        price = self._at(-EXIT_BP if lots > 0 else EXIT_BP)
        request = OrderRequest(0, lots < 0, price, abs(lots), codes.IOC, True)
        self.run(PlaceOrders(*self.head(who), (request,), codes.UNGROUPED))
