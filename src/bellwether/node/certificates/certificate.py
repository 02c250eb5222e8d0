#!/usr/bin/env python3
"""Certificates of liquidations and deleveragings (LIQ-8): makes one, and checks one.

This file stands alone: it needs Python 3.11 and nothing else, not even the rest of Bellwether.

    python certificate.py FILE SEGMENT...

checks the certificate in FILE against segments of the journal, or a directory of them: the hash of
each record and the chain from one to the next, that the certificate says what the journal says,
and that its numbers add up. It prints what it found; the exit code is 0 if all is well, else 1.

All amounts are micro-USD, prices price atoms, sizes lots, times nanoseconds, as in the journal.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = 1
SEGMENT_MAGIC = b"\xb7BWSEG\xa6\xe5"
SEGMENT_FIELDS = struct.Struct("<8sHQQ32s16s")
SEGMENT_HEADER_BYTES = 128
RECORD_MAGIC = b"\xb7BWREC\xa6\xe5"
RECORD_FIELDS = struct.Struct("<8sHHIQQqII32s")
HEADER_BYTES = RECORD_FIELDS.size + 8
TRAILER_BYTES = 12
STATE_HASH_FLAG = 1
FORCED = 6
LIQUIDATED, DELEVERAGED = 0, 1
ENDS = ("liquidation", "prices", "funding", "phase", "position_settled", "uncrossed")
"""Events that belong to no liquidation before them."""


class Wrong(Exception):
    """Why a certificate does not hold, or can not be made or checked."""


class Record(NamedTuple):
    """A record of the journal: the numbers of its commands, its hashes, its payloads."""

    first_seq: int
    commands_held: int
    previous: bytes
    hash: bytes
    commands: bytes
    events: bytes


# -- msgpack, as far as the journal uses it ------------------------------------------------------
def unpack(data: bytes) -> Any:
    """The value that the bytes hold. Raises Wrong."""
    try:
        value, end = _value(data, 0)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise Wrong("a payload of the journal can not be read") from None
    if end != len(data):
        raise Wrong("a payload of the journal goes on behind its end")
    return value


_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}


def _value(data: bytes, at: int) -> tuple[Any, int]:
    head = data[at]
    at += 1
    if head <= 0x7F:
        return head, at
    if head >= 0xE0:
        return head - 0x100, at
    if head in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[head], at
    if head in _NUMBERS:
        form = struct.Struct(_NUMBERS[head])
        return form.unpack_from(data, at)[0], at + form.size
    if head <= 0x8F:
        return _pairs(data, at, head & 0x0F)
    if head <= 0x9F:
        return _list(data, at, head & 0x0F)
    if head <= 0xBF:
        return _text(data, at, head & 0x1F)
    width = _SIZED.get(head, 0)
    if not width:
        raise Wrong(f"a payload of the journal holds an unknown byte {head:#x}")
    size = int.from_bytes(data[at : at + width], "big")
    at += width
    if head <= 0xC6:
        return data[at : at + size], at + size
    if head <= 0xDB:
        return _text(data, at, size)
    return _list(data, at, size) if head <= 0xDD else _pairs(data, at, size)


def _text(data: bytes, at: int, size: int) -> tuple[str, int]:
    return data[at : at + size].decode(), at + size


def _list(data: bytes, at: int, size: int) -> tuple[list[Any], int]:
    found = []
    for _ in range(size):
        value, at = _value(data, at)
        found.append(value)
    return found, at


def _pairs(data: bytes, at: int, size: int) -> tuple[dict[Any, Any], int]:
    found = {}
    for _ in range(size):
        key, at = _value(data, at)
        found[key], at = _value(data, at)
    return found, at


# -- the journal ---------------------------------------------------------------------------------
def segments_of(paths: list[Path]) -> list[Path]:
    """The segment files among the paths and in the directories, in order. Raises Wrong."""
    found: list[Path] = []
    for path in paths:
        inside = path / "journal" if (path / "journal").is_dir() else path
        found += sorted(inside.glob("*.seg")) if inside.is_dir() else [inside]
    if not found:
        raise Wrong("there are no segments of a journal")
    return sorted(set(found), key=lambda path: path.name)


def records_of(paths: list[Path]) -> Iterator[Record]:
    """Every record of the segments, its hash made anew and linked to the one before. Raises Wrong.

    What lies behind the last whole record of the last segment is not looked at.
    """
    before: tuple[int, bytes] | None = None
    segments = segments_of(paths)
    for path in segments:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Wrong(f"{path} can not be read: {error.strerror}") from None
        if len(data) < SEGMENT_HEADER_BYTES or data[:8] != SEGMENT_MAGIC:
            raise Wrong(f"{path.name} is no segment of a journal")
        _, _, _, first_seq, chain, _ = SEGMENT_FIELDS.unpack_from(data)
        if before is not None and before != (first_seq, chain):
            raise Wrong(f"{path.name} does not go on where the segment before it ends")
        before = (first_seq, chain)
        for record in _walk(path, data, before):
            before = (record.first_seq + record.commands_held, record.hash)
            yield record


def _walk(path: Path, data: bytes, before: tuple[int, bytes]) -> Iterator[Record]:
    at = SEGMENT_HEADER_BYTES
    while data[at : at + 8] == RECORD_MAGIC:
        fields = data[at : at + RECORD_FIELDS.size]
        numbers = RECORD_FIELDS.unpack(fields)
        _, _, flags, count, _, first_seq, _, commands, events, previous = numbers
        start = at + HEADER_BYTES
        state = 32 if flags & STATE_HASH_FLAG else 0
        end = start + state + commands + events
        if end + TRAILER_BYTES > len(data):
            return
        digest = sha256(fields + data[start:end]).digest()
        if (first_seq, previous) != before:
            raise Wrong(f"{path.name}: the record of command {first_seq} is not linked to the last")
        before = (first_seq + count, digest)
        split = start + state + commands
        yield Record(
            first_seq,
            count,
            previous,
            digest,
            data[start + state : split],
            data[split:end],
        )
        at = end + TRAILER_BYTES


# -- making a certificate ------------------------------------------------------------------------
class Certificates:
    """Follows the journal and tells of every liquidation, with the marks published before it."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._marks: dict[int, dict[str, Any]] = {}

    def of(self, record: Record) -> Iterator[dict[str, Any]]:
        """The certificates of a record: one for each account liquidated or deleveraged."""
        times = [command[0] for command in unpack(record.commands)]
        where = {
            "firstSeq": record.first_seq,
            "previous": record.previous.hex(),
            "hash": record.hash.hex(),
        }
        return self.of_batch(where, times, unpack(record.events))

    def of_batch(
        self, record: dict[str, Any], times: list[int], batches: list[list[Any]]
    ) -> Iterator[dict[str, Any]]:
        """The same of events that have been read already; `times` are those of the commands."""
        for place, events in enumerate(batches):
            for number, event in enumerate(events):
                self._note(event)
                if event[0] == "equity":
                    seq = record["firstSeq"] + place
                    yield self._certify(record, seq, times[place], events, number)

    def publish(self, asset: int, *prices: int) -> None:
        """A mark was published: its time, the oracle, the mark, its three components."""
        time_ns, oracle, mark, *components = prices
        self._marks[asset] = {
            "time": time_ns,
            "oracle": oracle,
            "mark": mark,
            "components": components,
        }

    def knows_mark(self, asset: int) -> bool:
        """Has a mark of this market been seen?"""
        return asset in self._marks

    def _note(self, event: list[Any]) -> None:
        if event[0] == "listed":
            self.names[event[1]] = event[2]["symbol"]
        elif event[0] == "prices":
            self.publish(event[1], *event[2:8])

    def _certify(
        self, record: dict[str, Any], seq: int, time_ns: int, events: list[Any], number: int
    ) -> dict[str, Any]:
        _, liquidation, asset, account, role, *_ = events[number]
        facts = _liquidated(events, number) if role == LIQUIDATED else _deleveraged(events, number)
        return {
            "format": FORMAT,
            "role": "liquidated" if role == LIQUIDATED else "deleveraged",
            "liquidation": liquidation,
            "account": "0x" + account.hex(),
            "asset": asset,
            "seq": seq,
            "time": time_ns,
            "record": record,
            "mark": self._marks.get(asset),
            "equity": _equity(events[number]),
            **facts,
        }


def _equity(event: list[Any]) -> dict[str, Any]:
    names = ("asset", "lots", "entry", "mark", "funding", "maintenance")
    return {
        "collateral": event[5],
        "positions": [dict(zip(names, row, strict=True)) for row in event[6]],
        "equity": event[7],
        "maintenance": event[8],
        "reserved": event[9],
    }


def _liquidated(events: list[Any], number: int) -> dict[str, Any]:
    """What was sent for the account and who took what, up to where its liquidation ends."""
    account, asset = events[number][3], events[number][2]
    facts: dict[str, Any] = {name: [] for name in ("orders", "fills", "takenOver", "closed")}
    facts |= {"covered": 0, "coveredByVenue": 0, "liquidationFee": 0}
    sent: set[int] = set()
    for event in events[number + 1 :]:
        tag = event[0]
        if tag in ENDS or (tag == "equity" and event[4] == LIQUIDATED):
            break
        if tag == "placed" and event[2:4] == [account, asset] and event[7] == FORCED:
            sent.add(event[1])
            order = {"order": event[1], "isBuy": event[4], "price": event[5], "lots": event[6]}
            facts["orders"].append(order)
        elif tag == "trade" and event[6] in sent:
            facts["fills"].append(_fill(event))
        elif tag == "taken_over" and event[6] == account:
            by = {1: "backstop", 2: "provider"}[event[12]]
            facts["takenOver"].append({**_closed(event), "by": by, "margin": event[13]})
        elif tag == "adl" and event[6] == account:
            facts["closed"].append(_closed(event))
        elif tag == "deficit" and event[2] == account:
            facts["coveredByVenue" if event[4] else "covered"] += event[3]
        elif tag == "liquidation_fee" and event[2] == account:
            facts["liquidationFee"] += event[3]
    return facts


def _fill(event: list[Any]) -> dict[str, Any]:
    return {
        "trade": event[1],
        "order": event[6],
        "price": event[3],
        "lots": event[4],
        "counterparty": "0x" + event[9].hex(),
        "fee": event[10],
        "start": event[12],
        "profit": event[14],
    }


def _closed(event: list[Any]) -> dict[str, Any]:
    return {
        "trade": event[1],
        "price": event[3],
        "lots": event[4],
        "counterparty": "0x" + event[7].hex(),
        "start": event[8],
        "profit": event[10],
    }


def _deleveraged(events: list[Any], number: int) -> dict[str, Any]:
    """What was closed of the account's position, and against whom."""
    account = events[number][3]
    for event in events[number + 1 :]:
        if event[0] == "adl" and event[7] == account:
            closed = {
                "trade": event[1],
                "price": event[3],
                "lots": event[4],
                "counterparty": "0x" + event[6].hex(),
                "start": event[9],
                "profit": event[11],
            }
            return {"closed": [closed]}
    return {"closed": []}


# -- checking one --------------------------------------------------------------------------------
def check_numbers(certificate: dict[str, Any]) -> list[str]:
    """What of the certificate's numbers does not add up; nothing if all does."""
    found: list[str] = []
    stated = certificate["equity"]
    equity = stated["collateral"] - stated["reserved"]
    maintenance = 0
    start = 0
    for row in stated["positions"]:
        equity += row["lots"] * row["mark"] - row["entry"] + row["funding"]
        maintenance += row["maintenance"]
        if row["asset"] == certificate["asset"]:
            start = row["lots"]
            mark = certificate["mark"]
            if mark is not None and row["mark"] != mark["mark"] and _needs_mark(certificate):
                found.append(f"valued at {row['mark']}, the mark is {mark['mark']}")
    if equity != stated["equity"]:
        found.append(f"the positions make an equity of {equity}, not {stated['equity']}")
    if not stated["reserved"] and stated["maintenance"] not in (0, maintenance):
        found.append(f"maintenance margins make {maintenance}, not {stated['maintenance']}")
    if certificate["role"] == "deleveraged":
        return found + _check_chain(certificate["closed"], start)
    if stated["equity"] >= stated["maintenance"] and stated["equity"] >= 0:
        found.append("the equity is not below the maintenance margin")
    takers = certificate["fills"] + certificate["takenOver"] + certificate["closed"]
    found += _check_chain(sorted(takers, key=lambda one: one["trade"]), start)
    sent = {order["order"]: order["lots"] for order in certificate["orders"]}
    for fill in certificate["fills"]:
        sent[fill["order"]] = sent.get(fill["order"], 0) - fill["lots"]
    if any(left < 0 for left in sent.values()):
        found.append("an order was filled beyond its size")
    return found


def _needs_mark(certificate: dict[str, Any]) -> bool:
    """A settlement values positions at its own price, which is not a published mark."""
    return bool(certificate.get("orders") or certificate.get("takenOver"))


def _check_chain(steps: list[dict[str, Any]], position: int) -> list[str]:
    """Each step starts from what the one before has left, and none turns the position round."""
    for step in steps:
        if step["start"] != position:
            return [f"trade {step['trade']} starts from {step['start']}, not from {position}"]
        if step["lots"] > abs(position):
            return [f"trade {step['trade']} closes more than there is"]
        position += step["lots"] if position < 0 else -step["lots"]
    return []


def check(certificate: dict[str, Any], paths: list[Path]) -> list[str]:
    """What is wrong with a certificate beside the journal; nothing if it holds. Raises Wrong."""
    if certificate.get("format") != FORMAT:
        raise Wrong(f"this is no certificate of format {FORMAT}")
    wanted = (certificate.get("liquidation"), certificate.get("account"), certificate.get("role"))
    maker = Certificates()
    found: dict[str, Any] | None = None
    for record in records_of(paths):
        for made in maker.of(record):
            if (made["liquidation"], made["account"], made["role"]) == wanted:
                found = made
        if found is not None:
            break
    if found is None:
        raise Wrong("the journal tells of no such liquidation of this account")
    differences = [
        f"{name}: the certificate says {certificate.get(name)}, the journal {found.get(name)}"
        for name in sorted(found.keys() | certificate.keys())
        if certificate.get(name) != found.get(name)
    ]
    return differences or check_numbers(found)


def main(arguments: list[str], name: str = "certificate") -> int:
    """The program; what is wrong is said on stderr, after its name."""
    if len(arguments) < 2:
        print("usage: certificate.py FILE SEGMENT...", file=sys.stderr)
        return 2
    try:
        certificate = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        if not isinstance(certificate, dict):
            raise Wrong(f"{arguments[0]} is no certificate")
        wrong = check(certificate, [Path(argument) for argument in arguments[1:]])
    except OSError as error:
        wrong = [f"{error.filename} can not be read: {error.strerror}"]
    except ValueError as error:
        wrong = [f"{arguments[0]} is no JSON: {error}"]
    except Wrong as error:
        wrong = [str(error)]
    for line in wrong:
        print(f"{name}: {line}", file=sys.stderr)
    if not wrong:
        stated = certificate["equity"]
        print(
            f"holds: liquidation {certificate['liquidation']} of {certificate['account']},"
            f" command {certificate['seq']}, equity {stated['equity']} micro-USD,"
            f" maintenance {stated['maintenance']}, record {certificate['record']['hash']}"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
