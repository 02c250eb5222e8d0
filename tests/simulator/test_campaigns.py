"""Small shares of the campaigns; docs/record/faults.md has the whole of them."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from bellwether.testing.campaigns import torn_writes
from bellwether.testing.campaigns.crash_points import NoTracing, crash
from bellwether.testing.campaigns.flipped_bits import flip_bits
from bellwether.testing.campaigns.torn_writes import tear_writes


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def test_bits_of_journal_and_snapshot_are_all_guarded() -> None:
    found = flip_bits(700, silent)
    assert found.tried == 700 and found.snapshot > 50
    assert not found.missed


def test_torn_writes_lose_nothing_acknowledged() -> None:
    found = tear_writes(1_500, silent)
    assert found.tried == 1_500 and found.cut > 100
    assert not found.wrong


def test_a_journal_that_does_not_sync_loses_something_in_a_torn_write() -> None:
    """The campaign sees what it is there for."""
    with patch.object(torn_writes.FaultyDisk, "fdatasync", lambda *_: None):
        assert tear_writes(300, silent).wrong


def test_a_process_that_ends_in_a_system_call_loses_nothing(tmp_path: Path) -> None:
    try:
        found = crash(25, tmp_path, silent)
    except NoTracing as error:
        pytest.skip(str(error))
    assert sum(found.tried.values()) == 25
    assert not found.wrong
