"""A feed as a whole: its sources, its desks and the delivery, from a configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, final

from bellwether.feeds.config import (
    AlpacaSection,
    CcxtSection,
    ConfigInvalid,
    FeedConfig,
    MassiveSection,
    PriceSection,
    ValuationSection,
)
from bellwether.feeds.delivery import Delivery
from bellwether.feeds.prices.desk import Desk
from bellwether.feeds.prices.halts import ExchangeBoard
from bellwether.feeds.prices.sessions import CalendarUnavailable, ListingCalendar
from bellwether.feeds.progress import Progress
from bellwether.feeds.sources.alpaca import AlpacaStream, Credentials
from bellwether.feeds.sources.connection import Conversation, KeptConnection, Listener
from bellwether.feeds.sources.massive import MassiveStream
from bellwether.feeds.sources.outlet import Outlet, Pause, Provider, ProviderLost, Source
from bellwether.feeds.sources.tokenised import TokenisedSource
from bellwether.feeds.valuations.record import RecordUnusable, SentRecord
from bellwether.feeds.valuations.source import ValuationSource
from bellwether.feeds.venue import Venue, VenueTrouble

Now = Callable[[], Awaitable[int]]

_RECORD_SUFFIX: Final = ".sent"
_PARTING_S: Final = 5.0


@final
class Feed:
    """Everything that a configuration names, ready to run."""

    def __init__(
        self,
        config: FeedConfig,
        venue: Venue,
        now: Now,
        progress: Progress,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Raises ConfigInvalid."""
        self._progress = progress
        self._delivery = Delivery(venue, now, progress, pause)
        self._records: list[SentRecord] = []
        calendars = calendars_of(config)
        # One for all: a halt of the listing exchange is one of every source that goes by it.
        board = ExchangeBoard()
        self._sources: list[Source] = list(
            price_sources(
                config,
                lambda section: self._delivery.outlet(
                    Desk(section.name, section.rules(), calendars[section.calendar], board),
                    list(section.coins),
                ),
                pause,
            )
        )
        self._valuations: list[ValuationSource] = []
        try:
            for number, section in enumerate(config.sources):
                if isinstance(section, ValuationSection):
                    record = self._record(config, section, f"sources[{number}].record")
                    place = place_of(config, section)
                    self._valuations.append(
                        ValuationSource(section, place, record, venue, now, progress, pause)
                    )
        except ConfigInvalid:
            self.close()
            raise

    async def run(self, stop: asyncio.Event) -> None:
        """Feeds the venue until `stop` is set."""
        begun: Sequence[Source] = [*self._sources, *self._valuations]
        tasks = [asyncio.ensure_future(source.run()) for source in begun]
        tasks.append(asyncio.ensure_future(self._delivery.run()))
        stopped = asyncio.ensure_future(stop.wait())
        try:
            # None of them ends by itself: one that does has failed, and its fault is shown.
            done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*tasks, stopped):
                task.cancel()
            # Not for longer: a provider that does not let go must not keep the feed from stopping.
            await asyncio.wait([*tasks, stopped], timeout=_PARTING_S)

    async def once(self) -> bool:
        """One reading of every file of valuations; whether venue and files answered. Prices mean
        something only as a stream, so their sources are left out."""
        answered = True
        for source in self._valuations:
            try:
                await source.once()
            except (ProviderLost, VenueTrouble) as fault:
                answered = False
                self._progress.warn("reading_ended", source=source.name, reason=str(fault))
        return answered

    def close(self) -> None:
        """Lets go of the records."""
        for record in self._records:
            record.close()

    def _record(self, config: FeedConfig, section: ValuationSection, where: str) -> SentRecord:
        path = config.path(section.record or section.name + _RECORD_SUFFIX)
        try:
            record = SentRecord(path)
        except RecordUnusable as fault:
            raise ConfigInvalid(where, str(fault)) from None
        self._records.append(record)
        return record


def calendars_of(config: FeedConfig) -> dict[str, ListingCalendar]:
    """By code, the calendars that a configuration names. Raises ConfigInvalid."""
    found: dict[str, ListingCalendar] = {}
    for number, section in enumerate(config.sources):
        if isinstance(section, PriceSection) and section.calendar not in found:
            try:
                found[section.calendar] = ListingCalendar(section.calendar)
            except CalendarUnavailable as fault:
                raise ConfigInvalid(f"sources[{number}].calendar", str(fault)) from None
    return found


def price_sources(
    config: FeedConfig, outlet_of: Callable[[PriceSection], Outlet], pause: Pause
) -> list[Provider]:
    """The sources of prices; those of one account and feed share a connection.

    Raises ConfigInvalid.
    """
    found: list[Provider] = []
    auctions: dict[tuple[str, str], list[Listener[MassiveSection]]] = {}
    keys: dict[tuple[str, str], str] = {}
    shared: dict[tuple[str, ...], list[Listener[AlpacaSection]]] = {}
    credentials: dict[tuple[str, ...], Credentials] = {}
    for number, section in enumerate(config.sources):
        if isinstance(section, CcxtSection):
            found.append(TokenisedSource(section, outlet_of(section), pause))
        elif isinstance(section, AlpacaSection):
            place = (section.stream, section.rest, section.feed, section.credentials)
            if place not in credentials:
                path = config.path(section.credentials)
                credentials[place] = read_credentials(path, f"sources[{number}].credentials")
            shared.setdefault(place, []).append(Listener(section, outlet_of(section)))
        elif isinstance(section, MassiveSection):
            account = (section.stream, section.credentials)
            if account not in keys:
                path = config.path(section.credentials)
                (keys[account],) = _lines_of(path, f"sources[{number}].credentials", 1)
            auctions.setdefault(account, []).append(Listener(section, outlet_of(section)))
    streams: list[Conversation] = [MassiveStream(auctions[one], keys[one]) for one in auctions]
    streams += [AlpacaStream(shared[one], credentials[one]) for one in shared]
    found += [KeptConnection(stream, pause) for stream in streams]
    return found


def place_of(config: FeedConfig, section: ValuationSection) -> Path | str:
    """An address as it stands, a file from the configuration's folder on."""
    if section.place.startswith(("http://", "https://")):
        return section.place
    return config.path(section.place)


def read_credentials(path: Path, where: str) -> Credentials:
    """Key id and secret on two lines. Raises ConfigInvalid, which shows neither."""
    return Credentials(*_lines_of(path, where, 2))


def _lines_of(path: Path, where: str, count: int) -> list[str]:
    """Raises ConfigInvalid, which shows none of them."""
    try:
        lines = path.read_text(encoding="ascii").split()
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is not ASCII text"
        raise ConfigInvalid(where, f"{path}: {reason}") from None
    if len(lines) != count:
        wanted = "a key" if count == 1 else "a key id and a secret, each on a line"
        raise ConfigInvalid(where, f"{path}: expected {wanted}")
    return lines
