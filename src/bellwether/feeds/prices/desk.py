"""One source's way from what was seen to what is sent: window, age, conditions, sanity, throttle.

Everything that is turned away has a reason in a few words, for the log and its totals.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, final

from bellwether.feeds.prices import sanity, throttle
from bellwether.feeds.prices.conditions import condition_refusal
from bellwether.feeds.prices.halts import HALTED, OUTSIDE_BANDS, Bands, ExchangeBoard
from bellwether.feeds.prices.notices import INDICATION, Notice, Notices
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

    def __init__(
        self,
        source: str,
        rules: DeskRules,
        calendar: ListingCalendar,
        board: ExchangeBoard | None = None,
    ) -> None:
        self.source = source
        self.calendar = calendar
        self.notices = Notices(rules.interval_ns, rules.max_age_ns)
        self._rules = rules
        self._board = board or ExchangeBoard()
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

    def told(self, notice: Notice, now_ns: int) -> str:
        """Takes in a halt, a resumption or an indication, or says why not."""
        if notice.time_ns > now_ns + _SKEW_NS:
            return AHEAD
        notice = replace(notice, time_ns=min(notice.time_ns, now_ns))
        if notice.kind == INDICATION:
            if now_ns - notice.time_ns > self._rules.max_age_ns:
                return TOO_OLD
        elif notice.halted:
            self._board.halt(self.calendar.code, notice.coin, notice.time_ns, notice.reason)
        else:
            self._board.resume(self.calendar.code, notice.coin, notice.time_ns)
        self.notices.offer(notice)
        return ACCEPTED

    def limited(self, coin: str, bands: Bands) -> None:
        """The exchange lets the share trade between these prices only."""
        self._board.limit(self.calendar.code, coin, bands)

    def unheard(self, coins: Collection[str]) -> None:
        """The provider is gone, and with it what it would have told of its exchange."""
        self._board.doubt(self.calendar.code, coins)

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
            if self._board.halted(self.calendar.code, coin) is not None:
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
        if self.notices.waits():
            return 0
        return min(waiting, default=None)

    def _refusal(self, seen: Print, session: str | None, now_ns: int) -> str | None:
        if session is None or self.calendar.session_at(now_ns) is None:
            return NO_SESSION
        if now_ns - seen.time_ns > self._rules.max_age_ns:
            return TOO_OLD
        reason = condition_refusal(seen.conditions, session, self._rules.conditions)
        if reason is not None:
            return reason
        bands = self._board.bands(self.calendar.code, seen.coin)
        # Bands hold during the regular session, and only those of the same one.
        if bands is not None and session == "regular" and seen.time_ns >= bands.since_ns:
            is_today = self.calendar.session_at(bands.since_ns) == "regular"
            if is_today and not bands.low_e8 <= seen.price_e8 <= bands.high_e8:
                return OUTSIDE_BANDS
        return self._halted(seen)

    def _halted(self, seen: Print) -> str | None:
        """A halted share has no price, but for one that shows a doubtful halt to be over."""
        code = self.calendar.code
        halt = self._board.halted(code, seen.coin)
        if halt is None:
            return None
        if not halt.is_doubtful or seen.time_ns <= halt.since_ns:
            return HALTED
        self._board.resume(code, seen.coin, seen.time_ns)
        return None

    def _throttle(self, coin: str) -> throttle.Throttle:
        return self._throttles.get(coin) or throttle.Throttle(self._rules.interval_ns)
