"""The picture of a replay: price, oracle, mark, band and re-anchors."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bellwether.lab.replay import Moved, Updated
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.quantities import FINE, NS_PER_S, PRICE_AND_SIZE_DECIMALS


class PlotUnavailable(Exception):
    """matplotlib is not installed, or does not know the file's kind."""


def draw(spec: InstrumentSpec, updates: list[Updated], moves: list[Moved], path: Path) -> None:
    """Writes the picture; the ending decides its kind (svg, png, pdf). Raises PlotUnavailable."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotUnavailable(
            "a picture needs matplotlib: pip install 'bellwether[plot]'. "
            "Everything but the picture was done."
        ) from error
    scale = float(10 ** (PRICE_AND_SIZE_DECIMALS - spec.size_decimals))
    times = [datetime.fromtimestamp(one.time_ns / NS_PER_S, UTC) for one in updates]
    figure: Any = Figure(figsize=(11, 6), layout="constrained")
    axes = figure.add_subplot()
    axes.fill_between(
        times,
        [one.band_low_fine / FINE / scale for one in updates],
        [one.band_high_fine / FINE / scale for one in updates],
        step="post",
        color="#4c78a8",
        alpha=0.12,
        linewidth=0,
        label="discovery band",
    )
    axes.step(
        times,
        [one.price_atoms / scale if one.price_atoms > 0 else float("nan") for one in updates],
        where="post",
        color="#9a9a9a",
        linewidth=0.8,
        label="recorded price",
    )
    axes.plot(
        times, [one.mark_atoms / scale for one in updates], color="#f58518", lw=0.8, label="mark"
    )
    axes.plot(
        times,
        [one.oracle_atoms / scale for one in updates],
        color="#1f4e79",
        lw=1.4,
        label="oracle",
    )
    for move in moves:
        when: Any = datetime.fromtimestamp(move.time_ns / NS_PER_S, UTC)
        reference = move.reference_fine / FINE / scale
        axes.axvline(when, color="#b22222" if move.direction < 0 else "#2e7d32", lw=0.8, ls="--")
        label = f"{reference:.2f}"
        axes.annotate(label, (when, reference), (4, 4), textcoords="offset points", fontsize=8)
    axes.set_title(f"{spec.symbol}: oracle, mark and discovery band")
    axes.set_ylabel("USD")
    axes.set_xlabel("UTC")
    axes.legend(loc="upper left", frameon=False)
    try:
        figure.savefig(path)
    except (ValueError, OSError) as error:
        raise PlotUnavailable(f"{path} can not be drawn: {error}") from error
