"""The engine: one command in, events out. Pure: no clock, no luck, no files (law 2)."""

from __future__ import annotations

from hashlib import sha256
from typing import cast, final

from bellwether.engine.acts.changes import reach_change
from bellwether.engine.acts.deployers import annotate, insert_margin_table, set_sub_deployers
from bellwether.engine.acts.halts import reach_halt_end, reopen, set_trading_status
from bellwether.engine.admission import admit_together
from bellwether.engine.conservation import audit, check_market
from bellwether.engine.conversion.conversion import (
    reach_event_deadline,
    take_external_price,
)
from bellwether.engine.conversion.halts import take_exchange_halt
from bellwether.engine.conversion.listing_day import give_up_listing_day, take_indication
from bellwether.engine.conversion.ramp import step_ramp
from bellwether.engine.fees.claims import approve_builder_fee, claim_rewards, set_fee_recipient
from bellwether.engine.funding.hours import sample_premium, settle_hour
from bellwether.engine.handlers.accounts import (
    approve_agent,
    noop,
    top_up_isolated_margin,
    transfer_between_dexes,
    update_isolated_margin,
    update_leverage,
)
from bellwether.engine.handlers.cancels import (
    cancel_by_client_id,
    cancel_orders,
    modify_orders,
    run_scheduled_cancel,
    schedule_cancel,
)
from bellwether.engine.handlers.disclosures import accept_disclosure, publish_disclosure
from bellwether.engine.handlers.genesis import found
from bellwether.engine.handlers.operators import credit, debit, set_account
from bellwether.engine.handlers.orders import place_orders
from bellwether.engine.handlers.sub_accounts import create_sub_account, name_account
from bellwether.engine.index.observe import observe
from bellwether.engine.index.update import compute_index
from bellwether.engine.life.launch import begin_auction, launch
from bellwether.engine.life.proposals import (
    DISCRETIONARY,
    announce_text,
    decide,
    expire,
    propose,
)
from bellwether.engine.life.settlement import delist, reach_deadline, reach_outside_launch
from bellwether.engine.limits.budget import estimate_budget
from bellwether.engine.limits.event_clock import reach_event_notice
from bellwether.engine.liquidation.waterfall.assignment import set_assignment
from bellwether.engine.liquidation.waterfall.capital import pay_in_capital
from bellwether.engine.orders import settle_children, settle_flattened
from bellwether.engine.pricing import update_prices
from bellwether.engine.protection.release import release
from bellwether.engine.protection.resumption import resume_venue
from bellwether.engine.protection.strain import set_venue_status
from bellwether.engine.signers.conversion import convert_to_multi_sig
from bellwether.engine.snapshot.venue import dump_venue, restore_venue
from bellwether.engine.state import timers
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.venue import Venue
from bellwether.engine.triggering import fire_by_last
from bellwether.engine.twap.slices import cancel_twap, place_twap, run_slice
from bellwether.engine.withdrawals.desk import PAYOUTS, carry_out_payout
from bellwether.engine.words import (
    ADVANCE_TIME,
    CANCEL_BY_CLIENT_ID,
    CANCEL_ORDERS,
    MODIFY_ORDERS,
    PLACE_ORDERS,
)
from bellwether.schema import codes
from bellwether.schema.commands import (
    AcceptDisclosure,
    ActTogether,
    AnnotateMarket,
    Announce,
    ApproveAgent,
    ApproveBuilderFee,
    CancelByClientId,
    CancelOrders,
    CancelTwap,
    ClaimRewards,
    ConvertToMultiSig,
    CreateSubAccount,
    Credit,
    Debit,
    DecideProposal,
    Genesis,
    InsertMarginTable,
    ModifyOrders,
    NameAccount,
    Noop,
    PayInCapital,
    PlaceOrders,
    PlaceTwap,
    PublishDisclosure,
    ReportExchangeHalt,
    ResumeVenue,
    ScheduleCancel,
    SetAccount,
    SetAssignment,
    SetFeeRecipient,
    SetSubDeployers,
    SetTradingStatus,
    SetVenueStatus,
    SubmitExternalPrice,
    SubmitIndication,
    SubmitObservation,
    TopUpIsolatedMargin,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import Event
from bellwether.units.quantities import NS_PER_HOUR, NS_PER_MINUTE


@final
class Engine:
    """All state is in `venue`. Refusals are events; an AssertionError is a bug: the node ends."""

    def __init__(self) -> None:
        self.venue: Venue = Venue()
        self._turn: Turn = Turn(self.venue, 0)

    def apply(self, command: object, time_ns: int) -> list[Event]:
        """Runs the timers due up to `time_ns`, then the command; returns all events in order.

        A time before the venue's is taken as the venue's: engine time never goes back.
        """
        venue = self.venue
        turn = self._turn
        turn.events = []
        now = time_ns if time_ns > venue.time_ns else venue.time_ns
        due = venue.timers.next_ns()
        while due != 0 and due <= now:
            self._run_whole_timer(turn)
            due = venue.timers.next_ns()
        venue.time_ns = now
        turn.time_ns = now
        if now >= venue.day_ends_ns:
            venue.begin_day(now)
        if venue.accruing:
            _accrue(venue)
        _carry_out(turn, command)
        if turn.ended_parents:
            settle_children(turn)
        if turn.flattened:
            settle_flattened(turn)
        if turn.last_moved:
            fire_by_last(turn)
        market = turn.touched
        if market is not None:
            check_market(market)
            turn.touched = None
            if turn.touched_too:
                for other in turn.touched_too:
                    check_market(other)
                turn.touched_too.clear()
        return turn.events

    def run_timer(self) -> list[Event]:
        """Runs the timer that is due next, as `apply` would before a later command; its events.

        For who looks at the state between timers; the events of one command are those of its timers
        and its own, in this order.
        """
        turn = self._turn
        turn.events = []
        self._run_whole_timer(turn)
        return turn.events

    def next_timer_ns(self) -> int:
        """When the next timer is due, UTC nanoseconds; 0 if none is set."""
        return self.venue.timers.next_ns()

    def audit(self) -> None:
        """Recomputes every total from single accounts; raises AssertionError on a difference."""
        audit(self.venue)

    def snapshot(self) -> bytes:
        """The whole state as bytes; equal states give equal bytes."""
        return dump_venue(self.venue)

    def state_hash(self) -> bytes:
        """SHA-256 of the snapshot."""
        return sha256(self.snapshot()).digest()

    @staticmethod
    def restore(payload: bytes) -> Engine:
        """The engine whose snapshot this is."""
        engine = Engine()
        engine.venue = restore_venue(payload)
        engine._turn = Turn(engine.venue, engine.venue.time_ns)
        return engine

    def _run_whole_timer(self, turn: Turn) -> None:
        self._run_timer(turn)
        if turn.ended_parents:
            settle_children(turn)
        if turn.flattened:
            settle_flattened(turn)
        if turn.last_moved:
            fire_by_last(turn)

    def _run_timer(self, turn: Turn) -> None:
        venue = self.venue
        when, kind, subject = venue.timers.pop()
        venue.time_ns = when
        turn.time_ns = when
        if when >= venue.day_ends_ns:
            venue.begin_day(when)
        if venue.accruing:
            _accrue(venue)
        if kind == timers.SCHEDULED_CANCEL:
            run_scheduled_cancel(turn, venue.user_list[subject])
            return
        if kind == timers.TWAP_SLICE:
            run_slice(turn, venue.twaps[subject])
            return
        if kind == timers.TAKER_RELEASE:
            release(turn, subject)
            return
        if kind == timers.PROPOSAL_EXPIRY:
            expire(turn, subject)
            return
        if kind == timers.SPECIFICATION_CHANGE:
            reach_change(turn, subject)
            return
        market = venue.markets[subject]
        if market.phase == codes.SETTLED:
            return
        if kind == timers.ORACLE_UPDATE:
            update_prices(turn, market)
            venue.timers.add(when + market.spec.oracle.interval_ns, kind, subject)
        elif kind == timers.FUNDING_SAMPLE:
            sample_premium(turn, market)
            venue.timers.add(when + market.spec.funding.sample_interval_ns, kind, subject)
        elif kind == timers.FUNDING_HOUR:
            settle_hour(turn, market)
            venue.timers.add(when + NS_PER_HOUR, kind, subject)
        elif kind == timers.INDEX_UPDATE:
            policy = market.spec.index
            if policy is not None and policy.source == "observations":
                compute_index(turn, market, policy)
                venue.timers.add(when + policy.interval_ns, kind, subject)
        elif kind == timers.BUDGET_MINUTE:
            estimate_budget(turn, market)
            venue.timers.add(when + NS_PER_MINUTE, kind, subject)
        elif kind == timers.LAUNCH:
            launch(turn, market)
        elif kind == timers.AUCTION_START:
            begin_auction(turn, market)
        elif kind == timers.OUTSIDE_LAUNCH:
            reach_outside_launch(turn, market)
        elif kind == timers.SETTLEMENT_DEADLINE:
            reach_deadline(turn, market)
        elif kind == timers.RAMP_STEP:
            step_ramp(turn, market)
        elif kind == timers.LISTING_DAY_END:
            give_up_listing_day(turn, market)
        elif kind == timers.EVENT_DEADLINE:
            reach_event_deadline(turn, market)
        elif kind == timers.DELISTING_END:
            delist(turn, market)
        elif kind == timers.HALT_END:
            reach_halt_end(turn, market)
        elif kind == timers.EVENT_CLOCK:
            reach_event_notice(turn, market)
        elif kind == timers.REOPENING:
            reopen(turn, market)
        elif kind == timers.LAST_TRIGGERS:
            turn.last_moved.append(market)


def _accrue(venue: Venue) -> None:
    """Brings continuous funding up to the moment, so that all equities are of one time (FUND-5)."""
    for market in venue.accruing:
        if market.phase != codes.SETTLED:
            market.accrue_funding(venue.time_ns)


def _carry_out(turn: Turn, command: object) -> None:
    """Hands the command to its handler; the frequent kinds are asked for first, by exact type."""
    kind = type(command)
    if kind is PLACE_ORDERS:
        place_orders(turn, cast(PlaceOrders, command))
    elif kind is CANCEL_ORDERS:
        cancel_orders(turn, cast(CancelOrders, command))
    elif kind is MODIFY_ORDERS:
        modify_orders(turn, cast(ModifyOrders, command))
    elif kind is CANCEL_BY_CLIENT_ID:
        cancel_by_client_id(turn, cast(CancelByClientId, command))
    elif kind is not ADVANCE_TIME:
        _carry_out_rare(turn, command)


def _act_together(turn: Turn, command: ActTogether) -> None:
    """What several signers ask for is carried out as if the account's own key had asked."""
    if admit_together(turn, command):
        turn.acts_together = True
        _carry_out(turn, command.inner)
        turn.acts_together = False


def _carry_out_rare(turn: Turn, command: object) -> None:
    if isinstance(command, ScheduleCancel):
        schedule_cancel(turn, command)
    elif isinstance(command, PlaceTwap):
        place_twap(turn, command)
    elif isinstance(command, CancelTwap):
        cancel_twap(turn, command)
    elif isinstance(command, UpdateLeverage):
        update_leverage(turn, command)
    elif isinstance(command, UpdateIsolatedMargin):
        update_isolated_margin(turn, command)
    elif isinstance(command, ApproveAgent):
        approve_agent(turn, command)
    elif isinstance(command, ApproveBuilderFee):
        approve_builder_fee(turn, command)
    elif isinstance(command, ClaimRewards):
        claim_rewards(turn, command)
    elif isinstance(command, TransferBetweenDexes):
        transfer_between_dexes(turn, command)
    elif isinstance(command, CreateSubAccount):
        create_sub_account(turn, command)
    elif isinstance(command, NameAccount):
        name_account(turn, command)
    elif isinstance(command, TopUpIsolatedMargin):
        top_up_isolated_margin(turn, command)
    elif isinstance(command, PAYOUTS):
        carry_out_payout(turn, command)
    elif isinstance(command, ConvertToMultiSig):
        convert_to_multi_sig(turn, command)
    elif isinstance(command, ActTogether):
        _act_together(turn, command)
    elif isinstance(command, Noop):
        noop(turn, command)
    elif isinstance(command, AcceptDisclosure):
        accept_disclosure(turn, command)
    elif isinstance(command, SetAssignment):
        set_assignment(turn, command)
    else:
        _carry_out_act(turn, command)


def _carry_out_act(turn: Turn, command: object) -> None:
    """What operators and the venue itself do."""
    if isinstance(command, PayInCapital):
        pay_in_capital(turn, command)
    elif isinstance(command, Credit):
        credit(turn, command)
    elif isinstance(command, Debit):
        debit(turn, command)
    elif isinstance(command, SetAccount):
        set_account(turn, command)
    elif isinstance(command, SetTradingStatus):
        set_trading_status(turn, command)
    elif isinstance(command, SubmitExternalPrice):
        take_external_price(turn, command)
    elif isinstance(command, SubmitIndication):
        take_indication(turn, command)
    elif isinstance(command, ReportExchangeHalt):
        take_exchange_halt(turn, command)
    elif isinstance(command, SubmitObservation):
        observe(turn, command)
    elif isinstance(command, DecideProposal):
        decide(turn, command)
    elif isinstance(command, DISCRETIONARY):
        propose(turn, command)
    elif isinstance(command, InsertMarginTable):
        insert_margin_table(turn, command)
    elif isinstance(command, SetSubDeployers):
        set_sub_deployers(turn, command)
    elif isinstance(command, SetFeeRecipient):
        set_fee_recipient(turn, command)
    elif isinstance(command, AnnotateMarket):
        annotate(turn, command)
    elif isinstance(command, PublishDisclosure):
        publish_disclosure(turn, command)
    elif isinstance(command, Announce):
        announce_text(turn, command)
    elif isinstance(command, ResumeVenue):
        resume_venue(turn, command)
    elif isinstance(command, SetVenueStatus):
        set_venue_status(turn, command)
    else:
        assert isinstance(command, Genesis), "every kind of command has a handler"
        found(turn, command)
