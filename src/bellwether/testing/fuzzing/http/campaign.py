"""Requests to a running venue without end: drawn from its description, and nearly good ones.

A venue takes some thousand requests; then it is stopped, its journal recomputed, and a fresh one
takes the next. Whatever is sent: no answer of the kind 5xx (but the dialect's documented `500 null`
for what is not there), no hang, every refusal says why, and the books balance.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from random import Random
from typing import Any, Final, final

import requests
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st
from hypothesis.errors import Unsatisfiable

from bellwether.testing.campaigns.state import State
from bellwether.testing.campaigns.subject import Progress
from bellwether.testing.fuzzing.http.cases import Part, bounded, parts
from bellwether.testing.fuzzing.nearly import (
    Signer,
    change,
    good_act,
    good_action,
    made_real,
)
from bellwether.testing.fuzzing.venue import PATIENCE_S, Answer, LiveVenue, VenueWrong

REQUESTS_A_VENUE: Final = 6_000
_DRAWN: Final = 24
_NEARLY: Final = 24
_CHECKED_EVERY: Final = 500
_FITTING: Final = frozenset({200, 400, 422})
_UNFITTING: Final = _FITTING | {404, 405, 413, 415, 431}
_NAMED: Final = re.compile(
    r"^Failed to (?:parse the request body as JSON|deserialize the JSON body into the target type"
    r"|buffer the request body): .+",
    re.DOTALL,
)
_OTHER_TEXTS: Final = ("Expected ", "There is nothing here.", "Invalid HTTP", "The head is larger")
_ADVANCED_MS: Final = 5_000


@final
class Requests:
    """Sends to one venue, checks each answer, and counts."""

    def __init__(self, venue: LiveVenue, case: int) -> None:
        self.venue = venue
        self.counts: Counter[str] = Counter()
        self.sent = 0
        self.slowest_s = 0.0
        self.last = b""
        self._signer = Signer()
        self._session = requests.Session()
        self._session.trust_env = False
        self._case = case

    def drawn(self, part: Part, number: int) -> None:
        """A few requests of one kind that fit the description or do not. Raises VenueWrong."""
        mode = part.fitting if number % 2 == 0 else part.unfitting

        @seed(self._case + number)
        @settings(
            max_examples=_DRAWN,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(mode, st.integers(0, 2**32))
        def send(case: Any, luck: int) -> None:
            self._send_case(part.path, case, Random(luck))

        # A request without fields has none that could be wrong.
        with suppress(Unsatisfiable):
            send()

    def nearly(self, number: int) -> None:
        """Good actions and acts, most of them changed a little. Raises VenueWrong."""
        luck = Random(f"{self._case} {number}")
        for _ in range(_NEARLY):
            is_act = luck.random() < 0.35
            action = good_act(luck) if is_act else good_action(luck)
            changes = luck.choice((0, 0, 1, 1, 2, 3))
            before = luck.random() < 0.7
            if before:
                change(luck, action, changes)
            envelope = self._signer.signed(luck, action)
            if not before:
                change(luck, envelope, changes)
            body = json.dumps(envelope).encode()
            if luck.random() < 0.1:
                at = luck.randrange(len(body))
                body = (
                    body[:at] + luck.randbytes(luck.randrange(4)) + body[at + luck.randrange(5) :]
                )
            self._post("/operator" if is_act else "/exchange", body)
        self._post("/dev/clock", b'{"advanceMs":%d}' % luck.randrange(_ADVANCED_MS))

    def _post(self, path: str, body: bytes) -> None:
        self.last = path.encode() + b"\n" + body
        began = time.monotonic()
        answer = self.venue.ask("POST", path, body)
        self._took(began)
        self._check(path, answer, _FITTING | {413})

    def _send_case(self, path: str, case: Any, luck: Random) -> None:
        if isinstance(case.body, dict):
            case.body = self._body(path, case.body, luck)
        self.last = f"{case.method} {path} {case.query!r} {case.headers!r}\n{case.body!r}".encode(
            errors="replace"
        )
        began = time.monotonic()
        try:
            reply = case.call(base_url=self.venue.url, session=self._session, timeout=PATIENCE_S)
        except (requests.exceptions.InvalidHeader, UnicodeError):
            return  # the client's library can not send it
        except requests.exceptions.RequestException as error:
            raise VenueWrong(f"no answer to {case.method} {path}: {error!r}") from None
        self._took(began)
        kind = reply.headers.get("content-type", [""])
        content_type = kind[0] if isinstance(kind, list) else kind
        answer = Answer(reply.status_code, content_type, reply.content or b"")
        self._check(path, answer, _UNFITTING)

    def _body(self, path: str, body: dict[str, Any], luck: Random) -> Any:
        """With things that are there, in reach, and signed."""
        if path == "/dev/clock":
            return bounded(body)
        real = made_real(luck, body)
        action = real.get("action")
        if path in ("/exchange", "/operator") and isinstance(action, dict) and luck.random() < 0.9:
            return {**real, **self._signer.signed(luck, action)}
        return real

    def _took(self, began: float) -> None:
        self.sent += 1
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)

    def _check(self, path: str, answer: Answer, expected: frozenset[int]) -> None:
        status, text = answer.status, answer.body.decode(errors="replace")
        self.counts[f"{path} {status}"] += 1
        if status == 500 and path == "/info" and text == "null":
            return
        if status not in expected:
            raise VenueWrong(f"{path} answers {status} {text[:300]}")
        if status == 200 and answer.content_type.startswith("application/json"):
            _check_reply(path, text)
        elif status != 200 and answer.content_type != "application/json":
            is_known = _NAMED.match(text) or text.startswith(_OTHER_TEXTS)
            if not is_known and path not in ("/dev/clock",):
                raise VenueWrong(f"{path} answers {status} without a reason: {text[:300]}")


def _check_reply(path: str, text: str) -> None:
    """It is JSON; a refusal has words."""
    try:
        reply = json.loads(text)
    except ValueError as error:
        raise VenueWrong(f"{path} answers what is no JSON: {error}") from None
    if path not in ("/exchange", "/operator") or reply.get("status") != "err":
        return
    if not isinstance(reply.get("response"), str) or not reply["response"]:
        raise VenueWrong(f"{path} refuses without a reason: {text[:300]}")


def fuzz(seconds: float, port: int, state: State, progress: Progress) -> None:
    """Sends until the time is over; figures and what went wrong go into the state."""
    ends = time.monotonic() + seconds
    state.begin_anywhere()
    kinds = enumerate(cycle(parts()))
    while True:
        began = time.monotonic()
        with LiveVenue(port) as venue:
            sender = Requests(venue, state.sums.next)
            wrong = _one_venue(sender, kinds, ends, seconds, progress)
            counts = dict(sender.counts)
            if wrong:
                digest = hashlib.sha256(sender.last).hexdigest()[:16]
                state.keep(f"request-{digest}", sender.last)
            else:
                try:
                    commands, events = venue.stop_and_verify()
                    counts |= {"commands verified": commands, "events verified": events}
                except VenueWrong as fault:
                    wrong = [str(fault)]
        counts["venues"] = 1
        state.sums.next += sender.sent
        worst = {"slowest answer s": sender.slowest_s}
        state.add(sender.sent, counts, time.monotonic() - began, wrong, worst)
        if wrong or time.monotonic() >= ends:
            return


def _one_venue(
    sender: Requests,
    kinds: Iterator[tuple[int, Part]],
    ends: float,
    seconds: float,
    progress: Progress,
) -> list[str]:
    """Sends to one venue; what was wrong."""
    checked = 0
    try:
        for number, part in kinds:
            sender.drawn(part, number)
            sender.nearly(number)
            if sender.sent - checked >= _CHECKED_EVERY:
                sender.venue.check()
                checked = sender.sent
            left = ends - time.monotonic()
            progress(int(seconds - max(0.0, left)), int(seconds))
            if left <= 0 or sender.sent >= REQUESTS_A_VENUE:
                break
        sender.venue.check()
    except VenueWrong as fault:
        return [f"{fault} (after {sender.sent} requests){sender.venue.last_words()}"]
    return []
