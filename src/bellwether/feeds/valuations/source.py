"""Reads the entries of one source again and again, and sends each that is new, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, final

from bellwether.feeds.config import ValuationSection
from bellwether.feeds.progress import Progress
from bellwether.feeds.sources.http_get import LARGEST, get
from bellwether.feeds.sources.outlet import Backoff, Pause, ProviderLost
from bellwether.feeds.valuations import record as states
from bellwether.feeds.valuations.entries import AnyEntry, read_entries
from bellwether.feeds.valuations.record import Line, SentRecord
from bellwether.feeds.venue import (
    ActRefused,
    NonceForgotten,
    NonceUsed,
    Venue,
    VenueLost,
    VenueTrouble,
)
from bellwether.units.quantities import NS_PER_MS

ALREADY_SENT: Final = "already sent"
_ALREADY: Final = frozenset({states.SENT, states.IN_DOUBT})

Now = Callable[[], Awaitable[int]]


@final
class ValuationSource:
    """One file or address; `record` remembers across restarts what was sent."""

    def __init__(
        self,
        section: ValuationSection,
        place: Path | str,
        record: SentRecord,
        venue: Venue,
        now: Now,
        progress: Progress,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._section = section
        self._place = place
        self._record = record
        self._venue = venue
        self._now = now
        self._progress = progress
        self._pause = pause
        self._signers = frozenset(signer.lower() for signer in section.signers)
        self._backoff = Backoff()
        self._counted: set[tuple[str, str]] = set()
        self._dealt_with: set[str] = set()
        """Ids that this feed has sent, and those that the venue refused it: asking again at once
        would change nothing."""

    @property
    def name(self) -> str:
        return self._section.name

    async def run(self) -> None:
        """Sends until it is cancelled."""
        while True:
            try:
                await self.once()
                self._backoff.reset()
                wait_s = float(self._section.poll_s)
            except ProviderLost as fault:
                wait_s = self._backoff.wait_s()
                self._lost(str(fault), wait_s)
            except VenueTrouble as fault:
                wait_s = self._backoff.wait_s()
                self._progress.trouble(
                    "venue", str(fault), "venue_lost", source=self.name, again_in_s=wait_s
                )
            await self._pause(wait_s)

    async def once(self) -> None:
        """One reading. Raises ProviderLost, and VenueLost with the rest unsent."""
        content = await read_place(self._place)
        self._progress.over(f"source {self.name}", "source_back", source=self.name)
        entries, refused = read_entries(content, self.name, self._signers)
        for fault in refused:
            about = f"{self.name} {fault.id or fault.line}"
            self._progress.trouble(
                about,
                fault.reason,
                "entry_refused",
                source=self.name,
                line=fault.line,
                id=fault.id,
            )
            self._count_once(about, "refused here")
        for entry in entries:
            await self._consider(entry)
        self._progress.over("venue", "venue_back", source=self.name)

    async def _consider(self, entry: AnyEntry) -> None:
        """Sends an entry unless it was sent before. Raises VenueLost, and ActRefused if even the
        venue's clock could not be read."""
        known, digest = self._record.of(entry.id), entry.digest()
        if known is not None and known.digest != digest:
            self._refuse(entry, "id: was sent before, and said something else")
            return
        if known is not None and known.outcome in _ALREADY:
            if entry.id not in self._dealt_with:
                self._count_once(f"{self.name} {entry.id}", ALREADY_SENT)
            return
        told = self._record.told_before(digest)
        if told is not None and told != entry.id:
            self._refuse(entry, f"repeats the entry {told!r}")
            return
        if entry.id in self._dealt_with:
            return
        now_ns = await self._now()
        if entry.observed_ms * NS_PER_MS > now_ns:
            about = f"{self.name} {entry.id}"
            self._progress.trouble(
                about, "its time is in the future", "entry_waits", source=self.name, id=entry.id
            )
            return
        if entry.is_over(now_ns):
            self._refuse(entry, "time: an indication is of the moment, and this one is over")
            return
        tried = known if known is not None and known.outcome == states.SENDING else None
        await self._send(entry, digest, tried)

    async def _send(self, entry: AnyEntry, digest: str, tried: Line | None) -> None:
        """Under a fresh nonce, or again under that of the try whose end is not known."""
        nonce = self._venue.new_nonce() if tried is None else tried.nonce
        if tried is None:
            self._record.note(Line(entry.id, digest, nonce, "sending"))
        try:
            await self._venue.operate(entry.act(), nonce)
        except VenueLost:
            raise
        except NonceUsed:
            self._progress.say("observation_had_arrived", source=self.name, id=entry.id)
        except ActRefused as refusal:
            if tried is not None and isinstance(refusal, NonceForgotten):
                self._record.note(Line(entry.id, digest, nonce, "in_doubt"))
                self._refuse(entry, "may have arrived before; it is not sent again")
                return
            self._record.note(Line(entry.id, digest, nonce, "refused"))
            self._dealt_with.add(entry.id)
            self._refuse(entry, f"the venue refused: {refusal}")
            return
        self._record.note(Line(entry.id, digest, nonce, "sent"))
        self._dealt_with.add(entry.id)
        self._progress.totals[self.name, states.SENT] += 1
        self._progress.say(
            "observation_sent",
            source=self.name,
            id=entry.id,
            coin=entry.coin,
            observed=entry.kind,
            value=entry.value,
        )

    def _refuse(self, entry: AnyEntry, reason: str) -> None:
        about = f"{self.name} {entry.id}"
        self._progress.trouble(about, reason, "entry_refused", source=self.name, id=entry.id)
        self._count_once(about, "refused")

    def _count_once(self, about: str, outcome: str) -> None:
        """A file is read again and again; what stands in it counts once."""
        if (about, outcome) not in self._counted:
            self._counted.add((about, outcome))
            self._progress.totals[self.name, outcome] += 1

    def _lost(self, reason: str, wait_s: float) -> None:
        self._progress.trouble(
            f"source {self.name}", reason, "source_lost", source=self.name, again_in_s=wait_s
        )


async def read_place(place: Path | str) -> bytes:
    """What stands in a file or at an address. Raises ProviderLost."""
    if isinstance(place, str):
        return await get(place)
    try:
        if place.stat().st_size > LARGEST:
            raise ProviderLost(f"{place} is larger than {LARGEST} bytes")
        return place.read_bytes()
    except OSError as fault:
        raise ProviderLost(f"{place} can not be read: {fault.strerror}") from None
