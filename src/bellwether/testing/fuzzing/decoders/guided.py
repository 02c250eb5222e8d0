"""`python -m …guided TARGET [options of libFuzzer] CORPUS`: one decoder, guided by its coverage.

A process of its own: libFuzzer ends the process it runs in. Only modules that are interpreted can
be instrumented; of compiled ones it sees nothing, and goes by what is around them.
"""

from __future__ import annotations

import sys
from typing import Final

INSTRUMENTED: Final = (
    "bellwether.units",
    "bellwether.gateway",
    "bellwether.feeds",
    "bellwether.journal",
    "bellwether.testing.fuzzing.decoders",
    "websockets.frames",
    "websockets.protocol",
)


def main(name: str, options: list[str]) -> None:
    """Runs until libFuzzer ends the process: 0 nothing found, 77 an input on which it failed."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        from bellwether.testing.fuzzing.decoders.table import TARGETS
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
