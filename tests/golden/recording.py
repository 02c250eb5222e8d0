"""`python -m tests.golden.recording`: records the golden journal of the version being built.

Only for a version that has not been released; see the README beside the journal.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Final

import msgspec

import bellwether
from bellwether.engine.engine import Engine
from bellwether.journal import FileJournal, SnapshotStore
from bellwether.node.node import JOURNAL_NAME, SNAPSHOTS_NAME
from bellwether.node.verify import verify
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import Event
from bellwether.schema.wire import encode_commands, encode_events
from bellwether.testing.command_stream import CommandStream

FOLDER: Final = Path(__file__).parent
EXPECTED_NAME: Final = "expected.json"
SEED: Final = 20_260_501
COMMANDS: Final = 600
BATCH: Final = 24
SEGMENT_BYTES: Final = 32_768
SNAPSHOT_AFTER: Final = 360


def record(directory: Path) -> None:
    """Writes journal, one snapshot and what verifying them says."""
    shutil.rmtree(directory / JOURNAL_NAME, ignore_errors=True)
    shutil.rmtree(directory / SNAPSHOTS_NAME, ignore_errors=True)
    journal = FileJournal.open(directory / JOURNAL_NAME, segment_bytes=SEGMENT_BYTES)
    snapshots = SnapshotStore(directory / SNAPSHOTS_NAME)
    engine, stream = Engine(), CommandStream(SEED)
    batch: list[tuple[int, AnyCommand]] = []
    said: list[list[Event]] = []
    for number, (time_ns, command) in enumerate(stream.take(COMMANDS), start=1):
        events = engine.apply(command, time_ns)
        stream.observe(events)
        batch.append((engine.venue.time_ns, command))
        said.append(events)
        if len(batch) == BATCH or number == COMMANDS:
            first = number - len(batch) + 1
            payloads = encode_commands(batch), encode_events(said)  # type: ignore[arg-type]
            last_ns = engine.venue.time_ns
            chained = journal.append(first, len(batch), last_ns, *payloads, engine.state_hash())
            if number == SNAPSHOT_AFTER:
                snapshots.save(number, chained, engine.snapshot())
            batch, said = [], []
    journal.close()
    (directory / JOURNAL_NAME / "LOCK").unlink()
    found = msgspec.to_builtins(verify(directory))
    text = json.dumps(found, indent=2, sort_keys=True) + "\n"
    (directory / EXPECTED_NAME).write_text(text, encoding="utf-8")


def main() -> int:
    """Records the journal of the version in the package."""
    directory = FOLDER / bellwether.__version__
    if (directory / "RELEASED").exists():
        sys.stderr.write(f"{directory} belongs to a released version and is never replaced\n")
        return 1
    record(directory)
    sys.stdout.write((directory / EXPECTED_NAME).read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
