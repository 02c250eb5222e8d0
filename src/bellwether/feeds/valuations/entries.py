"""Entries of a file of valuations: one JSON object a line, each an observation with its signature,
or, with a `pairedVolume`, what an exchange's opening auction indicates (LIFE-9).

What is wrong with a line is said with its number, its id and the field; the other lines go on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from bellwether.feeds.decoding import decoded
from bellwether.feeds.valuations.signature import SignatureInvalid, message_of, signer_of
from bellwether.units.clock_text import TimeError, parse_time_ns
from bellwether.units.quantities import NS_PER_MS, NS_PER_S
from bellwether.units.text import DecimalError, parse_decimal

USD_DECIMALS: Final = 6
KINDS: Final = (
    "funding_round secondary_trade secondary_bid secondary_ask fund_mark valuation_409a"
    " listed_comparable tender_offer filing price_range indicative_auction public_commentary"
).split()
UNITS: Final = ("valuation", "per_share")
SHARE_CLASSES: Final = ("common", "preferred")
LONGEST_LINE: Final = 2**16
LONGEST_INDICATION_NS: Final = 60 * NS_PER_S

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Number = Annotated[str, Meta(max_length=24)]


class Entry(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """An observation as it is signed; USD as decimal text, the time as UTC text."""

    id: Id
    source: Word
    coin: Word
    kind: str
    value: Number
    unit: str
    observed_at: str
    signature: str
    share_class: str = SHARE_CLASSES[0]
    size: Number = "0"
    share_count: Annotated[int, Meta(ge=1, le=2**53)] | None = None

    @property
    def observed_ms(self) -> int:
        return parse_time_ns(self.observed_at) // NS_PER_MS

    def act(self) -> dict[str, Any]:
        """The operator's act that it becomes."""
        observation: dict[str, Any] = {
            "kind": self.kind,
            "value": self.value,
            "unit": self.unit,
            "shareClass": self.share_class,
            "size": self.size,
            "observedAt": self.observed_ms,
        }
        if self.share_count is not None:
            observation["shareCount"] = self.share_count
        return {
            "kind": "observe",
            "coin": self.coin,
            "source": self.source,
            "observation": observation,
        }

    def digest(self) -> str:
        """What it says, whatever its id: two entries with the same are one, told twice."""
        return _digest(self)

    def is_over(self, _now_ns: int) -> bool:
        """An observation fades by its own half-life."""
        return False


class Indication(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Where an opening auction would clear, and how many whole shares are paired there."""

    id: Id
    source: Word
    coin: Word
    px: Number
    paired_volume: Number
    time: str
    signature: str

    @property
    def kind(self) -> str:
        return "indication"

    @property
    def value(self) -> str:
        return self.px

    @property
    def observed_ms(self) -> int:
        return parse_time_ns(self.time) // NS_PER_MS

    def is_over(self, now_ns: int) -> bool:
        """An auction moves on: what it indicated a minute ago is no indication."""
        return now_ns - parse_time_ns(self.time) > LONGEST_INDICATION_NS

    def act(self) -> dict[str, Any]:
        """The operator's act that it becomes."""
        return {
            "kind": "indicativeAuction",
            "coin": self.coin,
            "source": self.source,
            "px": self.px,
            "pairedVolume": self.paired_volume,
            "time": self.observed_ms,
        }

    def digest(self) -> str:
        """What it says, whatever its id."""
        return _digest(self)


AnyEntry = Entry | Indication


class Refused(msgspec.Struct, frozen=True):
    """A line that is not sent."""

    line: int
    id: str
    reason: str


def read_entries(
    content: bytes, source: str, signers: Collection[str]
) -> tuple[list[AnyEntry], list[Refused]]:
    """The entries that may be sent, in their order, and those that may not; `signers` are
    addresses in lower case. A last line that has no end yet and is no JSON is being written."""
    entries: list[AnyEntry] = []
    refused: list[Refused] = []
    ids: dict[str, int] = {}
    digests: dict[str, str] = {}
    *lines, last = content.split(b"\n")
    if _is_json(last):
        lines.append(last)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, found = _entry(line, source, signers)
        reason = found if isinstance(found, str) else None
        if not isinstance(found, str):
            digest = found.digest()
            if found.id in ids:
                reason = f"id: {found.id!r} is that of line {ids[found.id]}"
            elif digest in digests:
                reason = f"repeats the entry {digests[digest]!r}"
            else:
                ids[found.id], digests[digest] = number, found.id
                entries.append(found)
        if reason is not None:
            refused.append(Refused(number, name, reason))
    return entries, refused


def _is_json(line: bytes) -> bool:
    try:
        decoded(line)
    except msgspec.DecodeError:
        return False
    return True


def _entry(line: bytes, source: str, signers: Collection[str]) -> tuple[str, AnyEntry | str]:
    """Its id as far as it has one, and the entry or what is wrong with it."""
    if len(line) > LONGEST_LINE:
        return "", f"longer than {LONGEST_LINE} bytes"
    try:
        content = decoded(line)
    except msgspec.DecodeError as fault:
        return "", f"is not JSON: {fault}"
    if not isinstance(content, dict):
        return "", "expected an object"
    name = str(content.get("id", ""))[:64]
    if "signature" not in content:
        return name, "signature: missing; an entry is signed by its source"
    try:
        entry = _typed(content)
    except msgspec.ValidationError as fault:
        return name, _in_words(str(fault))
    fault_of_content = _fault(entry, source)
    if fault_of_content is not None:
        return name, fault_of_content
    try:
        signer = signer_of(content, entry.signature)
    except SignatureInvalid as fault:
        return name, f"signature: {fault}"
    if signer not in signers:
        return name, f"signature: made by {signer}, who does not sign for {source}"
    return name, entry


def _typed(content: dict[str, Any]) -> AnyEntry:
    """Raises msgspec.ValidationError."""
    if "pairedVolume" in content:
        return msgspec.convert(content, Indication)
    return msgspec.convert(content, Entry)


def _digest(entry: AnyEntry) -> str:
    content = {**msgspec.to_builtins(entry), "id": ""}
    return hashlib.sha256(message_of(content)).hexdigest()


def _fault(entry: AnyEntry, source: str) -> str | None:
    """What contradicts the rules, with its field."""
    if entry.source != source:
        return f"source: {entry.source!r} is not {source!r}, whose entries these are"
    if isinstance(entry, Indication):
        return (
            _amount_fault("px", entry.px, 1)
            or _amount_fault("pairedVolume", entry.paired_volume, 0, 0)
            or _time_fault("time", entry.time)
        )
    for field, value, allowed in (
        ("kind", entry.kind, KINDS),
        ("unit", entry.unit, UNITS),
        ("shareClass", entry.share_class, SHARE_CLASSES),
    ):
        if value not in allowed:
            return f"{field}: {value[:64]!r} is not one of {', '.join(allowed)}"
    if entry.unit == "per_share" and entry.share_count is None:
        return "shareCount: missing; a value per share needs the count it refers to"
    return (
        _amount_fault("value", entry.value, 1)
        or _amount_fault("size", entry.size, 0)
        or _time_fault("observedAt", entry.observed_at)
    )


def _amount_fault(field: str, text: str, least: int, decimals: int = USD_DECIMALS) -> str | None:
    try:
        amount = parse_decimal(text, decimals)
    except DecimalError as fault:
        return f"{field}: {fault}"
    if amount < least:
        return f"{field}: expected an amount {'above zero' if least else 'of zero or more'}"
    return None


def _time_fault(field: str, text: str) -> str | None:
    try:
        parse_time_ns(text)
    except TimeError as fault:
        return f"{field}: {fault}"
    return None


def _in_words(fault: str) -> str:
    """A message of the decoder with the field in front."""
    missing = fault.removeprefix("Object missing required field `")
    if missing != fault:
        return f"{missing.rstrip('`')}: missing"
    unknown = fault.removeprefix("Object contains unknown field `")
    if unknown != fault:
        return f"{unknown.rstrip('`')}: is not a field of an entry"
    reason, _, path = fault.partition(" - at `$.")
    return f"{path.rstrip('`')}: {reason}" if path else reason
