"""Plain counts in Prometheus' form."""

from __future__ import annotations

from prometheus_client.core import HistogramMetricFamily

from bellwether.node.commit.measures import Counts


def histogram(
    name: str, text: str, labels: tuple[str, ...], found: dict[tuple[str, ...], Counts]
) -> HistogramMetricFamily:
    """A family with one histogram for each set of label values."""
    family = HistogramMetricFamily(name, text, labels=labels)
    for values, counts in found.items():
        family.add_metric(values, counts.cumulative(), counts.total)
    return family
