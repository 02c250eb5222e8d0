"""Liquidations foretold (chapter 06): whom an update takes on, by which policy, how far.

Everybody who is below when an update begins has a turn, the lower account first. What a turn is
made of follows from book, funds and providers as they are then.
"""

from __future__ import annotations

from bellwether.audit.losses.opposite import Opposite
from bellwether.audit.script import Disagreement
from bellwether.audit.things import Market, Order, Position, Twap, User
from bellwether.schema import codes
from bellwether.schema.events import FundingSettled, LiquidationStarted, OrderClosed, TwapEnded

ENDS_OF_A_TURN = (codes.LIQUIDATED_CANCELED, codes.MARGIN_CANCELED)


class Losses(Opposite):
    """Turns, the two policies, and debts at the end of a market."""

    def twaps_of(self, user: User, dex: str) -> list[Twap]:
        """A user's running TWAP orders in a dex."""
        return []

    def end_twap(self, twap: Twap, status: int) -> None:
        """Ends one of them."""

    # An update.

    def liquidate(self, market: Market, previous_mark: int) -> None:
        """The turns of an update. Who falls below in its course may have one in it, or wait for
        the next: that is the venue's (LIQ-9).
        """
        if not self.liquidates(market):
            return
        holders, begun = self.in_order(market), self.script.place
        due = [p for p in holders if self.is_due(p)]
        for position in holders:
            if position in due:
                self.take_due_turn(position, market, previous_mark)
            elif self.script.place == begun:
                position.stepped_ns = 0
            elif position.lots:
                self.take_turn_if_named(position, market, previous_mark)
        looked_at = due if self.script.place == begun else holders
        if any(p.lots and (p.stepped_ns or self.is_below(p)) for p in looked_at):
            self.look_again(market)
        self.sell_inventory(market)

    def take_due_turn(self, position: Position, market: Market, previous_mark: int) -> None:
        """A turn that there has to be; a finding in it says why, where it says nothing better."""
        who = f"0x{position.user.hex()} in {market.spec.symbol}"
        equity, needed = self.behind(position), self.kept_up(position)
        try:
            self.take_turn(position, market, previous_mark)
        except Disagreement as error:
            why = f"{who} came with equity {equity} to a maintenance of {needed} (LIQ-1, LIQ-3)"
            raise Disagreement(error.expected, error.actual, error.why or why) from None

    def is_due(self, position: Position) -> bool:
        """Is there a reason to look at a position: below maintenance, or below initial margin?"""
        return self.is_below(position) or self.is_below_initial(position)

    def take_turn_if_named(self, position: Position, market: Market, previous_mark: int) -> None:
        """Somebody whom this update has brought below: the events say whether it is now."""
        if not self.is_due(position):
            position.stepped_ns = 0
        elif self.is_named(position):
            self.script.follows = True
            self.take_turn(position, market, previous_mark)
            self.script.follows = False

    def is_named(self, position: Position) -> bool:
        """Does the next event belong to a turn of this position?"""
        event = self.script.peek()
        if isinstance(event, OrderClosed | TwapEnded):
            return event.account == position.user and event.status in ENDS_OF_A_TURN
        names = isinstance(event, FundingSettled | LiquidationStarted)
        return names and getattr(event, "account", b"") == position.user

    def take_turn(self, position: Position, market: Market, previous_mark: int) -> None:
        """One position or account, by what it is like when its turn comes."""
        if not position.lots:
            return
        if not self.is_below(position):
            position.stepped_ns = 0
            if self.is_below_initial(position):
                self.end_new_risk(position)
        elif position.is_cross and self.is_spared(position):
            self.look_again(market)
        elif self.is_vault(position):
            self.close_ruined(position, previous_mark)
        elif position.is_cross:
            self.liquidate_account(position, market, previous_mark)
        else:
            self.end_orders_in(position)
            self.liquidate_position(position, previous_mark)
        self.settle_ends()

    def end_orders_in(self, position: Position) -> None:
        """Every open order of a market ends first (LIQ-1)."""
        user, market = self.users[position.user], self.markets[position.asset]
        self.end_all(user, codes.LIQUIDATED_CANCELED, market.asset)
        for twap in self.twaps_of(user, market.dex):
            if twap.asset == market.asset:
                self.end_twap(twap, codes.LIQUIDATED_CANCELED)

    def end_scope(self, position: Position) -> None:
        """The orders of an isolated position's market, or of all where the account is cross."""
        scope = [position]
        if position.is_cross:
            scope = self.cross_in(self.users[position.user], self.markets[position.asset].dex)
        for each in scope:
            self.end_orders_in(each)

    def liquidate_account(self, position: Position, market: Market, previous_mark: int) -> None:
        """A cross account: orders first, then the largest position, until it is cured."""
        scope = self.cross_in(self.users[position.user], market.dex)
        self.end_scope(position)
        going = [p for p in scope if p.lots and self.liquidates(self.markets[p.asset])]
        for _, asset, each in sorted((-self.notional(p), p.asset, p) for p in going):
            if each.lots and self.is_below(each):
                is_here = asset == market.asset
                before = previous_mark if is_here else self.markets[asset].mark
                self.liquidate_position(each, before)
        if not any(p.lots for p in scope):
            self.cover_deficit(position)

    def liquidate_position(self, position: Position, previous_mark: int) -> None:
        """By the policy of its market."""
        if self.protects(self.markets[position.asset]):
            self.protect_equity(position)
        else:
            self.go_down_the_ladder(position, previous_mark)
        if not position.lots:
            position.stepped_ns = 0

    # HyperCore.

    def go_down_the_ladder(self, position: Position, previous_mark: int) -> None:
        """Backstop below two thirds; with equity left the book; else the end (LIQ-2)."""
        if self.is_near_ruin(position) and self.backstop_takes(position):
            self.begin_liquidation(position)
            self.hand_to_backstop(position)
        elif self.behind(position) < 0:
            self.close_ruined(position, previous_mark)
        else:
            lots = self.ladder_lots(position)
            if lots and self.book_takes(position):
                self.begin_liquidation(position)
                if lots < abs(position.lots):
                    position.stepped_ns = self.now
                self.send(position, lots)

    def ladder_lots(self, position: Position) -> int:
        """A part of a large position, nothing for a while, then all of it."""
        rules, size = self.markets[position.asset].spec.losses, abs(position.lots)
        if position.stepped_ns:
            return size if self.now >= position.stepped_ns + rules.cooldown_ns else 0
        is_large = self.notional(position) > rules.step_notional_e6
        return self.step(position) if is_large else size

    def close_ruined(self, position: Position, previous_mark: int) -> None:
        """Negative equity ends now: book, fund, the other side, in this order (LIQ-5)."""
        number = self.begin_liquidation(position)
        self.send(position, abs(position.lots))
        if position.lots:
            self.send_covered(position)
        if position.lots and self.behind(position) < 0:
            self.deleverage_at_mark(position, previous_mark, number)
        if not position.lots and (not position.is_cross or self.is_vault(position)):
            self.cover_deficit(position)

    # Kraken.

    def end_new_risk(self, position: Position) -> None:
        """Below the initial margin whatever could add risk in protected markets ends (LIQ-3)."""
        user, dex = self.users[position.user], self.markets[position.asset].dex
        for order in list(user.orders[dex].values()):
            if self.is_live(order) and self.adds_risk(order, position):
                self.end(order, codes.MARGIN_CANCELED)
        for twap in self.twaps_of(user, dex):
            if not twap.reduce_only and self.shares(position, twap.asset):
                self.end_twap(twap, codes.MARGIN_CANCELED)

    def shares(self, position: Position, asset: int) -> bool:
        """Does a protected market of this user share the position's equity?"""
        own = self.users[position.user].positions[asset]
        together = own is position or (own.is_cross and position.is_cross)
        return together and self.protects(self.markets[asset])

    def adds_risk(self, order: Order, position: Position) -> bool:
        """Could an order of a position's scope add risk?"""
        own = self.users[order.user].positions[order.asset]
        more = order.lots > self.reducible(own, order.is_buy)
        return not order.reduce_only and more and self.shares(position, order.asset)

    def protect_equity(self, position: Position) -> None:
        """Steps to the book; from two thirds on the whole way down at once (LIQ-3)."""
        if not self.is_near_ruin(position):
            if self.book_takes(position):
                self.begin_liquidation(position)
                self.send(position, self.step(position))
            return
        number = self.begin_liquidation(position)
        self.send(position, abs(position.lots))
        if position.lots:
            self.assign_parts(position)
        if position.lots:
            self.send_covered(position)
        if position.lots:
            self.deleverage_at_zero(position, number)
        if not position.lots and not position.is_cross:
            self.cover_deficit(position)

    # Ends of markets.

    def close_out_debtors(self, market: Market) -> None:
        """Who would owe something is the fund's, then the other side's, before (LIFE-4, LIQ-5)."""
        for position in self.in_order(market):
            if not position.lots or self.behind(position) >= 0:
                continue
            self.end_scope(position)
            owed = min(-self.whole(position), market.losses.fund)
            if owed > 0:
                self.let_fund_pay(position, owed)
            if self.behind(position) < 0:
                number = self.take_liquidation_id()
                self.state_equity(position, number, codes.LIQUIDATED)
                self.deleverage_at_zero(position, number)
                if not position.lots:
                    self.cover_deficit(position)
        for position in market.holders.values():
            if self.behind(position) < 0:
                raise Disagreement("nobody who would owe", f"0x{position.user.hex()}", "LIQ-5")
