"""What a liquidated position is worth to whom, and the takeovers of chapter 06, checked.

Prices of zero equity, sizes of forced orders, what the fund and the backstop may do, providers'
limits, deleveraging. Which of them comes next is the venue's; what each may do is not.
"""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import DAY_NS, MILLION, down, up
from bellwether.audit.script import Disagreement
from bellwether.audit.things import Market, Position, Provider
from bellwether.audit.waiting.triggers import Triggers
from bellwether.schema import codes
from bellwether.schema.events import AutoDeleveraged, EquityStated, PositionTakenOver

BASIS_POINTS = 10_000
THURSDAY = 3


def vault_address(asset: int) -> bytes:
    """The account of a market's backstop; nobody has a key to it."""
    return b"\x00\x00\x00\x00backstop" + asset.to_bytes(8, "big")


class Waterfall(Triggers):
    """Who takes what of a position that could not be kept."""

    def __init__(self) -> None:
        super().__init__()
        self.previous_marks: dict[int, int] = {}
        self.next_liquidation_id = 1
        self.deleveraging: tuple[int, ...] = ()
        self.is_ruined = False

    # What a position is like.

    @staticmethod
    def protects(market: Market) -> bool:
        """Do accounts go through equity protection here (LIQ-3)?"""
        return market.rules.liquidation_policy == "kraken"

    def zero_price(self, position: Position) -> int:
        """Where closing the whole leaves nothing, rounded in the account's favour."""
        mark = self.markets[position.asset].mark
        per_lot = Fraction(self.behind(position), abs(position.lots))
        return max(1, up(mark - per_lot) if position.lots > 0 else down(mark + per_lot))

    def is_near_ruin(self, position: Position) -> bool:
        """Has the equity fallen below two thirds of the maintenance margin?"""
        return 3 * self.behind(position) < 2 * self.kept_up(position)

    def book_takes(self, position: Position) -> bool:
        """Does the book have somebody for it at zero equity or better?"""
        best = self.best(self.markets[position.asset], position.lots > 0)
        if not best:
            return False
        zero = self.zero_price(position)
        return best >= zero if position.lots > 0 else best <= zero

    def forced_lots(self, position: Position) -> int:
        """How much of a position goes to the book first (LIQ-2, LIQ-3); 0 while it cools down."""
        market = self.markets[position.asset]
        rules, size = market.spec.losses, abs(position.lots)
        step = up(Fraction(size * rules.step_e6, MILLION))
        if self.is_vault(position):
            return size
        if self.protects(market):
            return size if self.is_near_ruin(position) else step
        if self.behind(position) < 0:
            return size
        if position.stepped_ns:
            return size if self.now >= position.stepped_ns + rules.cooldown_ns else 0
        return step if self.notional(position) > rules.step_notional_e6 else size

    def covered_limit(self, position: Position) -> int:
        """How far the fund pays for fills beyond zero equity (LIQ-3, LIQ-5)."""
        market = self.markets[position.asset]
        best = self.best(market, position.lots > 0)
        width = Fraction(market.spec.losses.covered_e6, MILLION)
        if position.lots > 0:
            return up(max(best, market.mark) * (1 - width))
        return down(min(best or market.mark, market.mark) * (1 + width))

    # Below the initial margin.

    def is_below_initial(self, position: Position) -> bool:
        """Is its scope protected, and its equity below the initial margin (LIQ-3)?"""
        user, market = self.users[position.user], self.markets[position.asset]
        scope = [position]
        if position.is_cross:
            scope = [p for p in self.cross_in(user, market.dex) if p.lots]
        protected = any(self.protects(self.markets[p.asset]) for p in scope)
        return protected and self.behind(position) < sum(self.initial(p) for p in scope)

    # Closing by force.

    def close_by_force(self, position: Position, lots: int, price: int) -> int:
        """Lots of a liquidated position without fee; what it frees stays with the rest of it."""
        freed = self.freed(position, lots, price)
        profit = self.change(position, position.lots < 0, lots, price, 0)
        self.keep_margin(position, freed)
        return profit

    def freed(self, position: Position, lots: int, price: int) -> int:
        """What closing so much lets go of an isolated margin."""
        return 0 if position.is_cross else self.released(position, lots, price)[0]

    def keep_margin(self, position: Position, freed: int) -> None:
        """It answers for what is left until that is cured."""
        if position.lots and not position.is_cross:
            self.users[position.user].cash[self.markets[position.asset].dex] -= freed
            position.margin += freed

    # Who takes it.

    def position_at(self, account: bytes, asset: int) -> Position:
        """The position that an event names."""
        user, market = self.users.get(account), self.markets.get(asset)
        if user is None or market is None or asset not in user.positions:
            raise Disagreement("a position that there is", f"0x{account.hex()} in {asset}")
        return user.positions[asset]

    def vault_position(self, market: Market) -> Position:
        """The inventory of a market's backstop, opened where there is none."""
        address = self.open_vault(market)
        user = self.users[address]
        if market.asset not in user.positions:
            made = Position(address, market.asset, True, 1, funding_index=market.funding_index)
            user.positions[market.asset] = made
        return user.positions[market.asset]

    def open_vault(self, market: Market) -> bytes:
        """The backstop's account."""
        address = vault_address(market.asset)
        self.account(self.user(address), market.dex)
        market.losses.vault.address = address
        return address

    def handed_over(self, position: Position) -> int:
        """The margin that goes with a position, by its part in the account's maintenance."""
        equity = self.behind(position)
        needed = self.kept_up(position)
        if not position.is_cross or needed == 0:
            return equity
        return down(Fraction(equity * self.maintenance(position), needed))

    def take_over_position(self, event: PositionTakenOver) -> None:
        """A vault or a provider has taken a position on (LIQ-2, LIQ-3)."""
        position = self.position_at(event.account, event.asset)
        market, demand = self.markets[event.asset], self.script.demand
        demand(position.is_taken_on and position.lots != 0, "a liquidation that has begun", event)
        demand(event.trade_id == self.take_trade_id(), "ids that count up", event)
        demand(event.account_start == position.lots, f"{position.lots} lots before", event)
        demand(event.is_buy == (position.lots < 0), "against the position", event)
        demand(0 < event.lots <= abs(position.lots), "no more than there is", event)
        demand(self.is_ruined, "equity below 2/3 of the maintenance margin at first", event)
        if event.kind == codes.BY_BACKSTOP:
            other = self.vault_position(market)
        else:
            other = self.position_at(event.counterparty, event.asset)
        demand(event.counterparty == other.user, f"0x{other.user.hex()}", event)
        demand(event.counterparty_start == other.lots, f"{other.lots} lots before", event)
        if event.kind == codes.BY_BACKSTOP:
            profits = self.hand_to_vault(position, other, event)
        else:
            self.check_provider(position, other, event)
            profit = self.close_by_force(position, event.lots, event.price)
            theirs = self.change(other, not event.is_buy, event.lots, event.price, 0)
            profits = profit, theirs
        told = (event.account_pnl, event.counterparty_pnl)
        demand(told == profits, f"profits of {profits}", event)

    def hand_to_vault(
        self, position: Position, vault: Position, event: PositionTakenOver
    ) -> tuple[int, int]:
        """The whole at the mark, with its margin, while the loss limit is not used up."""
        market, demand = self.markets[event.asset], self.script.demand
        amount, dex = self.handed_over(position), market.dex
        limit = market.spec.losses.backstop_loss_limit_e6
        demand(limit > 0 and not self.is_vault(position), "a market with a backstop", event)
        demand(amount + self.behind(vault) >= 0, "a vault within its loss limit", event)
        demand(event.lots == abs(position.lots), "the whole position", event)
        demand(event.price == market.mark, f"the mark {market.mark}", event)
        demand(event.amount_e6 == amount, f"{amount} handed over", event)
        ours, theirs = self.users[position.user], self.users[vault.user]
        missing = not position.is_cross and amount < 0
        if missing:
            theirs.cash[dex] += amount
            position.margin -= amount
        profit = self.change(position, event.is_buy, event.lots, event.price, 0)
        against = self.change(vault, not event.is_buy, event.lots, event.price, 0)
        if not missing:
            ours.cash[dex] -= amount
            theirs.cash[dex] += amount
        self.look_again(market)
        return profit, against

    def check_provider(self, position: Position, own: Position, event: PositionTakenOver) -> None:
        """A provider takes within its own limits, at its edge, never at worse than zero equity."""
        market, demand = self.markets[event.asset], self.script.demand
        terms = market.losses.providers.get(own.user)
        is_long = position.lots > 0
        demand(event.kind == codes.BY_PROVIDER, "a vault or a provider", event)
        demand(event.amount_e6 == 0, "nothing beside the position", event)
        demand(self.protects(market), "a market that assigns positions", event)
        demand(terms is not None, "a provider that has opted in", event)
        assert terms is not None, "it has"
        demand(terms.accepts_long if is_long else terms.accepts_short, "a side it takes", event)
        demand(self.works_today(terms), "a day on which it takes", event)
        linked = self.linked(self.users[position.user])
        demand(self.users[own.user] not in linked, "nobody's own position", event)
        edge = terms.edge_bp if is_long else -terms.edge_bp
        price = Fraction(market.mark * (BASIS_POINTS - edge), BASIS_POINTS)
        at = down(price) if is_long else up(price)
        demand(event.price == at, f"its price {at}", event)
        zero = self.zero_price(position)
        demand(at >= zero if is_long else at <= zero, f"nothing worse than {zero}", event)
        after = event.lots + (own.lots if is_long else -own.lots)
        fits = event.lots <= terms.most_lots and after <= terms.most_position_lots
        demand(fits, "a size within its limits", event)
        covers = self.covers_fill(own, is_long, event.lots, at, 0)
        demand(covers, "a provider whose margin covers it", event)

    def works_today(self, terms: Provider) -> bool:
        """Days are those of UTC; the first of January 1970 was a Thursday."""
        is_weekend = (self.now // DAY_NS + THURSDAY) % 7 >= 5
        return terms.days == codes.EVERY_DAY or is_weekend == (terms.days == codes.WEEKENDS)

    # The other side.

    def deleveraging_prices(self, position: Position) -> tuple[int, ...]:
        """The previous mark (HyperCore) or zero equity, where the former leaves a deficit; they
        stand while it is closed."""
        market = self.markets[position.asset]
        zero = self.zero_price(position)
        if self.protects(market) and not self.is_vault(position):
            return (zero,)
        found = {zero}
        for mark in (self.previous_marks.get(position.asset, market.mark), market.mark):
            found.add(max(mark, zero) if position.lots > 0 else min(mark, zero))
        return tuple(sorted(found))

    def take_over_deleveraging(self, event: AutoDeleveraged) -> None:
        """What nobody took is closed against the other side (LIQ-4).

        Nobody is closed at worse than what its own equity bears.
        """
        position = self.position_at(event.account, event.asset)
        other = self.position_at(event.counterparty, event.asset)
        market, demand = self.markets[event.asset], self.script.demand
        demand(event.trade_id == self.take_trade_id(), "ids that count up", event)
        demand(event.account_start == position.lots, f"{position.lots} lots before", event)
        demand(event.counterparty_start == other.lots, f"{other.lots} lots before", event)
        demand(position.lots * other.lots < 0, "two positions against each other", event)
        demand(event.is_buy == (position.lots < 0), "against the position", event)
        most = min(abs(position.lots), abs(other.lots))
        if market.spec.adl == "ranked":
            best = self.best_placed(position)
            demand(other is best, f"the best placed, 0x{best.user.hex()}", event)
            demand(event.lots == most, f"{most} lots: each whole before the next", event)
        demand(0 < event.lots <= most, f"at most {most} lots", event)
        if not self.deleveraging:
            self.deleveraging = self.deleveraging_prices(position)
        bears = down(Fraction(max(0, self.behind(other)), event.lots))
        allowed = set()
        for price in self.deleveraging:
            worst = market.mark - bears if other.lots > 0 else market.mark + bears
            allowed.add(max(price, worst) if other.lots > 0 else min(price, worst))
        demand(event.price in allowed, f"a price of {sorted(allowed)}", event)
        profit = self.close_by_force(position, event.lots, event.price)
        against = self.change(other, not event.is_buy, event.lots, event.price, 0)
        demand(event.account_pnl == profit, f"a profit of {profit}", event)
        demand(event.counterparty_pnl == against, f"a profit of {against}", event)
        self.look_again(market)

    def best_placed(self, position: Position) -> Position:
        """Longs by (mark/entry)·(notional/equity), shorts by the mirror image; then the lower."""
        market = self.markets[position.asset]
        accounts = self.dexes[market.dex].accounts
        ranks: list[tuple[bool, Fraction, int, Position]] = []
        for other in market.holders.values():
            if other.lots * position.lots >= 0:
                continue
            equity = self.behind(other)
            ratio = Fraction(0)
            if equity > 0:
                entry = Fraction(max(1, abs(other.cost)), abs(other.lots))
                ahead = market.mark / entry if other.lots > 0 else entry / market.mark
                ratio = ahead * Fraction(self.notional(other), equity)
            ranks.append((equity <= 0, -ratio, accounts.index(other.user), other))
        if not ranks:
            raise Disagreement("a position of the other side", "none")
        return min(ranks, key=lambda rank: rank[:3])[3]

    # What is stated.

    def check_statement(self, event: EquityStated) -> None:
        """The equity behind a position, row by row, is what it is (LIQ-8)."""
        position = self.position_at(event.account, event.asset)
        user, dex = self.users[position.user], self.markets[position.asset].dex
        scope = [position]
        if position.is_cross:
            scope = [p for p in self.cross_in(user, dex) if p.lots]
        rows = []
        for p in scope:
            mark = self.markets[p.asset].mark
            funding = self.unsettled(p)
            rows.append((p.asset, p.lots, p.cost, mark, funding, self.maintenance(p)))
        purse = user.cash[dex] if position.is_cross else position.margin
        needed, spared = self.kept_up(position), self.reserved(position)
        said = (event.collateral_e6, sorted(event.rows), event.equity_e6)
        expected = (purse, sorted(rows), self.behind(position))
        wanted = f"maintenance {needed}, reserved {spared}"
        kept = (event.maintenance_e6, event.reserved_e6)
        self.script.demand(kept == (needed, spared), wanted, event)
        self.script.demand(said == expected, f"a statement of {expected}", event)
