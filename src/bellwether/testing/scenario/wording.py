"""Events in plain words: names for addresses, decimals for numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from bellwether.engine.state.venue import Venue
from bellwether.schema import codes, events, rejects
from bellwether.schema.events import Event
from bellwether.units.text import format_decimal

ENDS: Final = {
    codes.FILLED: "filled",
    codes.CANCELED: "canceled",
    codes.MARGIN_CANCELED: "ended for margin",
    codes.SELF_TRADE_CANCELED: "ended as self-trade",
    codes.REDUCE_ONLY_CANCELED: "ended: nothing to reduce",
    codes.SIBLING_FILLED_CANCELED: "ended with its sibling or position",
    codes.LIQUIDATED_CANCELED: "ended by liquidation",
    codes.SCHEDULED_CANCEL: "ended by the dead man's switch",
    codes.IOC_REMAINDER: "ended: the rest of an order that does not rest",
    codes.TRIGGER_REFUSED: "ended: refused when triggered",
    codes.REPLACED: "replaced",
    codes.OPEN_INTEREST_CAP_CANCELED: "ended at the open-interest cap",
    codes.DELISTED_CANCELED: "ended with its market",
    codes.REBASED_CANCELED: "ended: nothing left in the new units",
    codes.NOT_ELIGIBLE_CANCELED: "ended: its owner may take no more risk here",
    codes.RULES_CHANGED_CANCELED: "ended: the new rules forbid it",
    codes.OWNER_SHARE_CANCELED: "ended: its owner's share of the cap is used up",
    codes.TWAP_OUT_OF_TIME: "ended: its time is over",
    codes.TWAP_STOPPED: "ended at its stop price",
}
TIMES_IN_FORCE: Final = {
    codes.GTC: "",
    codes.IOC: " ioc",
    codes.ALO: " alo",
    codes.FOK: " fok",
    codes.FRONTEND_MARKET: " market",
    codes.LIQUIDATION_MARKET: " liquidation",
    codes.TWAP_SLICE: " slice",
}
TRIGGERS: Final = {
    codes.STOP_MARKET: "stop-market",
    codes.STOP_LIMIT: "stop-limit",
    codes.TAKE_PROFIT_MARKET: "take-market",
    codes.TAKE_PROFIT_LIMIT: "take-limit",
}
OUTCOMES: Final = {
    codes.APPROVED: "approved",
    codes.REJECTED: "rejected",
    codes.PROPOSAL_EXPIRED: "expired",
}
SESSIONS: Final = {number: name for name, number in codes.SESSIONS.items()}
FREEZES: Final = {1: "too few live sources", 2: "the sources are too far apart"}
QUIET: Final = (
    events.DexOpened,
    events.MarketListed,
    events.OperatorBound,
    events.AccountSet,
    events.EquityStated,
)


def usd(amount: int) -> str:
    """Micro-USD as USD."""
    return format_decimal(amount, 6)


class Wording:
    """Speaks of one venue; `names` are the names of addresses."""

    def __init__(self, venue: Venue, names: dict[bytes, str]) -> None:
        self.venue = venue
        self.names = names
        self.start_ns = 0

    def who(self, address: bytes) -> str:
        """The name of an address."""
        return self.names.get(address, address.hex()[:8])

    def price(self, asset: int, atoms: int) -> str:
        """A price in USD."""
        return format_decimal(atoms, 6 - self.venue.markets[asset].size_decimals)

    def fine(self, asset: int, price: int) -> str:
        """A fine price in USD."""
        return format_decimal(price, 15 - self.venue.markets[asset].size_decimals)

    def size(self, asset: int, lots: int) -> str:
        """A size in contracts."""
        return format_decimal(lots, self.venue.markets[asset].size_decimals)

    def clock(self, time_ns: int) -> str:
        """Time since the venue was founded."""
        return format_decimal(time_ns - self.start_ns, 9) + " s"

    def say(self, event: Event) -> str:
        """One line for an event; empty for what every founding says, and for mere sums."""
        if isinstance(event, QUIET):
            return ""
        kind = re.sub(r"(?<!^)([A-Z])", r"_\1", type(event).__name__).lower()
        speak = getattr(self, f"say_{kind}", None)
        assert speak is not None, f"{type(event).__name__} has no words"
        words: Callable[[Any], str] = speak
        return words(event)

    def say_acknowledged(self, event: events.Acknowledged) -> str:
        return "done"

    def say_disclosure_published(self, event: events.DisclosurePublished) -> str:
        text = f"{self.clock(event.time_ns)} version {event.version} of the venue's disclosure"
        return f"{text} is published: {event.text_hash.hex()[:8]}"

    def say_disclosure_accepted(self, event: events.DisclosureAccepted) -> str:
        return f"{self.who(event.account)} accepts version {event.version} of the disclosure"

    def say_command_refused(self, event: events.CommandRefused) -> str:
        return f"refused {event.reason}: {rejects.SENTENCES[event.reason]}"

    def say_order_refused(self, event: events.OrderRefused) -> str:
        best = ""
        if event.best_bid or event.best_ask:
            bid = self.price(event.asset, event.best_bid)
            best = f" Best {bid} / {self.price(event.asset, event.best_ask)}."
        sentence = rejects.SENTENCES[event.reason]
        return f"{self.who(event.account)} refused {event.reason}: {sentence}{best}"

    def say_order_placed(self, event: events.OrderPlaced) -> str:
        side = "buy" if event.is_buy else "sell"
        text = f"{self.who(event.account)} #{event.order_id} {side}"
        text += f" {self.size(event.asset, event.lots)} @ {self.price(event.asset, event.price)}"
        if event.trigger:
            trigger = self.price(event.asset, event.trigger_price)
            text += f" {TRIGGERS[event.trigger]} {trigger}"
            text += self.trail(event)
            if event.trigger_by:
                text += f" by {codes.WATCHED_NAMES[event.trigger_by]}"
        else:
            text += TIMES_IN_FORCE[event.time_in_force]
        text += " reduce" if event.reduce_only else ""
        if event.original_lots != event.lots:
            text += f" cut from {self.size(event.asset, event.original_lots)}"
        text += f" of #{event.parent_id}" if event.parent_id else ""
        return text + (" tied" if event.is_position_tpsl else "")

    def trail(self, event: events.OrderPlaced) -> str:
        """At what distance a stop follows, if it does."""
        if event.trail_e6:
            return f" trailing {format_decimal(event.trail_e6, 4)} %"
        return (
            f" trailing {self.price(event.asset, event.trail_atoms)}" if event.trail_atoms else ""
        )

    def say_order_closed(self, event: events.OrderClosed) -> str:
        left = self.size(event.asset, event.lots)
        return f"{self.who(event.account)} #{event.order_id} {ENDS[event.status]}, {left} left"

    def say_order_amended(self, event: events.OrderAmended) -> str:
        text = f"{self.who(event.account)} #{event.previous_id}"
        if event.order_id != event.previous_id:
            text += f" is #{event.order_id} and"
        return text + f" keeps its place with {self.size(event.asset, event.lots)}"

    def say_order_triggered(self, event: events.OrderTriggered) -> str:
        size = self.size(event.asset, event.lots)
        price = self.price(event.asset, event.price)
        trigger = self.price(event.asset, event.trigger_price)
        text = f"{self.who(event.account)} #{event.order_id} triggered at {price} with {size}"
        return text + (f" from {trigger}" if trigger != price else "")

    def say_order_activated(self, event: events.OrderActivated) -> str:
        size = self.size(event.asset, event.lots)
        return f"{self.who(event.account)} #{event.order_id} waits for its trigger with {size}"

    def say_trade_executed(self, event: events.TradeExecuted) -> str:
        way = "buys" if event.is_buy else "sells"
        size, price = self.size(event.asset, event.lots), self.price(event.asset, event.price)
        text = f"{self.who(event.taker)} #{event.taker_order_id} {way} {size} @ {price}"
        text += f" with {self.who(event.maker)} #{event.maker_order_id},"
        text += f" fees {usd(event.taker_fee)} and {usd(event.maker_fee)}"
        if event.taker_pnl or event.maker_pnl:
            text += f", realised {usd(event.taker_pnl)} and {usd(event.maker_pnl)}"
        return text + (" (liquidation)" if event.kind else "")

    def say_auto_deleveraged(self, event: events.AutoDeleveraged) -> str:
        way = "buys" if event.is_buy else "sells"
        size, price = self.size(event.asset, event.lots), self.price(event.asset, event.price)
        text = f"{self.who(event.account)} {way} {size} @ {price} deleveraging"
        text += f" {self.who(event.counterparty)},"
        return text + f" realised {usd(event.account_pnl)} and {usd(event.counterparty_pnl)}"

    def say_position_taken_over(self, event: events.PositionTakenOver) -> str:
        way = "buys" if event.is_buy else "sells"
        size, price = self.size(event.asset, event.lots), self.price(event.asset, event.price)
        text = f"{self.who(event.account)} {way} {size} @ {price} to {self.who(event.counterparty)}"
        if event.kind == codes.BY_BACKSTOP:
            text += f", with {usd(event.amount_e6)} of margin"
        return text + f", realised {usd(event.account_pnl)} and {usd(event.counterparty_pnl)}"

    def say_deficit_covered(self, event: events.DeficitCovered) -> str:
        payer = "the venue" if event.by_venue else "the insurance fund"
        return f"{payer} pays {usd(event.amount_e6)} for {self.who(event.account)}"

    def say_liquidation_fee_paid(self, event: events.LiquidationFeePaid) -> str:
        return f"{self.who(event.account)} pays {usd(event.amount_e6)} to the insurance fund"

    def say_capital_paid_in(self, event: events.CapitalPaidIn) -> str:
        name = self.venue.markets[event.asset].name
        target = "vault" if event.account else "insurance fund"
        return f"{usd(event.amount_e6)} paid into the {target} of {name}"

    def say_assignment_set(self, event: events.AssignmentSet) -> str:
        name = self.venue.markets[event.asset].name
        if not event.accepts_long and not event.accepts_short:
            return f"{self.who(event.account)} takes no positions over in {name}"
        sides = ["long"] if event.accepts_long else []
        sides += ["short"] if event.accepts_short else []
        size = self.size(event.asset, event.most_lots)
        most = self.size(event.asset, event.most_position_lots)
        text = f"{self.who(event.account)} takes {' and '.join(sides)} positions over in {name}:"
        return f"{text} {size} at a time, {most} in all, {event.edge_bp} bp off the mark"

    def say_liquidation_started(self, event: events.LiquidationStarted) -> str:
        size = self.size(event.asset, event.lots)
        text = f"{self.who(event.account)} liquidated: {size} at mark"
        text += f" {self.price(event.asset, event.mark_price)}, equity {usd(event.equity)}"
        return text + f" below {usd(event.maintenance)}"

    def say_prices_published(self, event: events.PricesPublished) -> str:
        oracle = self.price(event.asset, event.oracle_price)
        name = self.venue.markets[event.asset].name
        mark = self.price(event.asset, event.mark_price)
        parts = (event.component_oracle, event.component_basis, event.component_book)
        of = ", ".join(self.price(event.asset, part) for part in parts)
        return f"{self.clock(event.time_ns)} {name} oracle {oracle} mark {mark} of {of}"

    def say_re_anchored(self, event: events.ReAnchored) -> str:
        edges = (event.reference_fine, event.band_low_fine, event.band_high_fine)
        reference, low, high = (self.fine(event.asset, edge) for edge in edges)
        way = {1: "up", 0: "by outside prices", -1: "down"}[event.direction]
        text = f"{self.clock(event.time_ns)} re-anchored {way} to {reference}"
        return text + f" within {low} and {high}"

    def say_funding_paid(self, event: events.FundingPaid) -> str:
        rate = format_decimal(event.rate_e12, 12)
        premium = format_decimal(event.premium_e12, 12)
        oracle = self.price(event.asset, event.oracle_price)
        text = f"{self.clock(event.time_ns)} funding {rate} at oracle {oracle}, mean premium"
        return text + f" {premium} of {event.samples} samples, index {event.index_e12}"

    def say_funding_settled(self, event: events.FundingSettled) -> str:
        size = self.size(event.asset, event.lots)
        return f"{self.who(event.account)} settles funding of {usd(event.amount)} on {size}"

    def say_credited(self, event: events.Credited) -> str:
        return f"{self.who(event.account)} credited {usd(event.amount)} in {event.dex or 'main'}"

    def say_rewards_claimed(self, event: events.RewardsClaimed) -> str:
        return f"{self.who(event.account)} claims {usd(event.amount)} in {event.dex or 'main'}"

    def say_builder_approved(self, event: events.BuilderApproved) -> str:
        percent = format_decimal(event.most, 3)
        return f"{self.who(event.account)} lets {self.who(event.builder)} charge {percent} %"

    def say_fee_recipient_set(self, event: events.FeeRecipientSet) -> str:
        return f"{self.who(event.account)} gets the deployer's share of {event.dex or 'main'}"

    def say_debited(self, event: events.Debited) -> str:
        return f"{self.who(event.account)} debited {usd(event.amount)} in {event.dex or 'main'}"

    def say_withdrawal_requested(self, event: events.WithdrawalRequested) -> str:
        text = f"{self.who(event.account)} asks for {usd(event.amount)} of {event.dex or 'main'}"
        text += f" (withdrawal {event.withdrawal_id}), due at {self.clock(event.due_ns)}"
        return text + (f" with {event.approvals} approvals" if event.approvals else "")

    def say_withdrawal_approved(self, event: events.WithdrawalApproved) -> str:
        return f"withdrawal {event.withdrawal_id} has an approval more"

    def say_withdrawal_released(self, event: events.WithdrawalReleased) -> str:
        text = f"withdrawal {event.withdrawal_id} of {self.who(event.account)} is paid:"
        return f"{text} {usd(event.amount)} as {event.reference}"

    def say_withdrawal_refused(self, event: events.WithdrawalRefused) -> str:
        text = f"withdrawal {event.withdrawal_id} of {self.who(event.account)} is returned:"
        return f"{text} {usd(event.amount)}, {event.grounds}"

    def say_withdrawals_paused(self, event: events.WithdrawalsPaused) -> str:
        return f"withdrawals are paused: {event.grounds}"

    def say_withdrawals_resumed(self, event: events.WithdrawalsResumed) -> str:
        return "withdrawals go on"

    def say_withdrawal_terms_set(self, event: events.WithdrawalTermsSet) -> str:
        return f"withdrawals above {usd(event.terms.delayed_above_e6)} wait from now on"

    def say_new_address_delay_set(self, event: events.NewAddressDelaySet) -> str:
        return f"an address that is new waits {event.delay_ns // 10**9} s from now on"

    def say_signers_set(self, event: events.SignersSet) -> str:
        if not event.threshold:
            return f"{self.who(event.account)} signs alone"
        names = ", ".join(self.who(key) for key in event.signers)
        return f"{event.threshold} of {names} sign for {self.who(event.account)}"

    def say_transferred(self, event: events.Transferred) -> str:
        text = f"{self.who(event.source)} moves {usd(event.amount)} from"
        text += f" {event.source_dex or 'main'} to {self.who(event.destination)}"
        return text + f" in {event.destination_dex or 'main'}"

    def say_leverage_updated(self, event: events.LeverageUpdated) -> str:
        mode = "cross" if event.is_cross else "isolated"
        return f"{self.who(event.account)} has leverage {event.leverage} {mode}"

    def say_isolated_margin_updated(self, event: events.IsolatedMarginUpdated) -> str:
        return f"{self.who(event.account)} moves {usd(event.amount)} into margin"

    def say_agent_approved(self, event: events.AgentApproved) -> str:
        return f"{self.who(event.agent)} may sign for {self.who(event.account)}"

    def say_sub_account_created(self, event: events.SubAccountCreated) -> str:
        return f"{self.who(event.master)} has a further account {event.name}"

    def say_sub_account_transferred(self, event: events.SubAccountTransferred) -> str:
        return (
            f"{self.who(event.source)} moves {usd(event.amount)} to {self.who(event.destination)}"
        )

    def say_account_named(self, event: events.AccountNamed) -> str:
        return f"{self.who(event.account)} is called {event.name or 'nothing'}"

    def say_cancel_scheduled(self, event: events.CancelScheduled) -> str:
        if not event.time_ms:
            return f"{self.who(event.account)} has no switch"
        return f"{self.who(event.account)} has a switch at {self.clock(event.time_ms * 10**6)}"

    def say_scheduled_cancel_ran(self, event: events.ScheduledCancelRan) -> str:
        return f"{self.clock(event.time_ns)} the switch of {self.who(event.account)} runs"

    def say_order_released(self, event: events.OrderReleased) -> str:
        return f"{self.clock(event.time_ns)} {self.who(event.account)} #{event.order_id} has waited"

    def say_twap_started(self, event: events.TwapStarted) -> str:
        side = "buy" if event.is_buy else "sell"
        text = f"{self.who(event.account)} twap {event.twap_id} {side}"
        text += f" {self.size(event.asset, event.lots)} in {event.minutes} minutes"
        text += " reduce" if event.reduce_only else ""
        text += " randomized" if event.randomize else ""
        if event.trigger_price:
            way = "above" if event.trigger_above else "below"
            text += f" from {way} {self.price(event.asset, event.trigger_price)}"
        if event.stop_price:
            text += f" until {self.price(event.asset, event.stop_price)}"
        return text

    def say_twap_activated(self, event: events.TwapActivated) -> str:
        price = self.price(event.asset, event.price)
        return f"{self.clock(event.time_ns)} twap {event.twap_id} begins at {price}"

    def say_twap_slice_sent(self, event: events.TwapSliceSent) -> str:
        return f"{self.clock(event.time_ns)} twap {event.twap_id} sends #{event.order_id}"

    def say_twap_rebased(self, event: events.TwapRebased) -> str:
        done, whole = (
            self.size(event.asset, event.executed_lots),
            self.size(event.asset, event.lots),
        )
        return f"{self.who(event.account)} twap {event.twap_id} is {done} of {whole}"

    def say_twap_ended(self, event: events.TwapEnded) -> str:
        done = self.size(event.asset, event.executed_lots)
        text = f"{self.clock(event.time_ns)} twap {event.twap_id} {ENDS[event.status]}"
        return f"{text}, {done} traded for {usd(event.executed_e6)}"

    def say_trading_status_set(self, event: events.TradingStatusSet) -> str:
        name = self.venue.markets[event.asset].name
        return f"{name} is {codes.STATUS_NAMES[event.status]}: {event.grounds}"

    def say_venue_status_set(self, event: events.VenueStatusSet) -> str:
        return f"the venue is {codes.STATUS_NAMES[event.status]}: {event.grounds}"

    def say_prices_awaited(self, event: events.PricesAwaited) -> str:
        name = self.venue.markets[event.asset].name
        if event.since_ns:
            return f"{self.clock(event.time_ns)} {name} waits for fresh prices"
        return f"{self.clock(event.time_ns)} {name} has fresh prices"

    def say_event_phase_entered(self, event: events.EventPhaseEntered) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} is {event.phase}"
        most = f"{event.max_leverage}x" if event.max_leverage else "as specified"
        return f"{text}, leverage {most}, for positions from {self.clock(event.binds_ns)}"

    def say_event_margin_bound(self, event: events.EventMarginBound) -> str:
        most = f"{event.max_leverage}x" if event.max_leverage else "as specified"
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)}"
        return f"{text} has leverage {most} for every position"

    def say_budget_estimated(self, event: events.BudgetEstimated) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} would be moved"
        for move, up, down in event.costs:
            if up >= 0:
                text += f" {move // 10_000} % for {usd(up)} up and {usd(down)} down,"
        return f"{text} cap {usd(event.cap_e6) if event.cap_e6 >= 0 else 'as specified'}"

    def say_phase_changed(self, event: events.PhaseChanged) -> str:
        name = self.venue.markets[event.asset].name
        return f"{self.clock(event.time_ns)} {name} enters {codes.PHASE_NAMES[event.phase]}"

    def market(self, asset: int) -> str:
        """The name of a market; -1 stands for all of them."""
        return self.venue.markets[asset].name if asset in self.venue.markets else "the venue"

    def say_proposal_made(self, event: events.ProposalMade) -> str:
        text = f"proposal {event.proposal_id} of {self.who(event.operator)}: {event.kind}"
        text += f" {self.market(event.asset)}"
        text += f" on the grounds {event.grounds}" if event.grounds else ""
        return f"{text} until {self.clock(event.expires_ns)}: {event.text}"

    def say_proposal_decided(self, event: events.ProposalDecided) -> str:
        by = f" by {self.who(event.operator)}" if event.operator else ""
        text = f"{self.clock(event.time_ns)} proposal {event.proposal_id}"
        return f"{text} {OUTCOMES[event.outcome]}{by}"

    def say_announced(self, event: events.Announced) -> str:
        text = f"{self.clock(event.time_ns)} announced for {self.market(event.asset)}"
        text += f" ({event.kind})" + (f" on the grounds {event.grounds}" if event.grounds else "")
        if event.effective_ns and event.effective_ns != event.time_ns:
            text += f" from {self.clock(event.effective_ns)}"
        return f"{text}: {event.title}: {event.text}"

    def say_external_price_taken(self, event: events.ExternalPriceTaken) -> str:
        price = self.price(event.asset, event.price)
        text = f"{event.source} saw {self.market(event.asset)} at {price}"
        return f"{text} at {self.clock(event.observed_ns)} ({SESSIONS[event.session]})"

    def say_indication_taken(self, event: events.IndicationTaken) -> str:
        price = self.price(event.asset, event.price)
        text = f"{event.source} sees {self.market(event.asset)} indicated at {price}"
        return f"{text} with {event.paired_shares} shares paired"

    def say_exchange_halt_taken(self, event: events.ExchangeHaltTaken) -> str:
        state = "halted" if event.halted else "trading again"
        text = f"{event.source} sees {self.market(event.asset)} {state} on its exchange"
        return f"{text}: {event.reason}" if event.reason else text

    def say_auction_uncrossed(self, event: events.AuctionUncrossed) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} call auction"
        if not event.lots:
            return f"{text} traded nothing"
        size, price = self.size(event.asset, event.lots), self.price(event.asset, event.price)
        return f"{text} traded {size} @ {price}"

    def say_ramp_advanced(self, event: events.RampAdvanced) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} is {event.weight_e12}"
        return f"{text} of 10^12 of the way to the new rules"

    def say_observation_taken(self, event: events.ObservationTaken) -> str:
        worth = self.fine(event.asset, event.price_fine)
        text = f"{event.source} sees {event.kind} of {self.market(event.asset)} at {worth}"
        return text + (" (held back)" if event.is_held else "")

    def say_index_published(self, event: events.IndexPublished) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} index"
        if event.reason:
            return f"{text} frozen: {FREEZES[event.reason]}"
        return f"{text} {self.fine(event.asset, event.index_fine)} of {len(event.inputs)} inputs"

    def say_listing_confirmed(self, event: events.ListingConfirmed) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} is listed on"
        text += f" {event.exchange} as {event.listed_as} ({event.structure})"
        text += f" in {event.jurisdiction}" if event.jurisdiction else ""
        text += f", treated as {event.treatment}" if event.treatment else ""
        price = self.price(event.asset, event.cross_price)
        return f"{text}, first price {price} at {self.clock(event.cross_time_ns)}"

    def say_event_awaited(self, event: events.EventAwaited) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} waits for {event.event}"
        text += f" until {self.clock(event.deadline_ns)}: {event.treatment}"
        return f"{text}, or else {event.otherwise}"

    def say_event_decided(self, event: events.EventDecided) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)}: {event.event}"
        text += " has come" if event.happened else " has not come"
        return f"{text}, treated as {event.treatment}"

    def say_specification_changed(self, event: events.SpecificationChanged) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} has specification"
        return f"{text} {event.spec.version} ({event.spec.preset})"

    def say_change_scheduled(self, event: events.ChangeScheduled) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} gets specification"
        return f"{text} {event.spec.version} at {self.clock(event.effective_ns)}"

    def say_change_lapsed(self, event: events.ChangeLapsed) -> str:
        text = f"{self.clock(event.time_ns)} proposal {event.proposal_id} lapses"
        return f"{text}: {rejects.SENTENCES[event.reason]}"

    def say_share_count_recorded(self, event: events.ShareCountRecorded) -> str:
        text = f"{self.market(event.asset)} is told to have {event.share_count} shares"
        by = f" by {event.source}" if event.source else ""
        factor = f", times {event.numerator}/{event.denominator}" if event.kind == "rebase" else ""
        return f"{text}{by} ({event.kind}{factor}), quoted as {event.price_unit}"

    def say_input_resolved(self, event: events.InputResolved) -> str:
        how = "accepted" if event.accepted else "rejected"
        text = f"{self.market(event.asset)}: {event.kind} of {event.source}"
        return f"{text} at {self.fine(event.asset, event.price_fine)} is {how}"

    def say_margin_table_inserted(self, event: events.MarginTableInserted) -> str:
        tiers = ", ".join(f"{usd(t.lower_bound_e6)}: {t.max_leverage}x" for t in event.tiers)
        return f"margin table {event.number} of {event.dex or 'main'}: {tiers}"

    def say_market_annotated(self, event: events.MarketAnnotated) -> str:
        name = event.display_name or self.market(event.asset)
        return f"{self.clock(event.time_ns)} {self.market(event.asset)} is called {name}"

    def say_dex_disabled(self, event: events.DexDisabled) -> str:
        return f"{self.clock(event.time_ns)} the dex {event.dex} is disabled"

    def say_deployer_bound(self, event: events.DeployerBound) -> str:
        may = "may" if event.allowed else "may no longer"
        what = event.variant or "deploy"
        return f"{self.who(event.key)} {may} {what} in {event.dex or 'main'}"

    def say_market_rebased(self, event: events.MarketRebased) -> str:
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} rebased by"
        return f"{text} {event.numerator}/{event.denominator}"

    def say_position_rebased(self, event: events.PositionRebased) -> str:
        start, lots = self.size(event.asset, event.start), self.size(event.asset, event.lots)
        paid = f", {usd(event.paid)} in cash" if event.paid else ""
        return f"{self.who(event.account)} holds {lots} for {start}{paid}"

    def say_order_rebased(self, event: events.OrderRebased) -> str:
        size, price = self.size(event.asset, event.lots), self.price(event.asset, event.price)
        text = f"{self.who(event.account)} #{event.order_id} is {size} @ {price}"
        if event.trigger_price:
            text += f" with its trigger at {self.price(event.asset, event.trigger_price)}"
        if event.original_lots != event.lots:
            text += f" of {self.size(event.asset, event.original_lots)}"
        return text

    def say_position_settled(self, event: events.PositionSettled) -> str:
        lots = event.lots if event.start > 0 else -event.lots
        size, price = self.size(event.asset, lots), self.price(event.asset, event.price)
        return f"{self.who(event.account)} settles {size} @ {price}, realised {usd(event.pnl)}"

    def say_market_settled(self, event: events.MarketSettled) -> str:
        price = self.price(event.asset, event.price)
        text = f"{self.clock(event.time_ns)} {self.market(event.asset)} settled at {price} by"
        text += f" {codes.METHOD_NAMES[event.method]}"
        return text + (f" on the grounds {event.grounds}" if event.grounds else "")
