"""A feed's configuration in TOML. Every fault names its field."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from bellwether.feeds.prices.desk import DeskRules
from bellwether.feeds.prices.sanity import SanityRule
from bellwether.units.quantities import NS_PER_S

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_FAULT: Final = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?", re.DOTALL)


class ConfigInvalid(Exception):
    """The configuration can not be used; the message names the field."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)


class Section(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True
):
    """What all sources have: the name that the venue has bound to the key."""

    name: str


class PriceSection(Section, frozen=True, kw_only=True):
    """A source of a listed share's prices. Shares are fractions: 0.05 is 5 %.

    `coins` says which symbol of the provider stands for which market.
    """

    calendar: str
    coins: dict[str, str]
    interval_s: Decimal = Decimal(3)
    max_age_s: Decimal = Decimal(30)
    most_off: Decimal = Decimal("0.05")
    widest_quote: Decimal = Decimal("0.01")
    conditions: list[str] = []

    def rules(self) -> DeskRules:
        return DeskRules(
            max_age_ns=int(self.max_age_s * NS_PER_S),
            interval_ns=int(self.interval_s * NS_PER_S),
            sanity=SanityRule(most_off_e6=int(self.most_off * 10**6)),
            conditions=frozenset(self.conditions),
        )

    @property
    def widest_e6(self) -> int:
        return int(self.widest_quote * 10**6)


class AlpacaSection(PriceSection, frozen=True, tag="alpaca", kw_only=True):
    """Alpaca's market data: `credentials` is a file with key id and secret on two lines.

    Trading halts and price bands come with it, unless `halts` is false.
    """

    credentials: str
    feed: Literal["sip", "iex", "boats", "overnight"] = "sip"
    price: Literal["last", "quote"] = "last"
    exchanges: list[str] = []
    halts: bool = True
    stream: str = "wss://stream.data.alpaca.markets"
    rest: str = "https://data.alpaca.markets"


class MassiveSection(PriceSection, frozen=True, tag="massive", kw_only=True):
    """Massive's stock stream: opening auctions, halts, price bands; no prices of trades.
    `credentials` is a file with the key on one line."""

    credentials: str
    stream: str = "wss://socket.massive.com/stocks"


class CcxtSection(PriceSection, frozen=True, tag="ccxt", kw_only=True):
    """A tokenised share on an exchange that ccxt knows; `address` stands in for its own."""

    exchange: str
    poll_s: Decimal = Decimal(3)
    address: str = ""


class ValuationSection(Section, frozen=True, tag="valuations", kw_only=True):
    """Signed entries at `place`, a file or an address; `record` remembers which were sent."""

    place: str
    signers: list[str]
    record: str = ""
    poll_s: Decimal = Decimal(60)


AnySection = AlpacaSection | MassiveSection | CcxtSection | ValuationSection


class VenueSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the venue is. `clock = "venue"` asks it for the time, for worlds with a clock of
    their own."""

    url: str = "http://127.0.0.1:3001"
    key_file: str = ""
    clock: Literal["system", "venue"] = "system"


class FeedConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it; `folder` is where relative paths begin."""

    sources: list[AnySection]
    venue: VenueSection = VenueSection()
    folder: str = "."

    def path(self, name: str) -> Path:
        return Path(self.folder) / name


def load_config(path: Path) -> FeedConfig:
    """Reads and checks. Raises ConfigInvalid."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ConfigInvalid("", f"{path} can not be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigInvalid("", f"{path} is not TOML: {error}") from None
    if "folder" in content:
        raise ConfigInvalid("folder", "is not a field")
    config = _converted({**content, "folder": str(path.parent)})
    if not config.sources:
        raise ConfigInvalid("sources", "expected at least one")
    _check_address(config.venue.url, ("http", "https"), "venue.url")
    for number, section in enumerate(config.sources):
        where = f"sources[{number}]"
        if section.name in [one.name for one in config.sources[:number]]:
            raise ConfigInvalid(f"{where}.name", f"{section.name!r} is there twice")
        _check(section, where)
    return config


def _converted(content: dict[str, Any]) -> FeedConfig:
    try:
        return msgspec.convert(content, FeedConfig)
    except msgspec.ValidationError as error:
        match = _FAULT.fullmatch(str(error))
        assert match is not None, "the pattern takes anything"
        raise ConfigInvalid(match[2] or "", match[1]) from None


def _check(section: AnySection, where: str) -> None:
    if not 0 < len(section.name) <= 64:
        raise ConfigInvalid(f"{where}.name", "expected 1 to 64 characters")
    if isinstance(section, PriceSection):
        _check_prices(section, where)
    if isinstance(section, AlpacaSection):
        _check_address(section.stream, ("ws", "wss"), f"{where}.stream")
        _check_address(section.rest, ("http", "https"), f"{where}.rest")
        return
    if isinstance(section, MassiveSection):
        _check_address(section.stream, ("ws", "wss"), f"{where}.stream")
        return
    if section.poll_s <= 0:
        raise ConfigInvalid(f"{where}.poll_s", "expected seconds above zero")
    if isinstance(section, CcxtSection):
        if section.address:
            _check_address(section.address, ("http", "https"), f"{where}.address")
        return
    if not section.signers:
        raise ConfigInvalid(f"{where}.signers", "expected at least one address")
    for signer in section.signers:
        if _ADDRESS.fullmatch(signer) is None:
            raise ConfigInvalid(f"{where}.signers", f"{signer[:64]!r} is not an address 0x…")


def _check_prices(section: PriceSection, where: str) -> None:
    if not section.coins:
        raise ConfigInvalid(f"{where}.coins", "expected at least one market and its symbol")
    for name in ("interval_s", "max_age_s", "most_off", "widest_quote"):
        value: Decimal = getattr(section, name)
        if not 0 < value < 10**6:
            raise ConfigInvalid(f"{where}.{name}", "expected a number above zero")


def _check_address(text: str, schemes: tuple[str, ...], where: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname:
        raise ConfigInvalid(where, f"expected {schemes[-1]}://HOST, got {text[:100]!r}")
