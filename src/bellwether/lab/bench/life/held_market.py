"""A market that many hold: what its timers cost one by one, while its quotes wander."""

from __future__ import annotations

from typing import Final, final

from bellwether.lab.bench.report import BenchFailed
from bellwether.lab.bench.standard.quoted_market import (
    LAUNCH_NS,
    SAMPLE_NS,
    UPDATE_NS,
    QuotedMarket,
    address,
)
from bellwether.schema import codes
from bellwether.schema.commands import OrderRequest, PlaceOrders, UpdateLeverage
from bellwether.schema.events import LiquidationStarted
from bellwether.schema.presets import specify
from bellwether.units.quantities import NS_PER_HOUR, NS_PER_S, USD

PRICE: Final = 100_000
SWING: Final = 1_000
QUOTE_STEP: Final = 20
"""In atoms: 100 USD, and quotes that wander 1 % to either side, 20 atoms an update."""

LEVERAGE: Final = 2
_HALF_SPREAD: Final = 100
_FEWEST_LOTS: Final = 200
_LOTS: Final = 800
_ENTRIES: Final = 11
_ENTRY_STEP: Final = 100
_QUOTED_LOTS: Final = 100_000
_OPERATING_USD: Final = 1_000_000


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
        self._middle = PRICE
        self._direction = 1
        spec = specify("ipop", "HELD", "", reference_atoms=PRICE, launch_time=LAUNCH_NS)
        funds = [_OPERATING_USD * USD] * positions
        self._market = QuotedMarket((spec,), funds, _HALF_SPREAD, _QUOTED_LOTS)
        for pair in range(positions // 2):
            self._open(pair)
        self._market.quote(PRICE)
        # The first update fences every new position; what is measured is every later one.
        self._advance_to(LAUNCH_NS + SAMPLE_NS)

    def live_hour(self, quoted_s: int) -> None:
        """Lives to the top of the next hour: timers one by one for `quoted_s` seconds, in which
        the quotes move before each update, the rest at one go; then the hour's funding alone.

        Updates that leave the mark where it was are counted and not measured, nor are those that
        fall together with a sample. Raises BenchFailed for a liquidation.
        """
        market = self._market
        top_ns = (market.now_ns // NS_PER_HOUR + 1) * NS_PER_HOUR
        until_ns = market.now_ns + quoted_s * NS_PER_S
        updates: list[float] = []
        samples: list[float] = []
        while (due_ns := market.engine.next_timer_ns()) <= until_ns:
            since_ns = due_ns - LAUNCH_NS
            is_sample = since_ns % SAMPLE_NS == 0
            if since_ns % UPDATE_NS != 0:
                samples.append(self._advance_to(due_ns))
                continue
            self._move_quotes()
            mark = market.mark
            took = self._advance_to(due_ns)
            self.all_updates += 1
            if market.mark != mark:
                self.moved += 1
                if not is_sample:
                    updates.append(took)
        self._advance_to(top_ns - 1)
        self.hours.append(self._advance_to(top_ns))
        self.updates.append(sum(updates) / len(updates))
        self.samples.append(sum(samples) / len(samples))

    def check(self) -> None:
        """Raises BenchFailed unless all positions are still there and most updates counted."""
        engine = self._market.engine
        holders = engine.venue.markets[0].holders
        if len(holders) != self.positions:
            raise BenchFailed(f"{len(holders):,} of {self.positions:,} positions are open")
        if 2 * self.moved < self.all_updates:
            raise BenchFailed(f"the mark moved in {self.moved:,} of {self.all_updates:,} updates")
        engine.audit()

    def _advance_to(self, time_ns: int) -> float:
        """Seconds it took. Raises BenchFailed for a liquidation."""
        took, events = self._market.advance_to(time_ns)
        if any(isinstance(event, LiquidationStarted) for event in events):
            raise BenchFailed("a position was liquidated")
        return took

    def _open(self, pair: int) -> None:
        """One short and one long position of the same size."""
        market = self._market
        price = PRICE + (pair % _ENTRIES - _ENTRIES // 2) * _ENTRY_STEP
        lots = _FEWEST_LOTS + pair % _LOTS
        for number, is_buy in ((2 * pair, False), (2 * pair + 1, True)):
            signer = address(number)
            market.carry_out(UpdateLeverage(*market.head(signer), 0, False, LEVERAGE))
            order = OrderRequest(0, is_buy, price, lots, codes.GTC)
            market.carry_out(PlaceOrders(*market.head(signer), (order,)))

    def _move_quotes(self) -> None:
        """One step; turns round at the ends of the swing."""
        if abs(self._middle + self._direction * QUOTE_STEP - PRICE) > SWING:
            self._direction = -self._direction
        self._middle += self._direction * QUOTE_STEP
        self._market.move_quotes(self._middle)
