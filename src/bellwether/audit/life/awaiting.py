"""What came with listings that wait: awaited events, exchange halts, own texts, a dex's end.

LIFE-7 (`trigger`), PRICE-19, RULE-6.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

from bellwether.audit import clock
from bellwether.audit.life.index import Index
from bellwether.audit.orders import TRADING
from bellwether.audit.things import Awaited, Market
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AnnotateMarket,
    ConfirmListing,
    DeclareEvent,
    DisableDex,
    PublishDisclosure,
    ReportExchangeHalt,
)
from bellwether.schema.events import (
    DexDisabled,
    DisclosurePublished,
    EventAwaited,
    EventDecided,
    ExchangeHaltTaken,
    MarketAnnotated,
)

LONGEST_TEXT, MOST_TEXTS = 50_000, 200


class Awaiting(Index):
    """A listing may wait for an event; until then the market goes on under its own prices."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[bytes, int] = {}
        self.annotations: dict[int, tuple[str, str, str, tuple[str, ...]]] = {}

    def after_listing(self, market: Market, command: ConfirmListing) -> None:
        """A listing stated anew replaces what was awaited; one with a trigger waits."""
        self.stop_awaiting(market)
        if command.treatment != "trigger":
            super().after_listing(market, command)
            return
        awaited = Awaited(command.event, command.deadline_ns, command.after, command.otherwise)
        market.outside.awaited = awaited
        self.clock.set(command.deadline_ns, clock.EVENT_DEADLINE, market.asset)
        self.script.say(
            EventAwaited(
                market.asset,
                self.now,
                command.event,
                command.condition,
                command.deadline_ns,
                command.after,
                command.otherwise,
            )
        )
        if market.phase == codes.LISTING_DAY:
            self.end_listing_day(market)
            outside = market.spec.outside_launch_time
            is_late = 0 < outside <= self.now
            self.enter_phase(market, codes.SETTLEMENT_PERIOD if is_late else codes.PRE_LISTING)

    def stop_awaiting(self, market: Market) -> None:
        """Nothing is awaited any more."""
        awaited, market.outside.awaited = market.outside.awaited, None
        if awaited is not None:
            self.clock.drop(awaited.deadline_ns, clock.EVENT_DEADLINE, market.asset)

    def declare_event(self, market: Market, command: DeclareEvent) -> None:
        """The event has come: the listing is treated as it was announced."""
        outside, awaited = market.outside, market.outside.awaited
        self.script.demand(awaited is not None, "an event that is awaited", command.event)
        assert awaited is not None, "an event is awaited"
        if command.cross_price > 0:
            outside.cross_price, outside.cross_ns = command.cross_price, command.cross_time_ns
        self.stop_awaiting(market)
        self.tell_event(market, awaited.event, True, awaited.treatment)
        self.convert_if_ready(market)

    def reach_event_deadline(self, market: Market) -> None:
        """The event has not come: the full-life average, or contracts as they are (LIFE-7)."""
        outside, awaited = market.outside, market.outside.awaited
        if awaited is None or market.phase not in TRADING:
            return
        outside.awaited, outside.settled_e6 = None, 0
        if market.spec.price_unit == "share":
            outside.ratio = Fraction(1)
        self.tell_event(market, awaited.event, False, awaited.otherwise)
        self.take_announcement(market.asset)
        if awaited.otherwise == "settle":
            self.settle(market, self.mean_mark(market), codes.DEFAULT_TWAP, "")
        else:
            self.convert_if_ready(market)

    def tell_event(self, market: Market, event: str, happened: bool, treatment: str) -> None:
        """What became of an awaited event, and how the listing is treated now."""
        outside = market.outside
        self.script.say(
            EventDecided(
                market.asset,
                self.now,
                event,
                happened,
                treatment,
                outside.cross_price,
                outside.cross_ns,
                outside.ratio.numerator,
                outside.ratio.denominator,
            )
        )

    def exchange_halt(self, command: ReportExchangeHalt) -> None:
        """While a source says that the exchange has halted, its own price is not fresh."""
        if not self.admit_operator(command.signer, command.nonce, codes.PRICER):
            return
        market = self.markets.get(command.asset)
        reason = self.halt_refusal(market, command)
        if market is None or reason:
            self.command_refused(reason, command.asset)
            return
        if command.halted:
            market.outside.halts[command.source] = command.observed_ns
        else:
            del market.outside.halts[command.source]
        self.script.say(
            ExchangeHaltTaken(
                command.asset, command.source, command.halted, command.reason, command.observed_ns
            )
        )

    def halt_refusal(self, market: Market | None, command: ReportExchangeHalt) -> int:
        """The first reason against a report."""
        if market is None:
            return rejects.MARKET_UNKNOWN
        if self.sources.get(command.source) != command.signer:
            return rejects.SOURCE_UNBOUND
        if market.phase > codes.SETTLEMENT_PERIOD:
            return rejects.PHASE_FORBIDS
        since = market.outside.halts.get(command.source)
        earliest = command.observed_ns if since is None else since
        if command.halted:
            earliest = max(earliest, market.outside.latest.get(command.source, (0, 0))[1])
        if not earliest <= command.observed_ns <= self.now:
            return rejects.OBSERVATION_TIME_INVALID
        is_new = command.halted != (since is not None)
        return rejects.ACCEPTED if is_new else rejects.ALREADY_SO

    def publish_text(self, command: PublishDisclosure) -> None:
        """A text of the venue's own, announced with its hash (RULE-6)."""
        if not self.admit_operator(command.signer, command.nonce, codes.LISTER | codes.COMPLIANCE):
            return
        text, digest = command.text, sha256(command.text.encode()).digest()
        if command.version <= 0 or not 0 < len(text.strip()) <= LONGEST_TEXT:
            self.command_refused(rejects.DISCLOSURE_TEXT_INVALID)
        elif digest in self.texts:
            self.command_refused(rejects.ALREADY_SO)
        elif command.version in self.texts.values():
            self.command_refused(rejects.DISCLOSURE_VERSION_TAKEN)
        elif len(self.texts) >= MOST_TEXTS:
            self.command_refused(rejects.TOO_MANY_DISCLOSURES)
        else:
            self.texts[digest] = command.version
            self.script.say(
                DisclosurePublished(self.now, command.signer, command.version, digest, text)
            )
            self.take_announcement(-1, text)

    def annotate(self, command: AnnotateMarket) -> None:
        """Words about a market; nothing follows from them."""
        market = self.markets.get(command.asset)
        deploys = self.deploys(command.signer, market, command.variant)
        if not self.admit_operator(command.signer, command.nonce, codes.LISTER, deploys):
            return
        words = (command.category, command.description, command.display_name, command.keywords)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
        elif self.annotations.get(command.asset) == words:
            self.command_refused(rejects.ALREADY_SO, command.asset)
        else:
            self.annotations[command.asset] = words
            self.script.say(MarketAnnotated(command.asset, self.now, *words))

    def disable_dex(self, command: DisableDex) -> None:
        """Every market of a dex that has not ended is halted for good."""
        dex = self.dexes[command.dex]
        for asset in dex.assets:
            market = self.markets[asset]
            is_kept = market.status == codes.HALTED and not market.halt_ends_ns
            if market.phase < codes.SETTLING and not is_kept:
                self.forget_halt(market)
                self.forget_reopening(market)
                self.put_status(market, codes.HALTED, command.grounds)
        dex.is_disabled = True
        self.script.say(DexDisabled(dex.name, self.now))
