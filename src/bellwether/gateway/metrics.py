"""What the gateway counts, for Prometheus (IFACE-6); units end the names."""

from __future__ import annotations

from typing import Final, final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bellwether.gateway.ports import NodePort

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
_LATENCIES_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


@final
class Metrics:
    """One registry a gateway, so that several can live in one process."""

    def __init__(self, node: NodePort) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "bellwether_http_requests",
            "Requests answered, by route and status.",
            ("route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "bellwether_http_request_duration_seconds",
            "Time from a request's last byte to its answer.",
            ("route",),
            buckets=_LATENCIES_S,
            registry=self._registry,
        )
        self._actions = Counter(
            "bellwether_actions",
            "Signed actions, by type and outcome.",
            ("type", "outcome"),
            registry=self._registry,
        )
        self.recoveries = Counter(
            "bellwether_signature_recoveries",
            "Signed requests whose signer was recovered.",
            registry=self._registry,
        )
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
        # Finding a child by its labels costs more than counting in it.
        self._request_children: dict[tuple[str, int], Counter] = {}
        self._seconds_children: dict[str, Histogram] = {}
        self._action_children: dict[tuple[str, str], Counter] = {}
        self._watch(node)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts a request and the time it took."""
        spent = self._seconds_children.get(route)
        if spent is None:
            spent = self._seconds_children[route] = self._seconds.labels(route)
        spent.observe(seconds)
        counter = self._request_children.get((route, status))
        if counter is None:
            counter = self._requests.labels(route, status)
            self._request_children[route, status] = counter
        counter.inc()

    def acted(self, kind: str, outcome: str) -> None:
        """Counts a signed action. `kind` is of the dialect, not of a client's choice."""
        counter = self._action_children.get((kind, outcome))
        if counter is None:
            counter = self._action_children[kind, outcome] = self._actions.labels(kind, outcome)
        counter.inc()

    def render(self) -> bytes:
        """The text exposition format."""
        return generate_latest(self._registry)

    def _watch(self, node: NodePort) -> None:
        """Read when asked, not counted: the engine's own numbers."""
        time = Gauge(
            "bellwether_engine_time_seconds",
            "The engine's time, in seconds since 1970.",
            registry=self._registry,
        )
        time.set_function(lambda: node.engine.venue.time_ns / 1e9)
        for name, text, count in (
            ("accounts", "Accounts known.", lambda: len(node.engine.venue.users)),
            ("markets", "Markets listed.", lambda: len(node.engine.venue.markets)),
            ("next_order_id", "The next order's id.", lambda: node.engine.venue.next_order_id),
            ("next_trade_id", "The next trade's id.", lambda: node.engine.venue.next_trade_id),
        ):
            gauge = Gauge(f"bellwether_engine_{name}", text, registry=self._registry)
            gauge.set_function(count)
