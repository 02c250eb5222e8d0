"""What must hold at every moment, whatever the rules of the markets are (docs: fault-simulator).

`Books` keeps what events alone say; `check_state` looks at an engine that has seen exactly those
events. Nothing here asks the engine for a formula.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final, final

from bellwether.book.ladder import Ladder
from bellwether.book.level import Level
from bellwether.book.order import Order
from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.engine.state.nonces import NonceWindow
from bellwether.schema import codes
from bellwether.schema.events import (
    AutoDeleveraged,
    DeficitCovered,
    Event,
    FundingPaid,
    LiquidationStarted,
    MarketRebased,
    MarketSettled,
    OrderAmended,
    OrderPlaced,
    OrderReleased,
    OrderTriggered,
    PhaseChanged,
    PositionRebased,
    PositionSettled,
    PositionTakenOver,
    ProposalDecided,
    ProposalMade,
    RewardsClaimed,
    TradeExecuted,
    TwapSliceSent,
)
from bellwether.testing.simulator.cast.board import Board
from bellwether.units.quantities import RATE_ONE

_LIQUIDATING: Final = (codes.OPEN, codes.CANCEL_ONLY)


class Violation(Exception):
    """An invariant does not hold. `code` is its number in the table, `what` says how."""

    def __init__(self, code: str, what: str) -> None:
        self.code = code
        self.what = what
        super().__init__(f"{code}: {what}")


def demand(holds: bool, code: str, what: str) -> None:
    """Raises Violation unless it holds."""
    if not holds:
        raise Violation(code, what)


@final
class Books:
    """Positions, fees, queues and dates as the events tell them."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.positions: defaultdict[tuple[int, bytes], int] = defaultdict(int)
        self.fees: defaultdict[int, int] = defaultdict(int)
        self.claimed: defaultdict[str, int] = defaultdict(int)
        self.arrivals: dict[int, int] = {}
        self.renumber: set[int] = set()
        self.settled: set[int] = set()
        self._arrived = 0
        self._once: set[tuple[str, int, int]] = set()
        self._proposers: dict[int, bytes] = {}

    def take(self, event: Event) -> None:
        """One event after another; the board has not seen it yet. Raises Violation."""
        if isinstance(event, TradeExecuted):
            self._traded(event)
        elif isinstance(event, OrderPlaced | OrderTriggered | OrderReleased):
            self._arrived += 1
            self.arrivals[event.order_id] = self._arrived
        elif isinstance(event, OrderAmended):
            if event.order_id != event.previous_id and event.previous_id in self.arrivals:
                self.arrivals[event.order_id] = self.arrivals.pop(event.previous_id)
        elif isinstance(event, FundingPaid):
            self._happens_once("funding hour", event.asset, event.time_ns)
        elif isinstance(event, TwapSliceSent):
            self._happens_once("TWAP slice", event.twap_id, event.time_ns)
        elif isinstance(event, LiquidationStarted):
            self._liquidated(event)
        elif isinstance(event, AutoDeleveraged):
            self._deleveraged(event)
        elif isinstance(event, PositionTakenOver):
            self._taken_over(event)
        elif isinstance(event, DeficitCovered):
            demand(event.amount_e6 > 0, "I5", "a covered deficit is an amount")
            if event.by_venue:
                self.fees[event.asset] -= event.amount_e6
        else:
            self._take_rare(event)

    def _take_rare(self, event: Event) -> None:
        if isinstance(event, PositionRebased):
            self._start(event.asset, event.account, event.start)
            self.positions[event.asset, event.account] = event.lots
        elif isinstance(event, PositionSettled):
            self._start(event.asset, event.account, event.start)
            left = abs(event.start) - abs(event.lots)
            demand(left >= 0, "I18", "no more of a position settles than there is")
            self.positions[event.asset, event.account] = left if event.start > 0 else -left
        elif isinstance(event, RewardsClaimed):
            self.claimed[event.dex] += event.amount
        elif isinstance(event, MarketRebased):
            self.renumber.add(event.asset)
        elif isinstance(event, MarketSettled):
            demand(event.asset not in self.settled, "I13", "a market settles once")
            self.settled.add(event.asset)
        elif isinstance(event, PhaseChanged):
            before = self._board.markets[event.asset].phase
            demand(before != codes.SETTLED, "I13", "nothing comes after SETTLED")
        elif isinstance(event, ProposalMade):
            self._proposers[event.proposal_id] = event.operator
        elif isinstance(event, ProposalDecided) and event.outcome == codes.APPROVED:
            proposer = self._proposers.get(event.proposal_id, b"")
            demand(event.operator not in (b"", proposer), "I13", "nobody approves his own act")

    def _happens_once(self, what: str, subject: int, time_ns: int) -> None:
        key = (what, subject, time_ns)
        demand(key not in self._once, "I6", f"the {what} of {subject} at {time_ns} came twice")
        self._once.add(key)

    def _start(self, asset: int, account: bytes, start: int) -> None:
        known = self.positions[asset, account]
        demand(start == known, "I2", f"{account.hex()[:4]} held {known} in {asset}, not {start}")

    def _traded(self, event: TradeExecuted) -> None:
        demand(event.price > 0 and event.lots > 0, "I7", "a trade has a price and a size")
        signed = event.lots if event.is_buy else -event.lots
        for who, start, change in (
            (event.taker, event.taker_start, signed),
            (event.maker, event.maker_start, -signed),
        ):
            self._start(event.asset, who, start)
            self.positions[event.asset, who] += change
        if event.kind == codes.LIQUIDATION_TRADE:
            left = event.taker_start + signed
            demand(left * event.taker_start >= 0, "I18", "a liquidation does not turn a position")
        self.fees[event.asset] += event.taker_fee + event.maker_fee

    def _deleveraged(self, event: AutoDeleveraged) -> None:
        signed = event.lots if event.is_buy else -event.lots
        for who, start, change in (
            (event.account, event.account_start, signed),
            (event.counterparty, event.counterparty_start, -signed),
        ):
            self._start(event.asset, who, start)
            left = start + change
            demand(left * start >= 0, "I18", "deleveraging does not turn a position")
            self.positions[event.asset, who] = left

    def _taken_over(self, event: PositionTakenOver) -> None:
        signed = event.lots if event.is_buy else -event.lots
        self._start(event.asset, event.account, event.account_start)
        self._start(event.asset, event.counterparty, event.counterparty_start)
        left = event.account_start + signed
        demand(left * event.account_start >= 0, "I18", "a takeover does not turn a position")
        self.positions[event.asset, event.account] = left
        self.positions[event.asset, event.counterparty] -= signed

    def _liquidated(self, event: LiquidationStarted) -> None:
        market = self._board.markets[event.asset]
        demand(event.equity < event.maintenance, "I11", "who has enough is not liquidated")
        demand(event.mark_price == market.mark, "I11", "liquidated at a mark that is not published")
        demand(market.status in _LIQUIDATING, "I11", "liquidated while the market stands still")
        known = self.positions[event.asset, event.account]
        demand(event.lots == known, "I18", "what is liquidated is what is held")


def check_state(engine: Engine, books: Books) -> None:
    """An engine that has seen the books' events and no others. Raises Violation."""
    try:
        engine.audit()
    except AssertionError as error:
        raise Violation("I1", str(error)) from error
    venue = engine.venue
    waiting = venue.timers.waiting
    demand(waiting == sorted(set(waiting)), "I14", "timers are in order and each is there once")
    for key, signer in venue.signers.items():
        _check_nonces(key, signer.nonces)
    for key, operator in venue.operators.items():
        _check_nonces(key, operator.nonces)
    for dex in venue.dexes:
        fees = sum(books.fees[market.asset] for market in dex.markets) - books.claimed[dex.name]
        kept = dex.ledger.fees.balance + dex.ledger.shares.balance
        demand(fees == kept, "I17", f"fees of dex {dex.name!r}: trades say {fees}, there is {kept}")
        listed: set[int] = set()
        for account in dex.accounts:
            _check_account(account, books)
            listed.update(account.orders)
        for market in dex.markets:
            _check_market(market, books, listed)


def _check_nonces(key: bytes, window: NonceWindow) -> None:
    seen = window.seen
    demand(seen == sorted(set(seen)), "I12", f"nonces of {key.hex()[:4]} are used once, in order")


def _check_account(account: Account, books: Books) -> None:
    for holding in account.held:
        told = books.positions[holding.market.asset, account.user.address]
        demand(holding.lots == told, "I2", f"a position is {holding.lots}, its fills give {told}")
    for client_id, order in account.client_ids.items():
        known = account.orders.get(order.order_id)
        demand(known is order, "I8", f"client id {client_id.hex()} names a live order")


def _check_market(market: Market, books: Books, listed: set[int]) -> None:
    rest = market.funding_remainder
    demand(0 <= rest < RATE_ONE, "I6", f"the rounding of funding is {rest}")
    book = market.book
    if market.asset in books.renumber:
        books.renumber.discard(market.asset)
        for is_buy in (True, False):
            _renumber(book.orders(is_buy), books.arrivals)
    for ladder in (book.bids, book.asks):
        _check_ladder(ladder, books.arrivals, listed)
    gathers = market.phase == codes.AUCTION
    demand(gathers or book.is_uncrossed(), "I7", "the best bid is below the best ask")
    if market.phase == codes.SETTLED:
        empty = not book.bids.keys and not book.asks.keys and not market.triggers.orders
        demand(empty and not market.holders, "I13", "a settled market holds nothing")


def _renumber(orders: list[Order], arrivals: dict[int, int]) -> None:
    """A change of units keeps places, but may bring levels together: their order is the new one."""
    for place, order in enumerate(orders):
        arrivals[order.order_id] = place - len(orders)


def _check_ladder(ladder: Ladder, arrivals: dict[int, int], listed: set[int]) -> None:
    demand(ladder.keys == sorted(set(ladder.keys)), "I7", "levels are in order")
    for key in ladder.keys:
        _check_level(ladder.levels[key], arrivals, listed)


def _check_level(level: Level, arrivals: dict[int, int], listed: set[int]) -> None:
    lots, count, before = 0, 0, None
    order = level.head
    while order is not None:
        demand(0 < order.lots <= order.original_lots, "I7", "something of a resting order is left")
        demand(order.order_id in listed, "I8", f"order {order.order_id} rests and nobody has it")
        arrived = arrivals.get(order.order_id)
        if arrived is not None and before is not None:
            demand(before < arrived, "I7", f"order {order.order_id} stands before who came first")
        before = arrived if arrived is not None else before
        lots, count, order = lots + order.lots, count + 1, order.following
    demand((lots, count) == (level.lots, level.count), "I8", "a level is the sum of its orders")
