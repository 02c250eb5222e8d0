"""The way of a command through the node, and the event loop that all of it runs on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final, final

from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bellwether.gateway.gauges.histogram import histogram
from bellwether.gateway.gauges.loop_lag import LoopLag
from bellwether.gateway.ports import NodePort
from bellwether.schema import codes

Metric = GaugeMetricFamily | HistogramMetricFamily

_ENGINE: Final = "bellwether_engine_"


@final
class CommitGauges(Collector):
    """Durations are weighed by commands: each counts as long as the slowest of its batch."""

    def __init__(self, node: NodePort, lag: LoopLag) -> None:
        self._node = node
        self._lag = lag

    def collect(self) -> Iterator[Metric]:
        """Everything of now."""
        measures = self._node.measures
        yield histogram(
            "bellwether_commit_duration_seconds",
            "Time of a command in each stage: queued, written to disk, published to the views.",
            ("stage",),
            {
                ("queued",): measures.queued,
                ("written",): measures.written,
                ("published",): measures.published,
            },
        )
        yield histogram(
            "bellwether_commit_batch_commands",
            "Commands that share a record and a sync.",
            (),
            {(): measures.sizes},
        )
        yield _gauge(
            "bellwether_commit_waiting_commands",
            "Commands that wait to be applied.",
            measures.waiting,
        )
        slow = GaugeMetricFamily(
            "bellwether_slow_for_seconds",
            "For how long this has been slow; 0 while it is not.",
            labels=("what",),
        )
        slow.add_metric(("journal",), measures.slow_disk.lasts_s)
        slow.add_metric(("loop",), self._lag.slow.lasts_s)
        yield slow
        yield histogram(
            "bellwether_loop_lag_seconds",
            "How late the event loop is at fixed moments, those it missed included.",
            (),
            {(): self._lag.counts},
        )
        yield _gauge(
            "bellwether_tasks",
            "Tasks of the event loop; without clients it stays the same.",
            len(asyncio.all_tasks()),
        )
        yield from self._disk()
        yield from self._engine()

    def _disk(self) -> Iterator[Metric]:
        venue = self._node.engine.venue
        status = GaugeMetricFamily(
            "bellwether_venue_status",
            "What the disk lets all markets take: 0 all, 1 post-only and reducing, 2 cancels.",
            labels=("cause",),
        )
        status.add_metric((codes.CAUSE_NAMES[venue.status_cause],), venue.status)
        yield status
        try:
            free, total = self._node.disk_space
        except OSError:
            return
        for name, text, value in (
            ("free", "Bytes free on the data directory's volume.", free),
            ("total", "Bytes of the data directory's volume.", total),
        ):
            yield _gauge(f"bellwether_disk_{name}_bytes", text, value)

    def _engine(self) -> Iterator[Metric]:
        venue = self._node.engine.venue
        yield _gauge(
            _ENGINE + "time_seconds",
            "The engine's time, in seconds since 1970.",
            venue.time_ns / 1e9,
        )
        for name, text, value in (
            ("accounts", "Accounts known.", len(venue.users)),
            ("markets", "Markets listed.", len(venue.markets)),
            ("open_proposals", "Acts that wait for a second key.", len(venue.proposals)),
            ("next_order_id", "The next order's id.", venue.next_order_id),
            ("next_trade_id", "The next trade's id.", venue.next_trade_id),
            ("next_liquidation_id", "The next liquidation's id.", venue.next_liquidation_id),
        ):
            yield _gauge(_ENGINE + name, text, value)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
