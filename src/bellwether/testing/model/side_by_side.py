"""Engine and naive venue side by side: every command through both, everything compared."""

from __future__ import annotations

from itertools import zip_longest

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.schema.commands import AdvanceTime, AnyCommand, Genesis
from bellwether.schema.events import Event, TradeExecuted
from bellwether.schema.wire import encode_events
from bellwether.testing.model.things import NaivePosition
from bellwether.testing.model.venue import NaiveVenue


def first_difference(said: list[Event], expected: list[Event]) -> str:
    """Where two lists of events part."""
    for place, (ours, theirs) in enumerate(zip_longest(said, expected)):
        if ours != theirs:
            return f"event {place}: the engine says {ours}, the rules {theirs}"
    return ""


class SideBySide:
    """AssertionError at the first difference. Keeps what it did, to replay it (I15)."""

    def __init__(self, genesis: Genesis, time_ns: int) -> None:
        self.engine = Engine()
        self.done: list[tuple[int, AnyCommand]] = []
        self.said: list[list[Event]] = []
        self._apply(genesis, time_ns)
        self.model = NaiveVenue(genesis)
        self.time_ns = time_ns
        self.compare()

    def _apply(self, command: AnyCommand, time_ns: int) -> list[Event]:
        events = self.engine.apply(command, time_ns)
        self.done.append((time_ns, command))
        self.said.append(events)
        return events

    def run(self, command: AnyCommand, wait_ns: int = 0) -> list[Event]:
        """First time passes, then the command is carried out; both are compared."""
        self.time_ns += wait_ns
        self.model.follow(self._apply(AdvanceTime(), self.time_ns), self.time_ns)
        if isinstance(command, AdvanceTime):
            self.compare()
            return []
        held = {id(p): abs(p.lots) for p in self.model.positions}
        waiting = [p for p in self.model.positions if p.lots and self.model.is_below(p)]
        events = self._apply(command, self.time_ns)
        expected = self.model.apply(command, self.time_ns)
        assert events == expected, first_difference(events, expected)
        self.compare()
        if any(isinstance(event, TradeExecuted) for event in events):
            for position in self.model.positions:
                if abs(position.lots) > held.get(id(position), 0) and position not in waiting:
                    self._check_margin(position)
        return events

    def _check_margin(self, position: NaivePosition) -> None:
        """Whoever has just grown a position still covers its initial margin (MARG-4)."""
        model = self.model
        dex = model.markets[position.asset].dex
        cross = [p for p in model.held_in(position.user, dex) if p.is_cross]
        needed = sum(model.initial(p) for p in cross)
        assert model.cross_equity(position.user, dex) >= needed, "initial margin after a fill"
        if not position.is_cross:
            assert model.isolated_equity(position) >= model.maintenance(position), "isolated"

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
        """Book, positions, money, registers and conservation."""
        venue = self.engine.venue
        self.engine.audit()
        assert venue.next_order_id == self.model.next_order_id, "order ids"
        assert venue.next_trade_id == self.model.next_trade_id, "trade ids"
        for market in venue.markets.values():
            self._compare_market(market)
        for dex in venue.dexes:
            assert questions.solvency(dex).difference == 0, "nothing is missing"
            assert dex.ledger.fees.balance == self.model.fees[dex.name], "fees"
            assert not any(market.losses.fund.balance for market in dex.markets), "empty funds"
            for account in dex.accounts:
                self._compare_account(account)
        restored = Engine.restore(self.engine.snapshot())
        assert restored.state_hash() == self.engine.state_hash(), "a snapshot restores the state"

    def _compare_market(self, market: Market) -> None:
        model, asset = self.model, market.asset
        for is_buy in (True, False):
            queue = model.queue(asset, is_buy)
            resting = [(o.order_id, o.price, o.lots) for o in market.book.orders(is_buy)]
            assert resting == [(o.order_id, o.price, o.lots) for o in queue], "queue"
            prices = list(dict.fromkeys(o.price for o in queue))
            levels = [
                (
                    price,
                    sum(o.lots for o in queue if o.price == price),
                    sum(o.price == price for o in queue),
                )
                for price in prices
            ]
            assert market.book.levels(is_buy, 1_000) == levels, "levels"
        best_bid, best_ask = market.book.best_bid, market.book.best_ask
        assert not best_bid or not best_ask or best_bid < best_ask, "the book is not crossed"
        held = [p.lots for p in model.positions if p.asset == asset]
        assert sum(held) == 0, "positions sum to zero"
        assert market.long_lots == sum(lots for lots in held if lots > 0), "open interest"
        model.end_quiet_time(asset, market.last_trade_price, self.time_ns)
        assert market.last_trade_price == model.markets[asset].last_trade, "last trade"
        assert market.status == model.markets[asset].status, "status"

    def _compare_account(self, account: Account) -> None:
        model, user = self.model, account.user.address
        dex = account.dex.name
        assert account.cash.balance == model.users[user].cash[dex], "cash"
        assert account.user.volume_e6 == model.users[user].volume, "volume"
        assert questions.cross_equity(account) == model.cross_equity(user, dex), "equity"
        live = [o for o in model.orders if o.user == user and model.markets[o.asset].dex == dex]
        orders = account.orders.values()
        assert [
            (o.order_id, o.asset, o.price, o.lots, o.original_lots, o.trigger, o.waiting)
            for o in orders
        ] == [
            (o.order_id, o.asset, o.price, o.lots, o.original, o.trigger, o.is_waiting)
            for o in live
        ], "live orders"
        waiting = [o for o in live if o.trigger and not o.is_waiting]
        triggers = {market.asset: market.triggers for market in account.dex.markets}
        for order in waiting:
            shown = triggers[order.asset].trigger_price(account.orders[order.order_id])
            assert shown == order.trigger_price, "triggers follow the mark"
        called = {key: order.order_id for key, order in account.client_ids.items()}
        assert called == {o.client_id: o.order_id for o in live if o.client_id}, "client ids"
        free = max(0, model.cross_equity(user, dex) - model.requirement(user, dex))
        assert questions.free_collateral(account) == free, "free collateral"
        assert questions.withdrawable(account) == model.withdrawable(user, dex), "withdrawable"
        for holding in account.held:
            position = model.position(user, holding.market.asset)
            assert (
                holding.lots,
                holding.cost,
                holding.margin.balance,
                holding.is_cross,
                holding.leverage,
            ) == (
                position.lots,
                position.cost,
                position.margin,
                position.is_cross,
                position.leverage,
            ), "position"
            for is_buy in (True, False):
                resting = model.resting(user, position.asset, is_buy)
                lots = sum(o.lots for o in resting)
                value = sum(o.lots * o.price for o in resting)
                kept = (holding.buy_lots, holding.buy_value)
                if not is_buy:
                    kept = (holding.sell_lots, holding.sell_value)
                assert kept == (lots, value), "exposure of open orders"
            in_market = sum(o.asset == position.asset for o in live)
            assert holding.open_orders == in_market, "open orders"
