"""Journals of every version still verify, byte for byte (RULE-8)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from bellwether.journal import FileJournal, SnapshotStore
from bellwether.node.node import JOURNAL_NAME, SNAPSHOTS_NAME
from bellwether.node.recovery import recover
from bellwether.node.verify import verify
from tests.golden.recording import EXPECTED_NAME

VERSIONS = sorted(path.parent for path in Path(__file__).parent.glob(f"*/{EXPECTED_NAME}"))


def test_there_is_a_golden_journal() -> None:
    assert VERSIONS


@pytest.fixture(params=VERSIONS, ids=lambda path: path.name)
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy, since opening takes a lock and sweeps up."""
    copied = tmp_path / "venue"
    shutil.copytree(request.param, copied)
    return copied


def test_it_verifies_as_it_did(golden: Path) -> None:
    expected = json.loads((golden / EXPECTED_NAME).read_text(encoding="utf-8"))
    assert not expected["difference"], "what was recorded was right"
    assert msgspec.json.decode(msgspec.json.encode(verify(golden))) == expected


def test_a_node_recovers_the_same_state_with_and_without_the_snapshot(golden: Path) -> None:
    expected = json.loads((golden / EXPECTED_NAME).read_text(encoding="utf-8"))
    for directory in (golden / SNAPSHOTS_NAME, golden / "no snapshots"):
        journal = FileJournal.open(golden / JOURNAL_NAME)
        found = recover(journal, SnapshotStore(directory))
        journal.close()
        assert found.seq == expected["commands"]
        assert found.engine.state_hash().hex() == expected["state_hash"]
        assert (found.snapshot_seq > 0) == (directory.name == SNAPSHOTS_NAME)


@pytest.mark.parametrize("place", [3_000, 9_001, 20_002])
def test_one_changed_byte_is_named(golden: Path, place: int) -> None:
    first = min(path for path in (golden / JOURNAL_NAME).iterdir() if path.stat().st_size > 20_002)
    content = bytearray(first.read_bytes())
    content[place] ^= 1
    first.write_bytes(content)
    assert verify(golden).difference
