"""From what sources saw to acts at the venue: one act at a time, the newest price of each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import Final, final

from bellwether.feeds.prices.desk import ACCEPTED, Desk, Outgoing
from bellwether.feeds.prices.halts import Bands
from bellwether.feeds.prices.notices import HALT, INDICATION, Notice, act_of
from bellwether.feeds.prices.prints import NOW, PriceUnusable, Print, price_text
from bellwether.feeds.progress import Progress
from bellwether.feeds.sources.outlet import Backoff, Pause
from bellwether.feeds.venue import ActRefused, NonceUsed, Venue, VenueLost, VenueTrouble
from bellwether.units.quantities import NS_PER_MS, NS_PER_S

Now = Callable[[], Awaitable[int]]

SENT: Final = "sent"
_LONGEST_SLEEP_S: Final = 0.25
"""How long something that waits for its turn goes unlooked at: a venue's own clock may jump."""

_SUMMARY_NS: Final = 60 * NS_PER_S


@final
class PriceOutlet:
    """Where one source hands its prints over."""

    def __init__(self, desk: Desk, delivery: Delivery, coins: Collection[str]) -> None:
        self._desk = desk
        self._delivery = delivery
        self._coins = coins

    async def seen(self, one: Print) -> None:
        await self._delivery.offer(self._desk, one)

    def dropped(self, reason: str, coin: str) -> None:
        self._delivery.progress.count(self._desk.source, reason, coin=coin)

    def withdrawn(self, coin: str, key: str) -> None:
        self._desk.withdraw(coin, key)
        self._delivery.progress.count(self._desk.source, "called back", coin=coin)

    async def told(self, notice: Notice) -> None:
        await self._delivery.notice(self._desk, notice)

    def limited(self, coin: str, bands: Bands) -> None:
        self._desk.limited(coin, bands)

    def lost(self, reason: str, wait_s: float) -> None:
        source = self._desk.source
        self._desk.unheard(self._coins)
        self._delivery.progress.trouble(
            f"source {source}", reason, "source_lost", source=source, again_in_s=wait_s
        )

    def connected(self) -> None:
        source = self._desk.source
        self._delivery.connected(source)


@final
class Delivery:
    """Sends what the desks let go. A venue that does not answer is asked again, with growing
    patience; meanwhile a newer price takes the place of one that waits, and an old one is
    dropped."""

    def __init__(
        self, venue: Venue, now: Now, progress: Progress, pause: Pause = asyncio.sleep
    ) -> None:
        self.progress = progress
        self._venue = venue
        self._now = now
        self._pause = pause
        self._desks: list[Desk] = []
        self._sessions: dict[str, str | None] = {}
        self._connected: set[str] = set()
        self._woken = asyncio.Event()
        self._backoff = Backoff()
        self._summed_ns = 0

    def outlet(self, desk: Desk, coins: Collection[str] = ()) -> PriceOutlet:
        """A place for a source to hand over its prints of these markets."""
        self._desks.append(desk)
        return PriceOutlet(desk, self, coins)

    def connected(self, source: str) -> None:
        """Said once, and again after a loss."""
        if source not in self._connected:
            self._connected.add(source)
            self.progress.say("source_connected", source=source)
        self.progress.over(f"source {source}", "source_back", source=source)

    async def offer(self, desk: Desk, seen: Print) -> None:
        """Judges a print. Without a venue that tells the time nothing can be judged."""
        try:
            now_ns = await self._now()
        except VenueTrouble as fault:
            self._lost(fault, 0.0)
            return
        if seen.time_ns == NOW:
            seen = replace(seen, time_ns=now_ns)
        self._say_session(desk, now_ns)
        verdict = desk.offer(seen, now_ns)
        if verdict == ACCEPTED:
            self._woken.set()
        else:
            self.progress.count(desk.source, verdict, coin=seen.coin)

    async def notice(self, desk: Desk, notice: Notice) -> None:
        """Takes in what a source says besides prices."""
        try:
            now_ns = await self._now()
        except VenueTrouble as fault:
            # A halt is no price that the next one replaces.
            desk.notices.offer(notice)
            self._lost(fault, 0.0)
            return
        verdict = desk.told(notice, now_ns)
        if verdict != ACCEPTED:
            self.progress.count(desk.source, verdict, coin=notice.coin)
            return
        if notice.kind == HALT:
            state = "halted" if notice.halted else "resumed"
            self.progress.say(
                f"exchange_{state}", source=desk.source, coin=notice.coin, reason=notice.reason
            )
        self._woken.set()

    async def run(self) -> None:
        """Sends until it is cancelled."""
        while True:
            waits = any(desk.due_ns() is not None for desk in self._desks)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_SLEEP_S if waits else None):
                    await self._woken.wait()
            self._woken.clear()
            await self.send_ready()

    async def send_ready(self) -> None:
        """Sends what may go now; returns after a pause if the venue does not answer."""
        try:
            now_ns = await self._now()
            for desk in self._desks:
                await self._send_notices(desk, now_ns)
                ready = desk.ready(now_ns)
                while ready:
                    try:
                        await self._send(desk, ready[0])
                    except VenueLost:
                        for outgoing in ready:
                            desk.keep(outgoing)
                        raise
                    del ready[0]
        except VenueTrouble as fault:
            wait_s = self._backoff.wait_s()
            self._lost(fault, wait_s)
            await self._pause(wait_s)
            return
        if now_ns - self._summed_ns >= _SUMMARY_NS:
            if self._summed_ns:
                self.progress.summary()
            self._summed_ns = now_ns

    async def _send_notices(self, desk: Desk, now_ns: int) -> None:
        """Raises VenueLost."""
        notices = desk.notices.ready(now_ns)
        while notices:
            try:
                await self._send_notice(desk, notices[0])
            except VenueLost:
                for notice in notices:
                    desk.notices.keep(notice)
                raise
            del notices[0]

    async def _send_notice(self, desk: Desk, notice: Notice) -> None:
        """Raises VenueLost."""
        coin, text = notice.coin, ""
        about = f"{desk.source} {coin} {notice.kind}"
        try:
            if notice.kind == INDICATION:
                text = price_text(notice.price_e8, await self._venue.price_decimals(coin))
            await self._venue.operate(act_of(desk.source, notice, text))
        except PriceUnusable as fault:
            self.progress.count(desk.source, str(fault), coin=coin)
            return
        except NonceUsed:
            pass  # Its reply was lost, and a second try found it there.
        except ActRefused as refusal:
            names = {"source": desk.source, "coin": coin}
            self.progress.trouble(about, str(refusal), "notice_refused", **names)
            self.progress.totals[desk.source, f"{notice.kind} refused by the venue"] += 1
            return
        self._backoff.reset()
        self.progress.over("venue", "venue_back")
        self.progress.over(about, "notice_taken_again", source=desk.source, coin=coin)
        self.progress.totals[desk.source, f"{notice.kind} sent"] += 1

    async def _send(self, desk: Desk, outgoing: Outgoing) -> None:
        """Raises VenueLost."""
        coin = outgoing.seen.coin
        about = f"{desk.source} {coin}"
        try:
            text = price_text(outgoing.seen.price_e8, await self._venue.price_decimals(coin))
            await self._venue.operate(
                {
                    "kind": "externalPrice",
                    "coin": coin,
                    "source": desk.source,
                    "px": text,
                    "time": outgoing.seen.time_ns // NS_PER_MS,
                    "session": outgoing.session,
                }
            )
        except PriceUnusable as fault:
            self.progress.count(desk.source, str(fault), coin=coin)
            return
        except NonceUsed:
            pass  # Its reply was lost, and a second try found it there.
        except ActRefused as refusal:
            self.progress.trouble(
                about, str(refusal), "price_refused", source=desk.source, coin=coin
            )
            self.progress.totals[desk.source, "refused by the venue"] += 1
            return
        self._backoff.reset()
        self.progress.over("venue", "venue_back")
        self.progress.over(about, "price_taken_again", source=desk.source, coin=coin)
        self.progress.totals[desk.source, SENT] += 1
        self.progress.say(
            "price_sent", source=desk.source, coin=coin, px=text, session=outgoing.session
        )

    def _say_session(self, desk: Desk, now_ns: int) -> None:
        code = desk.calendar.code
        session = desk.calendar.session_at(now_ns)
        if self._sessions.get(code, "") != session:
            self._sessions[code] = session
            self.progress.say(
                "session", exchange=code, session=session or "closed: nothing is sent"
            )

    def _lost(self, fault: VenueTrouble, wait_s: float) -> None:
        self.progress.trouble("venue", str(fault), "venue_lost", again_in_s=wait_s)
