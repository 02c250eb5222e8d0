"""The Grafana dashboard and the alarms (IFACE-6): `python tools/dashboard.py` writes them anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference" / "observing"
DASHBOARD = FOLDER / "dashboard.json"
ALARMS = FOLDER / "alarms.yml"

COLUMNS = 24
HEIGHT = 8
QUANTILES = (0.5, 0.99, 0.999)


class Panel(NamedTuple):
    """A picture: its title, what it shows (expression, legend), and the unit of its axis."""

    title: str
    shows: tuple[tuple[str, str], ...]
    unit: str = "short"


class Row(NamedTuple):
    """Panels beside each other under a question."""

    question: str
    panels: tuple[Panel, ...]


class Alarm(NamedTuple):
    """What wakes somebody: an expression that holds for so long, and what to look at."""

    name: str
    expression: str
    holds_for: str
    text: str


def _quantiles(metric: str, where: str = "") -> tuple[tuple[str, str], ...]:
    rate = f"sum by (le) (rate({metric}_bucket{where}[$__rate_interval]))"
    return tuple(
        (
            f"histogram_quantile({q}, {rate})",
            f"p{f'{q * 100:g}'.replace('.', '')}",
        )
        for q in QUANTILES
    )


ROWS = (
    Row(
        "Is it slow, and since when?",
        (
            Panel("Slow for", (("bellwether_slow_for_seconds", "{{what}}"),), "s"),
            Panel(
                "Signed actions, last byte to answer",
                _quantiles("bellwether_http_request_duration_seconds", where='{route="/exchange"}'),
                "s",
            ),
            Panel(
                "Reads, last byte to answer",
                _quantiles("bellwether_http_request_duration_seconds", where='{route="/info"}'),
                "s",
            ),
        ),
    ),
    Row(
        "Does the disk bear it?",
        (
            Panel(
                "Taken: 0 all, 1 post-only, 2 cancels", (("bellwether_venue_status", "{{cause}}"),)
            ),
            Panel(
                "Free",
                (("bellwether_disk_free_bytes / bellwether_disk_total_bytes", "of the volume"),),
                "percentunit",
            ),
            Panel("Free bytes", (("bellwether_disk_free_bytes", "free"),), "bytes"),
        ),
    ),
    Row(
        "Where is it slow?",
        (
            Panel(
                "Stages of a command, p99",
                (
                    (
                        "histogram_quantile(0.99, sum by (le, stage) "
                        "(rate(bellwether_commit_duration_seconds_bucket[$__rate_interval])))",
                        "{{stage}}",
                    ),
                ),
                "s",
            ),
            Panel("Lag of the event loop", _quantiles("bellwether_loop_lag_seconds"), "s"),
            Panel("Commands that wait", (("bellwether_commit_waiting_commands", "waiting"),)),
            Panel(
                "Commands a record",
                (
                    (
                        "rate(bellwether_commit_batch_commands_sum[$__rate_interval]) / "
                        "rate(bellwether_commit_batch_commands_count[$__rate_interval])",
                        "mean",
                    ),
                ),
            ),
        ),
    ),
    Row(
        "How much is asked of it?",
        (
            Panel(
                "Requests a second",
                (
                    (
                        "sum by (route, status) "
                        "(rate(bellwether_http_requests_total[$__rate_interval]))",
                        "{{route}} {{status}}",
                    ),
                ),
                "reqps",
            ),
            Panel(
                "Signed actions a second",
                (
                    (
                        "sum by (type, outcome) (rate(bellwether_actions_total[$__rate_interval]))",
                        "{{type}} {{outcome}}",
                    ),
                ),
                "reqps",
            ),
            Panel(
                "Signatures a second",
                (("rate(bellwether_signature_recoveries_total[$__rate_interval])", "recovered"),),
                "reqps",
            ),
            Panel(
                "WebSocket connections",
                (
                    ("bellwether_websocket_connections", "open"),
                    (
                        "increase(bellwether_websocket_slow_clients_total[$__rate_interval])",
                        "cut off",
                    ),
                ),
            ),
        ),
    ),
    Row(
        "Are the markets well?",
        (
            Panel("Not as usual", (("bellwether_market_state == 1", "{{market}} {{state}}"),)),
            Panel(
                "Age of sources",
                (("bellwether_market_source_age_seconds", "{{market}} {{source}}"),),
                "s",
            ),
            Panel("Age of prices", (("bellwether_market_price_age_seconds", "{{market}}"),), "s"),
            Panel(
                "Open interest of its cap",
                (("bellwether_market_open_interest_ratio", "{{market}}"),),
                "percentunit",
            ),
            Panel(
                "Insurance funds (USD)",
                (("bellwether_market_insurance_fund_microusd / 1e6", "{{market}}"),),
            ),
            Panel(
                "Liquidations",
                (("delta(bellwether_engine_next_liquidation_id[$__rate_interval])", "begun"),),
            ),
            Panel("Positions", (("bellwether_market_positions", "{{market}}"),)),
            Panel("Price levels", (("bellwether_market_book_levels", "{{market}}"),)),
        ),
    ),
    Row(
        "Does the machine bear it?",
        (
            Panel("Memory", (("process_resident_memory_bytes", "resident"),), "bytes"),
            Panel("Processor", (("rate(process_cpu_seconds_total[$__rate_interval])", "cores"),)),
            Panel(
                "File descriptors",
                (("process_open_fds", "open"), ("process_max_fds", "at most")),
            ),
            Panel(
                "Accounts and proposals",
                (
                    ("bellwether_engine_accounts", "accounts"),
                    ("bellwether_engine_open_proposals", "proposals that wait"),
                ),
            ),
        ),
    ),
)

ALARMS_TEXTS = (
    Alarm(
        "VenueGone",
        'up{job="bellwether"} == 0',
        "15s",
        "Nothing answers. Look whether the process runs; its last lines say why it stopped.",
    ),
    Alarm(
        "VenueStands",
        "changes(bellwether_engine_time_seconds[1m]) == 0",
        "30s",
        "The engine's time stands still though its process answers.",
    ),
    Alarm(
        "VenueSlow",
        "bellwether_slow_for_seconds > 5",
        "10s",
        "See slow_began in the log: `journal` is the disk, `loop` the process itself.",
    ),
    Alarm(
        "VenueRestricted",
        "bellwether_venue_status > 0",
        "0s",
        "The disk is slow or nearly full: 1 takes post-only and reducing orders, 2 cancels alone. "
        "See venue_restricted in the log.",
    ),
    Alarm(
        "DiskFilling",
        "bellwether_disk_free_bytes / bellwether_disk_total_bytes < 0.2",
        "1m",
        "Less than 20 % is free. Make room: below 5 % the venue takes no new orders.",
    ),
    Alarm(
        "ExchangeSlow",
        "histogram_quantile(0.99, sum by (le) "
        '(rate(bellwether_http_request_duration_seconds_bucket{route="/exchange"}[5m]))) > 0.25',
        "5m",
        "One signed action in a hundred takes more than a quarter of a second.",
    ),
    Alarm(
        "MarketBlind",
        'bellwether_market_state{state=~"blind|halted"} == 1',
        "1m",
        "A market is halted, or liquidates nobody because its prices are not to be trusted.",
    ),
    Alarm(
        "OpenInterestNearCap",
        "bellwether_market_open_interest_ratio > 0.9",
        "10m",
        "New positions will soon be refused.",
    ),
    Alarm(
        "DescriptorsLow",
        "process_open_fds / process_max_fds > 0.9",
        "1m",
        "New connections will soon be turned away.",
    ),
)


def expressions() -> list[str]:
    """Everything that is asked of Prometheus."""
    return [shown for row in ROWS for panel in row.panels for shown, _ in panel.shows] + [
        alarm.expression for alarm in ALARMS_TEXTS
    ]


def dashboard() -> str:
    """The whole file, for Grafana's import."""
    panels: list[dict[str, Any]] = []
    top = 0
    for row in ROWS:
        panels.append(_heading(len(panels) + 1, row.question, top))
        top += 1
        width = COLUMNS // min(4, len(row.panels))
        for number, panel in enumerate(row.panels):
            line, place = divmod(number, 4)
            where = {"h": HEIGHT, "w": width, "x": place * width, "y": top + line * HEIGHT}
            panels.append(_picture(len(panels) + 1, panel, where))
        top += (len(row.panels) + 3) // 4 * HEIGHT
    return _text(
        {
            "title": "Bellwether",
            "uid": "bellwether",
            "schemaVersion": 39,
            "timezone": "browser",
            "refresh": "10s",
            "time": {"from": "now-1h", "to": "now"},
            "templating": {
                "list": [
                    {
                        "name": "source",
                        "label": "Prometheus",
                        "type": "datasource",
                        "query": "prometheus",
                    }
                ]
            },
            "panels": panels,
        }
    )


def alarms() -> str:
    """Rules for Prometheus, in its file's form."""
    lines = ["# Written by tools/dashboard.py.", "groups:", "  - name: bellwether", "    rules:"]
    for alarm in ALARMS_TEXTS:
        lines += [
            f"      - alert: {alarm.name}",
            f"        expr: {json.dumps(alarm.expression)}",
            f"        for: {alarm.holds_for}",
            "        annotations:",
            f"          summary: {json.dumps(alarm.text)}",
        ]
    return "\n".join(lines) + "\n"


def _heading(number: int, question: str, top: int) -> dict[str, Any]:
    where = {"h": 1, "w": COLUMNS, "x": 0, "y": top}
    return {"id": number, "type": "row", "title": question, "gridPos": where, "panels": []}


def _picture(number: int, panel: Panel, where: dict[str, int]) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "datasource": source,
        "gridPos": where,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": source,
                "expr": shown,
                "legendFormat": name,
            }
            for place, (shown, name) in enumerate(panel.shows)
        ],
    }


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    DASHBOARD.write_text(dashboard())
    ALARMS.write_text(alarms())
