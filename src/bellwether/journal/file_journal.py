"""The embedded journal: zero-filled segment files, one write and one fdatasync per batch.

Durable before visible: `append` returns only when its record is on disk. Opening recovers: the
chain is checked, an unfinished last write is cut and reported, anything else wrong stops the start.
Whatever fails while writing kills the journal; nothing is tried twice.
"""

from __future__ import annotations

import errno
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self, final

from bellwether.journal.chain import ChainWalk
from bellwether.journal.disk import Disk, DiskSpace, RealDisk
from bellwether.journal.entry import Entry, write_entry
from bellwether.journal.errors import (
    AppendRefused,
    JournalClosed,
    JournalDamaged,
    JournalFull,
    JournalLocked,
    JournalWriteFailed,
)
from bellwether.journal.record import (
    GENESIS_HASH,
    HASH_BYTES,
    MAX_COUNT,
    MAX_TIME_NS,
    RECORD_OVERHEAD,
    Record,
)
from bellwether.journal.recovery import recover
from bellwether.journal.segment import (
    LOCK_NAME,
    SEGMENT_HEADER_BYTES,
    Segment,
    create_segment,
)

SEGMENT_BYTES: Final = 16 << 20
FILL_BYTES: Final = 1 << 20
_SMALLEST_SEGMENT_BYTES: Final = 1024
_UNFINISHED: Final = "an append did not finish"
_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@final
class FileJournal:
    """One writer's journal in one directory. One thread appends; others may read meanwhile."""

    __slots__ = (
        "_dead",
        "_directory",
        "_disk",
        "_epoch",
        "_filled",
        "_handle",
        "_lock",
        "_offset",
        "_segment_bytes",
        "_segments",
        "_tail_hash",
        "_tail_seq",
        "cut_bytes",
        "notes",
    )

    def __init__(self, directory: Path, disk: Disk, segment_bytes: int, lock: int) -> None:
        """For `open` only: a journal that has the lock and has not recovered yet."""
        self._directory = directory
        self._disk = disk
        self._segment_bytes = segment_bytes
        self._lock = lock
        self._handle = -1
        self._segments: list[Segment] = []
        self._offset = 0
        self._filled = 0
        self._tail_seq = 0
        self._tail_hash = GENESIS_HASH
        self._epoch = 1
        self._dead = "it has not been opened"
        self.cut_bytes = 0
        self.notes: list[str] = []

    @classmethod
    def open(
        cls,
        directory: Path,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        *,
        check_all: bool = False,
    ) -> Self:
        """Takes the lock, recovers, and is ready to append.

        Checks every segment's header and every record of the last two segments, or of all with
        `check_all`. What was cut or cleared away is in `cut_bytes` and `notes`. Raises
        JournalLocked, JournalDamaged, JournalUnreadable or JournalWriteFailed.
        """
        if segment_bytes < _SMALLEST_SEGMENT_BYTES:
            raise ValueError(f"segment_bytes must be at least {_SMALLEST_SEGMENT_BYTES}")
        disk = disk or RealDisk()
        lock_path = directory / LOCK_NAME
        try:
            disk.make_directory(directory)
            lock = disk.lock(lock_path)
        except BlockingIOError as error:
            raise JournalLocked(lock_path) from error
        except OSError as error:
            raise _write_failure(lock_path, error) from error
        journal = cls(directory, disk, segment_bytes, lock)
        try:
            journal._recover(check_all)
        except OSError as error:
            journal._release()
            raise _write_failure(directory, error) from error
        except BaseException:
            journal._release()
            raise
        journal._dead = ""
        return journal

    @property
    def tail_seq(self) -> int:
        """The last durable command; 0 when the journal is empty."""
        return self._tail_seq

    @property
    def tail_hash(self) -> bytes:
        """The hash of the last durable record; 32 zero bytes when the journal is empty."""
        return self._tail_hash

    @property
    def epoch(self) -> int:
        """One more than the highest epoch found when opened, or what `fence` raised it to."""
        return self._epoch

    def append(
        self,
        first_seq: int,
        count: int,
        time_ns: int,
        commands: bytes,
        events: bytes,
        state_hash: bytes = b"",
        *,
        epoch: int | None = None,
    ) -> bytes:
        """Makes one batch durable and returns its record's hash. Blocks for one fdatasync.

        `first_seq` is the number of the batch's first command and must be `tail_seq + 1`; `count`
        is how many commands it holds. AppendRefused changes nothing; JournalWriteFailed (or
        JournalFull) means the batch is not acknowledged and the journal is dead.
        """
        self._check_append(first_seq, count, time_ns, state_hash, epoch)
        size = RECORD_OVERHEAD + len(state_hash) + len(commands) + len(events)
        # Set before and cleared after, so that no exception of any kind, an interrupt included,
        # leaves a journal that would write over a half-written record.
        self._dead = _UNFINISHED
        try:
            if self._ends_segment(size):
                self._begin_segment()
            entry = self._entry(size, first_seq, count, time_ns, state_hash)
            record_hash = write_entry(self._disk, self._handle, entry, commands, events)
            self._disk.fdatasync(self._handle)
        except OSError as error:
            raise self.failed(error) from error
        self.written(entry, record_hash)
        return record_hash

    def begin(
        self,
        first_seq: int,
        count: int,
        time_ns: int,
        payload_bytes: int,
        state_hash: bytes = b"",
    ) -> Entry | None:
        """The first half of `append`, for whoever writes the entry into `files` elsewhere.

        The journal takes nothing else until it is told `written` or `failed`. None, and nothing
        done, where a new segment must be begun: that takes syncs of its own, and `append`.
        `payload_bytes` is the length of commands and events together.
        """
        self._check_append(first_seq, count, time_ns, state_hash, None)
        size = RECORD_OVERHEAD + len(state_hash) + payload_bytes
        if self._ends_segment(size):
            return None
        self._dead = _UNFINISHED
        return self._entry(size, first_seq, count, time_ns, state_hash)

    def written(self, entry: Entry, record_hash: bytes) -> None:
        """The entry is on disk, and is the tail from now on."""
        self._offset = entry.offset + entry.size
        self._tail_seq += entry.count
        self._tail_hash = record_hash
        if self._dead == _UNFINISHED:
            self._dead = ""

    def failed(self, error: OSError) -> JournalWriteFailed:
        """The journal is dead, of an error that is given back as it is to be raised."""
        self._dead = f"an append failed: {error}"
        return _write_failure(self._segments[-1].path, error)

    @property
    def files(self) -> tuple[int, int]:
        """Open files: the segment that is written to, and the directory's lock. Whoever writes in
        another process keeps the lock too, so that nobody opens the journal meanwhile."""
        return self._handle, self._lock

    def read(self, from_seq: int = 1) -> Iterator[Record]:
        """Records in order, from the one that holds command `from_seq` to the tail of this moment.

        Each is checked against the chain from its segment's start. Raises JournalDamaged or
        JournalUnreadable on the way. Appending meanwhile is allowed and not seen.
        """
        if self._lock < 0:
            raise JournalClosed(f"the journal in {self._directory} is closed: {self._dead}")
        return self._read(from_seq, self._tail_seq, tuple(self._segments))

    def fence(self, new_epoch: int) -> None:
        """Raises the epoch; appends that name a lower one are refused. Kept by the next record."""
        if new_epoch < self._epoch:
            raise AppendRefused(f"epoch {new_epoch} is below the journal's epoch {self._epoch}")
        self._epoch = new_epoch

    def space(self) -> DiskSpace:
        """Free and total bytes of the journal's volume."""
        return self._disk.space(self._directory)

    def close(self) -> None:
        """Releases the directory; what was appended is durable already. Harmless if repeated."""
        self._dead = self._dead or "close() was called"
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- appending ----------------------------------------------------------------------------
    def _check_append(
        self, first_seq: int, count: int, time_ns: int, state_hash: bytes, epoch: int | None
    ) -> None:
        if self._dead:
            raise JournalClosed(f"the journal in {self._directory} is closed: {self._dead}")
        if epoch is not None and epoch != self._epoch:
            raise AppendRefused(f"epoch {epoch} was fenced off: the journal is at {self._epoch}")
        if first_seq != self._tail_seq + 1:
            raise AppendRefused(f"command {first_seq} does not follow the tail {self._tail_seq}")
        if not 1 <= count <= MAX_COUNT:
            raise AppendRefused(f"a batch holds 1 to {MAX_COUNT} commands, not {count}")
        if abs(time_ns) > MAX_TIME_NS:
            raise AppendRefused(f"time {time_ns} ns does not fit 64 bits")
        if len(state_hash) not in (0, HASH_BYTES):
            raise AppendRefused(f"a state hash has {HASH_BYTES} bytes, not {len(state_hash)}")

    def _ends_segment(self, size: int) -> bool:
        """Whether a record of `size` bytes belongs into the next segment."""
        end = self._offset + size
        is_begun = self._offset > SEGMENT_HEADER_BYTES
        return is_begun and end > self._segment_bytes and end > self._filled

    def _entry(
        self, size: int, first_seq: int, count: int, time_ns: int, state_hash: bytes
    ) -> Entry:
        """In the present segment, with zeros ahead where there are none yet."""
        end, filled = self._offset + size, self._filled
        if end > filled:
            self._filled = max(end, min(filled + FILL_BYTES, self._segment_bytes))
        return Entry(
            self._offset,
            size,
            filled,
            self._filled,
            first_seq,
            count,
            time_ns,
            self._epoch,
            state_hash,
            self._tail_hash,
            self._segments[-1].seed,
        )

    def _begin_segment(self) -> None:
        fill_bytes = min(FILL_BYTES, self._segment_bytes)
        segment, handle = create_segment(
            self._disk,
            self._directory,
            self._tail_seq + 1,
            self._epoch,
            self._tail_hash,
            fill_bytes,
        )
        old, self._handle = self._handle, handle
        self._segments.append(segment)
        self._offset = SEGMENT_HEADER_BYTES
        self._filled = fill_bytes
        if old >= 0:
            self._disk.close(old)

    # -- opening, reading, closing ------------------------------------------------------------
    def _recover(self, check_all: bool) -> None:
        tail = recover(self._disk, self._directory, check_all)
        if tail is None:
            self._begin_segment()
            return
        self._segments = tail.segments
        self._handle = tail.handle
        self._offset = tail.offset
        self._filled = tail.filled
        self._tail_seq = tail.tail_seq
        self._tail_hash = tail.tail_hash
        self._epoch = tail.epoch + 1
        self.cut_bytes = tail.cut_bytes
        self.notes = tail.notes

    def _read(self, from_seq: int, limit: int, segments: tuple[Segment, ...]) -> Iterator[Record]:
        if from_seq > limit:
            return
        first = max(0, bisect_right(segments, from_seq, key=_first_seq) - 1)
        chain = ChainWalk(self._disk, segments[first:])
        for record in chain.records():
            if record.last_seq >= from_seq:
                yield record
            if record.last_seq >= limit:
                return
        walk = chain.last
        assert walk is not None, "a journal that is open has a segment"
        raise JournalDamaged(
            walk.segment.path,
            walk.offset,
            walk.next_seq,
            f"commands {walk.next_seq} to {limit} were durable and are gone",
        )

    def _release(self) -> None:
        for handle in (self._handle, self._lock):
            if handle >= 0:
                # A failing close loses nothing: every acknowledged byte has been synced.
                with suppress(OSError):
                    self._disk.close(handle)
        self._handle = self._lock = -1


def _first_seq(segment: Segment) -> int:
    return segment.first_seq


def _write_failure(path: Path, error: OSError) -> JournalWriteFailed:
    full = error.errno in _NO_SPACE
    return JournalFull(path, error) if full else JournalWriteFailed(path, error)
