"""The auditor: takes a journal's commands one after the other, and holds their events to the rules.

What it foretells must be there in this order and with these fields, or there is a finding. What the
rules leave to the venue it checks, and of kinds that it does not know it says that it has merely
accepted them. After a finding its picture of the venue is no longer the venue's: it stops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from bellwether.audit import clock
from bellwether.audit.arithmetic import HOUR_NS
from bellwether.audit.life.acts import ACTS, Acts
from bellwether.audit.script import ACCEPTED, CHECKED, PREDICTED, Disagreement
from bellwether.audit.things import Dex, Operator, User
from bellwether.schema import codes, commands as said, events, rejects
from bellwether.schema.commands import AnyCommand, Genesis
from bellwether.schema.disclosures import is_shipped
from bellwether.schema.event import Event

CONSERVATION_EVERY: Final = 1_000
"""Commands between two looks at every account; each command's markets are looked at at once."""

_ASTRAY: Final = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError)
"""What the model stumbles over when events speak of what is not there."""

KNOWN_EVENTS: Final = frozenset(
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind.__name__ in (
        "AccountSet Acknowledged AgentApproved Announced AuctionUncrossed AutoDeleveraged"
        " CancelScheduled ChangeLapsed ChangeScheduled CommandRefused Credited Debited"
        " DeficitCovered DeployerBound DexOpened DisclosureAccepted ExternalPriceTaken FundingPaid"
        " FundingSettled IndexPublished IndicationTaken InputResolved IsolatedMarginUpdated"
        " LeverageUpdated LiquidationStarted ListingConfirmed MarginTableInserted MarketListed"
        " MarketRebased MarketSettled ObservationTaken OperatorBound OrderActivated OrderAmended"
        " OrderClosed OrderPlaced OrderRebased OrderRefused OrderReleased OrderTriggered"
        " PhaseChanged PositionRebased PositionSettled PricesPublished ProposalDecided"
        " ProposalMade RampAdvanced ReAnchored ScheduledCancelRan ShareCountRecorded"
        " SpecificationChanged TradeExecuted TradingStatusSet Transferred TwapEnded TwapRebased"
        " TwapSliceSent TwapStarted TwapActivated BuilderApproved RewardsClaimed"
        " FeeRecipientSet DisclosurePublished ExchangeHaltTaken MarketAnnotated DexDisabled"
        " EventAwaited EventDecided BudgetEstimated PricesAwaited EquityStated PositionTakenOver"
        " LiquidationFeePaid CapitalPaidIn AssignmentSet EventPhaseEntered EventMarginBound"
        " SubAccountCreated AccountNamed SubAccountTransferred SignersSet"
        " WithdrawalRequested WithdrawalApproved WithdrawalReleased WithdrawalRefused"
        " WithdrawalsPaused WithdrawalsResumed WithdrawalTermsSet VenueStatusSet NewAddressDelaySet"
    ).split()
)  # fmt: skip
"""Kinds of events that some rule of the auditor speaks of, as of this version."""


@dataclass(frozen=True)
class Finding:
    """Where journal and rules part: the command, and what was expected and found there."""

    seq: int
    event: int
    command: str
    expected: str
    actual: str
    why: str = ""

    @property
    def text(self) -> str:
        """A sentence for people."""
        because = f": {self.why}" if self.why else ""
        where = f"command {self.seq} ({self.command}), event {self.event}"
        return f"{where}{because}. Expected {self.expected}. Found {self.actual}."


class Auditor(Acts):
    """Begins with the genesis. `finding` is the first one, None as long as all agrees.

    Where kinds or rules have been seen that it does not know, a disagreement proves nothing: it is
    kept as `lost`, and from there on everything is merely accepted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seq = 0
        self.founded = False
        self.finding: Finding | None = None
        self.lost: Finding | None = None
        self.commands: Counter[str] = Counter()

    # One command.

    def take(self, command: AnyCommand, time_ns: int, told: Sequence[Event]) -> Finding | None:
        """A command, the engine's time and its events; the finding, if there is one by now."""
        if self.finding is not None:
            return self.finding
        self.seq += 1
        self.commands[type(command).__name__] += 1
        self.script.begin(told)
        try:
            if self.lost is None:
                self._take(command, max(time_ns, self.now))
        except Disagreement as error:
            self.note(error, type(command).__name__)
        except _ASTRAY as error:
            text = f"{type(error).__name__}: {error}"
            self.note(Disagreement("events that can be followed", text), type(command).__name__)
        if self.finding is None:
            while self.script.peek() is not None:
                self.script.accept()
        return self.finding

    def note(self, error: Disagreement, where: str) -> None:
        """A disagreement is a finding, unless it may come of what the auditor does not know."""
        place = self.script.place + 1
        found = Finding(self.seq, place, where, error.expected, error.actual, error.why)
        if self.unknown:
            self.lost = found
        else:
            self.finding = found

    def _take(self, command: AnyCommand, time_ns: int) -> None:
        self._let_time_pass(time_ns)
        handle = _HANDLERS.get(type(command))
        if handle is None:
            self.unknown.add(type(command).__name__)
            while self.script.peek() is not None:
                self.script.accept()
        else:
            handle(self, command)
            self.settle_ends()
            self.fire_by_last()
        while self.is_new_kind(self.script.peek()):
            self._accept_unknown()
        self.script.end()
        for event in self.script.events:
            market = self.markets.get(getattr(event, "asset", -1))
            if isinstance(event, events.TradeExecuted) and market is not None:
                self.check_market(market)
        if self.seq % CONSERVATION_EVERY == 0:
            self.check_conservation()

    def finish(self) -> Finding | None:
        """After the last command: every account once more."""
        if self.finding is None and self.lost is None:
            try:
                self.check_conservation()
            except Disagreement as error:
                self.note(error, "the end")
        return self.finding

    def is_new_kind(self, event: Event | None) -> bool:
        """A kind of event that the auditor has never heard of?"""
        return event is not None and type(event) not in KNOWN_EVENTS

    def _accept_unknown(self) -> None:
        self.unknown.add(type(self.script.accept()).__name__)

    @property
    def tally(self) -> dict[str, dict[str, int]]:
        """Kinds of events, and how many of each were predicted, checked, and merely accepted."""
        tally = self.script.tally
        names = sorted(set().union(*tally.values()))
        return {
            name: {way: tally[way][name] for way in (PREDICTED, CHECKED, ACCEPTED)}
            for name in names
        }

    # What time brings.

    def _let_time_pass(self, until_ns: int) -> None:
        """Everything that is due until then, in order; each has its consequences at once."""
        while (due := self.clock.next(until_ns)) is not None:
            while self.is_new_kind(self.script.peek()):
                self._accept_unknown()
            self.now = due[0]
            self.accrue()
            self._run(due[1], due[2])
            self.settle_ends()
            self.fire_by_last()
        self.now = until_ns
        # Whatever a command does comes after what was due at its instant.
        self.clock.at = (until_ns, 1 << 30, 0)
        self.accrue()

    def _run(self, kind: int, subject: int) -> None:
        """One thing that is due."""
        if kind == clock.SWITCH:
            self.run_switch(list(self.users.values())[subject])
        elif kind == clock.SLICE:
            self.run_slice(self.twaps[subject])
        elif kind == clock.RELEASE:
            self.release(self.waiting.pop(subject))
        elif kind == clock.EXPIRY:
            self.expire(subject)
        elif kind == clock.CHANGE:
            self.reach_change(subject)
        else:
            self._run_market(kind, subject)

    def _run_market(self, kind: int, asset: int) -> None:
        """One thing that is due in a market."""
        market = self.markets[asset]
        if market.phase == codes.SETTLED:
            return
        if kind == clock.UPDATE:
            self.update_prices(market)
            self.go_on(market, kind, market.spec.oracle.interval_ns)
        elif kind == clock.SAMPLE:
            self.sample_premium(market)
            self.go_on(market, kind, market.spec.funding.sample_interval_ns)
        elif kind == clock.HOUR:
            if market.sleeps:
                self.make_up_samples(market)
            self.settle_hour(market)
            self.clock.set(self.now + HOUR_NS, kind, asset)
        elif kind == clock.INDEX:
            self.run_index(market)
        elif kind == clock.BUDGET:
            self.estimate_budget(market)
        elif kind == clock.LAST_TRIGGERS:
            if market not in self.moved:
                self.moved.append(market)
        elif kind == clock.HALT_END:
            market.halt_ends_ns = 0
            self.resume(market)
        elif kind == clock.REOPENING:
            market.reopens_ns = 0
            self.put_status(market, codes.OPEN)
        else:
            once = {
                clock.LAUNCH: self.launch,
                clock.AUCTION: self.begin_auction,
                clock.OUTSIDE_LAUNCH: self.reach_outside_launch,
                clock.DEADLINE: self.reach_deadline,
                clock.RAMP: self.step_ramp,
                clock.LISTING_DAY_END: self.give_up_listing_day,
                clock.DELISTING_END: self.delist,
                clock.EVENT_DEADLINE: self.reach_event_deadline,
                clock.EVENT_NOTICE: self.bind_event,
            }
            once[kind](market)

    # The founding, and who acts for whom.

    def found(self, command: Genesis) -> None:
        """The first command; a specification that contradicts itself founds nothing."""
        if self.founded:
            self.command_refused(rejects.GENESIS_DONE)
            return
        texts = [spec.disclosure for spec in command.markets if spec.disclosure is not None]
        unsound = any(spec.faults() or spec.dex not in command.dexes for spec in command.markets)
        if unsound or not all(is_shipped(text) for text in texts):
            self.command_refused(rejects.SPECIFICATION_INVALID)
            return
        if any(name not in command.dexes for name, _ in command.deployers):
            self.command_refused(rejects.DEX_UNKNOWN)
            return
        if command.withdrawals.faults():
            self.command_refused(rejects.TERMS_INVALID)
            return
        self.founded = True
        self.terms = command.withdrawals
        self.pre_accepts = command.dev and not command.requires_disclosures
        self.check_nonce_window = command.check_nonce_window
        for number, name in enumerate(command.dexes):
            self.dexes[name] = Dex(name, number)
            self.script.say(events.DexOpened(name, number))
        for key, roles in command.operators:
            self.operators[key] = Operator(roles)
            self.script.say(events.OperatorBound(key, roles))
        self.sources = dict(command.sources)
        for name, key in command.deployers:
            self.dexes[name].deployer = key
            self.operators.setdefault(key, Operator(0))
            self.script.say(events.DeployerBound(name, key, "", True))
        for spec in command.markets:
            self.list_market(spec)
        for account in command.accounts:
            user = self.user(account.user)
            user.jurisdiction, user.client_class = account.jurisdiction, account.client_class
            self.script.say(
                events.AccountSet(account.user, user.jurisdiction, user.client_class, "")
            )
            for name, amount in account.balances:
                self.receive(account.user, name, amount)
                self.script.say(events.Credited(account.user, name, amount, "genesis"))

    def cancel_all(self, user: User, command: said.CancelOrders) -> None:
        """Cancels by id."""
        for asset, order_id in command.cancels:
            self.cancel(user, asset, self.named(user, asset, order_id))

    def cancel_named(self, user: User, command: said.CancelByClientId) -> None:
        """Cancels by client id."""
        for asset, client_id in command.cancels:
            order = self.named(user, asset, 0, client_id) if client_id else None
            self.cancel(user, asset, order)

    def act_together(self, command: said.ActTogether) -> None:
        """What several signers ask for is done as if the account's own key had asked."""
        if self.admit_together(command):
            self.acts_together = True
            _HANDLERS[type(command.inner)](self, command.inner)
            self.acts_together = False

    def acknowledge(self, user: User, command: said.Noop) -> None:
        """A nonce was used up."""
        self.script.say(events.Acknowledged())

    def let_pass(self, command: said.AdvanceTime) -> None:
        """Time alone."""


Handler = Callable[[Auditor, Any], None]


def _signed(
    act: Callable[[Auditor, User, Any], None], by_master: bool = False, itself: bool = False
) -> Handler:
    """A user's command: who it acts for is asked first."""

    def handle(auditor: Auditor, command: Any) -> None:
        head = (command.signer, command.account_for, command.nonce, command.expires_after)
        user = auditor.admit(head, by_master or itself, itself)
        if user is not None:
            act(auditor, user, command)

    return handle


_HANDLERS: Final[dict[type[AnyCommand], Handler]] = {
    said.PlaceOrders: _signed(Auditor.place_all),
    said.CancelOrders: _signed(Auditor.cancel_all),
    said.CancelByClientId: _signed(Auditor.cancel_named),
    said.ModifyOrders: _signed(Auditor.modify_all),
    said.ScheduleCancel: _signed(Auditor.schedule),
    said.PlaceTwap: _signed(Auditor.place_twap),
    said.CancelTwap: _signed(Auditor.cancel_twap),
    said.UpdateLeverage: _signed(Auditor.set_leverage),
    said.UpdateIsolatedMargin: _signed(Auditor.add_margin),
    said.ApproveAgent: _signed(Auditor.approve_agent, itself=True),
    said.TransferBetweenDexes: _signed(Auditor.transfer, by_master=True),
    said.CreateSubAccount: _signed(Auditor.create_sub, itself=True),
    said.NameAccount: _signed(Auditor.name_account, itself=True),
    said.TopUpIsolatedMargin: _signed(Auditor.top_up),
    said.AcceptDisclosure: _signed(Auditor.accept_disclosure, itself=True),
    said.ApproveBuilderFee: _signed(Auditor.approve_builder, itself=True),
    said.ClaimRewards: _signed(Auditor.claim_rewards),
    said.SetFeeRecipient: Auditor.set_fee_recipient,
    said.Noop: _signed(Auditor.acknowledge),
    said.Credit: Auditor.credit,
    said.Debit: Auditor.debit,
    said.RequestWithdrawal: _signed(Auditor.withdraw, by_master=True),
    said.ApproveWithdrawal: Auditor.approve_withdrawal,
    said.ReleaseWithdrawal: Auditor.release_withdrawal,
    said.RefuseWithdrawal: Auditor.refuse_withdrawal,
    said.PauseWithdrawals: Auditor.pause_withdrawals,
    said.ConvertToMultiSig: _signed(Auditor.convert, by_master=True),
    said.ActTogether: Auditor.act_together,
    said.PayInCapital: Auditor.pay_in,
    said.SetAssignment: _signed(Auditor.assign),
    said.SetAccount: Auditor.set_account,
    said.SetTradingStatus: Auditor.set_status,
    said.SubmitExternalPrice: Auditor.price_from_outside,
    said.SubmitIndication: Auditor.indicate,
    said.SubmitObservation: Auditor.take_observation,
    said.ReportExchangeHalt: Auditor.exchange_halt,
    said.PublishDisclosure: Auditor.publish_text,
    said.AnnotateMarket: Auditor.annotate,
    said.Announce: Auditor.announce_text,
    said.DecideProposal: Auditor.decide,
    said.InsertMarginTable: Auditor.insert_table,
    said.SetSubDeployers: Auditor.bind_deployers,
    said.AdvanceTime: Auditor.let_pass,
    said.ResumeVenue: Auditor.resume_venue,
    said.SetVenueStatus: Auditor.set_venue_status,
    said.Genesis: Auditor.found,
    **cast("dict[type[AnyCommand], Handler]", dict.fromkeys(ACTS, Auditor.propose)),
}
