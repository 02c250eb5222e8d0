"""Engine and auditor side by side: every command through both, everything compared."""

from __future__ import annotations

from bellwether.audit.auditor import Auditor
from bellwether.audit.things import Order, Position
from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.node.audit import differences
from bellwether.schema.commands import AdvanceTime, AnyCommand, Genesis
from bellwether.schema.events import Event, TradeExecuted
from bellwether.schema.wire import encode_events


class SideBySide:
    """AssertionError at the first difference. Keeps what it did, to replay it (I15)."""

    def __init__(self, genesis: Genesis, time_ns: int) -> None:
        self.engine = Engine()
        self.auditor = Auditor()
        self.done: list[tuple[int, AnyCommand]] = []
        self.said: list[list[Event]] = []
        self.time_ns = time_ns
        self.apply(genesis)

    @property
    def orders(self) -> list[Order]:
        """All live orders, the oldest first."""
        dexes = [live for user in self.auditor.users.values() for live in user.orders.values()]
        return sorted((o for live in dexes for o in live.values()), key=lambda o: o.order_id)

    @property
    def held(self) -> list[Position]:
        """All open positions."""
        return [p for m in self.auditor.markets.values() for p in m.holders.values()]

    def free(self, who: bytes) -> int:
        """What a user's new orders could claim in the main dex, negative where that is so."""
        user = self.auditor.users[who]
        return self.auditor.cross_equity(user, "") - self.auditor.requirement(user, "")

    def position(self, who: bytes, asset: int) -> Position:
        """A user's position in a market, flat where there is none."""
        return self.auditor.look(self.auditor.users[who], self.auditor.markets[asset])

    def run(self, command: AnyCommand, wait_ns: int = 0) -> list[Event]:
        """First time passes, then the command is carried out; both are compared."""
        self.time_ns += wait_ns
        self.apply(AdvanceTime())
        if isinstance(command, AdvanceTime):
            return []
        before = {(p.user, p.asset): abs(p.lots) for p in self.held}
        waits = {(p.user, p.asset) for p in self.held if self.auditor.is_below(p)}
        events = self.apply(command)
        if any(isinstance(event, TradeExecuted) for event in events):
            for position in self.held:
                place = position.user, position.asset
                if abs(position.lots) > before.get(place, 0) and place not in waits:
                    self._check_margin(position)
        return events

    def apply(self, command: AnyCommand) -> list[Event]:
        """The engine's events of a command at this time, audited."""
        events = self.engine.apply(command, self.time_ns)
        self.done.append((self.time_ns, command))
        self.said.append(events)
        finding = self.auditor.take(command, self.time_ns, events)
        assert finding is None, finding.text
        assert not self.auditor.unknown, f"the auditor does not know {self.auditor.unknown}"
        self.compare()
        return events

    def _check_margin(self, position: Position) -> None:
        """Whoever has just grown a position still covers its initial margin (MARG-4).

        Of an isolated one that waited for its book below maintenance only what was added does.
        """
        rules = self.auditor
        user, dex = rules.users[position.user], rules.markets[position.asset].dex
        needed = sum(rules.initial(p) for p in rules.cross_in(user, dex))
        assert rules.cross_equity(user, dex) >= needed, "initial margin after a fill"
        if not position.is_cross:
            assert rules.behind(position) >= rules.maintenance(position), "isolated"

    def restart(self) -> None:
        """The engine goes on from its snapshot."""
        before = self.engine.state_hash()
        self.engine = Engine.restore(self.engine.snapshot())
        assert self.engine.state_hash() == before, "a snapshot holds the whole state"

    def replay(self) -> None:
        """All commands once more, in a new engine: the same events and the same state."""
        again = Engine()
        said = [again.apply(command, time_ns) for time_ns, command in self.done]
        ours, theirs = encode_events(self.said), encode_events(said)  # type: ignore[arg-type]
        assert ours == theirs, "replay says the same"
        assert again.state_hash() == self.engine.state_hash(), "replay ends in the same state"

    def compare(self) -> None:
        """Books, positions, money, registers and conservation."""
        venue = self.engine.venue
        self.engine.audit()
        self.auditor.check_conservation()
        for difference in differences(self.engine, self.auditor, sorted(venue.users)):
            assert not difference, difference
        assert venue.next_order_id == self.auditor.next_order_id, "order ids"
        assert venue.next_trade_id == self.auditor.next_trade_id, "trade ids"
        for market in venue.markets.values():
            self._compare_market(market)
        for dex in venue.dexes:
            assert questions.solvency(dex).difference == 0, "nothing is missing"
            for account in dex.accounts:
                self._compare_account(account)
        restored = Engine.restore(self.engine.snapshot())
        assert restored.state_hash() == self.engine.state_hash(), "a snapshot restores the state"

    def _compare_market(self, market: Market) -> None:
        rules = self.auditor.markets[market.asset]
        for is_buy in (True, False):
            queue = rules.book[is_buy]
            resting = [(o.order_id, o.price, o.lots) for o in market.book.orders(is_buy)]
            assert resting == [(o.order_id, o.price, o.lots) for o in queue], "queue"
            levels = []
            for price in dict.fromkeys(o.price for o in queue):
                here = [o.lots for o in queue if o.price == price]
                levels.append((price, sum(here), len(here)))
            assert market.book.levels(is_buy, 1_000) == levels, "levels"
        held = [p.lots for p in rules.holders.values()]
        assert market.long_lots == sum(lots for lots in held if lots > 0), "open interest"
        assert market.last_trade_price == rules.last_trade, "last trade"
        ours, theirs = market.prices, rules.prices
        assert (ours.oracle_fine, ours.mark_fine, ours.basis_fine) == (
            theirs.oracle,
            theirs.mark,
            theirs.basis,
        ), "fine prices"
        assert (ours.band_low_fine, ours.band_high_fine) == (theirs.low, theirs.high), "bounds"

    def _compare_account(self, account: Account) -> None:
        rules, dex = self.auditor, account.dex.name
        user = rules.users[account.user.address]
        assert account.user.volume_e6 == user.volume, "volume"
        assert questions.cross_equity(account) == rules.cross_equity(user, dex), "equity"
        live = list(user.orders[dex].values())
        assert [
            (o.order_id, o.asset, o.price, o.lots, o.original_lots, o.trigger, o.waiting)
            for o in account.orders.values()
        ] == [
            (o.order_id, o.asset, o.price, o.lots, o.original, o.trigger, o.is_waiting)
            for o in live
        ], "live orders"
        triggers = {market.asset: market.triggers for market in account.dex.markets}
        for order in live:
            if order.trigger and not order.is_waiting:
                shown = triggers[order.asset].trigger_price(account.orders[order.order_id])
                assert shown == order.trigger_price, "triggers follow the mark"
        called = {key: order.order_id for key, order in account.client_ids.items()}
        assert called == {o.client_id: o.order_id for o in live if o.client_id}, "client ids"
        assert questions.free_collateral(account) == rules.free(user, dex), "free collateral"
        assert questions.withdrawable(account) == rules.withdrawable(user, dex), "withdrawable"
        for holding in account.held:
            position = rules.look(user, rules.markets[holding.market.asset])
            assert (holding.is_cross, holding.leverage) == (
                position.is_cross,
                position.leverage,
            ), "margin mode and leverage"
            for is_buy in (True, False):
                resting = position.resting[is_buy].values()
                lots = sum(o.lots for o in resting)
                value = sum(o.lots * o.price for o in resting)
                kept = (holding.buy_lots, holding.buy_value)
                if not is_buy:
                    kept = (holding.sell_lots, holding.sell_value)
                assert kept == (lots, value), "exposure of open orders"
            in_market = sum(o.asset == position.asset for o in live)
            assert holding.open_orders == in_market, "open orders"
