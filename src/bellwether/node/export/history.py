"""Replaying a journal and telling its history row by row (IFACE-9, RULE-8).

Timers run one at a time, so that the state between them can be looked at: what a funding sample saw
is in no event. The events must be those recorded, byte for byte; nothing but the journal is read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, final

from bellwether.engine.engine import Engine
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import FUNDING_SAMPLE
from bellwether.journal import JournalError, RealDisk, read_records, verify_chain
from bellwether.node.errors import DirectoryMissing
from bellwether.node.export import tables as t
from bellwether.node.node import JOURNAL_NAME
from bellwether.node.recovery import Progress, no_progress, replay_record
from bellwether.schema import codes, events
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import Event
from bellwether.schema.instrument import InstrumentSpec

Tell = Callable[[InstrumentSpec, t.Table, t.Row], None]
"""Takes a row of a market; its first value is the time (ns), and times do not run backwards."""

SESSIONS: Final = {number: name for name, number in codes.SESSIONS.items()}
TRADE_KINDS: Final = {codes.NORMAL_TRADE: "trade", codes.LIQUIDATION_TRADE: "liquidation"}
FREEZES: Final = {0: None, 1: "too few live sources", 2: "the sources are too far apart"}


def tell_history(
    data_dir: Path, tell: Tell, until_ns: int, progress: Progress = no_progress
) -> int:
    """Tells everything that happened before `until_ns`; returns the number of commands read.

    Raises DirectoryMissing, and JournalError or NodeError for a journal that can not be replayed.
    """
    directory = data_dir / JOURNAL_NAME
    try:
        chain = verify_chain(directory)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DirectoryMissing(f"{data_dir} holds no journal: {directory} is not there") from error
    if isinstance(chain.damage, JournalError):
        raise chain.damage
    replay = _Replay(tell, until_ns)
    for record in read_records(RealDisk(), directory):
        if record.last_seq > chain.tail_seq:
            break
        replay_record(replay, record)
        progress(record.last_seq, chain.tail_seq)
        if replay.engine.venue.time_ns >= until_ns:
            break
    return replay.seq


@final
class _Replay:
    """The engine, with a look at what every timer and every command did."""

    def __init__(self, tell: Tell, until_ns: int) -> None:
        self.engine = Engine()
        self.seq = 0
        self._tell = tell
        self._until_ns = until_ns
        self._kinds: dict[type[Event], Callable[[Any, int], None]] = {
            events.TradeExecuted: self._traded,
            events.AutoDeleveraged: self._deleveraged,
            events.PositionTakenOver: self._deleveraged,
            events.PricesPublished: self._published,
            events.ObservationTaken: self._observed,
            events.ExternalPriceTaken: self._price_taken,
            events.IndexPublished: self._index,
            events.FundingPaid: self._funding,
            events.Announced: self._announced,
            events.MarketRebased: self._rebased,
        }

    def apply(self, command: AnyCommand, time_ns: int) -> list[Event]:
        engine = self.engine
        self.seq += 1
        caused: list[Event] = []
        due_ns = engine.next_timer_ns()
        while due_ns and due_ns <= max(time_ns, engine.venue.time_ns):
            caused += self._run_timer()
            due_ns = engine.next_timer_ns()
        own = engine.apply(command, time_ns)
        self._look(own)
        return caused + own

    def next_timer_ns(self) -> int:
        return self.engine.next_timer_ns()

    def snapshot(self) -> bytes:
        return self.engine.snapshot()

    def _run_timer(self) -> list[Event]:
        _, kind, subject = self.engine.venue.timers.waiting[0]
        market = self.engine.venue.markets[subject] if kind == FUNDING_SAMPLE else None
        before = (0, 0) if market is None else (market.premium_sum, market.premium_samples)
        caused = self.engine.run_timer()
        if market is not None and market.premium_samples > before[1]:
            self._sampled(market, market.premium_sum - before[0])
        self._look(caused)
        return caused

    def _look(self, caused: list[Event]) -> None:
        now = self.engine.venue.time_ns
        if now >= self._until_ns:
            return
        for event in caused:
            tell = self._kinds.get(type(event))
            if tell is not None:
                tell(event, now)

    def _say(self, asset: int, table: t.Table, now: int, *values: int | str | None) -> None:
        spec = self.engine.venue.markets[asset].spec
        self._tell(spec, table, t.checked(table, (now, self.seq, *values)))

    # -- one table each -------------------------------------------------------------------------
    def _sampled(self, market: Market, premium: int) -> None:
        now = self.engine.venue.time_ns
        if now >= self._until_ns:
            return
        self._say(
            market.asset,
            t.FUNDING_SAMPLES,
            now,
            premium,
            t.absent_if(market.impact_bid_fine, -1),
            t.absent_if(market.impact_ask_fine, -1),
            market.prices.oracle_fine,
        )

    def _traded(self, event: events.TradeExecuted, now: int) -> None:
        side = "buy" if event.is_buy else "sell"
        what = (event.price, event.lots, event.price * event.lots, TRADE_KINDS[event.kind])
        self._say(event.asset, t.TRADES, now, event.trade_id, side, *what)

    def _deleveraged(
        self, event: events.AutoDeleveraged | events.PositionTakenOver, now: int
    ) -> None:
        side = "buy" if event.is_buy else "sell"
        kind = "deleveraging" if isinstance(event, events.AutoDeleveraged) else "takeover"
        what = (event.price, event.lots, event.price * event.lots, kind)
        self._say(event.asset, t.TRADES, now, event.trade_id, side, *what)

    def _published(self, event: events.PricesPublished, now: int) -> None:
        parts = (event.component_oracle, event.component_basis, event.component_book)
        self._say(event.asset, t.MARKS, now, event.mark_price, event.oracle_price, *parts)

    def _observed(self, event: events.ObservationTaken, now: int) -> None:
        self._say(
            event.asset,
            t.OBSERVATIONS,
            now,
            event.source,
            event.kind,
            event.value_e6,
            event.unit,
            event.price_fine,
            event.observed_ns,
            "held" if event.is_held else "accepted",
        )

    def _price_taken(self, event: events.ExternalPriceTaken, now: int) -> None:
        what = (event.source, event.price, event.observed_ns, SESSIONS[event.session])
        self._say(event.asset, t.EXTERNAL_PRICES, now, *what)

    def _index(self, event: events.IndexPublished, now: int) -> None:
        frozen = FREEZES.get(event.reason, str(event.reason))
        median = t.absent_if(event.median_fine, -1)
        what = (event.index_fine, median, frozen, event.method_version)
        self._say(event.asset, t.INDEX, now, *what)
        for one in event.inputs:
            self._say(event.asset, t.INDEX_INPUTS, now, *one)

    def _funding(self, event: events.FundingPaid, now: int) -> None:
        what = (event.rate_e12, event.premium_e12, event.samples, event.oracle_price)
        self._say(event.asset, t.FUNDING, now, *what)

    def _announced(self, event: events.Announced, now: int) -> None:
        assets = [event.asset] if event.asset >= 0 else list(self.engine.venue.markets)
        for asset in assets:
            self._say(
                asset,
                t.ANNOUNCEMENTS,
                now,
                event.kind,
                event.title,
                event.text,
                event.text_hash.hex(),
                event.grounds,
                event.effective_ns or event.time_ns,
            )

    def _rebased(self, event: events.MarketRebased, now: int) -> None:
        self._say(event.asset, t.REBASES, now, event.numerator, event.denominator)
