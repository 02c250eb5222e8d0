"""A market that many hold, some of them close to their requirement."""

from __future__ import annotations

import time
from typing import Final, final

from bellwether.engine.state.market import Market
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
from bellwether.schema.events import AutoDeleveraged, Event, LiquidationStarted
from bellwether.schema.instrument import InstrumentSpec, MarginTier
from bellwether.schema.presets import specify
from bellwether.units.quantities import USD

PRICE: Final = 100_000
SWING: Final = 1_000
STEP: Final = 100
"""In atoms: 100 USD, and quotes that swing 1 % to either side, a tenth of it an update."""

FALL: Final = 1_050
"""How far below the price the quotes go for a liquidation, in atoms."""

RUIN: Final = 2_500
"""How far they jump in one update, to where positions at 50x have lost more than they had."""

MAX_LEVERAGE: Final = 50
NEAR_LEVERAGES: Final = (45, 46, 47, 48)
FALL_LEVERAGES: Final = (50,)
ROOMY_LEVERAGES: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10)
"""Isolated positions survive a swing from 48x down, and a fall does away with those at 50x."""

NEAR_FUNDS_E6: Final = (24_000, 24_500, 25_000, 25_500)
ROOMY_FUNDS_E6: Final = (200_000, 300_000, 400_000, 500_000, 600_000)
"""What a cross account has, 10^-6 of its first position's notional; its two positions need 24,000
to be opened and 12,000 for maintenance."""

OTHER_PART: Final = 5
"""A cross account's second position is a fifth of its first."""

_HALF_SPREAD: Final = 10
_FEWEST_LOTS: Final = 200
_LOTS: Final = 800
_QUOTED_LOTS: Final = 10_000_000
_ISOLATED_USD: Final = 1_000
_MOVE_LIMIT_E6: Final = 50_000


@final
class CrowdedMarket:
    """`positions` accounts with one position each, every other one long, of which `near` are near
    their requirement; isolated, or cross with a second position in another market.

    `updates` holds the mean seconds of an update for each swing, `looks` how many accounts all of
    them have looked at, `falls` the seconds of each update that liquidated everybody near, `ruins`
    those of each that ruined them: those of this thread, since one update of many liquidations is
    long enough to be interrupted.
    """

    def __init__(self, positions: int, near: int, leverages: tuple[int, ...], cross: bool) -> None:
        assert positions % 2 == 0 and 2 * near <= positions, "every long position has a short one"
        self.positions = positions
        self.near = near
        self.updates: list[float] = []
        self.all_updates = 0
        self.looks = 0
        self.falls: list[float] = []
        self.ruins: list[float] = []
        self._leverages = leverages
        self._cross = cross
        specs = [_specification("NEAR", 0)]
        if cross:
            # Half a second apart, so that no update of one market falls on one of the other.
            specs.append(_specification("OTHER", SAMPLE_NS // 10))
        funds = [self._funds(number) for number in range(positions)]
        self._market = QuotedMarket(
            tuple(specs), funds, _HALF_SPREAD, _QUOTED_LOTS, time.thread_time
        )
        self._market.advance_to(LAUNCH_NS + UPDATE_NS)
        for number in range(positions):
            self._enter(number)
        self._market.quote(PRICE)
        # The first move fences every new position; what is measured is every later one.
        self._move(STEP)
        self._move(0)

    def swing(self) -> None:
        """Everybody near trades a lot forth and back; then quotes go up, down, and back again.

        An update that falls together with a sample is not measured. Raises BenchFailed for a
        liquidation.
        """
        for pair in range(self.near):
            for is_buy in (True, False):
                self._trade(2 * pair + 1, is_buy, 1)
        seconds: list[float] = []
        path = [*range(STEP, SWING, STEP), *range(SWING, -SWING, -STEP), *range(-SWING, STEP, STEP)]
        for place in path:
            looked = self._measured.fences.looked_at
            took, liquidated = self._move(place)
            if liquidated:
                raise BenchFailed(f"{liquidated:,} positions were liquidated in a swing")
            if (self._market.now_ns - LAUNCH_NS) % SAMPLE_NS == 0:
                continue
            seconds.append(took)
            self.looks += self._measured.fences.looked_at - looked
            self.all_updates += 1
        self.updates.append(sum(seconds) / len(seconds))

    def fall(self) -> None:
        """Quotes go down until one update liquidates all who are near; these enter anew then.

        Raises BenchFailed unless it is exactly these.
        """
        for place in range(-STEP, -SWING, -STEP):
            _, liquidated = self._move(place)
            if liquidated:
                raise BenchFailed(f"{liquidated:,} positions were liquidated too early")
        took, liquidated = self._move(-FALL)
        if liquidated != self.near or len(self._measured.holders) > self.positions + 1 - self.near:
            raise BenchFailed(f"{liquidated:,} of {self.near:,} positions were liquidated")
        self.falls.append(took)
        self._move(0)
        for pair in range(self.near):
            self._trade(2 * pair + 1, True, _lots(pair))
        self._move(0)

    def ruin(self) -> None:
        """One update ruins all who are near, and no bid takes them: they are deleveraged.

        Then everybody has again what he had. Raises BenchFailed unless it is exactly these.
        """
        took, events = self._update(-RUIN)
        liquidated = {e.account for e in events if isinstance(e, LiquidationStarted)}
        closed = {e.account for e in events if isinstance(e, AutoDeleveraged)}
        if len(liquidated) != self.near or closed != liquidated:
            raise BenchFailed(f"{len(closed):,} of {self.near:,} positions were deleveraged")
        self.ruins.append(took)
        self._move(0)
        users = self._market.engine.venue.users
        for number in range(self.positions):
            held = users[address(number)].holdings[0].lots
            missing = _lots(number // 2) - abs(held)
            if missing:
                self._trade(number, number % 2 == 1, missing)
        self._move(0)

    def check(self) -> None:
        """Raises BenchFailed unless all positions are there; the quoter may have one, too."""
        found = len(self._measured.holders)
        if not 0 <= found - self.positions <= 1:
            raise BenchFailed(f"{found:,} of {self.positions:,} positions are open")
        self._market.engine.audit()

    @property
    def _measured(self) -> Market:
        return self._market.engine.venue.markets[0]

    def _funds(self, number: int) -> int:
        if not self._cross:
            return _ISOLATED_USD * USD
        pair = number // 2
        shares = NEAR_FUNDS_E6 if self._is_near(number) else ROOMY_FUNDS_E6
        return _lots(pair) * PRICE * shares[pair % len(shares)] // 10**6

    def _is_near(self, number: int) -> bool:
        """The long halves of the first pairs."""
        return number % 2 == 1 and number // 2 < self.near

    def _enter(self, number: int) -> None:
        """The account's leverage, and its positions against the other half of its pair."""
        pair = number // 2
        choices = self._leverages if self._is_near(number) else ROOMY_LEVERAGES
        leverage = MAX_LEVERAGE if self._cross else choices[pair % len(choices)]
        for asset in range(len(self._market.engine.venue.markets)):
            head = self._market.head(address(number))
            self._market.carry_out(UpdateLeverage(*head, asset, self._cross, leverage))
            lots = _lots(pair) if asset == 0 else _lots(pair) // OTHER_PART
            is_buy = number % 2 == 1
            order = OrderRequest(asset, is_buy, PRICE, lots, codes.GTC)
            self._market.carry_out(PlaceOrders(*self._market.head(address(number)), (order,)))

    def _trade(self, number: int, is_buy: bool, lots: int) -> None:
        """An account trades with the quoter."""
        head = self._market.head(address(number))
        price = PRICE + (_HALF_SPREAD if is_buy else -_HALF_SPREAD)
        order = OrderRequest(0, is_buy, price, lots, codes.IOC)
        self._market.carry_out(PlaceOrders(*head, (order,)))

    def _move(self, place: int) -> tuple[float, int]:
        """Moves the quotes to the next update: its seconds, how many were liquidated."""
        took, events = self._update(place)
        return took, sum(isinstance(event, LiquidationStarted) for event in events)

    def _update(self, place: int) -> tuple[float, list[Event]]:
        """Moves the quotes, and lives to the next update alone: its seconds, its events."""
        market = self._market
        market.move_quotes(PRICE + place)
        due_ns = market.now_ns + UPDATE_NS
        market.advance_to(due_ns - 1)
        return market.advance_to(due_ns)


def _specification(symbol: str, later_ns: int) -> InstrumentSpec:
    """A market whose mark goes where its quotes are, without fees."""
    return specify(
        "standard_equity",
        symbol,
        "",
        reference_atoms=PRICE,
        max_leverage=MAX_LEVERAGE,
        tiers=(MarginTier(0, MAX_LEVERAGE),),
        oracle={"basis_time_constant_ns": 1, "move_limit_e6": _MOVE_LIMIT_E6},
        taker_fee_e9=0,
        maker_fee_e9=0,
        fee_tiers=(),
        min_order_value_e6=0,
        open_interest_cap_e6=0,
        launch_time=LAUNCH_NS + later_ns,
    )


def _lots(pair: int) -> int:
    """20 to 100 USD."""
    return _FEWEST_LOTS + pair % _LOTS
