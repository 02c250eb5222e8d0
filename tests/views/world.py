"""A venue without a journal: the real engine, its views, and clients' reads of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bellwether.engine.engine import Engine
from bellwether.engine.state.venue import Venue
from bellwether.node.clock import ManualClock
from bellwether.node.commit.batch import Applied
from bellwether.node.founding.dev_keys import dev_address
from bellwether.node.founding.genesis import dev_genesis
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrders,
    ConfirmListing,
    DecideProposal,
    OrderRequest,
    PlaceOrders,
    RebaseMarket,
    SettleMarket,
    UpdateLeverage,
)
from bellwether.schema.events import AnyEvent, OrderPlaced, ProposalMade
from bellwether.units.clock_text import parse_time_ns
from bellwether.views import Views

T = TypeVar("T")
START_NS = parse_time_ns("2026-05-01T00:00:00Z")
START_MS = START_NS // 1_000_000
MINUTE_NS = 60_000_000_000
CBRS = 0
SPCX = 110_000


class World:
    """Applies commands one batch each; keeps them, so that views can be built again."""

    def __init__(self, path: Path | None = None) -> None:
        self.engine = Engine()
        self.views = Views(path)
        self.clock = ManualClock(START_NS)
        self.batches: list[tuple[int, list[Applied]]] = []
        self._listeners: list[Callable[[int, list[Applied]], None]] = []
        self._seq = 0
        self._nonce = 0
        self.apply(dev_genesis(START_NS, check_nonce_window=False))

    def apply(self, *commands: AnyCommand) -> list[AnyEvent]:
        """Applies commands in one batch at the clock's time and publishes it."""
        now = self.clock.time_ns()
        items: list[Applied] = [(now, c, list(self.engine.apply(c, now))) for c in commands]
        first = self._seq + 1
        self._seq += len(items)
        self.batches.append((first, items))
        self.views.apply_batch(first, items)
        for listener in self._listeners:
            listener(first, items)
        return [event for _, _, events in items for event in events]

    def advance(self, seconds: int) -> list[AnyEvent]:
        """Moves the clock and lets the timers run, ten minutes a command."""
        end = self.clock.time_ns() + seconds * 1_000_000_000
        events: list[AnyEvent] = []
        while self.clock.time_ns() < end:
            self.clock.set_to(min(end, self.clock.time_ns() + 10 * MINUTE_NS))
            events += self.apply(AdvanceTime())
        return events

    def order(
        self,
        account: int,
        is_buy: bool,
        lots: int,
        price: int,
        *,
        asset: int = CBRS,
        tif: int = codes.GTC,
        cloid: bytes = b"",
        **more: Any,
    ) -> int:
        """Places an order and returns its id, 0 where it was refused."""
        events = self.apply(self.placing(account, is_buy, lots, price, asset, tif, cloid, **more))
        placed = [e for e in events if isinstance(e, OrderPlaced)]
        return placed[0].order_id if placed else 0

    def placing(
        self,
        account: int,
        is_buy: bool,
        lots: int,
        price: int,
        asset: int = CBRS,
        tif: int = codes.GTC,
        cloid: bytes = b"",
        **more: Any,
    ) -> PlaceOrders:
        """The command that places one order."""
        request = OrderRequest(
            asset, is_buy, price, lots, time_in_force=tif, client_order_id=cloid, **more
        )
        return PlaceOrders(address(account), b"", self.nonce(), 0, (request,))

    def cancel(self, account: int, order_id: int, asset: int = CBRS) -> None:
        """Cancels an order."""
        pairs = ((asset, order_id),)
        self.apply(CancelOrders(address(account), b"", self.nonce(), 0, pairs))

    def leverage(self, account: int, leverage: int, asset: int = CBRS) -> None:
        """Sets the leverage of a strict isolated market."""
        self.apply(UpdateLeverage(address(account), b"", self.nonce(), 0, asset, False, leverage))

    def propose(self, command: AnyCommand) -> int:
        """The number of the proposal that an operator's command becomes."""
        (made,) = (event for event in self.apply(command) if isinstance(event, ProposalMade))
        return made.proposal_id

    def carry(self, command: AnyCommand) -> list[AnyEvent]:
        """Operator 0 proposes, operator 1 approves."""
        proposal = self.propose(command)
        return self.apply(DecideProposal(operator(1), self.nonce(), proposal, True))

    def settling(self, price: int, asset: int = CBRS) -> SettleMarket:
        """The command that proposes to settle a market after an acquisition."""
        how = (codes.TRANSACTION, price, 0, "acquired", "It was acquired.")
        return SettleMarket(operator(0), self.nonce(), asset, *how)

    def rebasing(self, numerator: int, denominator: int, asset: int = CBRS) -> RebaseMarket:
        """The command that proposes a change of units."""
        how = (numerator, denominator, "split", "It was split.")
        return RebaseMarket(operator(0), self.nonce(), asset, *how)

    def listing(self, price: int, asset: int = CBRS) -> ConfirmListing:
        """The command that proposes that the expected listing has happened now."""
        what = ("XNAS", "CBRS", "ipo", "US", price, self.clock.time_ns())
        how = ("convert", "", "It has listed.")
        return ConfirmListing(operator(0), self.nonce(), asset, *what, *how)

    def nonce(self) -> int:
        """A nonce that has not been used."""
        self._nonce += 1
        return self._nonce

    async def read(self, fn: Callable[[Venue], T]) -> T:
        """As a node's; everything is durable at once."""
        return fn(self.engine.venue)

    def subscribe(self, listener: Callable[[int, list[Applied]], None]) -> None:
        """As a node's."""
        self._listeners.append(listener)

    def rebuilt(self, path: Path | None = None, together: int = 1) -> Views:
        """Other views out of the same events, `together` batches put into one."""
        views = Views(path)
        for place in range(0, len(self.batches), together):
            part = self.batches[place : place + together]
            items: Sequence[Applied] = [item for _, found in part for item in found]
            views.apply_batch(part[0][0], items)
        return views


def address(account: int) -> bytes:
    """The address of a dev account."""
    return dev_address("account", account)


def operator(number: int) -> bytes:
    """The key's address of a dev operator."""
    return dev_address("operator", number)


def hex_address(account: int) -> str:
    """The address of a dev account as text, lower case."""
    return "0x" + address(account).hex()
