"""An engine with a market in which one account quotes, and moves its quotes when it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, final

from bellwether.engine.engine import Engine
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    Genesis,
    GenesisAccount,
    ModifyOrders,
    ModifyRequest,
    OrderRequest,
    PlaceOrders,
)
from bellwether.schema.event import Event
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.quantities import NS_PER_S, USD

Clock = Callable[[], float]

HOUR_NS: Final = 1_777_593_600_000_000_000
"""2026-05-01T00:00:00Z."""

LAUNCH_NS: Final = HOUR_NS + NS_PER_S
"""A second past the hour, so that the top of an hour falls on no update and no sample."""

UPDATE_NS: Final = 3 * NS_PER_S
SAMPLE_NS: Final = 5 * NS_PER_S
QUOTER: Final = b"\x51" * 20
_OPERATING_USD: Final = 10_000_000


@final
class QuotedMarket:
    """`engine` with the markets of `specs`, launched; quotes go into the first of them.

    `funds_e6` are the micro-USD of accounts 0, 1, …; the quoter has enough. `half_spread` and the
    middle of the quotes are atoms, `quoted_lots` each side's. `clock` counts seconds.
    """

    def __init__(
        self,
        specs: tuple[InstrumentSpec, ...],
        funds_e6: list[int],
        half_spread: int,
        quoted_lots: int,
        clock: Clock = time.perf_counter,
    ) -> None:
        self._clock = clock
        self.engine = Engine()
        self.now_ns = LAUNCH_NS
        self._nonce = 0
        self._half_spread = half_spread
        self._quoted_lots = quoted_lots
        self._quotes = (0, 0)
        self._middle = 0
        accounts = [GenesisAccount(QUOTER, "XX", "retail", (("", _OPERATING_USD * USD),))]
        for number, amount in enumerate(funds_e6):
            accounts.append(GenesisAccount(address(number), "XX", "retail", (("", amount),)))
        genesis = Genesis(("",), specs, (), tuple(accounts), check_nonce_window=False, dev=True)
        self.engine.apply(genesis, LAUNCH_NS)

    @property
    def mark(self) -> int:
        """Price atoms."""
        return self.engine.venue.markets[0].mark_price

    def head(self, signer: bytes) -> tuple[bytes, bytes, int, int]:
        """Signer, account acted for, a fresh nonce, no expiry."""
        self._nonce += 1
        return signer, b"", self._nonce, 0

    def carry_out(self, command: AnyCommand) -> list[Event]:
        """What a command does now; it is not timed."""
        return self.engine.apply(command, self.now_ns)

    def advance_to(self, time_ns: int) -> tuple[float, list[Event]]:
        """Lets time pass; the seconds it took, and what happened."""
        command = AdvanceTime()
        began = self._clock()
        events = self.engine.apply(command, time_ns)
        took = self._clock() - began
        self.now_ns = time_ns
        return took, events

    def quote(self, middle: int) -> None:
        """Puts a bid and an ask round the middle for the first time."""
        first = self.engine.venue.next_order_id
        self.carry_out(PlaceOrders(*self.head(QUOTER), self._orders(middle)))
        self._quotes = (first, first + 1)
        self._middle = middle

    def move_quotes(self, middle: int) -> None:
        """Moves both to their full size, the leading one first, so that they never cross."""
        bid, ask = self._orders(middle)
        changes = [
            ModifyRequest(self._quotes[0], b"", bid),
            ModifyRequest(self._quotes[1], b"", ask),
        ]
        if middle > self._middle:
            changes.reverse()
        self._middle = middle
        self.carry_out(ModifyOrders(*self.head(QUOTER), tuple(changes), renew_id=False))

    def _orders(self, middle: int) -> tuple[OrderRequest, OrderRequest]:
        half, lots = self._half_spread, self._quoted_lots
        return (
            OrderRequest(0, True, middle - half, lots, codes.GTC),
            OrderRequest(0, False, middle + half, lots, codes.GTC),
        )


def address(number: int) -> bytes:
    """The 20 bytes of an account."""
    return (number + 1).to_bytes(20, "big")
