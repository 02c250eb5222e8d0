"""Signed observations from a file or an address, each sent once (PRICE-14)."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from bellwether.feeds.config import ValuationSection
from bellwether.feeds.progress import Progress
from bellwether.feeds.sources.outlet import ProviderLost
from bellwether.feeds.valuations.entries import Refused, read_entries
from bellwether.feeds.valuations.record import Line, RecordUnusable, SentRecord
from bellwether.feeds.valuations.signature import message_of, sign, signer_of
from bellwether.feeds.valuations.source import ValuationSource
from bellwether.feeds.venue import ActRefused, NonceForgotten, VenueLost
from bellwether.units.clock_text import parse_time_ns
from tests.feeds.kept_venue import KEY, PLAIN, SIGNER, KeptVenue, entry, lines
from tests.feeds.listening import at_once
from tests.feeds.providers import HttpStand

NOW_NS = parse_time_ns("2026-05-01T00:01:00Z")


class World:
    """A file of entries, a venue, and a feed that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.place: Path | str = folder / "alpha.jsonl"
        self.record_path = folder / "alpha.sent"
        self.venue = KeptVenue()
        self.said = io.StringIO()
        self.now_ns = NOW_NS
        self.record = SentRecord(self.record_path)
        self.feed = self._feed()

    def write(self, *entries: dict[str, Any]) -> None:
        assert isinstance(self.place, Path)
        self.place.write_bytes(lines(*entries))

    def restart(self) -> None:
        self.record.close()
        self.record = SentRecord(self.record_path)
        self.feed = self._feed()

    def once(self) -> None:
        asyncio.run(self.feed.once())

    def values(self) -> list[str]:
        return [act["observation"]["value"] for act in self.venue.taken]

    async def _now(self) -> int:
        return self.now_ns

    def _feed(self) -> ValuationSource:
        section = ValuationSection(
            name="alpha",
            place="unused",
            signers=[SIGNER.upper().replace("0X", "0x")],
            poll_s=Decimal(1),
        )
        self.progress = Progress(self.said)
        return ValuationSource(
            section, self.place, self.record, self.venue, self._now, self.progress, at_once
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.record.close()


def test_a_wallet_that_we_did_not_write_signs_the_same() -> None:
    account = Account.from_key(KEY)
    signed = account.sign_message(encode_defunct(message_of(PLAIN)))
    assert sign(PLAIN, KEY) == "0x" + bytes(signed.signature).hex()
    assert signer_of(PLAIN, sign(PLAIN, KEY)) == account.address.lower() == SIGNER


def test_an_entry_becomes_the_act_that_an_operator_would_send(world: World) -> None:
    world.write(
        entry(
            unit="per_share",
            value="205.5",
            shareCount=10_000_000_000,
            shareClass="preferred",
            size="5000000",
        )
    )
    world.once()
    assert world.venue.taken == [
        {
            "kind": "observe",
            "coin": "ANTH",
            "source": "alpha",
            "observation": {
                "kind": "secondary_trade",
                "value": "205.5",
                "unit": "per_share",
                "shareClass": "preferred",
                "size": "5000000",
                "observedAt": 1_777_593_600_000,
                "shareCount": 10_000_000_000,
            },
        }
    ]


UNSIGNED = dict(PLAIN)
STRANGER = {**PLAIN, "signature": sign(PLAIN, b"\x08" * 32)}
CHANGED = {**entry(), "value": "9"}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (UNSIGNED, "signature: missing; an entry is signed by its source"),
        (STRANGER, "who does not sign for alpha"),
        (CHANGED, "who does not sign for alpha"),
        ({**entry(), "signature": "0x12"}, "signature: expected 65 bytes"),
        ({**entry(), "signature": "mine"}, "signature: expected hexadecimal digits"),
        ({**entry(), "signature": "0x" + "00" * 65}, "signature: expected a signature in its one"),
        (entry(unit=None), "unit: missing"),
        (entry(unit="dollars"), "unit: 'dollars' is not one of valuation, per_share"),
        (entry(unit="per_share"), "shareCount: missing"),
        (entry(kind="rumour"), "kind: 'rumour' is not one of"),
        (entry(value="much"), "value: 'much' is not a decimal number"),
        (entry(value="0"), "value: expected an amount above zero"),
        (entry(value=7), "value: Expected `str`, got `int`"),
        (entry(value=None), "value: missing"),
        (entry(size="-1"), "size: expected an amount of zero or more"),
        (entry(observedAt="today"), "observedAt: 'today' is not a date"),
        (entry(shareClass="b"), "shareClass: 'b' is not one of"),
        (entry(source="beta"), "source: 'beta' is not 'alpha'"),
        (entry(id="no spaces"), "id: Expected `str` matching"),
        (entry(colour="red"), "colour: is not a field of an entry"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_field_and_the_others_go_on(
    world: World, wrong: dict[str, Any], reason: str
) -> None:
    world.write(wrong, entry(id="alpha-2", value="7"))
    world.once()
    assert world.values() == ["7"]
    name = wrong["id"]
    said = world.said.getvalue()
    assert reason in said and f"id={name!r}" in said.replace(f"id={name} ", f"id={name!r} ")
    assert KEY.hex() not in said


@pytest.mark.parametrize(
    ("line", "reason"),
    [(b"{", "is not JSON"), (b"[]", "expected an object"), (b"1" * 70_000, "longer than 65536")],
)
def test_a_line_that_is_no_entry_is_refused_by_its_number(line: bytes, reason: str) -> None:
    entries, refused = read_entries(lines(entry()) + line + b"\n", "alpha", {SIGNER})
    assert [one.id for one in entries] == ["alpha-1"]
    assert [one.line for one in refused] == [2] and reason in refused[0].reason


def test_a_last_line_that_is_still_being_written_waits() -> None:
    whole = lines(entry(), entry(id="alpha-2", value="7"))
    entries, refused = read_entries(whole[:-9], "alpha", {SIGNER})
    assert [one.id for one in entries] == ["alpha-1"] and not refused
    entries, refused = read_entries(whole[:-1], "alpha", {SIGNER})
    assert [one.id for one in entries] == ["alpha-1", "alpha-2"] and not refused


def test_repeated_entries_are_refused_by_name() -> None:
    again = entry(id="alpha-2")
    entries, refused = read_entries(
        lines(entry(), entry(), entry(value="8"), again), "alpha", {SIGNER}
    )
    assert [one.id for one in entries] == ["alpha-1"]
    assert refused == [
        Refused(2, "alpha-1", "id: 'alpha-1' is that of line 1"),
        Refused(3, "alpha-1", "id: 'alpha-1' is that of line 1"),
        Refused(4, "alpha-2", "repeats the entry 'alpha-1'"),
    ]


def test_what_was_sent_is_not_sent_again_by_the_same_feed_or_the_next(world: World) -> None:
    world.write(entry())
    world.once()
    world.once()
    assert world.progress.totals == {("alpha", "sent"): 1}
    world.restart()
    world.once()
    world.write(entry(), entry(id="alpha-2", value="7"))
    world.once()
    assert world.values() == ["2100000000000", "7"]
    assert world.progress.totals == {("alpha", "sent"): 1, ("alpha", "already sent"): 1}


def test_an_id_that_was_sent_may_not_say_something_else_later(world: World) -> None:
    world.write(entry())
    world.once()
    world.restart()
    world.write(entry(value="8"), entry(id="alpha-9"))
    world.once()
    assert world.values() == ["2100000000000"]
    assert "was sent before, and said something else" in world.said.getvalue()
    assert "repeats the entry 'alpha-1'" in world.said.getvalue()


@pytest.mark.parametrize("restarted", [False, True])
def test_a_try_whose_reply_was_lost_is_repeated_without_arriving_twice(
    world: World, restarted: bool
) -> None:
    world.write(entry())
    world.venue.after = [VenueLost("no answer")]
    with pytest.raises(VenueLost):
        world.once()
    if restarted:
        world.restart()
    world.once()
    world.once()
    assert world.values() == ["2100000000000"]
    assert "observation_had_arrived" in world.said.getvalue()


def test_a_try_that_never_arrived_is_repeated(world: World) -> None:
    world.write(entry())
    world.venue.troubles = [VenueLost("no answer")]
    with pytest.raises(VenueLost):
        world.once()
    world.restart()
    world.once()
    assert world.values() == ["2100000000000"]


def test_when_nobody_can_say_whether_it_arrived_it_is_left_and_named(world: World) -> None:
    world.write(entry())
    world.venue.after = [VenueLost("no answer")]
    with pytest.raises(VenueLost):
        world.once()
    world.venue.troubles = [NonceForgotten("Invalid nonce: nonce too low")]
    world.once()
    world.once()
    world.restart()
    world.once()
    assert world.values() == ["2100000000000"]
    assert "may have arrived before; it is not sent again" in world.said.getvalue()


def test_what_the_venue_refused_is_tried_again_only_by_the_next_feed(world: World) -> None:
    world.write(entry())
    world.venue.troubles = [ActRefused("The key does not speak for this price source.")]
    world.once()
    world.once()
    assert world.values() == []
    assert "does not speak for" in world.said.getvalue()
    world.restart()
    world.once()
    assert world.values() == ["2100000000000"]


def test_an_observation_from_the_future_waits_for_its_time(world: World) -> None:
    world.write(entry(observedAt="2026-05-01T00:02:00Z"))
    world.once()
    assert world.values() == [] and "in the future" in world.said.getvalue()
    world.now_ns = parse_time_ns("2026-05-01T00:02:00Z")
    world.once()
    assert world.values() == ["2100000000000"]


def test_entries_come_over_http_too(world: World) -> None:
    status, body = 200, lines(entry())
    with HttpStand(lambda path, *_: (status, body if path == "/alpha" else b"")) as stand:
        world.place = f"{stand.url}/alpha"
        world.restart()
        world.once()
        assert world.values() == ["2100000000000"]
        status = 503
        with pytest.raises(ProviderLost, match=r"HTTP 503 from 127\.0\.0\.1"):
            world.once()


def test_a_file_that_is_gone_is_named(world: World) -> None:
    with pytest.raises(ProviderLost, match=r"alpha\.jsonl can not be read: No such file"):
        world.once()


def test_two_feeds_can_not_share_a_record(tmp_path: Path) -> None:
    first = SentRecord(tmp_path / "x.sent")
    with pytest.raises(RecordUnusable, match="in use by another feed"):
        SentRecord(tmp_path / "x.sent")
    first.close()
    SentRecord(tmp_path / "x.sent").close()


def test_a_torn_record_is_cut_and_a_damaged_one_stops_the_feed(tmp_path: Path) -> None:
    """Nothing goes out before its line is whole, so a torn line stands for nothing sent."""
    path = tmp_path / "x.sent"
    record = SentRecord(path)
    record.note(Line("a", "d1", 5, "sent"))
    record.close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id":"b","dig')
    record = SentRecord(path)
    assert record.of("a") == Line("a", "d1", 5, "sent") and record.of("b") is None
    record.note(Line("c", "d2", 6, "sending"))
    record.close()
    path.write_bytes(path.read_bytes() + b"damaged\n")
    with pytest.raises(RecordUnusable, match=r"x\.sent, line 3: .*could be sent twice"):
        SentRecord(path)
    assert json.loads(path.read_bytes().split(b"\n")[1])["id"] == "c"


AUCTION = {
    "id": "xnas-1",
    "source": "alpha",
    "coin": "CBRS",
    "px": "190.25",
    "pairedVolume": "1200000",
    "time": "2026-05-01T00:00:30Z",
}


def indication(**changes: Any) -> dict[str, Any]:
    content = {**AUCTION, **changes}
    return {**content, "signature": sign(content, KEY)}


def test_what_an_opening_auction_indicates_is_sent_while_it_lasts(world: World) -> None:
    """LIFE-9."""
    world.write(indication(), indication(id="xnas-2", px="190.5", time="2026-04-30T23:59:59Z"))
    world.once()
    world.once()
    assert world.venue.taken == [
        {
            "kind": "indicativeAuction",
            "coin": "CBRS",
            "source": "alpha",
            "px": "190.25",
            "pairedVolume": "1200000",
            "time": 1_777_593_630_000,
        }
    ]
    assert "an indication is of the moment, and this one is over" in world.said.getvalue()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (AUCTION, "signature: missing"),
        (indication(px="0"), "px: expected an amount above zero"),
        (indication(pairedVolume="1.5"), "pairedVolume: '1.5' has more than 0 decimals"),
        (indication(pairedVolume="-1"), "pairedVolume: expected an amount of zero or more"),
        (indication(time="soon"), "time: 'soon' is not a date"),
        (indication(unit="per_share"), "unit: is not a field of an entry"),
    ],
)
def test_a_wrong_indication_is_refused_by_its_field(wrong: dict[str, Any], reason: str) -> None:
    entries, refused = read_entries(lines(wrong), "alpha", {SIGNER})
    assert not entries and reason in refused[0].reason
