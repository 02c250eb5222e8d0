"""Accounts, positions and what they answer for (chapters 04, 05, ORD-7). All is summed anew."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any, Self

import msgspec

from bellwether.audit.arithmetic import BILLION, MILLION, RATE, atoms, down, up
from bellwether.audit.script import Disagreement, Script
from bellwether.audit.things import Dex, Market, Operator, Position, Signer, User
from bellwether.schema import codes
from bellwether.schema.commands import OrderRequest
from bellwether.schema.events import DeficitCovered, FundingSettled


class Money:
    """Every amount is micro-USD. Money moves between accounts of a dex, in pairs."""

    def __init__(self) -> None:
        self.script = Script()
        self.now = 0
        self.venue_status = (codes.OPEN, codes.BY_REQUEST)
        self.users: dict[bytes, User] = {}
        self.signers: dict[bytes, Signer] = {}
        self.operators: dict[bytes, Operator] = {}
        self.markets: dict[int, Market] = {}
        self.dexes: dict[str, Dex] = {}
        self.pre_accepts = False

    def rehearse(self) -> Self:
        """A copy of the venue in which something can be tried; nobody hears of it."""
        kept: list[Any] = [self.operators, self.signers]
        kept += [market.spec for market in self.markets.values()]
        kept += [market.rules for market in self.markets.values()]
        memo: dict[int, Any] = {id(thing): thing for thing in kept}
        memo[id(self.script)] = Script(silent=True)
        return copy.deepcopy(self, memo)

    # What there is.

    def user(self, address: bytes) -> User:
        """The user with an address, opened where there is none; its key signs for nobody else."""
        found = self.users.get(address)
        if found is None:
            found = User(address, len(self.users), is_pre_accepted=self.pre_accepts, family=address)
            self.users[address] = found
            before = self.signers.get(address)
            if before is not None:
                before.revoked = True
                if before.user.agents.get(before.name) is before:
                    del before.user.agents[before.name]
            self.signers[address] = Signer(found, False)
        return found

    def account(self, user: User, dex: str) -> None:
        """Opens the user's account in a dex where there is none."""
        if dex not in user.cash:
            user.cash[dex] = 0
            user.orders[dex] = {}
            self.dexes[dex].numbers[user.address] = len(self.dexes[dex].accounts)
            self.dexes[dex].accounts.append(user.address)

    def look(self, user: User, market: Market) -> Position:
        """The user's position; where there never was one, a flat one with the defaults (MARG-2)."""
        found = user.positions.get(market.asset)
        if found is not None:
            return found
        is_cross = market.spec.margin_mode == codes.CROSS
        made = Position(user.address, market.asset, is_cross, market.rules.max_leverage)
        made.funding_index = market.funding_index
        return made

    def open(self, user: User, market: Market) -> Position:
        """The same, kept from now on."""
        position = self.look(user, market)
        user.positions[market.asset] = position
        return position

    def held_in(self, user: User, dex: str) -> list[Position]:
        """All of a user's positions in the markets of a dex, flat ones too."""
        return [p for p in user.positions.values() if self.markets[p.asset].dex == dex]

    def cross_in(self, user: User, dex: str) -> list[Position]:
        """Those of them that share the account's equity."""
        return [p for p in self.held_in(user, dex) if p.is_cross]

    def linked(self, user: User) -> list[User]:
        """All users of one owner: a master's, and those that were given the same name."""
        if not user.owner:
            master = self.users[user.family]
            return [master, *master.subs.values()]
        return [other for other in self.users.values() if other.owner == user.owner]

    # What it is worth.

    def notional(self, position: Position) -> int:
        """Worth at the mark."""
        return abs(position.lots) * self.markets[position.asset].mark

    def unsettled(self, position: Position) -> int:
        """Funding due since the position last changed, towards minus infinity (FUND-4)."""
        moved = self.markets[position.asset].funding_index - position.funding_index
        return down(Fraction(-position.lots * moved, RATE)) if moved and position.lots else 0

    def worth(self, position: Position) -> int:
        """Profit at the mark, and funding not yet settled (MARG-1)."""
        at_mark = position.lots * self.markets[position.asset].mark
        return at_mark - position.cost + self.unsettled(position)

    def cross_equity(self, user: User, dex: str) -> int:
        """Collateral and the worth of all cross positions of the dex (MARG-1)."""
        return user.cash[dex] + sum(self.worth(p) for p in self.cross_in(user, dex))

    def behind(self, position: Position) -> int:
        """The equity that answers for a position: its own margin, or the account's (MARG-1).

        What a vault has of capital beyond its loss limit does not answer for anything (LIQ-2).
        """
        return self.whole(position) - self.reserved(position)

    def whole(self, position: Position) -> int:
        """The equity of what a position shares it with."""
        if position.is_cross:
            return self.cross_equity(self.users[position.user], self.markets[position.asset].dex)
        return position.margin + self.worth(position)

    def is_vault(self, position: Position) -> bool:
        """Is this the inventory of the market's backstop?"""
        return position.user == self.markets[position.asset].losses.vault.address

    def reserved(self, position: Position) -> int:
        """What a vault may not lose; 0 for everybody else."""
        market = self.markets[position.asset]
        if not self.is_vault(position):
            return 0
        return max(0, market.losses.vault.capital - market.spec.losses.backstop_loss_limit_e6)

    def initial_of(self, market: Market, notional: int, leverage: int) -> int:
        """Notional over the chosen leverage, at least the tier's, rounded up (MARG-2, MARG-3)."""
        whole = [t for t in market.rules.whole_tiers if notional >= t.lower_bound_e6]
        if whole:
            least = Fraction(notional * whole[-1].initial_e6, MILLION)
            return max(up(least), up(Fraction(notional, leverage)))
        return up(Fraction(notional, min(leverage, self.most_leverage(market, notional))))

    def most_leverage(self, market: Market, notional: int) -> int:
        """The highest leverage that the tier of a notional allows."""
        whole = [t for t in market.rules.whole_tiers if notional >= t.lower_bound_e6]
        if whole:
            return down(Fraction(MILLION, whole[-1].initial_e6))
        allowed = [t for t in market.rules.tiers if notional >= t.lower_bound_e6]
        return allowed[-1].max_leverage

    def initial(self, position: Position) -> int:
        """Initial margin of a position as it is."""
        if not position.lots:
            return 0
        market = self.markets[position.asset]
        return self.initial_of(market, self.notional(position), position.leverage)

    def maintenance(self, position: Position) -> int:
        """Half of the initial margin at the tier's most leverage, by margins of tiers; or the share
        of the whole that its tier names (MARG-2, MARG-3)."""
        notional = self.notional(position)
        rules = self.markets[position.asset].rules
        whole = [t for t in rules.whole_tiers if notional >= t.lower_bound_e6]
        if whole:
            return up(Fraction(notional * whole[-1].maintenance_e6, MILLION))
        rate = deduction = Fraction(0)
        for tier in rules.tiers:
            if notional < tier.lower_bound_e6:
                break
            deduction += tier.lower_bound_e6 * (Fraction(1, 2 * tier.max_leverage) - rate)
            rate = Fraction(1, 2 * tier.max_leverage)
        return up(notional * rate - deduction)

    def kept_up(self, position: Position) -> int:
        """Maintenance margin of what shares the position's equity; a vault needs none."""
        if self.is_vault(position):
            return 0
        if not position.is_cross:
            return self.maintenance(position)
        user, dex = self.users[position.user], self.markets[position.asset].dex
        return sum(self.maintenance(p) for p in self.cross_in(user, dex) if p.lots)

    def is_below(self, position: Position) -> bool:
        """Is what answers for the position below its maintenance margin (LIQ-1)?"""
        return self.behind(position) < self.kept_up(position)

    @staticmethod
    def grown(market: Market, rate_e9: int) -> int:
        """In growth mode every rate is a tenth, rounded up (ORD-7)."""
        return up(Fraction(rate_e9, 10)) if market.rules.growth_mode else rate_e9

    def base_rates(self, market: Market) -> tuple[int, int]:
        """The highest rates that anybody pays, as taker and as maker."""
        rules = market.rules
        return self.grown(market, rules.taker_fee_e9), self.grown(market, rules.maker_fee_e9)

    def fee(self, notional: int, rate_e9: int) -> int:
        """Charged in micro-USD: fees rounded up, rebates down (ORD-7)."""
        return up(Fraction(notional * rate_e9, BILLION))

    # What is claimed of it.

    def claim(self, position: Position, new: tuple[bool, int, int] | None) -> int:
        """What position and open orders ask of the cross equity on the worse side (MARG-4).

        `new` is an order to come: is_buy, lots, limit price. Fees are counted at the taker's rate.
        Resting orders of a side are taken together: gains offset losses among them, but what is
        left over as a gain covers nothing.
        """
        claims = [self.initial(position) if position.is_cross else 0]
        market = self.markets[position.asset]
        for is_buy in (True, False):
            sign = 1 if is_buy else -1
            orders = position.resting[is_buy].values()
            lots = sum(order.lots for order in orders)
            value = sum(order.lots * order.price for order in orders)
            loss = max(0, sign * (value - lots * market.mark))
            if new is not None and new[0] == is_buy:
                lots += new[1]
                value += new[1] * new[2]
                loss += max(0, sign * new[1] * (new[2] - market.mark))
            if lots == 0:
                continue
            if position.is_cross:
                exposure = abs(position.lots + sign * lots)
            else:
                exposure = lots - self.reducible(position, is_buy)
                if exposure <= 0:
                    continue
            initial = self.initial_of(market, exposure * market.mark, position.leverage)
            claims.append(initial + loss + self.fee(value, self.base_rates(market)[0]))
        return max(claims)

    def requirement(self, user: User, dex: str) -> int:
        """What all positions and open orders of an account ask of its cross equity."""
        return sum(self.claim(p, None) for p in self.held_in(user, dex))

    def free(self, user: User, dex: str) -> int:
        """What new orders can still claim."""
        return max(0, self.cross_equity(user, dex) - self.requirement(user, dex))

    def covers_order(self, position: Position, new: tuple[bool, int, int]) -> bool:
        """May the order be accepted (MARG-4)? One that asks for no more than before may."""
        if self.adds_to_ruin(position, new[0]):
            return False
        user, dex = self.users[position.user], self.markets[position.asset].dex
        before, after = self.claim(position, None), self.claim(position, new)
        total = self.requirement(user, dex) - before + after
        return after <= before or total <= self.cross_equity(user, dex)

    def adds_to_ruin(self, position: Position, is_buy: bool) -> bool:
        """An isolated position that is to be liquidated is not made larger (MARG-4, LIQ-1)."""
        adds = bool(position.lots) and not self.reducible(position, is_buy)
        return adds and not position.is_cross and self.is_below(position)

    def covers_new_risk(self, position: Position, is_buy: bool, opening: int, price: int) -> bool:
        """On a listing day, and in a phase of the event clock, new risk gets less leverage, the
        least of what is asked for (LIFE-9, MARG-9)."""
        market = self.markets[position.asset]
        limits = [most for most in (market.new_risk_leverage, market.event.risk_leverage) if most]
        most = min(limits, default=position.leverage)
        if position.leverage <= most:
            return True
        sign = 1 if is_buy else -1
        needed = up(Fraction(opening * market.mark, most))
        needed += self.fee(opening * price, self.base_rates(market)[0])
        needed += max(0, sign * opening * (price - market.mark))
        return self.free(self.users[position.user], market.dex) >= needed

    @staticmethod
    def reducible(position: Position, is_buy: bool) -> int:
        """Lots by which an order of this side could reduce the position."""
        return max(0, -position.lots if is_buy else position.lots)

    def as_tied(self, user: User, request: OrderRequest) -> OrderRequest:
        """The request with the size of a trigger tied to a position that names none (ORD-1)."""
        market = self.markets.get(request.asset)
        if request.lots or not request.trigger or market is None:
            return request
        lots = self.reducible(self.look(user, market), request.is_buy)
        most = market.rules.max_order_lots or lots
        return msgspec.structs.replace(request, lots=max(1, min(lots, most)))

    def covers_fill(
        self, position: Position, is_buy: bool, lots: int, price: int, fee: int
    ) -> bool:
        """A resting order is checked again when it matches, and so is a taker (MARG-4).

        What a fill opens needs initial margin after it and its fee; one that only closes must
        leave no equity below zero.
        """
        sign = 1 if is_buy else -1
        market = self.markets[position.asset]
        user = self.users[position.user]
        closed = min(lots, self.reducible(position, is_buy))
        opened = lots - closed
        cross = self.cross_in(user, market.dex)
        equity = self.cross_equity(user, market.dex)
        if position.is_cross:
            equity += sign * lots * (market.mark - price) - fee
            if opened == 0:
                return equity >= 0
            after = abs(position.lots + sign * lots) * market.mark
            others = sum(self.initial(p) for p in cross if p is not position)
            return equity >= others + self.initial_of(market, after, position.leverage)
        if self.adds_to_ruin(position, is_buy):
            return False
        gained = 0
        if closed:
            gained, kept = self.released(position, closed, price)
            rest = position.lots + sign * closed
            left = kept + rest * market.mark - position.cost + self.cost_of(position, closed)
            if left < 0:
                return False
            if opened == 0:
                return user.cash[market.dex] + gained + left >= fee
        needed = self.initial_of(market, opened * market.mark, position.leverage)
        needed += max(0, sign * opened * (price - market.mark)) + fee
        return equity - sum(self.initial(p) for p in cross) + gained >= needed

    @staticmethod
    def cost_of(position: Position, closed: int) -> int:
        """The part of the entry notional that so many lots carry, towards minus infinity."""
        return down(Fraction(position.cost * closed, abs(position.lots)))

    def released(self, position: Position, closed: int, price: int) -> tuple[int, int]:
        """To cash and left as margin, when part of an isolated position closes (MARG-5)."""
        sign = 1 if position.lots > 0 else -1
        margin = position.margin + self.unsettled(position)
        gain = sign * closed * price - self.cost_of(position, closed)
        share = down(Fraction(margin * closed, abs(position.lots)))
        if share + gain >= 0:
            return share + gain, margin - share
        return 0, margin + gain

    def exceeds_owner_share(self, position: Position, is_buy: bool, opening: int) -> bool:
        """Would an owner hold more of a side than its part of the cap, at the oracle (INST-4)?"""
        market = self.markets[position.asset]
        rules = market.rules
        part = Fraction(rules.open_interest_cap_e6 * rules.largest_owner_share_e6, MILLION)
        caps = [cap for cap in (down(part), rules.owner_cap_e6) if cap]
        if not caps or opening <= 0:
            return False
        owners = self.linked(self.users[position.user])
        held = sum(self.reducible(self.look(user, market), not is_buy) for user in owners)
        return (held + opening) * market.oracle > min(caps)

    # How it moves.

    def settle_funding(self, position: Position) -> None:
        """A position settles against the market's index whenever it changes (FUND-4).

        What is lost by rounding gathers, and goes to `ROUNDING` by the micro-dollar (UNIT-6).
        """
        market = self.markets[position.asset]
        moved = market.funding_index - position.funding_index
        amount = self.unsettled(position)
        position.funding_index = market.funding_index
        if not moved or position.lots == 0:
            return
        market.funding_pool -= amount
        market.funding_rest += Fraction(-position.lots * moved, RATE) - amount
        whole = down(market.funding_rest)
        market.funding_rest -= whole
        market.funding_pool -= whole
        self.dexes[market.dex].rounding += whole
        if position.is_cross:
            self.users[position.user].cash[market.dex] += amount
        else:
            position.margin += amount
        index = str(market.funding_index)
        self.script.say(FundingSettled(market.asset, position.user, position.lots, amount, index))

    def fill(self, position: Position, is_buy: bool, lots: int, price: int, fee: int) -> int:
        """One side of a trade, and its fee; what was realised, before fees."""
        self.settle_funding(position)
        market = self.markets[position.asset]
        user = self.users[position.user]
        sign = 1 if is_buy else -1
        closed = min(lots, self.reducible(position, is_buy))
        profit = 0
        if closed:
            cost = self.cost_of(position, closed)
            profit = -sign * closed * price - cost
            market.clearing -= profit
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
        self.dexes[market.dex].fees += fee
        self.take_out(position, fee)
        self.note_holder(position)
        return profit

    def take_out(self, position: Position, amount: int) -> None:
        """Fees come from cash; what an isolated position's owner lacks there, from its margin."""
        user, dex = self.users[position.user], self.markets[position.asset].dex
        from_cash = amount if position.is_cross else min(amount, max(0, user.cash[dex]))
        user.cash[dex] -= from_cash
        position.margin -= amount - from_cash

    def note_holder(self, position: Position) -> None:
        """Who holds something in a market."""
        holders = self.markets[position.asset].holders
        if position.lots:
            holders[position.user] = position
        else:
            holders.pop(position.user, None)

    def cover_deficit(self, position: Position) -> None:
        """What nobody else is left to bear is the fund's, then the venue's (LIQ-5)."""
        market = self.markets[position.asset]
        amount = min(-self.whole(position), market.losses.fund)
        if amount > 0:
            self.pay_from_fund(position, amount)
            self.script.say(DeficitCovered(market.asset, position.user, amount))
        amount = -self.whole(position)
        if amount > 0:
            self.pay_from_fees(position, amount)
            self.script.say(DeficitCovered(market.asset, position.user, amount, True))

    def pay_from_fund(self, position: Position, amount: int) -> None:
        """The insurance fund gives a position's scope what it has."""
        self.markets[position.asset].losses.fund -= amount
        self.put_in(position, amount)

    def pay_from_fees(self, position: Position, amount: int) -> None:
        """The venue does, out of the fees that it has collected."""
        self.dexes[self.markets[position.asset].dex].fees -= amount
        self.put_in(position, amount)

    def put_in(self, position: Position, amount: int) -> None:
        """Money for what answers for a position."""
        if position.is_cross:
            self.users[position.user].cash[self.markets[position.asset].dex] += amount
        else:
            position.margin += amount

    # What must hold whatever happens.

    def check_conservation(self) -> None:
        """All accounts of a dex add up to what the custodian holds; positions add up to nothing."""
        for dex in self.dexes.values():
            total = dex.fees + dex.rounding + dex.pending - dex.custody
            for asset in dex.assets:
                market = self.markets[asset]
                total += market.clearing + market.funding_pool + market.losses.fund
                self.check_market(market)
            for address in dex.accounts:
                user = self.users[address]
                total += user.cash[dex.name] + user.rewards.get(dex.name, 0)
                total += sum(p.margin for p in self.held_in(user, dex.name))
            if total:
                where = dex.name or "main"
                raise Disagreement(f"accounts of the dex {where} that add up to 0", str(total))

    def check_market(self, market: Market) -> None:
        """Every long lot has a short lot, profit is zero-sum, and no book is crossed."""
        lots = sum(p.lots for p in market.holders.values())
        cost = sum(p.cost for p in market.holders.values())
        if lots or cost + market.clearing:
            what = f"positions of {market.spec.symbol} that add up to nothing"
            raise Disagreement(what, f"{lots} lots and {cost + market.clearing} micro-USD")
        bids, asks = market.book[True], market.book[False]
        if market.phase != codes.AUCTION and bids and asks and bids[0].price >= asks[0].price:
            raise Disagreement(
                f"a book of {market.spec.symbol} that is not crossed", "a crossed one"
            )

    @staticmethod
    def published(fine: int) -> int:
        """A fine price as it is published (UNIT-4)."""
        return atoms(fine)


def is_one_owner(one: User, other: User) -> bool:
    """Do these accounts have one owner, by their master or by name (RULE-5)?"""
    return one.family == other.family or (one.owner != "" and one.owner == other.owner)
