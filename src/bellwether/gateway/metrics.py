"""What the gateway counts, for Prometheus (IFACE-6); units end the names.

What is counted for every request is counted in plain numbers and put into Prometheus' forms when
somebody asks; what can be read when asked is in `gauges`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bellwether.gateway.gauges.commit import CommitGauges
from bellwether.gateway.gauges.histogram import histogram
from bellwether.gateway.gauges.loop_lag import LoopLag
from bellwether.gateway.gauges.markets import MarketGauges
from bellwether.gateway.ports import NodePort
from bellwether.node.commit.measures import Counts, Slowness

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
SLOW_REQUEST_S: Final = 1.0

Metric = CounterMetricFamily | HistogramMetricFamily


@final
class Metrics(Collector):
    """One registry a gateway, so that several can live in one process."""

    def __init__(self, node: NodePort) -> None:
        self._registry = CollectorRegistry()
        self._requests: dict[tuple[str, int], int] = {}
        self._times: dict[str, Counts] = {}
        self._slow: dict[str, Slowness] = {}
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
        self._registry.register(CommitGauges(node, LoopLag()))
        self._registry.register(MarketGauges(node))
        for of_process in (ProcessCollector, GCCollector):
            of_process(registry=self._registry)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts a request and the time it took."""
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = Counts()
            self._slow[route] = Slowness(route, SLOW_REQUEST_S)
        times.add(seconds)
        self._slow[route].took(seconds)
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
        yield histogram(
            "bellwether_http_request_duration_seconds",
            "Time from a request's last byte to its answer.",
            ("route",),
            {(route,): counts for route, counts in self._times.items()},
        )
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
