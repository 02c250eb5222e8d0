"""`bellwether serve --dev` as a process that a test starts, kills and starts again."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.node.founding.dev_keys import dev_key

COMMAND = (sys.executable, "-P", "-m", "bellwether")
ADDRESS = re.compile(r"on (http://127\.0\.0\.1:[0-9]+)")
DEADLINE_S = 60.0

_LIMITED = (
    *(sys.executable, "-P", "-c"),
    "import os, resource, sys; size = int(sys.argv[1]);"
    " resource.setrlimit(resource.RLIMIT_FSIZE, (size, size));"
    " os.execvp(sys.argv[2], sys.argv[2:])",
)
"""Goes before a command that may not write files larger than the number of bytes that follows."""


class VenueProcess:
    """One data directory, and at most one process at a time on it.

    `prefix` goes before the command; `file_limit` is the size in bytes no file may grow beyond.
    """

    def __init__(
        self,
        directory: Path,
        *options: str,
        prefix: tuple[str, ...] = (),
        file_limit: int | None = None,
    ) -> None:
        self.directory = directory
        self.url = ""
        self.banner = ""
        self.process: subprocess.Popen[bytes]
        self._options = options
        self._prefix = prefix
        self._file_limit = file_limit
        self._log = directory.with_name(directory.name + ".log")

    def __enter__(self) -> VenueProcess:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> VenueProcess:
        """Starts and waits until it listens."""
        self.launch()
        self.await_banner()
        return self

    def launch(self) -> None:
        """Starts without waiting."""
        options = ("serve", "--dev", "--data-dir", str(self.directory), "--port", "0")
        limited = () if self._file_limit is None else (*_LIMITED, str(self._file_limit))
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                [*limited, *self._prefix, *COMMAND, *options, *self._options],
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def await_banner(self) -> None:
        """Returns when it listens; fails with what it said if it ended instead."""
        assert self.process.stdout is not None
        lines: list[str] = []
        for raw in self.process.stdout:
            lines.append(raw.decode())
            if lines[-1].startswith("Stop with"):
                break
        self.banner = "".join(lines)
        found = ADDRESS.search(self.banner)
        if found is None:
            code = self._gone()
            raise AssertionError(f"the venue ended with {code}:\n{self.said()}")
        self.url = found[1]

    def said(self) -> str:
        """What the present or the last process wrote to stderr."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL; returns when the process has gone."""
        if self.process.poll() is None:
            self.process.kill()
        self._gone()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks it to stop; the exit code."""
        self.process.send_signal(number)
        return self._gone()

    def _gone(self) -> int:
        code = self.process.wait(DEADLINE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def api(self, account: int | None = None) -> VenueApi:
        """A client of its own, with the key of a dev account if one is named."""
        wallet = None if account is None else Wallet(dev_key("account", account))
        return VenueApi(self.url, wallet, timeout_s=DEADLINE_S)

    def info(self, kind: str, **fields: Any) -> Any:
        """The answer to one read, over a connection of its own."""
        with contextlib.closing(self.api()) as api:
            return api.info(kind, **fields)

    def differences(self) -> dict[str, str]:
        """By dex, what the books are off by."""
        return {dex: self.info("solvency", dex=dex)["difference"] for dex in ("", "xyz")}


def bellwether(
    *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **(environment or {})},
    )


def until(what: str, condition: Any, deadline_s: float = DEADLINE_S) -> Any:
    """The first true answer of `condition`; fails after the deadline."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {deadline_s} s: {what}")
