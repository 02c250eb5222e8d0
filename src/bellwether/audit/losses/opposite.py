"""What nobody takes is closed against the other side (LIQ-4): ranked, or in proportion."""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import down, largest_remainders, up
from bellwether.audit.losses.takers import Takers
from bellwether.audit.things import Position
from bellwether.schema import codes
from bellwether.schema.events import AutoDeleveraged


class Opposite(Takers):
    """Auto-deleveraging: at whose expense, how much, and at what price."""

    def deleverage_at_mark(self, position: Position, previous: int, number: int) -> None:
        """At the previous mark; at zero equity where that leaves what the fund can not pay."""
        market = self.markets[position.asset]
        zero, size = self.zero_price(position), abs(position.lots)
        missing = zero - previous if position.lots > 0 else previous - zero
        price = previous
        if missing > 0:
            if size * missing <= market.losses.fund:
                self.let_fund_pay(position, size * missing)
            else:
                price = zero
        need = size
        if market.spec.adl == "pro_rata":
            gained = price - market.mark if position.lots > 0 else market.mark - price
            if gained > 0:
                need = min(size, up(Fraction(-self.behind(position), gained)))
        self.close_against_others(position, need, price, number)

    def deleverage_at_zero(self, position: Position, number: int) -> None:
        """The whole at the bankruptcy price (Kraken, and settlements)."""
        price = self.zero_price(position)
        self.close_against_others(position, abs(position.lots), price, number)

    def close_against_others(self, position: Position, need: int, price: int, number: int) -> None:
        """One after the other, each stated before; the next update looks at all of them."""
        for other, lots in self.chosen(position, need):
            self.state_equity(other, number, codes.DELEVERAGED)
            self.close_against(position, other, lots, self.bearable(other, lots, price))
        self.look_again(self.markets[position.asset])

    def chosen(self, position: Position, need: int) -> list[tuple[Position, int]]:
        """Who is closed out, and how much of each, by the market's rule."""
        market = self.markets[position.asset]
        others = [p for p in self.in_order(market) if p.lots * position.lots < 0]
        if market.spec.adl == "pro_rata":
            gaining = [p for p in others if self.worth(p) > 0]
            found = in_proportion(gaining, need)
            left = need - sum(lots for _, lots in found)
            losing = [p for p in others if p not in gaining]
            return found + in_proportion(losing, left) if left else found
        found = []
        for _, _, _, other in sorted(
            (*self.rank(other), place, other) for place, other in enumerate(others)
        ):
            if need == 0:
                break
            lots = min(need, abs(other.lots))
            found.append((other, lots))
            need -= lots
        return found

    def rank(self, other: Position) -> tuple[bool, Fraction]:
        """Longs by (mark/entry)·(notional/equity), shorts by the mirror image, the highest first;
        last of all who has no equity. Among equals the lower account comes first."""
        market, equity = self.markets[other.asset], self.behind(other)
        if equity <= 0:
            return True, Fraction(0)
        entry = Fraction(max(1, abs(other.cost)), abs(other.lots))
        ahead = market.mark / entry if other.lots > 0 else entry / market.mark
        return False, -ahead * Fraction(self.notional(other), equity)

    def bearable(self, other: Position, lots: int, price: int) -> int:
        """The price, or what the other's equity bears: nobody ends below zero by it."""
        mark = self.markets[other.asset].mark
        bears = down(Fraction(max(0, self.behind(other)), lots))
        return max(price, mark - bears) if other.lots > 0 else min(price, mark + bears)

    def close_against(self, position: Position, other: Position, lots: int, price: int) -> None:
        """Two positions of one market close each other, without fee."""
        number, is_buy = self.take_trade_id(), position.lots < 0
        starts = position.lots, other.lots
        profit = self.close_by_force(position, lots, price)
        against = self.change(other, not is_buy, lots, price, 0)
        self.script.say(
            AutoDeleveraged(
                number,
                position.asset,
                price,
                lots,
                is_buy,
                position.user,
                other.user,
                *starts,
                profit,
                against,
            )
        )


def in_proportion(others: list[Position], need: int) -> list[tuple[Position, int]]:
    """Lots of each by its size: floors, then the largest remainders; never more than it has."""
    sizes = [(place, abs(other.lots)) for place, other in enumerate(others)]
    total = sum(size for _, size in sizes)
    need = min(need, total)
    if not need:
        return []
    shares = largest_remainders(sizes, need, Fraction(need, total))
    return [(others[place], lots) for place, lots in shares.items() if lots]
