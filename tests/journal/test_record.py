"""The bytes of a record, and the places where a well-formed one does not belong."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from bellwether.journal import GENESIS_HASH, JournalDamaged, verify_chain
from bellwether.journal.record import (
    FIELDS,
    RECORD_OVERHEAD,
    decode_header,
    decode_record,
    encode_record,
)
from bellwether.journal.segment import SEGMENT_HEADER_BYTES, list_segments
from bellwether.testing import FaultyDisk
from tests.journal.workload import DIRECTORY, last_segment, written

COUNTS = st.integers(1, 2**32 - 1)
SEEDS = st.integers(0, 2**32 - 1)


@given(
    first_seq=st.integers(1, 2**64 - 1),
    count=COUNTS,
    time_ns=st.integers(-(2**63), 2**63 - 1),
    epoch=st.integers(1, 2**64 - 1),
    commands=st.binary(max_size=300),
    events=st.binary(max_size=300),
    state_hash=st.just(b"") | st.binary(min_size=32, max_size=32),
    prev_hash=st.binary(min_size=32, max_size=32),
    seed=SEEDS,
    before=st.binary(max_size=20),
)
def test_any_record_is_decoded_as_it_was_encoded(
    first_seq: int,
    count: int,
    time_ns: int,
    epoch: int,
    commands: bytes,
    events: bytes,
    state_hash: bytes,
    prev_hash: bytes,
    seed: int,
    before: bytes,
) -> None:
    encoded, digest = encode_record(
        first_seq, count, time_ns, epoch, commands, events, state_hash, prev_hash, seed
    )
    payload = state_hash + commands + events
    assert len(encoded) == RECORD_OVERHEAD + len(payload)
    assert digest == sha256(encoded[: FIELDS.size] + payload).digest()
    header = decode_header(before + encoded, len(before), seed)
    assert header is not None and header.record_bytes == len(encoded)
    record = decode_record(before + encoded, len(before), header, seed)
    assert record is not None
    assert (record.first_seq, record.count, record.time_ns) == (first_seq, count, time_ns)
    assert (record.epoch, record.commands, record.events) == (epoch, commands, events)
    assert (record.state_hash, record.prev_hash) == (state_hash, prev_hash)
    assert record.hash == digest and record.last_seq == first_seq + count - 1


@given(noise=st.binary(max_size=400), seed=SEEDS, offset=st.integers(0, 500))
def test_noise_is_not_a_record(noise: bytes, seed: int, offset: int) -> None:
    assert decode_header(noise, offset, seed) is None


@given(seed=SEEDS, other=SEEDS)
def test_a_record_of_another_segment_is_not_a_record(seed: int, other: int) -> None:
    encoded, _ = encode_record(1, 1, 0, 1, b"c", b"e", b"", GENESIS_HASH, seed)
    assert (decode_header(encoded, 0, other) is None) == (seed != other)


def holding_forged(
    first_seq: int, count: int, epoch: int, prev_hash: bytes | None = None
) -> FaultyDisk:
    """A journal of one record and a second one that is well formed, whatever it claims."""
    disk = written(1, segment_bytes=1 << 14)
    segment = list_segments(disk, DIRECTORY)[0]
    content = disk.read(segment.path)
    header = decode_header(content, SEGMENT_HEADER_BYTES, segment.seed)
    assert header is not None
    end = SEGMENT_HEADER_BYTES + header.record_bytes
    record = decode_record(content, SEGMENT_HEADER_BYTES, header, segment.seed)
    assert record is not None
    forged, _ = encode_record(
        first_seq, count, 0, epoch, b"c", b"e", b"", prev_hash or record.hash, segment.seed
    )
    disk.overwrite(segment.path, content[:end] + forged + content[end + len(forged) :])
    return disk


def test_a_well_formed_record_that_does_not_follow_is_damage() -> None:
    assert verify_chain(DIRECTORY, holding_forged(2, 1, 1)).records == 2
    for disk, reason in (
        (holding_forged(3, 1, 1), "begins with command 3"),
        (holding_forged(1, 1, 1), "begins with command 1"),
        (holding_forged(2, 0, 1), "begins with command 2"),
        (holding_forged(2, 1, 0), "epoch 0 comes after epoch 1"),
        (holding_forged(2, 1, 1, bytes(32)), "hash chain"),
    ):
        damage = verify_chain(DIRECTORY, disk).damage
        assert isinstance(damage, JournalDamaged) and reason in damage.reason
        assert damage.seq == 2 and damage.path == last_segment(disk)


def test_a_later_format_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bellwether.journal.record.VERSION", 2)
    disk = holding_forged(2, 1, 1)
    monkeypatch.undo()
    damage = verify_chain(DIRECTORY, disk).damage
    assert isinstance(damage, JournalDamaged) and "format version 2" in damage.reason
    assert "version of the program" in damage.what_to_do
    monkeypatch.setattr("bellwether.journal.segment.SEGMENT_VERSION", 2)
    later = written(1)
    monkeypatch.undo()
    assert "format version 2" in str(verify_chain(DIRECTORY, later).damage)
