"""What `/metrics` says, and that dashboard, alarms and guide speak of what is there (IFACE-6)."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import structlog

from bellwether.gateway.gauges import loop_lag
from bellwether.node.commit.measures import Counts, Slowness
from tests.gateway.live import LiveGateway
from tests.gateway.wallet import account, order_action

ROOT = Path(__file__).resolve().parents[2]
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "dashboard.py"))
SERIES = re.compile(r"\b(?:bellwether|process)_[a-z0-9_]+")


def _families(text: str) -> set[str]:
    return set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))


def _value(text: str, series: str) -> float:
    return float(next(line for line in text.splitlines() if line.startswith(series)).split()[-1])


def _asked(gateway: LiveGateway) -> str:
    with gateway.client() as client:
        reply = client.post("/exchange", account(0).l1(order_action(), gateway.nonce()))
        assert reply["status"] == "ok"
        return client.get("/metrics")[2].decode()


def test_a_command_is_counted_in_every_stage(gateway: LiveGateway) -> None:
    text = _asked(gateway)
    for stage in ("queued", "written", "published"):
        assert _value(text, f'bellwether_commit_duration_seconds_count{{stage="{stage}"}}') >= 2
    assert _value(text, "bellwether_commit_waiting_commands") == 0
    assert _value(text, 'bellwether_actions_total{outcome="ok",type="order"}') == 1
    assert _value(text, 'bellwether_market_phase{market="CBRS",phase="PRE_LISTING"}') == 1
    assert _value(text, 'bellwether_market_state{market="CBRS",state="halted"}') == 0
    assert _value(text, 'bellwether_market_book_levels{market="CBRS"}') == 1


def test_dashboard_and_alarms_ask_for_what_is_there(gateway: LiveGateway) -> None:
    families = _families(_asked(gateway))
    asked = {name for shown in TOOL["expressions"]() for name in SERIES.findall(shown)}
    assert len(asked) > 20
    for name in asked:
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        assert name in families or family in families, name


def test_the_guide_has_every_series(gateway: LiveGateway) -> None:
    guide = (ROOT / "docs" / "guide" / "observing.md").read_text()
    table = guide.split("## All series")[1]
    told = set(re.findall(r"`(bellwether_[a-z_]+)`", table))
    there = {name for name in _families(_asked(gateway)) if name.startswith("bellwether_")}
    assert told == {name for name in there if not name.endswith("_created")}


def test_dashboard_and_alarms_are_written_by_their_tool() -> None:
    folder = ROOT / "docs" / "reference" / "observing"
    assert (folder / "dashboard.json").read_text() == TOOL["dashboard"]()
    assert (folder / "alarms.yml").read_text() == TOOL["alarms"]()
    assert json.loads(TOOL["dashboard"]())["title"] == "Bellwether"


def test_a_histogram_counts_up_to_each_edge() -> None:
    counts = Counts((1.0, 2.0))
    counts.add(1.0)
    counts.add(1.5, 3)
    counts.add(9.0)
    assert counts.cumulative() == [("1.0", 1.0), ("2.0", 4.0), ("+Inf", 5.0)]
    assert counts.total == 14.5


def test_slowness_says_when_it_began_and_when_it_ended() -> None:
    now = [100.0]
    slow = Slowness("journal", 0.25, lambda: now[0])
    with structlog.testing.capture_logs() as lines:
        slow.took(0.1)
        assert slow.lasts_s == 0.0
        for seconds in (0.5, 2.0):
            now[0] += seconds
            slow.took(seconds)
        now[0] += 5.0
        slow.took(0.1)
        assert slow.lasts_s == 7.5
        now[0] += 5.0
        slow.took(0.1)
    assert slow.lasts_s == 0.0
    assert [line["event"] for line in lines] == ["slow_began", "slow_ended"]
    assert (lines[1]["times"], lines[1]["worst_seconds"]) == (2, 2.0)
    assert lines[1]["lasted_seconds"] == 2.5


class _Loop:
    """A loop that stands still while somebody else moves its clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Any]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Any) -> None:
        self.due.append((when, callback))

    def wake(self, at: float) -> None:
        self.now = at
        self.due.pop()[1]()


def test_a_loop_that_stood_still_counts_every_moment_it_missed(monkeypatch: Any) -> None:
    loop = _Loop()
    monkeypatch.setattr(loop_lag.asyncio, "get_running_loop", lambda: loop)
    lag = loop_lag.LoopLag()
    loop.wake(loop_lag.EVERY_S)
    assert (sum(lag.counts.counts), lag.counts.total) == (1, 0.0)
    loop.wake(2 * loop_lag.EVERY_S + 1.0)
    assert sum(lag.counts.counts) == 1 + 21
    assert abs(lag.counts.total - 10.5) < 0.01, "1.0 s, 0.95 s, … and 0"
    assert loop.due[0][0] > loop.now
