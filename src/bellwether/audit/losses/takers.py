"""Who takes a liquidated position on: the backstop, and providers (LIQ-2, LIQ-3)."""

from __future__ import annotations

from fractions import Fraction

from bellwether.audit.arithmetic import DAY_NS, MILLION, SECOND_NS, down, up
from bellwether.audit.losses.forced import Forced
from bellwether.audit.orders import admits, has_accepted
from bellwether.audit.things import Market, Order, Position, Provider, User
from bellwether.schema import codes
from bellwether.schema.events import PositionTakenOver

BASIS_POINTS = 10_000
THURSDAY = 3
SELLS_EVERY_NS = 30 * SECOND_NS
SELLS_E6, SELLS_WITHIN_E6 = 200_000, 5_000


def vault_address(asset: int) -> bytes:
    """The account of a market's backstop; nobody has a key to it."""
    return b"\x00\x00\x00\x00backstop" + asset.to_bytes(8, "big")


class Takers(Forced):
    """A vault takes the whole at the mark; providers take equal parts at their edges."""

    # The backstop.

    def open_vault(self, market: Market) -> bytes:
        """The backstop's account."""
        address = vault_address(market.asset)
        self.account(self.user(address), market.dex)
        market.losses.vault.address = address
        return address

    def vault_position(self, market: Market) -> Position:
        """Its inventory, opened where there is none."""
        address = self.open_vault(market)
        user = self.users[address]
        if market.asset not in user.positions:
            made = Position(address, market.asset, True, 1, funding_index=market.funding_index)
            user.positions[market.asset] = made
        return user.positions[market.asset]

    def handed_over(self, position: Position) -> int:
        """The margin that goes with a position, by its part in the account's maintenance."""
        equity = self.behind(position)
        needed = self.kept_up(position)
        if not position.is_cross or needed == 0:
            return equity
        return down(Fraction(equity * self.maintenance(position), needed))

    def backstop_takes(self, position: Position) -> bool:
        """Is its loss limit not used up with this position and what comes with it?"""
        market = self.markets[position.asset]
        limit, vault = market.spec.losses.backstop_loss_limit_e6, market.losses.vault
        if not limit or self.is_vault(position):
            return False
        room = self.handed_over(position)
        if vault.address:
            room += self.cross_equity(self.users[vault.address], market.dex)
            room -= max(0, vault.capital - limit)
        return room >= 0

    def hand_to_backstop(self, position: Position) -> None:
        """The whole at the mark, with its margin, be that what is missing."""
        market = self.markets[position.asset]
        vault = self.vault_position(market)
        amount, dex = self.handed_over(position), market.dex
        ours, theirs = self.users[position.user], self.users[vault.user]
        is_missing = not position.is_cross and amount < 0
        if is_missing:
            theirs.cash[dex] += amount
            position.margin -= amount
        is_buy, lots, price = position.lots < 0, abs(position.lots), market.mark
        starts, number = (position.lots, vault.lots), self.take_trade_id()
        profit = self.change(position, is_buy, lots, price, 0)
        against = self.change(vault, not is_buy, lots, price, 0)
        if not is_missing:
            ours.cash[dex] -= amount
            theirs.cash[dex] += amount
        self.script.say(
            PositionTakenOver(
                number,
                market.asset,
                price,
                lots,
                is_buy,
                position.user,
                vault.user,
                *starts,
                profit,
                against,
                codes.BY_BACKSTOP,
                amount,
            )
        )
        self.look_again(market)

    def sell_inventory(self, market: Market) -> None:
        """A fifth of what the vault holds is offered each half minute, near the mark or better."""
        vault = market.losses.vault
        holding = market.holders.get(vault.address) if vault.address else None
        if holding is None or market.status != codes.OPEN:
            return
        if self.now < vault.sold_ns + SELLS_EVERY_NS:
            return
        is_buy = holding.lots < 0
        price = self.price_within(market, is_buy, SELLS_WITHIN_E6)
        if price <= 0 or self.crossed(market, is_buy, price) is None:
            return
        vault.sold_ns = self.now
        lots = up(Fraction(abs(holding.lots) * SELLS_E6, MILLION))
        number = self.take_order_id()
        order = Order(
            number, vault.address, market.asset, is_buy, price, lots, lots, codes.IOC, True,
            placed_ns=self.now,
        )  # fmt: skip
        self.announce(order)
        self.trade_and_rest(order)

    # Providers.

    def assign_parts(self, position: Position) -> None:
        """Equal parts among those who can take some, the lower account first."""
        market = self.markets[position.asset]
        numbers = self.dexes[market.dex].numbers
        rooms = {
            address: self.room_of(position, self.users[address], terms)
            for address, terms in market.losses.providers.items()
        }
        able = sorted((numbers[each], room) for each, room in rooms.items() if room > 0)
        for number, lots in equal_parts(able, abs(position.lots)):
            if lots:
                address = self.dexes[market.dex].accounts[number]
                self.assign_to(position, self.users[address], lots)

    def price_of(self, position: Position, terms: Provider) -> int:
        """What a provider pays or gets for a position: its edge off the mark."""
        mark = self.markets[position.asset].mark
        if position.lots > 0:
            return down(Fraction(mark * (BASIS_POINTS - terms.edge_bp), BASIS_POINTS))
        return up(Fraction(mark * (BASIS_POINTS + terms.edge_bp), BASIS_POINTS))

    def room_of(self, position: Position, user: User, terms: Provider) -> int:
        """Lots that a provider takes now: its wishes, its margin, its owner's share; or 0."""
        market = self.markets[position.asset]
        is_long = position.lots > 0
        if not (terms.accepts_long if is_long else terms.accepts_short):
            return 0
        if not self.works_today(terms) or user in self.linked(self.users[position.user]):
            return 0
        if not admits(market, user) or not has_accepted(market, user):
            return 0
        price, zero = self.price_of(position, terms), self.zero_price(position)
        if price <= 0 or (price < zero if is_long else price > zero):
            return 0
        own = self.open(user, market)
        held = own.lots if is_long else -own.lots
        room = min(terms.most_lots, terms.most_position_lots - held, abs(position.lots))
        if market.rules.position_limit_lots:
            room = min(room, market.rules.position_limit_lots - held)
        return self.most_covered(own, is_long, max(0, room), price)

    def works_today(self, terms: Provider) -> bool:
        """Days are those of UTC; the first of January 1970 was a Thursday."""
        is_weekend = (self.now // DAY_NS + THURSDAY) % 7 >= 5
        return terms.days == codes.EVERY_DAY or is_weekend == (terms.days == codes.WEEKENDS)

    def most_covered(self, own: Position, is_buy: bool, most: int, price: int) -> int:
        """The most lots that margin and the owner's share cover, by halving."""
        least = 0
        while least < most:
            middle = up(Fraction(least + most, 2))
            opening = middle - self.reducible(own, is_buy)
            fits = self.covers_fill(own, is_buy, middle, price, 0)
            if fits and not self.exceeds_owner_share(own, is_buy, opening):
                least = middle
            else:
                most = middle - 1
        return least

    def assign_to(self, position: Position, user: User, lots: int) -> None:
        """A part goes to a provider, without fee."""
        market = self.markets[position.asset]
        own, is_buy = self.open(user, market), position.lots < 0
        price = self.price_of(position, market.losses.providers[user.address])
        starts, number = (position.lots, own.lots), self.take_trade_id()
        profit = self.close_by_force(position, lots, price)
        against = self.change(own, not is_buy, lots, price, 0)
        self.script.say(
            PositionTakenOver(
                number,
                market.asset,
                price,
                lots,
                is_buy,
                position.user,
                user.address,
                *starts,
                profit,
                against,
                codes.BY_PROVIDER,
                0,
            )
        )


def equal_parts(able: list[tuple[int, int]], need: int) -> list[tuple[int, int]]:
    """Lots for each (number, room): who has less room than an equal part fills it; the rest share
    what is left in floors, the lower numbers a lot more."""
    parts: dict[int, int] = {}
    waiting = list(able)
    while waiting:
        share = Fraction(need, len(waiting))
        small = [each for each in waiting if each[1] <= share]
        if not small:
            more = need - len(waiting) * down(share)
            for place, (number, _) in enumerate(waiting):
                parts[number] = down(share) + (1 if place < more else 0)
            break
        for number, room in small:
            parts[number] = room
            need -= room
        waiting = [each for each in waiting if each[0] not in parts]
    return sorted(parts.items())
