"""A restart gives the same state, byte for byte, or says why it can not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bellwether.journal import FileJournal, SnapshotStore
from bellwether.node.errors import ReplayDiffers, SnapshotAhead
from bellwether.node.recovery import recover
from bellwether.node.verify import verify
from bellwether.schema.commands import AdvanceTime
from bellwether.schema.wire import encode_commands, encode_events
from tests.node.worlds import EVERY_KIND_OF_STOP, HOUR_NS, state_hash, trade_a_little, venue


@pytest.mark.parametrize("stop", EVERY_KIND_OF_STOP)
def test_a_restart_gives_the_same_state_and_goes_on(tmp_path: Path, stop: str) -> None:
    async def story() -> None:
        async with venue(tmp_path, stop=stop) as node:
            await trade_a_little(node, 1)
            before = await node.read(state_hash)
            seq, now = node.durable_seq, node.clock.time_ns()
        async with venue(tmp_path, stop=stop) as node:
            assert node.clock.time_ns() == now, "the manual clock goes on where it stood"
            assert node.durable_seq == node.views.applied_seq
            if stop == "kill":
                assert node.durable_seq == seq
                assert await node.read(state_hash) == before
            await trade_a_little(node, 100)
            before, seq = await node.read(state_hash), node.durable_seq
        async with venue(tmp_path, stop="kill") as node:
            if stop == "kill":
                assert await node.read(state_hash) == before

    asyncio.run(story())
    found = verify(tmp_path)
    assert found.ok, found.difference


def test_every_snapshot_and_the_whole_journal_give_the_same_state(tmp_path: Path) -> None:
    async def story() -> bytes:
        async with venue(tmp_path, stop="clean", snapshot_every=10) as node:
            for nonce in range(1, 100, 20):
                await trade_a_little(node, nonce)
        async with venue(tmp_path, stop="kill") as node:
            return await node.read(state_hash)

    expected = asyncio.run(story())
    store = SnapshotStore(tmp_path / "snapshots")
    kept = store.list()
    assert len(kept) == 3
    hashes = set()
    for seq in (*reversed(kept), 0):
        with FileJournal.open(tmp_path / "journal") as journal:
            recovered = recover(journal, store)
        assert recovered.snapshot_seq == seq
        hashes.add(recovered.engine.state_hash())
        for path in (tmp_path / "snapshots").glob(f"{seq:020d}.*"):
            path.unlink()
    assert hashes == {expected}


def test_a_damaged_snapshot_is_passed_over(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            await trade_a_little(node, 1)
        for path in (tmp_path / "snapshots").iterdir():
            raw = bytearray(path.read_bytes())
            raw[len(raw) // 2] ^= 1
            path.write_bytes(raw)
        assert not verify(tmp_path).ok
        async with venue(tmp_path) as node:
            assert node.durable_seq > 20

    asyncio.run(story())


def test_a_journal_that_lost_what_a_snapshot_has_seen_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            await trade_a_little(node, 1)
        for path in (tmp_path / "journal").glob("*.seg"):
            path.unlink()
        with pytest.raises(SnapshotAhead, match="Restore the journal"):
            async with venue(tmp_path):
                pass

    asyncio.run(story())


@pytest.mark.parametrize("harm", ["deleted", "rubbish", "ahead"])
def test_views_are_rebuilt_from_the_journal(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "views.sqlite3"

    async def story() -> None:
        async with venue(tmp_path) as node:
            await trade_a_little(node, 1)
            if harm == "ahead":
                items = [(node.clock.time_ns(), AdvanceTime(), [])] * 5
                node.views.apply_batch(node.durable_seq + 1, items, bytes(32))
        if harm == "deleted":
            path.unlink()
        elif harm == "rubbish":
            path.write_bytes(b"rubbish" * 1_000)
        async with venue(tmp_path) as node:
            assert node.views.applied_seq == node.durable_seq

    asyncio.run(story())


def test_recorded_events_that_do_not_follow_from_the_commands_are_named(tmp_path: Path) -> None:
    async def story() -> tuple[int, int]:
        async with venue(tmp_path, stop="kill") as node:
            await trade_a_little(node, 1)
            return node.durable_seq, node.clock.time_ns()

    seq, now = asyncio.run(story())
    with FileJournal.open(tmp_path / "journal") as journal:
        later = now + 2 * HOUR_NS
        commands = encode_commands([(later, AdvanceTime())])
        journal.append(seq + 1, 1, later, commands, encode_events([[]]))
    found = verify(tmp_path)
    assert not found.ok
    assert found.seq == seq + 1
    with FileJournal.open(tmp_path / "journal") as journal, pytest.raises(ReplayDiffers):
        recover(journal, SnapshotStore(tmp_path / "snapshots"))


def test_any_changed_bit_of_the_journal_is_found(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            await trade_a_little(node, 1)

    asyncio.run(story())
    assert verify(tmp_path).ok
    path = next((tmp_path / "journal").glob("*.seg"))
    whole = path.read_bytes()
    used = len(whole.rstrip(b"\0"))
    for at in range(0, used, used // 40):
        raw = bytearray(whole)
        raw[at] ^= 0x10
        path.write_bytes(raw)
        found = verify(tmp_path)
        assert not found.ok, f"byte {at}"
        assert found.difference
    path.write_bytes(whole)
    assert verify(tmp_path).ok
