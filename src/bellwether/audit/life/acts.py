"""What operators do to markets: one proposes, another approves (RULE-1, RULE-2, RULE-4)."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from bellwether.audit import clock
from bellwether.audit.arithmetic import DAY_NS, FINE, MS_NS, band, can_be_held
from bellwether.audit.life.changes import auction_start
from bellwether.audit.life.ends import deadline_of
from bellwether.audit.life.event_clock import EventClock
from bellwether.audit.life.units import unknown_rules
from bellwether.audit.things import Market, Operator, Prices, Proposal
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    Announce,
    AnyCommand,
    ChangeSpecification,
    ConfirmListing,
    DecideProposal,
    DeclareEvent,
    DisableDex,
    EnterEventPhase,
    InsertMarginTable,
    KeepHalted,
    ListMarket,
    RebaseMarket,
    ResolveInput,
    ResumeWithdrawals,
    SetPhase,
    SetSubDeployers,
    SettleMarket,
    SetWithdrawalTerms,
    SubmitExternalPrice,
    SubmitIndication,
    SubmitObservation,
)
from bellwether.schema.events import (
    CommandRefused,
    DeployerBound,
    ExternalPriceTaken,
    IndicationTaken,
    MarginTableInserted,
    MarketListed,
    ProposalDecided,
    ProposalMade,
)
from bellwether.schema.instrument import InstrumentSpec

ACTS: dict[type[AnyCommand], tuple[str, int]] = {
    ListMarket: ("listMarket", codes.LISTER),
    ConfirmListing: ("confirmListing", codes.LISTER),
    SettleMarket: ("settle", codes.SETTLER),
    RebaseMarket: ("rebase", codes.SETTLER),
    ChangeSpecification: ("changeSpec", codes.LISTER | codes.RISK),
    SetPhase: ("setPhase", codes.LISTER | codes.SETTLER),
    ResolveInput: ("resolveInput", codes.PRICER | codes.RISK),
    KeepHalted: ("halt", codes.RISK),
    DeclareEvent: ("declareEvent", codes.LISTER),
    DisableDex: ("disableDex", codes.RISK | codes.SETTLER),
    ResumeWithdrawals: ("resumeWithdrawals", codes.RISK),
    SetWithdrawalTerms: ("withdrawalTerms", codes.RISK),
    EnterEventPhase: ("eventPhase", codes.LISTER | codes.RISK),
}
"""The acts that take two operators, and the roles that decide on them."""

Discretionary = (
    ListMarket
    | ConfirmListing
    | SettleMarket
    | RebaseMarket
    | ChangeSpecification
    | SetPhase
    | ResolveInput
    | KeepHalted
    | DeclareEvent
    | DisableDex
    | ResumeWithdrawals
    | SetWithdrawalTerms
    | EnterEventPhase
)


class Acts(EventClock):
    """Whether an act is refused is the venue's; who acts, and what comes of it, is foretold."""

    def __init__(self) -> None:
        super().__init__()
        self.proposals: dict[int, Proposal] = {}
        self.next_proposal_id = 1

    def is_refused(self) -> bool:
        """An admitted act may be refused, for a reason that there is; it changes nothing then."""
        if not isinstance(self.script.peek(), CommandRefused):
            return False
        event = self.script.take(CommandRefused)
        self.script.demand(event.reason in rejects.SENTENCES, "a reason that there is", event)
        return True

    # Two operators.

    def propose(self, command: Discretionary) -> None:
        """An act waits for another operator, a day at most."""
        kind, roles = ACTS[type(command)]
        deploys, asset = False, -1
        grounds = command.basis if isinstance(command, ListMarket) else command.grounds
        if isinstance(command, ListMarket):
            deploys = self.deploys_in(command.signer, command.spec.dex, command.variant)
        elif isinstance(command, DisableDex):
            deploys = self.deploys_in(command.signer, command.dex, command.variant)
        elif not isinstance(command, ResumeWithdrawals | SetWithdrawalTerms):
            asset = command.asset
        if isinstance(command, ChangeSpecification):
            market = self.markets.get(asset)
            deploys = self.deploys(command.signer, market, command.variant)
        if not self.admit_operator(command.signer, command.nonce, roles, deploys):
            return
        if self.is_refused():
            return
        number = self.next_proposal_id
        self.next_proposal_id += 1
        expires, text = self.now + DAY_NS, command.announcement
        self.proposals[number] = Proposal(
            number, asset, command.signer, roles, command, grounds, text, expires
        )
        self.clock.set(expires, clock.EXPIRY, number)
        self.script.demand(bool(text), "a text to announce", "none")
        digest = sha256(text.encode()).digest()
        self.script.say(
            ProposalMade(
                number, asset, self.now, command.signer, kind, grounds, text, digest, expires
            )
        )

    def expire(self, number: int) -> None:
        """A day has passed without an approval."""
        del self.proposals[number]
        self.script.say(ProposalDecided(number, self.now, b"", codes.PROPOSAL_EXPIRED))

    def decide(self, command: DecideProposal) -> None:
        """Another operator with the role approves or rejects; who proposed may take back."""
        proposal = self.proposals.get(command.proposal_id)
        takes_back = (
            proposal is not None and not command.approve and proposal.operator == command.signer
        )
        every = codes.EVERY_OPERATOR_ROLE
        if not self.admit_operator(command.signer, command.nonce, every, takes_back):
            return
        if proposal is None:
            self.command_refused(rejects.PROPOSAL_UNKNOWN)
            return
        if not (self.operators[command.signer].roles & proposal.roles or takes_back):
            self.command_refused(rejects.ROLE_MISSING)
            return
        made_ms = (proposal.expires_ns - DAY_NS) // MS_NS
        if command.approve and self.check_nonce_window and command.nonce < made_ms:
            # Signed in advance, for whatever would come to bear the number.
            self.command_refused(rejects.PROPOSAL_UNKNOWN)
            return
        if command.approve and proposal.operator == command.signer:
            self.command_refused(rejects.PROPOSAL_OWN, proposal.asset)
            return
        if command.approve and self.is_refused():
            return
        del self.proposals[proposal.number]
        self.clock.drop(proposal.expires_ns, clock.EXPIRY, proposal.number)
        outcome = codes.APPROVED if command.approve else codes.REJECTED
        self.script.say(ProposalDecided(proposal.number, self.now, command.signer, outcome))
        if command.approve:
            self.carry_out(proposal)

    def carry_out(self, proposal: Proposal) -> None:
        """What has been approved is announced, and done."""
        act = proposal.command
        if isinstance(act, ListMarket):
            self.take_announcement(self.next_asset(act.spec.dex), proposal.text)
            launch = act.spec.launch_time or self.now
            self.list_market(msgspec.structs.replace(act.spec, launch_time=launch))
            return
        self.take_announcement(proposal.asset, proposal.text)
        if isinstance(act, DisableDex):
            self.disable_dex(act)
            return
        if isinstance(act, ResumeWithdrawals | SetWithdrawalTerms):
            self.steer_withdrawals(act)
            return
        market = self.markets[proposal.asset]
        if isinstance(act, ConfirmListing):
            self.confirm_listing(market, act)
        elif isinstance(act, SettleMarket):
            self.settle_as_decided(market, act)
        elif isinstance(act, RebaseMarket):
            self.rebase(market, act.numerator, act.denominator, act.grounds)
        elif isinstance(act, ChangeSpecification):
            self.schedule_change(market, proposal.number, act)
        elif isinstance(act, ResolveInput):
            self.resolve_input(market, act)
        elif isinstance(act, DeclareEvent):
            self.declare_event(market, act)
        elif isinstance(act, KeepHalted):
            self.keep_halted(market, act)
        elif isinstance(act, EnterEventPhase):
            self.enter_event_phase(market, act.phase)
        else:
            assert isinstance(act, SetPhase), "no other act waits for approval"
            self.set_phase(market, act.phase)

    def set_phase(self, market: Market, phase: int) -> None:
        """Ahead of its date (LIFE-1)."""
        if phase == codes.PRE_LISTING:
            self.clock.drop_all(clock.LAUNCH, market.asset)
            self.launch(market)
        else:
            self.enter_phase(market, phase)

    # Markets.

    def next_asset(self, name: str) -> int:
        """The id of a dex's next market."""
        dex = self.dexes[name]
        first = codes.FIRST_NAMED_DEX_ASSET + dex.number * codes.ASSETS_PER_DEX
        return len(dex.assets) + (first if dex.number else 0)

    def list_market(self, spec: InstrumentSpec) -> None:
        """A market joins the venue, and launches at its time."""
        asset = self.next_asset(spec.dex)
        fine = spec.reference_atoms * FINE
        low, high = band(fine, spec.oracle.band_e12)
        prices = Prices(fine, fine, fine, low, high)
        mark = spec.reference_atoms
        market = Market(asset, spec.dex, spec, spec, prices, mark, mark)
        self.markets[asset] = market
        self.unknown.update(unknown_rules(spec))
        self.versions[asset, spec.version] = spec
        self.dexes[spec.dex].assets.append(asset)
        self.script.say(MarketListed(asset, spec))
        if spec.share_count > 0:
            self.take_share_count(market)
        for kind, date in (
            (clock.OUTSIDE_LAUNCH, spec.outside_launch_time),
            (clock.DEADLINE, deadline_of(spec)),
        ):
            if date > 0:
                self.clock.set(date, kind, asset)
        if spec.launch_time <= self.now:
            self.launch(market)
            return
        self.clock.set(spec.launch_time, clock.LAUNCH, asset)
        if spec.auction_ns:
            self.clock.set(max(auction_start(spec), self.now), clock.AUCTION, asset)

    def begin_auction(self, market: Market) -> None:
        """Orders gather from now on (LIFE-2)."""
        if market.phase == codes.ANNOUNCED:
            self.enter_phase(market, codes.AUCTION)

    # What is said from outside.

    def price_from_outside(self, command: SubmitExternalPrice) -> None:
        """A bound source's price; it may be what a conversion waits for (LIFE-7)."""
        market = self.markets.get(command.asset)
        deploys = self.deploys(command.signer, market, command.variant)
        if not self.admit_operator(command.signer, command.nonce, codes.PRICER, deploys):
            return
        reason = self.outside_refusal(market, command)
        if market is None or reason:
            self.command_refused(reason, command.asset)
            return
        outside = market.outside
        if command.observed_ns > outside.halts.get(command.source, command.observed_ns):
            del outside.halts[command.source]
        outside.latest[command.source] = (command.price, command.observed_ns)
        oldest = self.now - market.spec.conversion.external_window_ns
        outside.taken = [each for each in outside.taken if each[0] >= oldest]
        if command.observed_ns >= oldest:
            outside.taken.append((self.now, command.source))
        self.script.say(
            ExternalPriceTaken(
                command.asset, command.source, command.price, command.observed_ns, command.session
            )
        )
        self.convert_if_ready(market)

    def outside_refusal(self, market: Market | None, command: SubmitExternalPrice) -> int:
        """The first reason against an outside price (PRICE-19)."""
        if market is None:
            return rejects.MARKET_UNKNOWN
        if self.sources.get(command.source) != command.signer:
            return rejects.SOURCE_UNBOUND
        if market.phase > codes.SETTLEMENT_PERIOD:
            return rejects.PHASE_FORBIDS
        if not can_be_held(command.price * FINE):
            return rejects.PRICE_INVALID
        if not codes.PRE_SESSION <= command.session <= codes.OVERNIGHT_SESSION:
            return rejects.SESSION_INVALID
        earliest = market.outside.latest.get(command.source, (0, command.observed_ns))[1]
        if not earliest <= command.observed_ns <= self.now:
            return rejects.OBSERVATION_TIME_INVALID
        return rejects.ACCEPTED

    def indicate(self, command: SubmitIndication) -> None:
        """An exchange's indicative price; the first begins the listing day (LIFE-9)."""
        if not self.admit_operator(command.signer, command.nonce, codes.PRICER):
            return
        market = self.markets.get(command.asset)
        reason = self.indication_refusal(market, command)
        if market is None or reason:
            self.command_refused(reason, command.asset)
            return
        said = (command.price, command.paired_shares, command.observed_ns)
        market.outside.indications[command.source] = said
        self.script.say(IndicationTaken(command.asset, command.source, *said))
        if market.phase != codes.LISTING_DAY:
            self.begin_listing_day(market)

    def indication_refusal(self, market: Market | None, command: SubmitIndication) -> int:
        """The first reason against an indication."""
        if market is None:
            return rejects.MARKET_UNKNOWN
        if self.sources.get(command.source) != command.signer:
            return rejects.SOURCE_UNBOUND
        if not market.spec.conversion.auction_aware:
            return rejects.NO_LISTING_DAY
        before = (codes.PRE_LISTING, codes.LISTING_DAY, codes.SETTLEMENT_PERIOD)
        if market.phase not in before:
            return rejects.PHASE_FORBIDS
        if market.spec.price_unit != "share":
            return rejects.UNIT_INVALID
        if not can_be_held(command.price * FINE):
            return rejects.PRICE_INVALID
        if command.paired_shares < 0:
            return rejects.SIZE_INVALID
        known = market.outside.indications.get(command.source)
        earliest = command.observed_ns if known is None else known[2]
        if not earliest <= command.observed_ns <= self.now:
            return rejects.OBSERVATION_TIME_INVALID
        return rejects.ACCEPTED

    def take_observation(self, command: SubmitObservation) -> None:
        """What a company is said to be worth (PRICE-14)."""
        if not self.admit_operator(command.signer, command.nonce, codes.PRICER):
            return
        market = self.markets.get(command.asset)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
        else:
            self.observe(market, command)

    # Texts and keys.

    def announce_text(self, command: Announce) -> None:
        """A lister says something to everybody (RULE-7)."""
        if not self.admit_operator(command.signer, command.nonce, codes.LISTER):
            return
        if command.asset != -1 and command.asset not in self.markets:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
        elif not command.text:
            self.command_refused(rejects.ANNOUNCEMENT_MISSING)
        else:
            self.take_announcement(command.asset, command.text)

    def insert_table(self, command: InsertMarginTable) -> None:
        """A deployer writes tiers down; they bind no market."""
        deploys = self.deploys_in(command.signer, command.dex, "insertMarginTable")
        if self.admit_operator(command.signer, command.nonce, 0, deploys) and (
            not self.is_refused()
        ):
            event = self.script.take(MarginTableInserted)
            same = (event.dex, event.description, event.tiers)
            told = (command.dex, command.description, command.tiers)
            self.script.demand(same == told, f"the table {told}", event)

    def bind_deployers(self, command: SetSubDeployers) -> None:
        """A deployer names keys for single actions."""
        deploys = self.deploys_in(command.signer, command.dex, "setSubDeployers")
        if not self.admit_operator(command.signer, command.nonce, 0, deploys):
            return
        dex = self.dexes[command.dex]
        if self.is_refused():
            return
        self.script.demand(dex.deployer == command.signer, "the deployer's own act", command.signer)
        for variant, key, allowed in command.changes:
            if allowed == ((variant, key) in dex.deployers):
                continue
            if allowed:
                dex.deployers.add((variant, key))
                self.operators.setdefault(key, Operator(0))
            else:
                dex.deployers.remove((variant, key))
            self.script.say(DeployerBound(dex.name, key, variant, allowed))
