"""Clients for JavaScript, unchanged; the strictest describes every answer in its own types.

`npm ci` in `tests/conformance/node` installs them; without it, or without Node, this is skipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bellwether.node.founding.dev_keys import dev_key
from tests.conformance.conftest import Record
from tests.conformance.dialect import CHANNELS, INFO
from tests.conformance.questions import requests, subscriptions, subscriptions_of
from tests.conformance.story import NOBODY, SUBJECT, address, wallet
from tests.conformance.test_events import SILENT

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).with_name("node")
TRADER = 5
OURS_ALONE = ("batchClearinghouseStates", "userTwapHistory", "webData2")
"""Types that other clients have and this one has not; it has `webData2` as a read."""
NODE_WITH_SOCKETS = 22
DEADLINE_S = 300


def node() -> list[str]:
    """How Node is started; skips where it or the clients are not there."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node is not installed")
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("the clients are not installed: `npm ci` in tests/conformance/node")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    version = re.match(r"v(\d+)", said.stdout)
    assert version is not None, said.stdout
    old = int(version[1]) < NODE_WITH_SOCKETS
    return [program, "--no-warnings", *(["--experimental-websocket"] if old else [])]


def run(script: str, plan: dict[str, Any]) -> dict[str, list[str]]:
    """What was wrong, step by step."""
    done = subprocess.run(
        [*node(), script],
        cwd=FOLDER,
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"name"')]
    return {step["name"]: step["faults"] for step in map(json.loads, lines)}


def reads() -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Method and parameters; few users and few orders are enough."""
    for request in requests():
        kind, fields = request["type"], {k: v for k, v in request.items() if k != "type"}
        if kind in OURS_ALONE[:2] or request.get("user") not in (None, address(SUBJECT), NOBODY):
            continue
        if kind == "orderStatus" and isinstance(fields["oid"], int) and fields["oid"] % 7:
            continue
        yield kind, fields.pop("req", fields) or None


def followed() -> Iterator[tuple[str, dict[str, Any] | None, bool]]:
    """Method, parameters, and whether nothing is told at once."""
    for wanted in (*subscriptions(), *subscriptions_of(address(SUBJECT))):
        kind, fields = wanted["type"], {k: v for k, v in wanted.items() if k != "type"}
        if kind in OURS_ALONE:
            continue
        if fields.get("coin", "")[:1] == "@":
            kind = "activeSpotAssetCtx"
        is_silent = kind in SILENT | {"notification", "orderUpdates", "userEvents"}
        yield kind, fields or None, is_silent or (kind, fields) == ("trades", {"coin": "ANTH"})


def plan_of(record: Record) -> dict[str, Any]:
    story = record.story
    return {
        "url": story.venue.url,
        "key": "0x" + dev_key("account", TRADER).hex(),
        "address": address(TRADER),
        "builder": wallet(0).hex_address,
        "agents": {"http": "0x" + "61" * 20, "ws": "0x" + "62" * 20},
        "below": "130",
        "above": "143",
        "isCross": True,
        "token": "USDC:0x" + "0" * 32,
        "later": story.now_ms + 3_600_000,
        "reads": list(reads()),
        "subscriptions": list(followed()),
    }


def test_nktkas_reads_follows_and_trades(record: Record) -> None:
    """All types of reads and subscriptions, checked against the package's declarations."""
    plan = plan_of(record)
    assert {kind for kind, _ in plan["reads"]} == INFO.keys() - set(OURS_ALONE[:2])
    assert {kind for kind, *_ in plan["subscriptions"]} == CHANNELS.keys() - set(OURS_ALONE)
    found = run("nktkas.mjs", plan)
    assert len(found) > len(plan["reads"]) * 2 + len(plan["subscriptions"])
    # What a vault that is not there answers stands in a comment of the declarations only: null.
    wrong = {name: faults for name, faults in found.items() if faults}
    assert {name for name in wrong if " vaultDetails " not in name} == set(), wrong


def test_nomeida_reads_and_trades(record: Record) -> None:
    found = run("nomeida.mjs", plan_of(record))
    assert "order and cancel" in found
    assert {name: faults for name, faults in found.items() if faults} == {}
