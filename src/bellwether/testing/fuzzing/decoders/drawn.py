"""One decoder fed by Hypothesis: good inputs with pieces changed, and bytes from nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

from bellwether.testing.fuzzing.decoders.table import TARGETS, seeds

_MOST_CHANGES: Final = 6
_LONGEST: Final = 64
_PIECES: Final = [
    *(bytes([byte]) for byte in b'\x00\xff"[]{}-.,:0'),
    b"null",
    b"1e9",
    b"NaN",
    b"9" * 21,
    b"\\ud800",
    b"\r\n",
    b"\xed\xa0\x80",
]


class Drawn(NamedTuple):
    """`error` is what the decoder raised for `latest`, the smallest such input."""

    tried: int
    latest: bytes
    error: Exception | None


@st.composite
def changed(draw: st.DrawFn, starts: list[bytes]) -> bytes:
    """One of the inputs with a few pieces replaced."""
    content = draw(st.sampled_from(starts))
    for _ in range(draw(st.integers(1, _MOST_CHANGES))):
        at = draw(st.integers(0, len(content)))
        gone = draw(st.integers(0, 8))
        new = draw(st.sampled_from(_PIECES) | st.binary(max_size=4))
        content = content[:at] + new + content[at + gone :]
    return content


def try_drawn(name: str, first_seed: int, examples: int, database: Path | None) -> Drawn:
    """Tries so many inputs on a decoder, or fewer if it fails."""
    target = TARGETS[name]
    tried, latest = 0, b""

    @seed(first_seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None if database is None else DirectoryBasedExampleDatabase(database),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(changed(seeds(name)) | st.binary(max_size=_LONGEST))
    def run(content: bytes) -> None:
        nonlocal tried, latest
        tried, latest = tried + 1, content
        target(content)

    try:
        run()
    except Exception as error:
        return Drawn(tried, latest, error)
    return Drawn(tried, latest, None)
