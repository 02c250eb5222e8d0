"""A market of one preset with people in it: commands in, and after each what must always hold.

I1 to I3: `Engine.audit`. I4: nobody is below zero in a market that liquidates. I5: no fund is below
zero, and the venue pays for nobody. I14, I15: the state comes back out of its own snapshot. With an
auditor beside it every event is what an independent reading of the rules foretells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, final

from bellwether.audit.auditor import Auditor
from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrders,
    ConfirmListing,
    DecideProposal,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PlaceOrders,
    SubmitExternalPrice,
    SubmitObservation,
    UpdateLeverage,
)
from bellwether.schema.events import (
    DeficitCovered,
    Event,
    LiquidationStarted,
    PricesPublished,
    ProposalMade,
)
from bellwether.schema.presets import specify
from bellwether.units.division import div_down, mul_div_down
from bellwether.units.quantities import NS_PER_S, USD
from bellwether.units.tick import price_on_tick_down

START_NS: Final = 1_777_593_600_000_000_000
PRICE_USD: Final = 100
ROUND_NS: Final = 3 * NS_PER_S
"""An update of oracle and mark (INST-3, INST-4)."""

OPERATORS: Final = (b"\xa1" * 20, b"\xa2" * 20)
CUSTODIAN: Final = b"\xcc" * 20
SHARE_COUNT: Final = 10**9
"""One contract on a valuation is then one share."""

_AUDIT_EVERY: Final = 64


class Broken(Exception):
    """What must hold did not; the message says what."""


def person(kind: int, number: int) -> bytes:
    """An address."""
    return bytes([kind]) + number.to_bytes(19, "big")


@final
class Stage:
    """`money` is everybody's, micro-USD; `sources` may say prices. The market has the asset 0."""

    def __init__(
        self,
        preset: str,
        money: Mapping[bytes, int],
        sources: Iterable[str],
        audited: bool,
        **differences: Any,
    ) -> None:
        self.engine = Engine()
        self.auditor = Auditor() if audited else None
        self.now = START_NS
        self.commands = 0
        self.liquidated: list[LiquidationStarted] = []
        self._nonce = 0
        decimals = specify(preset, "PRIV", "").size_decimals
        self.reference = PRICE_USD * 10 ** (6 - decimals)
        unit = {"share_count": SHARE_COUNT} if preset == "premarket" else {}
        spec = specify(
            preset,
            "PRIV",
            "",
            **{
                "launch_time": START_NS,
                "reference_atoms": self.reference,
                **unit,
                **differences,
            },
        )
        assert spec.faults() == [], spec.faults()
        rights = codes.EVERY_OPERATOR_ROLE
        self.run(
            Genesis(
                ("",),
                (spec,),
                (*((key, rights) for key in OPERATORS), (CUSTODIAN, codes.CUSTODIAN)),
                tuple(
                    GenesisAccount(who, "XX", "retail", (("", amount),))
                    for who, amount in money.items()
                ),
                False,
                True,
                tuple((name, OPERATORS[0]) for name in sources),
            )
        )

    @property
    def market(self) -> Market:
        return self.engine.venue.markets[0]

    def account(self, who: bytes) -> Account:
        return self.engine.venue.users[who].accounts[0]

    def lots(self, who: bytes) -> int:
        """The signed position."""
        holding = self.engine.venue.users[who].holdings.get(0)
        return 0 if holding is None else holding.lots

    def worth(self, who: bytes) -> int:
        """All that an account has at the mark, micro-USD."""
        return questions.account_equity(self.account(who))

    def nonce(self) -> int:
        """A fresh one."""
        self._nonce += 1
        return self._nonce

    def head(self, who: bytes) -> tuple[bytes, bytes, int, int]:
        """What a user's command begins with."""
        return who, b"", self.nonce(), 0

    def price(self, atoms: int) -> int:
        """The valid price at or below."""
        spec = self.market.spec
        return price_on_tick_down(max(atoms, 1_000), spec.size_decimals, spec.tick_atoms)

    def sized(self, usd: int, atoms: int) -> int:
        """So many lots are worth so much at a price, and at least one."""
        return max(1, div_down(usd * USD, atoms))

    def run(self, command: AnyCommand) -> list[Event]:
        """The events of a command. Raises Broken."""
        events = self.engine.apply(command, self.now)
        self.commands += 1
        if self.auditor is not None:
            finding = self.auditor.take(command, self.now, events)
            if finding is not None:
                raise Broken(f"the auditor: {finding.text}")
            if self.auditor.unknown:
                raise Broken(f"the auditor does not know {sorted(self.auditor.unknown)}")
        moved = False
        for event in events:
            if isinstance(event, LiquidationStarted):
                moved = True
                self.liquidated.append(event)
                if event.equity >= event.maintenance:
                    raise Broken("liquidated above maintenance (LIQ-1)")
            elif isinstance(event, PricesPublished):
                moved = True
            elif isinstance(event, DeficitCovered) and event.by_venue:
                raise Broken(f"nobody was left to bear {event.amount_e6} micro-USD (LIQ-5)")
        if moved:
            self.check()
        if self.commands % _AUDIT_EVERY == 0:
            self.engine.audit()
        return events

    def check(self) -> None:
        """I4, I5 and the bounds of I11, now. Raises Broken."""
        market = self.market
        if market.losses.fund.balance < 0:
            raise Broken("the insurance fund is below zero (LIQ-5)")
        prices = market.prices
        outside = market.listing.is_external and market.rules.index is None
        low, high = prices.band_low_fine, prices.band_high_fine
        if not outside and not low <= prices.mark_fine <= high:
            raise Broken("the mark is outside its bounds (PRICE-10)")
        if not market.liquidates():
            return
        for holding in market.holders.values():
            if holding.is_cross:
                equity = questions.cross_equity(holding.account)
            else:
                equity = holding.margin.balance + holding.worth()
            if equity < 0:
                who = holding.account.user.address.hex()
                raise Broken(f"{who} is left with {equity} micro-USD (I4)")

    def end(self) -> None:
        """Everything once more. Raises Broken."""
        self.engine.audit()
        if self.auditor is not None and (finding := self.auditor.finish()) is not None:
            raise Broken(f"the auditor: {finding.text}")
        if questions.solvency(self.market.dex).difference != 0:
            raise Broken("money is missing (I1)")
        if sum(holding.lots for holding in self.market.holders.values()) != 0:
            raise Broken("positions do not add up to nothing (I2)")
        again = Engine.restore(self.engine.snapshot())
        if again.state_hash() != self.engine.state_hash():
            raise Broken("a snapshot does not hold the whole state (I15)")

    def wait(self, ns: int = ROUND_NS) -> list[Event]:
        """Time passes."""
        self.now += ns
        return self.run(AdvanceTime())

    def order(
        self, who: bytes, is_buy: bool, price: int, lots: int, kind: int = codes.GTC
    ) -> list[Event]:
        """One limit order."""
        return self.orders(who, [(is_buy, price, lots)], kind)

    def orders(
        self, who: bytes, wanted: Iterable[tuple[bool, int, int]], kind: int = codes.GTC
    ) -> list[Event]:
        """Limit orders (buy, price, lots) in one command."""
        requests = tuple(OrderRequest(0, *each, kind) for each in wanted)
        return self.run(PlaceOrders(*self.head(who), requests, codes.UNGROUPED))

    def cancel(self, who: bytes) -> None:
        """Ends every order of an account."""
        old = tuple((0, number) for number in self.account(who).orders)
        if old:
            self.run(CancelOrders(*self.head(who), old))

    def choose(self, who: bytes, leverage: int) -> None:
        """Sets the leverage, in the market's own margin mode."""
        is_cross = self.market.spec.margin_mode == codes.CROSS
        self.run(UpdateLeverage(*self.head(who), 0, is_cross, leverage))

    def meet(self, buyer: bytes, seller: bytes, lots: int, price: int) -> None:
        """Two trade with each other."""
        self.order(seller, False, price, lots)
        self.order(buyer, True, price, lots, codes.IOC)
        self.cancel(seller)

    def observe(
        self, source: str, price: int, kind: str = "secondary_trade", seen_ns: int = 0
    ) -> list[Event]:
        """A source says what the company is worth, as the price of a contract (PRICE-14)."""
        value = price * 10 ** (9 + self.market.size_decimals)
        act = (OPERATORS[0], self.nonce(), 0, source, kind, value, "valuation", 0, "common", 0)
        return self.run(SubmitObservation(*act, seen_ns or self.now))

    def say(self, source: str, price: int, seen_ns: int = 0) -> list[Event]:
        """A source says at which price the share trades (PRICE-19)."""
        act = (OPERATORS[0], self.nonce(), 0, source, price, seen_ns or self.now)
        return self.run(SubmitExternalPrice(*act, codes.REGULAR_SESSION))

    def confirm_listing(self, price: int) -> None:
        """Two keys confirm that the share trades."""
        facts = ("XNAS", "PRIV", "ipo", "US", price, self.now, "convert", "", "It has listed.")
        proposal = ConfirmListing(OPERATORS[0], self.nonce(), 0, *facts)
        (made,) = [each for each in self.run(proposal) if isinstance(each, ProposalMade)]
        self.run(DecideProposal(OPERATORS[1], self.nonce(), made.proposal_id, True))

    def quote(
        self, makers: Iterable[bytes], middle: int, steps_bp: Iterable[int], usd: int
    ) -> None:
        """Makers take their old quotes away and put a ladder around a price."""
        for who in makers:
            self.cancel(who)
            ladder: list[tuple[bool, int, int]] = []
            for bp in steps_bp:
                bid = self.price(mul_div_down(middle, 10_000 - bp, 10_000))
                ask = self.price(mul_div_down(middle, 10_000 + bp, 10_000))
                lots = self.sized(usd, middle)
                ladder += [(True, bid, lots), (False, ask, lots)]
            self.orders(who, ladder)
