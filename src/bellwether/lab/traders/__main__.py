"""`python -m bellwether.lab.traders`: the demo traders as a process of their own.

Ends on SIGTERM or SIGINT and, with `--until-input-ends`, when whoever started it closes the pipe it
reads, or dies: the operating system closes the pipe then. Exit code 0.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from typing import Final

from bellwether.lab.traders.demo import Demo

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_PATIENCE_S: Final = 3.0
"""How long a request that hangs may delay the end."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bellwether.lab.traders", description="Demo traders.")
    parser.add_argument("--url", default="http://127.0.0.1:3001", help="address of a dev world")
    parser.add_argument("--seed", type=int, default=0, help="the traders' luck")
    parser.add_argument("--until-input-ends", action="store_true", help="end with the starter")
    options = parser.parse_args()
    stop = threading.Event()
    # Taken by a thread that waits for them: a handler could run while this thread holds the
    # event's lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    threading.Thread(target=_obey, args=(stop,), daemon=True).start()
    if options.until_input_ends:
        threading.Thread(target=_watch, args=(stop,), daemon=True).start()
    Demo(options.url, options.seed, stop).run()
    return 0


def _obey(stop: threading.Event) -> None:
    signal.sigwait(_SIGNALS)
    stop.set()


def _watch(stop: threading.Event) -> None:
    """Waits for the end of the input, which nobody ever writes to."""
    while os.read(sys.stdin.fileno(), 4_096):
        pass
    stop.set()
    threading.Event().wait(_PATIENCE_S)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
