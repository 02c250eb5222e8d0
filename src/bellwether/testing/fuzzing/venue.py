"""A venue of its own process on loopback, and what must hold of it whatever it is sent."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, final

from bellwether.testing.fuzzing.specimens import START_MS

PATIENCE_S: Final = 60.0
"""No answer within this is a hang; the machine may be busy with other things."""

_READY_S: Final = 120.0
_STOP_S: Final = 60.0
_LAST_WORDS_S: Final = 5.0
_SHOWN: Final = 2_000
_VERIFY_S: Final = 1_800.0
_DEXES: Final = ("", "xyz")
_FAILURES: Final = re.compile(
    r"^.*(?:request_failed|post_failed|Traceback|Exception in ASGI|never retrieved).*$",
    re.MULTILINE,
)
_GAUGE: Final = re.compile(r"^(bellwether_[a-z_]+) ([0-9.e+]+)$", re.MULTILINE)


class VenueWrong(Exception):
    """Something that must hold did not; the message is a sentence."""


class Answer(NamedTuple):
    """Status, content type and body."""

    status: int
    content_type: str
    body: bytes


@final
class LiveVenue:
    """`bellwether serve --dev --clock manual` on a free port, in a directory that goes with it."""

    def __init__(self, port: int = 0) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="bellwether-"))
        self._wanted_port = port
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        """Raises VenueWrong if it does not start."""
        start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START_MS // 1_000))
        options = ("--dev", "--clock", "manual", "--start", start)
        place = ("--data-dir", str(self._directory / "venue"), "--port", str(self._wanted_port))
        with self._log.open("wb") as log, self._banner.open("wb") as banner:
            self._process = subprocess.Popen(
                (sys.executable, "-P", "-m", "bellwether", "serve", *options, *place),
                stdout=banner,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        ends = time.monotonic() + _READY_S
        while self.port == 0:
            found = re.search(rb"http://127\.0\.0\.1:(\d+)", self._banner.read_bytes())
            if found is not None:
                self.port = int(found[1])
            elif self._process.poll() is not None or time.monotonic() > ends:
                raise VenueWrong(f"it does not start: {self._said()[-500:]}")
            else:
                time.sleep(0.05)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "it was started"
        return self._process.pid

    def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """One request on a connection that is kept. Raises VenueWrong without an answer."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, PATIENCE_S)
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            self._connection.request(method, path, body or None, headers)
            reply = self._connection.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self._connection = None
            raise VenueWrong(f"no answer to {method} {path}: {error!r}") from None
        return Answer(reply.status, reply.headers.get("Content-Type", ""), content)

    def post(self, path: str, value: Any) -> Answer:
        """A request with a JSON body."""
        return self.ask("POST", path, json.dumps(value).encode())

    def gauges(self) -> dict[str, float]:
        """What `/metrics` says, without labels."""
        text = self.ask("GET", "/metrics").body.decode()
        return {name: float(value) for name, value in _GAUGE.findall(text)}

    def descriptors(self) -> int:
        """Files and sockets that the process holds open."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    def check(self) -> None:
        """It is up, its books balance, and it has logged no failure. Raises VenueWrong."""
        if self._process is None or self._process.poll() is not None:
            raise VenueWrong(f"it has ended: {self._said()[-500:]}")
        for path in ("/healthz", "/readyz"):
            answer = self.ask("GET", path)
            if answer.status != 200:
                raise VenueWrong(f"{path} says {answer.status} {answer.body[:80]!r}")
        for dex in _DEXES:
            answer = self.post("/info", {"type": "solvency", "dex": dex})
            if json.loads(answer.body).get("difference") != "0.0":
                raise VenueWrong(f"solvency of dex `{dex}`: {answer.body.decode()}")
        failure = _FAILURES.search(self._said())
        if failure is not None:
            raise VenueWrong(f"it has logged: {self._said()[failure.start() :][:1_500]}")

    def stop_and_verify(self) -> tuple[int, int]:
        """Stops it in good order and recomputes its journal; commands and events. Raises
        VenueWrong."""
        assert self._process is not None, "it was started"
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            raise VenueWrong("it does not stop") from None
        if code != 0:
            raise VenueWrong(f"it ended with {code}: {self._said()[-500:]}")
        venue = str(self._directory / "venue")
        done = subprocess.run(
            (sys.executable, "-P", "-m", "bellwether", "verify", venue, "--json", "--audit"),
            capture_output=True,
            check=False,
            timeout=_VERIFY_S,
        )
        if done.returncode != 0:
            raise VenueWrong(f"verify: {done.stdout.decode()[-500:]}{done.stderr.decode()[-500:]}")
        found = json.loads(done.stdout)
        return int(found["commands"]), int(found["events"])

    def last_words(self) -> str:
        """The end of its log, for a report; one that has failed is about to say why."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self._process is not None:
                self._process.wait(_LAST_WORDS_S)
        said = self._said().strip()
        return f"; it said: {said[-_SHOWN:]}" if said else ""

    @property
    def _log(self) -> Path:
        return self._directory / "log"

    @property
    def _banner(self) -> Path:
        return self._directory / "banner"

    def _said(self) -> str:
        return self._log.read_text(errors="replace")
