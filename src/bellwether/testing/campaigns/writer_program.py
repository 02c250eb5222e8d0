"""`python -m …writer_program DIRECTORY BATCHES`: appends prepared batches and says what is durable.

Goes on where the journal ends, with a snapshot now and then, and writes the number of the last
durable batch to stdout after each. It is there to be killed in any of its system calls.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from bellwether.journal import FileJournal, SnapshotStore

SEGMENT_BYTES: Final = 4_096
SNAPSHOT_EVERY: Final = 5
STDOUT: Final = 1


def main(directory: Path, prepared: Path) -> None:
    """Writes until there are no more batches."""
    batches = msgspec.msgpack.decode(prepared.read_bytes())
    store = SnapshotStore(directory / "snapshots")
    with FileJournal.open(directory / "journal", segment_bytes=SEGMENT_BYTES) as journal:
        done = sum(1 for _ in journal.read())
        os.write(STDOUT, b"%d\n" % done)
        for number, batch in enumerate(batches[done:], start=done + 1):
            record_hash = journal.append(*batch)
            os.write(STDOUT, b"%d\n" % number)
            if number % SNAPSHOT_EVERY == 0:
                store.save(journal.tail_seq, record_hash, b"state %d" % number * 40)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
