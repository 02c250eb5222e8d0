"""How the work of an update grows with the positions of a market: hardly (LIQ-9, law 7)."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Final

from bellwether.lab.bench.report import Figure, Progress, Report
from bellwether.lab.bench.risk.crowded_market import (
    FALL,
    FALL_LEVERAGES,
    MAX_LEVERAGE,
    NEAR_LEVERAGES,
    OTHER_PART,
    PRICE,
    ROOMY_LEVERAGES,
    RUIN,
    STEP,
    SWING,
    CrowdedMarket,
)
from bellwether.lab.bench.standard.workload import as_in_a_node

CROWD: Final = 100_000
PARTS: Final = (100, 10, 1)
"""A hundredth of the crowd is the yardstick, a tenth lies between."""

NEAR_PART: Final = 1_000
FALLING_PART: Final = 100
ROUNDS: Final = 15
_RATIO_TARGET: Final = "at most 1.5"


def bench_risk(crowd: int, progress: Progress) -> Report:
    """Markets of a hundredth, a tenth and the whole of `crowd`, which is a multiple of 2,000.

    Raises BenchFailed.
    """
    sizes = [crowd // part for part in PARTS]
    near = crowd // NEAR_PART
    figures: list[Figure] = []
    remarks: list[str] = []
    for name, cross in (("isolated", False), ("cross", True)):
        markets = [CrowdedMarket(size, near, NEAR_LEVERAGES, cross) for size in sizes]
        _by_turns(name, markets, CrowdedMarket.swing, progress)
        updates = [(market.positions, market.updates) for market in markets]
        figures += _figures(f"{name}, update", updates, _RATIO_TARGET)
        looks = " / ".join(f"{market.looks / market.all_updates:.3g}" for market in markets)
        remarks.append(f"{name}: an update looks at {looks} accounts, on average")
        del markets
    falling = [
        CrowdedMarket(size, min(crowd // FALLING_PART, size // 2), FALL_LEVERAGES, False)
        for size in sizes
    ]
    _by_turns("liquidations", falling, CrowdedMarket.fall, progress)
    each = [(market.positions, [s / market.near for s in market.falls]) for market in falling]
    figures += _figures("isolated, a liquidation", each, "")
    whole = 1e3 * median(falling[-1].falls)
    remarks.append(f"{falling[-1].near:,} liquidations of {crowd:,} positions in {whole:.3g} ms")
    _by_turns("deleveragings", falling, CrowdedMarket.ruin, progress)
    each = [(market.positions, [s / market.near for s in market.ruins]) for market in falling]
    figures += _figures("isolated, ruined and deleveraged", each, "")
    whole = 1e3 * median(falling[-1].ruins)
    remarks.append(f"{falling[-1].near:,} ruined of {crowd:,} deleveraged in {whole:.3g} ms")
    return Report("risk", _workload(sizes, near, falling), tuple(figures), (*remarks, _HOW))


def _by_turns(
    name: str,
    markets: list[CrowdedMarket],
    step: Callable[[CrowdedMarket], None],
    progress: Progress,
) -> None:
    """So many rounds, of which every other one begins with the largest."""
    progress(name, 0, ROUNDS)
    with as_in_a_node():
        for turn in range(ROUNDS):
            for market in markets if turn % 2 == 0 else reversed(markets):
                step(market)
            progress(name, turn + 1, ROUNDS)
    for market in markets:
        market.check()


def _figures(name: str, found: list[tuple[int, list[float]]], target: str) -> list[Figure]:
    """What it takes in each market, and the ratio to the smallest, which runs beside it."""
    _, yardstick = found[0]
    figures: list[Figure] = []
    for positions, seconds in found:
        title = f"{name}, {positions:,} positions"
        figures.append(Figure(title, 1e6 * median(seconds), "µs"))
        if seconds is not yardstick:
            ratio = median(many / few for few, many in zip(yardstick, seconds, strict=True))
            figures.append(Figure(f"{title}, ratio", ratio, target=target))
    return figures


_HOW: Final = (
    f"medians of {ROUNDS} rounds by turns, of the mean update in a round's swing; a ratio is the "
    "median of those within a round; no time but that of the updates is measured; every total "
    "recomputed at the end"
)


def _workload(sizes: list[int], near: int, falling: list[CrowdedMarket]) -> tuple[str, ...]:
    shown = " / ".join(f"{size:,}" for size in sizes)
    fallers = " / ".join(f"{market.near:,}" for market in falling)
    return (
        f"markets of preset standard_equity at {PRICE:,} atoms with {shown} open positions, one an "
        f"account, half of them long; 20 to 100 USD each; maximum leverage {MAX_LEVERAGE}x, no "
        "fees, a mark that follows the quotes at once",
        f"isolated: {near:,} long positions near their requirement at {NEAR_LEVERAGES[0]}x to "
        f"{NEAR_LEVERAGES[-1]}x, all others at {ROOMY_LEVERAGES[0]}x to {ROOMY_LEVERAGES[-1]}x",
        f"cross: the same with equity of 2.4 to 2.55 % and of 20 to 60 % of the position, and a "
        f"second position in another market, 1/{OTHER_PART} of the first",
        f"update: before each the quotes move {STEP} atoms, up and down within {SWING:,} atoms of "
        "where the positions were opened; before each such swing everybody near trades a lot forth "
        "and back, so that the swing has to look at them; nobody is liquidated",
        f"a liquidation: {fallers} long positions at {FALL_LEVERAGES[0]}x, all liquidated by the "
        f"one update at which the quotes are {FALL:,} atoms below; the book takes them; the "
        "update's time divided by them",
        f"ruined and deleveraged: the same positions when one update takes the quotes {RUIN:,} "
        "atoms down: nobody bids for them at zero equity, and each is closed against the best "
        "placed of the other side",
        "engine.apply(AdvanceTime) for one update alone, in processor time of its thread; updates "
        "that fall together with a sample are left out",
    )
