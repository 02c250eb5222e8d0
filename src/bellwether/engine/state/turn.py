"""One command's turn: where it writes its events and what is left to do at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.book.order import Order
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.schema.events import Event

if TYPE_CHECKING:
    from bellwether.engine.liquidation.waterfall.other_side import OtherSide


@final
class Turn:
    """`touched` is the market whose conservation is checked at the end of the command, as is that
    of the further ones in `touched_too`.

    `ended_parents` are orders with children that have ended; `flattened` are holdings that became
    flat while orders were tied to the position; `last_moved` are markets with trades that orders by
    the last trade are still to be shown. `builder` gets `builder_e9` (10^-9, 0 for nobody) of the
    orders that are being placed. While `acts_together`, the signers of an account have been asked
    for already. `sides` are those of markets against which somebody is deleveraged, by asset and
    whether they are long; `moved` are the accounts whose money or positions have changed since.
    """

    __slots__ = (
        "acts_together",
        "builder",
        "builder_e9",
        "ended_parents",
        "events",
        "flattened",
        "last_moved",
        "moved",
        "sides",
        "time_ns",
        "touched",
        "touched_too",
        "venue",
    )

    def __init__(self, venue: Venue, time_ns: int) -> None:
        self.venue: Venue = venue
        self.time_ns: int = time_ns
        self.events: list[Event] = []
        self.touched: Market | None = None
        self.touched_too: list[Market] = []
        self.ended_parents: list[tuple[Account, Order]] = []
        self.flattened: list[Holding] = []
        self.last_moved: list[Market] = []
        self.builder: bytes = b""
        self.builder_e9: int = 0
        self.acts_together: bool = False
        self.sides: dict[tuple[int, bool], OtherSide] = {}
        self.moved: list[Account] = []

    def emit(self, event: Event) -> None:
        """Records what has happened."""
        self.events.append(event)

    def show_trade(self, market: Market, price: int) -> None:
        """Orders that wait for the last trade will see this one (ORD-1)."""
        market.triggers.traded(price)
        if market not in self.last_moved:
            self.last_moved.append(market)

    def touch(self, market: Market) -> None:
        """Marks a market whose book or positions this command changes."""
        if self.touched is None:
            self.touched = market
        elif self.touched is not market and market not in self.touched_too:
            self.touched_too.append(market)

    def note_move(self, account: Account) -> None:
        """An account's money or positions have changed: so has its place in what is kept."""
        if self.sides:
            self.moved.append(account)

    def forget_sides(self) -> None:
        """A mark or a funding index may move from now on, or has moved."""
        if self.sides:
            self.sides = {}
            self.moved = []
