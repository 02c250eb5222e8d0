"""A market that many hold: what its timers cost one by one, while its quotes wander."""

from __future__ import annotations

import time
from typing import Final, final

from bellwether.engine.engine import Engine
from bellwether.lab.bench.report import BenchFailed
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    Genesis,
    GenesisAccount,
    ModifyOrders,
    ModifyRequest,
    OrderRequest,
    PlaceOrders,
    UpdateLeverage,
)
from bellwether.schema.events import LiquidationStarted
from bellwether.schema.presets import specify
from bellwether.units.quantities import NS_PER_HOUR, NS_PER_S, USD

HOUR_NS: Final = 1_777_593_600_000_000_000
"""2026-05-01T00:00:00Z."""

LAUNCH_NS: Final = HOUR_NS + NS_PER_S
"""A second past the hour, so that the top of an hour falls on no update and no sample."""

PRICE: Final = 100_000
SWING: Final = 1_000
QUOTE_STEP: Final = 20
"""In atoms: 100 USD, and quotes that wander 1 % to either side, 20 atoms an update."""

LEVERAGE: Final = 2
_SPREAD: Final = 200
_FEWEST_LOTS: Final = 200
_LOTS: Final = 800
_ENTRIES: Final = 11
_ENTRY_STEP: Final = 100
_QUOTED_LOTS: Final = 100_000
_OPERATING_USD: Final = 1_000_000
_QUOTER: Final = b"\x51" * 20
_UPDATE_NS: Final = 3 * NS_PER_S
_SAMPLE_NS: Final = 5 * NS_PER_S


@final
class HeldMarket:
    """`positions` accounts with one position each, every other one long.

    For each hour lived `updates` and `samples` hold the mean seconds of a step, `hours` the
    seconds of its funding; `moved` of `all_updates` updates beside moving quotes moved the mark.
    """

    def __init__(self, positions: int) -> None:
        assert positions % 2 == 0, "every long position has a short one"
        self.positions = positions
        self.updates: list[float] = []
        self.samples: list[float] = []
        self.hours: list[float] = []
        self.all_updates = 0
        self.moved = 0
        self._nonce = 0
        self._middle = PRICE
        self._direction = 1
        self._now_ns = LAUNCH_NS
        self._engine = Engine()
        self._engine.apply(_founding(positions), LAUNCH_NS)
        for pair in range(positions // 2):
            self._open(pair)
        self._quotes = self._quote()
        # The first update fences every new position; what is measured is every later one.
        self._advance_to(LAUNCH_NS + _SAMPLE_NS)

    def live_hour(self, quoted_s: int) -> None:
        """Lives to the top of the next hour: timers one by one for `quoted_s` seconds, in which
        the quotes move before each update, the rest at one go; then the hour's funding alone.

        Updates that leave the mark where it was are counted and not measured, nor are those that
        fall together with a sample. Raises BenchFailed for a liquidation.
        """
        top_ns = (self._now_ns // NS_PER_HOUR + 1) * NS_PER_HOUR
        until_ns = self._now_ns + quoted_s * NS_PER_S
        updates: list[float] = []
        samples: list[float] = []
        while (due_ns := self._engine.next_timer_ns()) <= until_ns:
            since_ns = due_ns - LAUNCH_NS
            is_sample = since_ns % _SAMPLE_NS == 0
            if since_ns % _UPDATE_NS != 0:
                samples.append(self._advance_to(due_ns))
                continue
            self._move_quotes()
            mark = self._mark
            took = self._advance_to(due_ns)
            self.all_updates += 1
            if self._mark != mark:
                self.moved += 1
                if not is_sample:
                    updates.append(took)
        self._advance_to(top_ns - 1)
        self.hours.append(self._advance_to(top_ns))
        self.updates.append(sum(updates) / len(updates))
        self.samples.append(sum(samples) / len(samples))

    def check(self) -> None:
        """Raises BenchFailed unless all positions are still there and most updates counted."""
        holders = self._engine.venue.markets[0].holders
        if len(holders) != self.positions:
            raise BenchFailed(f"{len(holders):,} of {self.positions:,} positions are open")
        if 2 * self.moved < self.all_updates:
            raise BenchFailed(f"the mark moved in {self.moved:,} of {self.all_updates:,} updates")
        self._engine.audit()

    @property
    def _mark(self) -> int:
        return self._engine.venue.markets[0].mark_price

    def _advance_to(self, time_ns: int) -> float:
        """Seconds it took. Raises BenchFailed for a liquidation."""
        command = AdvanceTime()
        began = time.perf_counter()
        events = self._engine.apply(command, time_ns)
        took = time.perf_counter() - began
        self._now_ns = time_ns
        if any(isinstance(event, LiquidationStarted) for event in events):
            raise BenchFailed("a position was liquidated")
        return took

    def _head(self, signer: bytes) -> tuple[bytes, bytes, int, int]:
        """Signer, account acted for, a fresh nonce, no expiry."""
        self._nonce += 1
        return signer, b"", self._nonce, 0

    def _open(self, pair: int) -> None:
        """One short and one long position of the same size."""
        price = PRICE + (pair % _ENTRIES - _ENTRIES // 2) * _ENTRY_STEP
        lots = _FEWEST_LOTS + pair % _LOTS
        for number, is_buy in ((2 * pair, False), (2 * pair + 1, True)):
            signer = _address(number)
            leverage = UpdateLeverage(*self._head(signer), 0, False, LEVERAGE)
            self._engine.apply(leverage, self._now_ns)
            order = OrderRequest(0, is_buy, price, lots, codes.GTC)
            self._engine.apply(PlaceOrders(*self._head(signer), (order,)), self._now_ns)

    def _quote(self) -> tuple[int, int]:
        """The ids of a bid and an ask round the middle."""
        first = self._engine.venue.next_order_id
        command = PlaceOrders(*self._head(_QUOTER), self._orders())
        self._engine.apply(command, self._now_ns)
        return first, first + 1

    def _move_quotes(self) -> None:
        """One step; turns round at the ends of the swing."""
        if abs(self._middle + self._direction * QUOTE_STEP - PRICE) > SWING:
            self._direction = -self._direction
        self._middle += self._direction * QUOTE_STEP
        bid, ask = self._orders()
        changes = [
            ModifyRequest(self._quotes[0], b"", bid),
            ModifyRequest(self._quotes[1], b"", ask),
        ]
        command = ModifyOrders(*self._head(_QUOTER), tuple(changes), renew_id=False)
        self._engine.apply(command, self._now_ns)

    def _orders(self) -> tuple[OrderRequest, OrderRequest]:
        half = _SPREAD // 2
        return (
            OrderRequest(0, True, self._middle - half, _QUOTED_LOTS, codes.GTC),
            OrderRequest(0, False, self._middle + half, _QUOTED_LOTS, codes.GTC),
        )


def _founding(positions: int) -> Genesis:
    market = specify("ipop", "HELD", "", reference_atoms=PRICE, launch_time=LAUNCH_NS)
    addresses = [_QUOTER, *(_address(number) for number in range(positions))]
    funds = (("", _OPERATING_USD * USD),)
    accounts = tuple(GenesisAccount(address, "XX", "retail", funds) for address in addresses)
    return Genesis(("",), (market,), (), accounts, check_nonce_window=False, dev=True)


def _address(number: int) -> bytes:
    return (number + 1).to_bytes(20, "big")
