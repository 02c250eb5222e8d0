"""All read models together: batches of events in, rows out.

The number of the last applied command is committed together with the rows, so a file is always
exactly as far as it says. Which views an event concerns is one table, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any, Final

from bellwether.schema import codes, events
from bellwether.schema.commands import AdvanceTime, Command, SubmitObservation
from bellwether.views import announcements, candles, indexes, orders, prices, re_anchors, trades
from bellwether.views.day_statistics import DayStatistics
from bellwether.views.history import (
    adjustments,
    certificates,
    day_sums,
    fills,
    funding,
    ledger_updates,
    statuses,
    volumes,
)
from bellwether.views.history.statements import Statements
from bellwether.views.standing import acts, decisions, refused_inputs, twaps, withdrawals
from bellwether.views.store import IN_MEMORY, Moment, Store, discard

_MODULES: Final = (
    acts,
    adjustments,
    announcements,
    candles,
    certificates,
    day_sums,
    decisions,
    fills,
    funding,
    indexes,
    ledger_updates,
    orders,
    prices,
    re_anchors,
    refused_inputs,
    statuses,
    trades,
    twaps,
    volumes,
    withdrawals,
)

Item = tuple[int, Command, Sequence[events.Event]]
"""The stamped time (ns), the command, and what it caused."""


class Views:
    """Every read model over one SQLite file; `path` None keeps it in memory.

    Raises ViewsDamaged if the file can not be used: discard it and read the journal again.
    """

    def __init__(self, path: str | PathLike[str] | None = None) -> None:
        self._path = IN_MEMORY if path is None else str(path)
        self._open()

    @classmethod
    def open(cls, path: str | PathLike[str] | None) -> Views:
        """Open or create the file; raises ViewsDamaged."""
        return cls(path)

    @classmethod
    def afresh(cls, path: str | PathLike[str] | None) -> Views:
        """Delete the file, whatever it is, and begin an empty one."""
        if path is not None:
            discard(str(path))
        return cls(path)

    def _open(self) -> None:
        self._store = Store(self._path)
        for module in _MODULES:
            for statement in module.SCHEMA:
                self._store.connection.execute(statement)
        self.orders = orders.Orders(self._store)
        self.fills = fills.Fills(self._store)
        self.trades = trades.Trades(self._store)
        self.candles = candles.Candles(self._store)
        self.day_statistics = DayStatistics(self.candles)
        self.prices = prices.Prices(self._store)
        self.re_anchors = re_anchors.ReAnchors(self._store)
        self.indexes = indexes.Indexes(self._store)
        self.funding = funding.Funding(self._store)
        self.ledger_updates = ledger_updates.LedgerUpdates(self._store)
        self.volumes = volumes.Volumes(self._store)
        self.announcements = announcements.Announcements(self._store)
        self.twaps = twaps.Twaps(self._store)
        self.refused_inputs = refused_inputs.RefusedInputs(self._store)
        self.withdrawals = withdrawals.Withdrawals(self._store)
        self.decisions = decisions.Decisions(self._store)
        self.acts = acts.Acts(self._store, self.decisions)
        self.statuses = statuses.Statuses(self._store)
        self.adjustments = adjustments.Adjustments(self._store)
        self.day_sums = day_sums.DaySums(self._store)
        self.certificates = certificates.Certificates(self._store, self.prices)
        self.statements = Statements(
            self.fills, self.funding, self.ledger_updates, self.adjustments, self.day_sums
        )
        self._parts = (
            self.adjustments,
            self.certificates,
            self.day_sums,
            self.announcements,
            self.twaps,
            self.refused_inputs,
            self.withdrawals,
            self.acts,
            self.decisions,
            self.statuses,
            self.orders,
            self.fills,
            self.trades,
            self.candles,
            self.prices,
            self.re_anchors,
            self.indexes,
            self.funding,
            self.ledger_updates,
            self.volumes,
        )
        self._at = Moment()
        self._traded: set[int] = set()
        self._table = _routes(self)

    @property
    def applied_seq(self) -> int:
        """The number of the last command that is in the file, 0 for an empty one."""
        return self._store.applied_seq

    @property
    def record_hash(self) -> bytes:
        """The hash of the journal's record that ends with `applied_seq`; empty if not known."""
        return self._store.record_hash

    def address_of(self, number: int) -> bytes:
        """Return the address behind a user number of a row."""
        return self._store.address_of(number)

    def reset(self) -> None:
        """Delete everything and begin again at 0; the journal is to be applied anew."""
        self._store.abandon()
        discard(self._path)
        self._open()

    def commit(self) -> None:
        """Make the file hold everything that has been applied; `close` does so too."""
        self._store.commit()

    def close(self) -> None:
        """Commit and close the file."""
        self._store.close()

    def apply_batch(self, first_seq: int, items: Sequence[Item], record_hash: bytes = b"") -> None:
        """Apply consecutive commands, the first numbered `first_seq`, all of them or none.

        `record_hash` is that of the journal's record that ends with the last of them.
        Commands that are in the file already are skipped; a gap is an AssertionError.
        """
        done = self._store.applied_seq
        assert first_seq <= done + 1, f"commands {done + 1} to {first_seq - 1} are missing"
        last_seq = first_seq + len(items) - 1
        if last_seq <= done:
            return
        seq = first_seq
        table, at = self._table, self._at
        for time_ns, command, caused in items:
            if seq > done:
                at.seq = seq
                at.move_to(time_ns)
                if isinstance(command, AdvanceTime):
                    self._apply_timers(caused)
                else:
                    for event in caused:
                        route = table.get(type(event))
                        if route is not None:
                            route(event)
                    if type(command) in acts.KINDS:
                        self._acted(command, caused)
            seq += 1
        if self.certificates.stated:
            self.certificates.take(
                first_seq,
                self._store.record_hash,
                record_hash,
                [item[0] for item in items],
                [item[2] for item in items],
            )
        for part in self._parts:
            part.flush(self._store.rows)
        if self._traded:
            self.day_statistics.forget(self._traded)
            self._traded.clear()
        self._store.advance(last_seq, record_hash)

    def _acted(self, command: Command, caused: Sequence[events.Event]) -> None:
        """A command of an operator or a deployer, and what it caused."""
        self.acts.happened(command, caused, self._at)
        if isinstance(command, SubmitObservation):
            self.refused_inputs.observed(command, caused)

    def _apply_timers(self, caused: Sequence[events.Event]) -> None:
        """What a timer caused has the time that the last price or funding event before it names."""
        table, at = self._table, self._at
        for event in caused:
            if isinstance(event, _TIMED):
                at.move_to(event.time_ns)
            route = table.get(type(event))
            if route is not None:
                route(event)

    def _traded_in(self, event: events.TradeExecuted) -> None:
        at, order = self._at, self.orders
        taker_cloid = order.client_id_of(event.taker_order_id)
        maker_cloid = order.client_id_of(event.maker_order_id)
        mark = self.prices.mark_of(event.asset)
        twap_id = self.twaps.of_order(event.taker_order_id)
        sides = self.fills.traded(event, at, mark, (taker_cloid, maker_cloid), twap_id)
        self.day_sums.traded(event, *sides, at.time_ms)
        order.traded(event, at)
        self.trades.traded(event, at)
        self.candles.traded(event, at)
        self.funding.traded(event, at)
        self.volumes.traded(event, at)
        self._traded.add(event.asset)

    def _deleveraged(self, event: events.AutoDeleveraged) -> None:
        self.fills.deleveraged(event, self._at, self.prices.mark_of(event.asset))
        self.funding.deleveraged(event, self._at)
        self.day_sums.deleveraged(event, self._at)

    def _taken_over(self, event: events.PositionTakenOver) -> None:
        self.fills.deleveraged(event, self._at, self.prices.mark_of(event.asset))
        self.funding.taken_over(event, self._at)
        self.adjustments.taken_over(event, self._at)
        self.day_sums.taken_over(event, self._at)

    def _charged(self, event: events.LiquidationFeePaid) -> None:
        self.adjustments.charged(event, self._at)
        self.day_sums.charged(event, self._at)

    def _endowed(self, event: events.CapitalPaidIn) -> None:
        if event.account:
            self.adjustments.endowed(event, self._at)
            self.day_sums.endowed(event, self._at)

    def _position_settled(self, event: events.PositionSettled) -> None:
        self.fills.settled(event, self._at)
        self.funding.closed(event, self._at)
        self.day_sums.settled(event, self._at)

    def _funding_paid(self, event: events.FundingPaid) -> None:
        self.day_sums.funded(self.funding.paid(event, self._at))

    def _funding_settled(self, event: events.FundingSettled) -> None:
        self.day_sums.funded(self.funding.settled(event, self._at))

    def _credited(self, event: events.Credited) -> None:
        self.ledger_updates.credited(event, self._at)
        self.day_sums.credited(event, self._at)

    def _debited(self, event: events.Debited) -> None:
        self.ledger_updates.debited(event, self._at)
        self.day_sums.debited(event, self._at)

    def _withdrawal_requested(self, event: events.WithdrawalRequested) -> None:
        self.withdrawals.requested(event, self._at)
        self.ledger_updates.withdrawn(event, self._at)
        self.day_sums.withdrawn(event, self._at)

    def _withdrawal_refused(self, event: events.WithdrawalRefused) -> None:
        self.withdrawals.refused(event, self._at)
        self.ledger_updates.returned(event, self._at)
        self.day_sums.returned(event, self._at)

    def _claimed(self, event: events.RewardsClaimed) -> None:
        self.ledger_updates.claimed(event, self._at)
        self.day_sums.claimed(event, self._at)

    def _transferred(self, event: events.Transferred) -> None:
        self.ledger_updates.transferred(event, self._at)
        self.day_sums.transferred(event, self._at)

    def _transferred_within(self, event: events.SubAccountTransferred) -> None:
        self.ledger_updates.transferred_within(event, self._at)
        self.day_sums.transferred_within(event, self._at)

    def _deficit_covered(self, event: events.DeficitCovered) -> None:
        self.adjustments.covered(event, self._at)
        self.day_sums.covered(event, self._at)

    def _rebased(self, event: events.MarketRebased) -> None:
        self.funding.restated(event)
        self.candles.rebased(event)
        self.trades.rebased(event, self._at)
        self._traded.add(event.asset)

    def _position_rebased(self, event: events.PositionRebased) -> None:
        self.funding.rebased(event, self._at)
        self.adjustments.rebased(event, self._at)
        self.day_sums.rebased(event, self._at)

    def _phase_changed(self, event: events.PhaseChanged) -> None:
        if event.phase == codes.CONVERTING:
            self.adjustments.converted(event, self.funding.positions(event.asset), self._at)

    def _listed(self, event: events.MarketListed) -> None:
        self.candles.listed(event, self._at)
        self.funding.listed(event)
        self.prices.listed(event, self._at)
        self.indexes.ruled(event.asset, event.spec)


_TIMED: Final = (
    events.PricesPublished,
    events.FundingPaid,
    events.ReAnchored,
    events.PhaseChanged,
    events.ScheduledCancelRan,
    events.OrderReleased,
    events.TwapSliceSent,
    events.TwapActivated,
    events.TwapEnded,
    events.PricesAwaited,
    events.BudgetEstimated,
    events.EventPhaseEntered,
    events.EventMarginBound,
    events.TradingStatusSet,
    events.VenueStatusSet,
    events.ProposalMade,
    events.ProposalDecided,
    events.Announced,
    events.ListingConfirmed,
    events.EventAwaited,
    events.EventDecided,
    events.SpecificationChanged,
    events.MarketRebased,
    events.MarketSettled,
    events.IndexPublished,
    events.ChangeLapsed,
    events.ShareCountRecorded,
    events.InputResolved,
)


def _routes(views: Views) -> dict[type[events.Event], Callable[[Any], None]]:
    """Which views an event concerns."""
    at = views._at
    order, money = views.orders, views.ledger_updates
    return {
        events.OrderPlaced: lambda event: order.placed(event, at),
        events.OrderRefused: lambda event: order.refused(event, at),
        events.OrderClosed: lambda event: order.closed(event, at),
        events.OrderAmended: lambda event: order.amended(event, at),
        events.OrderTriggered: lambda event: order.triggered(event, at),
        events.OrderActivated: lambda event: order.activated(event, at),
        events.TradeExecuted: views._traded_in,
        events.AutoDeleveraged: views._deleveraged,
        events.PositionTakenOver: views._taken_over,
        events.LiquidationFeePaid: views._charged,
        events.CapitalPaidIn: views._endowed,
        events.LiquidationStarted: lambda event: money.liquidated(event, at),
        events.PricesPublished: views.prices.published,
        events.ReAnchored: views.re_anchors.happened,
        events.IndexPublished: views.indexes.published,
        events.ObservationTaken: lambda event: views.indexes.observed(event, at),
        events.SpecificationChanged: lambda event: views.indexes.ruled(event.asset, event.spec),
        events.FundingPaid: views._funding_paid,
        events.FundingSettled: views._funding_settled,
        events.Credited: views._credited,
        events.Debited: views._debited,
        events.WithdrawalRequested: views._withdrawal_requested,
        events.ProposalMade: views.decisions.proposed,
        events.ProposalDecided: lambda event: views.decisions.decided(event, at),
        events.WithdrawalApproved: views.withdrawals.approved,
        events.WithdrawalReleased: lambda event: views.withdrawals.released(event, at),
        events.WithdrawalRefused: views._withdrawal_refused,
        events.RewardsClaimed: views._claimed,
        events.Transferred: views._transferred,
        events.SubAccountTransferred: views._transferred_within,
        events.DexOpened: views.day_sums.opened,
        events.EquityStated: views.certificates.state,
        events.DeficitCovered: views._deficit_covered,
        events.PhaseChanged: views._phase_changed,
        events.MarketListed: views._listed,
        events.Announced: lambda event: views.announcements.announced(event, at),
        events.TradingStatusSet: lambda event: views.statuses.changed(event, at),
        events.VenueStatusSet: lambda event: views.statuses.venue_changed(event, at),
        events.OrderRebased: order.rebased,
        events.TwapStarted: lambda event: views.twaps.started(event, at),
        events.TwapSliceSent: views.twaps.sent,
        events.TwapRebased: views.twaps.rebased,
        events.TwapActivated: lambda event: views.twaps.activated(event, at),
        events.TwapEnded: lambda event: views.twaps.ended(event, at),
        events.MarketRebased: views._rebased,
        events.PositionRebased: views._position_rebased,
        events.PositionSettled: views._position_settled,
    }
