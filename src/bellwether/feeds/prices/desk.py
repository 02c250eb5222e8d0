"""One source's way from what was seen to what is sent: window, age, conditions, sanity, throttle.

Everything that is turned away has a reason in a few words, for the log and its totals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

from bellwether.feeds.prices import sanity, throttle
from bellwether.feeds.prices.conditions import condition_refusal
from bellwether.feeds.prices.prints import Print
from bellwether.feeds.prices.sessions import ListingCalendar
from bellwether.units.quantities import NS_PER_S

ACCEPTED: Final = sanity.ACCEPTED
TOO_OLD: Final = "too old"
AHEAD: Final = "ahead of the clock"
NO_SESSION: Final = "outside the external window"
SANE: Final = sanity.SanityRule()
_SKEW_NS: Final = 2 * NS_PER_S
"""A provider's clock may be ahead of ours by so much; its time is then taken to be now."""


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What a source's prices must obey; see the configuration."""

    max_age_ns: int = 30 * NS_PER_S
    interval_ns: int = 3 * NS_PER_S
    sanity: sanity.SanityRule = SANE
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A price that may go to the venue, stamped with its session."""

    seen: Print
    session: str


@final
class Desk:
    """Remembers, for each market, what was accepted, what is held and what waits."""

    def __init__(self, source: str, rules: DeskRules, calendar: ListingCalendar) -> None:
        self.source = source
        self.calendar = calendar
        self._rules = rules
        self._recent: dict[str, sanity.Recent] = {}
        self._throttles: dict[str, throttle.Throttle] = {}

    def offer(self, seen: Print, now_ns: int) -> str:
        """Takes a print in, or says why not."""
        if seen.time_ns > now_ns + _SKEW_NS:
            return AHEAD
        seen = replace(seen, time_ns=min(seen.time_ns, now_ns))
        session = self.calendar.session_at(seen.time_ns)
        refusal = self._refusal(seen, session, now_ns)
        if refusal is not None:
            return refusal
        recent = self._recent.get(seen.coin, sanity.Recent())
        self._recent[seen.coin], verdict = sanity.judge(self._rules.sanity, recent, seen)
        if verdict == ACCEPTED:
            self._throttles[seen.coin] = throttle.offer(self._throttle(seen.coin), seen)
        return verdict

    def withdraw(self, coin: str, key: str) -> None:
        """Forgets a print that its provider called back; one that was sent is superseded only."""
        self._recent[coin] = sanity.withdraw(self._recent.get(coin, sanity.Recent()), key)
        held = self._throttle(coin)
        if held.waiting is not None and held.waiting.key == key:
            self._throttles[coin] = replace(held, waiting=None)

    def ready(self, now_ns: int) -> list[Outgoing]:
        """What may go now. What has become too old while it waited is dropped."""
        going: list[Outgoing] = []
        for coin in list(self._throttles):
            self._throttles[coin], seen = throttle.take(self._throttles[coin], now_ns)
            if seen is None or now_ns - seen.time_ns > self._rules.max_age_ns:
                continue
            session = self.calendar.session_at(seen.time_ns)
            if session is not None and self.calendar.session_at(now_ns) is not None:
                going.append(Outgoing(seen, session))
        return going

    def keep(self, outgoing: Outgoing) -> None:
        """Puts back what could not be sent, unless something newer waits by now."""
        held = self._throttle(outgoing.seen.coin)
        if held.waiting is None:
            self._throttles[outgoing.seen.coin] = replace(held, waiting=outgoing.seen, sent_ns=-1)

    def due_ns(self) -> int | None:
        """When the next waiting print may go; None if nothing waits."""
        waiting = [one.due_ns for one in self._throttles.values() if one.waiting is not None]
        return min(waiting, default=None)

    def _refusal(self, seen: Print, session: str | None, now_ns: int) -> str | None:
        if session is None or self.calendar.session_at(now_ns) is None:
            return NO_SESSION
        if now_ns - seen.time_ns > self._rules.max_age_ns:
            return TOO_OLD
        return condition_refusal(seen.conditions, session, self._rules.conditions)

    def _throttle(self, coin: str) -> throttle.Throttle:
        return self._throttles.get(coin) or throttle.Throttle(self._rules.interval_ns)
