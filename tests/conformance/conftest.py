"""The story, told once, and everything that was answered and sent while it went on."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.conformance.listener import Listener
from tests.conformance.questions import USERS, requests, subscriptions, subscriptions_of
from tests.conformance.story import CHAPTERS, MANUAL, Story
from tests.crash.venue_process import VenueProcess, until
from tests.gateway.live import GATEWAYS, Client

BEHIND = ("--gateways", str(GATEWAYS)) if GATEWAYS > 1 else ()


class Answer(NamedTuple):
    """What `/info` answered, when."""

    chapter: str
    request: dict[str, Any]
    status: int
    content_type: str
    body: bytes


class Record(NamedTuple):
    """`listeners` by user, and under no name who follows the markets."""

    story: Story
    answers: list[Answer]
    listeners: dict[str, Listener]


def asked(client: Client, chapter: str) -> Iterator[Answer]:
    """Every read there is."""
    for request in requests():
        yield Answer(chapter, request, *client.send("/info", json.dumps(request).encode()))


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """All reads after each chapter, all channels all the time."""
    with contextlib.ExitStack() as stack:
        directory = tmp_path_factory.mktemp("story") / "venue"
        venue = stack.enter_context(VenueProcess(directory, *MANUAL, *BEHIND))
        story = stack.enter_context(Story(venue))
        client = stack.enter_context(Client(int(venue.url.rsplit(":", 1)[1])))
        listeners = {name: stack.enter_context(Listener(venue.url)) for name in ("", *USERS)}
        for wanted in subscriptions():
            listeners[""].subscribe(**wanted)
        for user in USERS:
            for wanted in subscriptions_of(user):
                listeners[user].subscribe(**wanted)
        answers = list(asked(client, "before"))
        for chapter in CHAPTERS:
            getattr(story, chapter)()
            answers += asked(client, chapter)
        made = Record(story, answers, listeners)
        for user in USERS:
            until(f"the last state of {user}", lambda user=user: is_current(made, user))
        yield made


def is_current(record: Record, user: str) -> bool:
    """Do the streams of states show what the reads show?"""
    listener = record.listeners[user]
    (held,) = listener.events("clearinghouseState")[-1:]
    states = dict(listener.events("allDexsClearinghouseState")[-1]["clearinghouseStates"])
    same = (
        states[dex] == record.story.info("clearinghouseState", user=user, dex=dex)
        for dex in ("", "xyz")
    )
    return bool(held) and all(same)
