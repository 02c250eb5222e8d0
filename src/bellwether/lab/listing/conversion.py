"""A recorded market through its listing, by the engine itself (LIFE-7, LIFE-8, PRICE-20).

Two accounts quote a tick around every recorded print and trade a little at it, so that the print is
impact price, middle and last trade until the next. From the opening cross on two sources say what
the share is worth, every few seconds; the listing is confirmed by two keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, final

import msgspec

from bellwether.engine.engine import Engine
from bellwether.engine.state.market import Market
from bellwether.lab.listing.bars import Bars
from bellwether.lab.tape import Print
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrders,
    ConfirmListing,
    DecideProposal,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PlaceOrders,
    SubmitExternalPrice,
)
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.quantities import NS_PER_MINUTE, NS_PER_S

OPERATORS: Final = (b"\x01" * 20, b"\x02" * 20)
QUOTERS: Final = (b"\x0a" * 20, b"\x0b" * 20)
SOURCES: Final = ("consolidated", "primary")
WEALTH_E6: Final = 10**15
DEEP_LOTS: Final = 1_000_000
TRADED_LOTS: Final = 1_000
ROUND_NS: Final = 3 * NS_PER_S
MARK_NS: Final = 15 * NS_PER_MINUTE
ADMITTED: Final = codes.EVERY_OPERATOR_ROLE


class Moment(msgspec.Struct, frozen=True):
    """A quarter of an hour after the cross, prices in atoms. `share` is the last bar's close,
    `print` the last recorded print of the real perpetual."""

    time_ns: int
    share: int
    print: int
    oracle: int
    mark: int
    phase: int


def live_through(
    spec: InstrumentSpec,
    prints: list[Print],
    bars: Bars,
    cross_ns: int,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Moment]:
    """The moments from the first full quarter after the cross to the end of the bars.

    `progress` is told how many of the tape's nanoseconds have been lived.
    """
    stage = _Stage(spec, prints[0].time_ns)
    start_ns, end_ns = prints[0].time_ns, bars.end_ns
    waiting = [one for one in prints if one.time_ns <= end_ns]
    next_round = cross_ns
    next_mark = cross_ns - cross_ns % MARK_NS + MARK_NS
    is_confirmed = False
    last = waiting[0]
    while True:
        now = min(waiting[0].time_ns if waiting else end_ns + 1, next_round, next_mark)
        if now > end_ns:
            return
        if waiting and waiting[0].time_ns == now:
            last = waiting.pop(0)
            stage.quote(last.price_atoms, now)
        if now == next_round:
            stage.say(bars.price_at(min(now, end_ns - 1)), now)
            next_round += ROUND_NS
            if not is_confirmed:
                is_confirmed = True
                stage.confirm(bars.price_at(cross_ns), cross_ns, now)
        if now == next_mark:
            market = stage.wait(now)
            share = bars.last_close(now)
            yield Moment(
                now, share, last.price_atoms, market.oracle_price, market.mark_price, market.phase
            )
            next_mark += MARK_NS
        if progress is not None:
            progress(now - start_ns, end_ns - start_ns)


@final
class _Stage:
    """An engine with one market, two keys and two accounts that quote."""

    def __init__(self, spec: InstrumentSpec, start_ns: int) -> None:
        self._engine = Engine()
        self._nonce = 0
        self._quotes: list[tuple[bytes, int]] = []
        self._round = 0
        self._tick = 10 ** max(0, 6 - spec.size_decimals - 2)
        genesis = Genesis(
            (spec.dex,),
            (msgspec.structs.replace(spec, launch_time=start_ns),),
            tuple((key, ADMITTED) for key in OPERATORS),
            tuple(GenesisAccount(who, "XX", "retail", ((spec.dex, WEALTH_E6),)) for who in QUOTERS),
            False,
            True,
            tuple((name, OPERATORS[0]) for name in SOURCES),
        )
        self._run(genesis, start_ns)

    def _run(self, command: AnyCommand, now: int) -> None:
        self._engine.apply(command, now)

    def _head(self, who: bytes) -> tuple[bytes, bytes, int, int]:
        self._nonce += 1
        return who, b"", self._nonce, 0

    @property
    def market(self) -> Market:
        return self._engine.venue.markets[0]

    def wait(self, now: int) -> Market:
        """The market once every timer up to then has run."""
        self._run(AdvanceTime(), now)
        return self.market

    def quote(self, price: int, now: int) -> None:
        """Takes the old quotes away, trades at the price, and quotes a tick around it."""
        for account in self._engine.venue.dexes[0].accounts:
            old = tuple((0, number) for number in account.orders)
            if old:
                self._run(CancelOrders(*self._head(account.user.address), old), now)
        self._round += 1
        maker, taker = QUOTERS if self._round % 2 else QUOTERS[::-1]
        tick = self._tick
        price -= price % tick
        self._order(maker, False, price, TRADED_LOTS, now)
        self._order(taker, True, price, TRADED_LOTS, now)
        self._order(QUOTERS[0], True, price - tick, DEEP_LOTS, now)
        self._order(QUOTERS[1], False, price + tick, DEEP_LOTS, now)

    def _order(self, who: bytes, is_buy: bool, price: int, lots: int, now: int) -> None:
        request = OrderRequest(0, is_buy, price, lots, codes.GTC, False, b"", codes.NO_TRIGGER, 0)
        self._run(PlaceOrders(*self._head(who), (request,), codes.UNGROUPED), now)

    def say(self, price: int, now: int) -> None:
        """Both sources have seen the share at this price."""
        for source in SOURCES:
            self._nonce += 1
            session = codes.REGULAR_SESSION
            command = SubmitExternalPrice(OPERATORS[0], self._nonce, 0, source, price, now, session)
            self._run(command, now)

    def confirm(self, cross_price: int, cross_ns: int, now: int) -> None:
        """Two keys confirm the listing."""
        self._nonce += 1
        spec = self.market.spec
        exchange = spec.listing_exchange or "XNAS"
        facts = (exchange, spec.symbol, "ipo", "US", cross_price, cross_ns, "convert")
        text = f"{spec.symbol} has listed."
        self._run(ConfirmListing(OPERATORS[0], self._nonce, 0, *facts, "", text), now)
        self._nonce += 1
        self._run(DecideProposal(OPERATORS[1], self._nonce, 1, True), now)
