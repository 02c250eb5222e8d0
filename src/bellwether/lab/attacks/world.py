"""A market with honest people whose margins are stated, and wallets whose owner is not known.

`truth` is what a contract is worth, in price atoms: all makers know it. Who is honest is in place
before the attack begins; makers put fresh quotes up every `REACTION_S`, and in between stand still.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.lab.attacks.outcome import Record
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrders,
    DecideProposal,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PayInCapital,
    PlaceOrders,
    SetAssignment,
    SubmitObservation,
    UpdateLeverage,
)
from bellwether.schema.events import Event, ProposalMade
from bellwether.schema.presets import PRESETS, specify
from bellwether.units.division import div_down, mul_div_down
from bellwether.units.quantities import NS_PER_S, USD
from bellwether.units.tick import price_on_tick_down

START_NS: Final = 1_777_593_600_000_000_000
"""2026-05-01T00:00:00Z."""

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
OPERATORS: Final = (b"\xa1" * 20, b"\xa2" * 20)
CUSTODIAN: Final = b"\xcc" * 20
PROVIDER: Final = b"\xbb" * 20
SOURCES: Final = ("one", "two", "three")
_FEES_BP: Final = 100
"""What a holder has beside the margin, for the fee of the way in."""


def _address(kind: int, number: int) -> bytes:
    return bytes([kind]) + number.to_bytes(19, "big")


@final
class World:
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
        self.engine: Engine = Engine()
        self.now: int = START_NS
        self.record: Record = Record()
        self.toward: int = -1 if downwards else 1
        self._nonce: int = 0
        atoms = 10 ** (6 - PRESETS[preset].size_decimals)
        self.truth: int = TRUTH_USD * atoms
        self.wallets: list[bytes] = [_address(0xE0, n) for n in range(wallets)]
        self.makers: list[bytes] = [_address(0x10, n) for n in range(MAKERS)]
        self.longs: list[bytes] = [_address(0x20, n) for n in range(len(LEVERAGES))]
        self.shorts: list[bytes] = [_address(0x30, n) for n in range(len(LEVERAGES))]
        self._quoted_ns: int = START_NS
        given = dict(differences or {})
        given.setdefault("reference_atoms", self.truth)
        spec = specify(preset, "PRIV", "", launch_time=START_NS, **given)
        assert spec.faults() == [], spec.faults()
        rights = codes.EVERY_OPERATOR_ROLE
        self.run(
            Genesis(
                ("",),
                (spec,),
                (*((key, rights) for key in OPERATORS), (CUSTODIAN, codes.CUSTODIAN)),
                self._accounts(capital_usd),
                False,
                True,
                tuple((name, OPERATORS[0]) for name in SOURCES),
            )
        )
        self._move_in(fund_usd)
        self.capital_e6: int = sum(self.worth(who) for who in self.wallets)
        self.started: dict[bytes, int] = {who: self.worth(who) for who in self.honest}
        self.record.begin(self.market)

    def _accounts(self, capital_usd: int) -> tuple[GenesisAccount, ...]:
        money = dict.fromkeys(self.makers, MAKER_USD * USD)
        money[PROVIDER] = PROVIDER_USD * USD
        for people in (self.longs, self.shorts):
            for who, leverage in zip(people, LEVERAGES, strict=True):
                margin = div_down(HOLDER_USD * USD, leverage)
                money[who] = margin + mul_div_down(HOLDER_USD * USD, _FEES_BP, BP)
        share = div_down(capital_usd * USD, len(self.wallets))
        money.update(dict.fromkeys(self.wallets, share))
        return tuple(
            GenesisAccount(who, "XX", "retail", (("", amount),)) for who, amount in money.items()
        )

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
                *self._head(PROVIDER), 0, True, True, lots, lots, PROVIDER_EDGE_BP, codes.EVERY_DAY
            )
            self.run(take)
        if self.market.rules.index is not None:
            for source in SOURCES:
                self.observe(source, self.truth)
        for who in self.makers:
            self.run(UpdateLeverage(*self._head(who), 0, not is_isolated, 1))
        lots = self.lots(HOLDER_USD)
        for long, short, leverage in zip(self.longs, self.shorts, LEVERAGES, strict=True):
            for who in (long, short):
                self.run(UpdateLeverage(*self._head(who), 0, not is_isolated, leverage))
            self.meet(long, short, lots, self.truth)
        self.quote()

    @property
    def honest(self) -> list[bytes]:
        """Everybody but the wallets and the venue."""
        return [*self.makers, *self.longs, *self.shorts, PROVIDER]

    @property
    def market(self) -> Market:
        return self.engine.venue.markets[0]

    def account(self, who: bytes) -> Account:
        return self.engine.venue.users[who].accounts[0]

    def run(self, command: AnyCommand) -> list[Event]:
        """The events of a command; every total is recomputed after it."""
        events = self.engine.apply(command, self.now)
        self.engine.audit()
        self.record.take(events, self.market)
        return events

    def _head(self, who: bytes) -> tuple[bytes, bytes, int, int]:
        self._nonce += 1
        return who, b"", self._nonce, 0

    def lots(self, usd: int) -> int:
        """So many lots are worth so much, at the truth."""
        return div_down(usd * USD, self.truth)

    def off(self, bp: int) -> int:
        """The valid price so many basis points from the truth, the way of the push."""
        return self._at(self.toward * bp)

    def _at(self, bp: int) -> int:
        spec = self.market.spec
        price = max(mul_div_down(self.truth, BP + bp, BP), LEAST_ATOMS)
        return price_on_tick_down(price, spec.size_decimals, spec.tick_atoms)

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

    def order(
        self, who: bytes, is_buy: bool, price: int, lots: int, kind: int = codes.GTC
    ) -> list[Event]:
        """A limit order; what does not fit the margin is refused, as anywhere."""
        request = OrderRequest(0, is_buy, price, lots, kind)
        return self.run(PlaceOrders(*self._head(who), (request,), codes.UNGROUPED))

    def meet(self, buyer: bytes, seller: bytes, lots: int, price: int) -> None:
        """Two trade with each other inside the spread."""
        self.order(seller, False, price, lots)
        self.order(buyer, True, price, lots, codes.IOC)

    def cancel(self, who: bytes) -> None:
        """Ends every order of an account."""
        old = tuple((0, number) for number in self.account(who).orders)
        if old:
            self.run(CancelOrders(*self._head(who), old))

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

    def observe(
        self, source: str, price: int, kind: str = "secondary_trade", **more: Any
    ) -> list[Event]:
        """A source says what the company is worth, as the price of a contract."""
        self._nonce += 1
        given: dict[str, Any] = {
            "value_e6": price * 10 ** (9 + self.market.size_decimals),
            "unit": "valuation",
            "share_count": 0,
            **more,
        }
        return self.run(
            SubmitObservation(
                OPERATORS[0],
                self._nonce,
                0,
                source,
                kind,
                given["value_e6"],
                given["unit"],
                given["share_count"],
                "common",
                0,
                self.now,
            )
        )

    def propose(self, proposal: AnyCommand) -> int:
        """One key proposes; the proposal's number."""
        made = [event for event in self.run(proposal) if isinstance(event, ProposalMade)]
        assert len(made) == 1, "the proposal stands"
        return made[0].proposal_id

    def approve(self, number: int) -> None:
        """The other key approves."""
        self.run(DecideProposal(OPERATORS[1], self.nonce(), number, True))

    def nonce(self) -> int:
        """A fresh one, for an operator's act."""
        self._nonce += 1
        return self._nonce

    def position(self, who: bytes) -> int:
        """Signed lots."""
        holding = self.engine.venue.users[who].holdings.get(0)
        return 0 if holding is None else holding.lots

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
        self.run(PlaceOrders(*self._head(who), (request,), codes.UNGROUPED))
