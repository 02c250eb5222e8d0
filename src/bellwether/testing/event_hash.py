"""`python -m bellwether.testing.event_hash`: one hash over all events of a drawn stream (I15).

Compiled and interpreted builds must print the same. Every so often the state is audited, hashed,
thrown away and restored from its snapshot, which must not change anything either.
"""

from __future__ import annotations

import sys
from collections import Counter
from hashlib import sha256
from typing import Final

from bellwether.engine.engine import Engine
from bellwether.schema.wire import encode_events
from bellwether.testing.command_stream import CommandStream

COMMANDS: Final = 200_000
SEED: Final = 7
RESTORE_EVERY: Final = 20_000


def event_hash(count: int, seed: int) -> tuple[str, Counter[str]]:
    """The hash over the encoded events and state hashes, and how often each event occurred."""
    engine = Engine()
    digest = sha256()
    seen: Counter[str] = Counter()
    stream = CommandStream(seed)
    for number, (time_ns, command) in enumerate(stream.take(count), start=1):
        events = engine.apply(command, time_ns)
        stream.observe(events)
        digest.update(encode_events([events]))  # type: ignore[list-item]
        seen.update(type(event).__name__ for event in events)
        if number % RESTORE_EVERY == 0:
            engine.audit()
            digest.update(engine.state_hash())
            engine = Engine.restore(engine.snapshot())
    return digest.hexdigest(), seen


def main() -> int:
    """Prints the hash and the census of events."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COMMANDS
    value, seen = event_hash(count, SEED)
    print(f"{count} commands, seed {SEED}: {value}")
    print(", ".join(f"{name} {number}" for name, number in sorted(seen.items())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
