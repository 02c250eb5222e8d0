"""The journal: append, read, verify; durable before visible (architecture: Journal and recovery).

Payloads are bytes to this room: what a command or an event is, only the node knows.
"""

from bellwether.journal.chain import read_records
from bellwether.journal.disk import Disk, DiskSpace, RealDisk
from bellwether.journal.entry import Entry, write_entry
from bellwether.journal.errors import (
    AppendRefused,
    JournalClosed,
    JournalDamaged,
    JournalError,
    JournalFull,
    JournalLocked,
    JournalUnreadable,
    JournalWriteFailed,
)
from bellwether.journal.file_journal import FileJournal
from bellwether.journal.protocol import Journal
from bellwether.journal.record import GENESIS_HASH, Record
from bellwether.journal.snapshots import Snapshot, SnapshotStore
from bellwether.journal.verify import ChainReport, verify_chain

__all__ = [
    "GENESIS_HASH",
    "AppendRefused",
    "ChainReport",
    "Disk",
    "DiskSpace",
    "Entry",
    "FileJournal",
    "Journal",
    "JournalClosed",
    "JournalDamaged",
    "JournalError",
    "JournalFull",
    "JournalLocked",
    "JournalUnreadable",
    "JournalWriteFailed",
    "RealDisk",
    "Record",
    "Snapshot",
    "SnapshotStore",
    "read_records",
    "verify_chain",
    "write_entry",
]
