"""What a position is like whose equity runs out, and how it is stated (LIQ-1, LIQ-8)."""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import MILLION, SECOND_NS, down, up
from bellwether.audit.orders import TRADING
from bellwether.audit.things import Market, Position
from bellwether.audit.waiting.triggers import Triggers
from bellwether.schema import codes
from bellwether.schema.events import EquityStated, LiquidationStarted

PATIENCE_NS = 120 * SECOND_NS


class Standing(Triggers):
    """Equity against requirements, and the prices and sizes that follow from it."""

    def __init__(self) -> None:
        super().__init__()
        self.next_liquidation_id = 1

    @staticmethod
    def liquidates(market: Market) -> bool:
        """Are positions liquidated in this market now (LIQ-10, PRICE-9, PRICE-15)?"""
        is_open = market.status in (codes.OPEN, codes.CANCEL_ONLY)
        is_held = market.is_blind or market.awaits_ns > 0
        return market.phase in TRADING and not is_held and is_open

    @staticmethod
    def protects(market: Market) -> bool:
        """Do accounts go through equity protection here (LIQ-3)?"""
        return market.rules.liquidation_policy == "kraken"

    def in_order(self, market: Market) -> list[Position]:
        """Who holds something, the lower account first."""
        numbers = self.dexes[market.dex].numbers
        found = sorted(market.holders, key=numbers.__getitem__)
        return [market.holders[address] for address in found]

    # How near its end.

    def is_near_ruin(self, position: Position) -> bool:
        """Has the equity fallen below two thirds of the maintenance margin?"""
        return 3 * self.behind(position) < 2 * self.kept_up(position)

    def is_below_initial(self, position: Position) -> bool:
        """Is its scope protected, and its equity below the initial margin (LIQ-3)?"""
        scope = [position]
        if position.is_cross:
            user, market = self.users[position.user], self.markets[position.asset]
            scope = [p for p in self.cross_in(user, market.dex) if p.lots]
        protected = any(self.protects(self.markets[p.asset]) for p in scope)
        return protected and self.behind(position) < sum(self.initial(p) for p in scope)

    def is_spared(self, position: Position) -> bool:
        """A cross account with a position in a market that waits is looked at later (LIQ-10)."""
        user, dex = self.users[position.user], self.markets[position.asset].dex
        since = [self.markets[p.asset].awaits_ns for p in self.cross_in(user, dex) if p.lots]
        return any(at and self.now < at + PATIENCE_NS for at in since)

    def zero_price(self, position: Position) -> int:
        """Where closing the whole leaves nothing, rounded in the account's favour."""
        mark = self.markets[position.asset].mark
        per_lot = Fraction(self.behind(position), abs(position.lots))
        return max(1, up(mark - per_lot) if position.lots > 0 else down(mark + per_lot))

    def book_takes(self, position: Position) -> bool:
        """Does the book have somebody for it at zero equity or better?"""
        best = self.best(self.markets[position.asset], position.lots > 0)
        return best > 0 and not is_worse(position, best, self.zero_price(position))

    def step(self, position: Position) -> int:
        """The part of a position that goes first, in lots (LIQ-2, LIQ-3)."""
        share = Fraction(self.markets[position.asset].spec.losses.step_e6, MILLION)
        return up(abs(position.lots) * share)

    # Closing by force.

    def freed(self, position: Position, lots: int, price: int) -> int:
        """What closing so much lets go of an isolated margin."""
        return 0 if position.is_cross else self.released(position, lots, price)[0]

    def keep_margin(self, position: Position, freed: int) -> None:
        """It answers for what is left until that is cured."""
        if position.lots and not position.is_cross:
            self.users[position.user].cash[self.markets[position.asset].dex] -= freed
            position.margin += freed

    def close_by_force(self, position: Position, lots: int, price: int) -> int:
        """Lots of a liquidated position without fee; the profit. What it frees stays with it."""
        freed = self.freed(position, lots, price)
        profit = self.change(position, position.lots < 0, lots, price, 0)
        self.keep_margin(position, freed)
        return profit

    # What is stated.

    def begin_liquidation(self, position: Position) -> int:
        """Funding is settled; who is liquidated is said, with the numbers that it rests on."""
        self.settle_funding(position)
        number = self.take_liquidation_id()
        self.script.say(
            LiquidationStarted(
                position.asset,
                position.user,
                position.lots,
                self.markets[position.asset].mark,
                self.behind(position),
                self.kept_up(position),
                position.is_cross,
                number,
            )
        )
        self.state_equity(position, number, codes.LIQUIDATED)
        return number

    def take_liquidation_id(self) -> int:
        """Liquidations count up."""
        self.next_liquidation_id += 1
        return self.next_liquidation_id - 1

    def state_equity(self, position: Position, number: int, role: int) -> None:
        """The equity behind a position, row by row, in the order in which rows were opened."""
        user, dex = self.users[position.user], self.markets[position.asset].dex
        scope = [position]
        if position.is_cross:
            scope = [p for p in self.cross_in(user, dex) if p.lots]
        rows = [
            (
                p.asset,
                p.lots,
                p.cost,
                self.markets[p.asset].mark,
                self.unsettled(p),
                self.maintenance(p),
            )
            for p in scope
        ]
        self.script.say(
            EquityStated(
                number,
                position.asset,
                position.user,
                role,
                user.cash[dex] if position.is_cross else position.margin,
                tuple(rows),
                self.behind(position),
                self.kept_up(position),
                self.reserved(position),
            )
        )


def is_worse(position: Position, price: int, than: int) -> bool:
    """Does closing a position at a price bring its owner less than at another?"""
    return price < than if position.lots > 0 else price > than
