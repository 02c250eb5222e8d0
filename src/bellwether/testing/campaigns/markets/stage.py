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
from bellwether.lab.sole_market import OPERATORS, SoleMarket
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    ConfirmListing,
    SubmitExternalPrice,
    UpdateLeverage,
)
from bellwether.schema.events import DeficitCovered, Event, LiquidationStarted, PricesPublished
from bellwether.schema.presets import specify
from bellwether.units.division import div_down, mul_div_down
from bellwether.units.quantities import NS_PER_S, USD

PRICE_USD: Final = 100
ROUND_NS: Final = 3 * NS_PER_S
"""An update of oracle and mark (INST-3, INST-4)."""

SHARE_COUNT: Final = 10**9
"""One contract on a valuation is then one share."""

_AUDIT_EVERY: Final = 64
_LEAST_ATOMS: Final = 1_000


class Broken(Exception):
    """What must hold did not; the message says what."""


@final
class Stage(SoleMarket):
    """`money` is everybody's, micro-USD; `sources` may say prices."""

    def __init__(
        self,
        preset: str,
        money: Mapping[bytes, int],
        sources: Iterable[str],
        audited: bool,
        **differences: Any,
    ) -> None:
        super().__init__()
        self.auditor = Auditor() if audited else None
        self.commands = 0
        self.liquidated: list[LiquidationStarted] = []
        decimals = specify(preset, "PRIV", "").size_decimals
        self.reference = PRICE_USD * 10 ** (6 - decimals)
        unit = {"share_count": SHARE_COUNT} if preset == "premarket" else {}
        given = {"reference_atoms": self.reference, **unit, **differences}
        self.found(preset, money, sources, **given)

    def worth(self, who: bytes) -> int:
        """All that an account has at the mark, micro-USD."""
        return questions.account_equity(self.account(who))

    def price(self, atoms: int) -> int:
        """The valid price at or below."""
        return self.on_tick(atoms, _LEAST_ATOMS)

    def sized(self, usd: int, atoms: int) -> int:
        """So many lots are worth so much at a price, and at least one."""
        return max(1, div_down(usd * USD, atoms))

    def run(self, command: AnyCommand) -> list[Event]:
        """The events of a command. Raises Broken."""
        events = super().run(command)
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

    def choose(self, who: bytes, leverage: int) -> None:
        """Sets the leverage, in the market's own margin mode."""
        is_cross = self.market.spec.margin_mode == codes.CROSS
        self.run(UpdateLeverage(*self.head(who), 0, is_cross, leverage))

    def meet(self, buyer: bytes, seller: bytes, lots: int, price: int) -> None:
        """Two trade with each other, and nothing of it is left in the book."""
        super().meet(buyer, seller, lots, price)
        self.cancel(seller)

    def say(self, source: str, price: int, seen_ns: int = 0) -> list[Event]:
        """A source says at which price the share trades (PRICE-19)."""
        act = (OPERATORS[0], self.nonce(), 0, source, price, seen_ns or self.now)
        return self.run(SubmitExternalPrice(*act, codes.REGULAR_SESSION))

    def confirm_listing(self, price: int) -> None:
        """Two keys confirm that the share trades."""
        facts = ("XNAS", "PRIV", "ipo", "US", price, self.now, "convert", "", "It has listed.")
        proposal = ConfirmListing(OPERATORS[0], self.nonce(), 0, *facts)
        self.approve(self.propose(proposal))

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
