"""What the gateway counts, for Prometheus (IFACE-6); units end the names.

What is counted for every request is counted in plain numbers and put into Prometheus' forms when
somebody asks.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, final

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bellwether.gateway.ports import NodePort

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
_LATENCIES_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

Metric = CounterMetricFamily | HistogramMetricFamily


@final
class _Times:
    """How often each latency occurred: one count a bucket, the last for longer ones."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(_LATENCIES_S) + 1)
        self.seconds = 0.0

    def buckets(self) -> list[tuple[str, float]]:
        """Cumulative, as Prometheus has them."""
        found: list[tuple[str, float]] = []
        total = 0
        for edge, count in zip((*map(str, _LATENCIES_S), "+Inf"), self.counts, strict=True):
            total += count
            found.append((edge, float(total)))
        return found


@final
class Metrics(Collector):
    """One registry a gateway, so that several can live in one process."""

    def __init__(self, node: NodePort) -> None:
        self._registry = CollectorRegistry()
        self._requests: dict[tuple[str, int], int] = {}
        self._times: dict[str, _Times] = {}
        self._actions: dict[tuple[str, str], int] = {}
        self._recoveries = 0
        self.connections = Gauge(
            "bellwether_websocket_connections",
            "Open WebSocket connections.",
            registry=self._registry,
        )
        self.cut_off = Counter(
            "bellwether_websocket_slow_clients",
            "Connections ended because the client did not read.",
            registry=self._registry,
        )
        self._registry.register(self)
        self._watch(node)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts a request and the time it took."""
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = _Times()
        times.counts[bisect_left(_LATENCIES_S, seconds)] += 1
        times.seconds += seconds
        self._requests[route, status] = self._requests.get((route, status), 0) + 1

    def acted(self, kind: str, outcome: str) -> None:
        """Counts a signed action. `kind` is of the dialect, not of a client's choice."""
        self._actions[kind, outcome] = self._actions.get((kind, outcome), 0) + 1

    def recovered(self) -> None:
        """Counts a signed request whose signer was recovered."""
        self._recoveries += 1

    def render(self) -> bytes:
        """The text exposition format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """What has been counted, in Prometheus' forms."""
        requests = CounterMetricFamily(
            "bellwether_http_requests",
            "Requests answered, by route and status.",
            labels=("route", "status"),
        )
        for (route, status), count in self._requests.items():
            requests.add_metric((route, str(status)), count)
        yield requests
        times = HistogramMetricFamily(
            "bellwether_http_request_duration_seconds",
            "Time from a request's last byte to its answer.",
            labels=("route",),
        )
        for route, taken in self._times.items():
            times.add_metric((route,), taken.buckets(), taken.seconds)
        yield times
        actions = CounterMetricFamily(
            "bellwether_actions",
            "Signed actions, by type and outcome.",
            labels=("type", "outcome"),
        )
        for (kind, outcome), count in self._actions.items():
            actions.add_metric((kind, outcome), count)
        yield actions
        yield CounterMetricFamily(
            "bellwether_signature_recoveries",
            "Signed requests whose signer was recovered.",
            value=self._recoveries,
        )

    def _watch(self, node: NodePort) -> None:
        """Read when asked, not counted: the engine's own numbers."""
        time = Gauge(
            "bellwether_engine_time_seconds",
            "The engine's time, in seconds since 1970.",
            registry=self._registry,
        )
        time.set_function(lambda: node.engine.venue.time_ns / 1e9)
        tasks = Gauge(
            "bellwether_tasks",
            "Tasks of the event loop; without clients it stays the same.",
            registry=self._registry,
        )
        tasks.set_function(lambda: len(asyncio.all_tasks()))
        for name, text, count in (
            ("accounts", "Accounts known.", lambda: len(node.engine.venue.users)),
            ("markets", "Markets listed.", lambda: len(node.engine.venue.markets)),
            ("next_order_id", "The next order's id.", lambda: node.engine.venue.next_order_id),
            ("next_trade_id", "The next trade's id.", lambda: node.engine.venue.next_trade_id),
        ):
            gauge = Gauge(f"bellwether_engine_{name}", text, registry=self._registry)
            gauge.set_function(count)
