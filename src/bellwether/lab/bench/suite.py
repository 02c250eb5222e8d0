"""All benchmarks by name; those that need the standard stream share it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, final

from bellwether.lab.bench.api.api_bench import bench_api
from bellwether.lab.bench.api.endurance import bench_endurance
from bellwether.lab.bench.api.storm_bench import bench_storm
from bellwether.lab.bench.durable_bench import bench_durable
from bellwether.lab.bench.engine_bench import bench_engine
from bellwether.lab.bench.life.life_bench import bench_life
from bellwether.lab.bench.recovery_bench import bench_recovery
from bellwether.lab.bench.report import BenchFailed, Progress, Report
from bellwether.lab.bench.risk.risk_bench import bench_risk
from bellwether.lab.bench.standard.compilation import CompilationFailed
from bellwether.lab.bench.standard.workload import Workload, standard_workload
from bellwether.lab.bench.stream.stream_bench import bench_stream


class Sizes(NamedTuple):
    """`messages` of the standard stream, `orders` over HTTP, `days` of an idle venue, `positions`
    in one market, `clients` that watch a market for `seconds`, `idle` ones; the API's venue has
    `gateways`, and that of endurance takes orders for `minutes`; a `crowd` holds positions in
    another market; of the clients some are `stalled`."""

    messages: int
    orders: int
    days: int
    positions: int
    clients: int
    idle: int
    seconds: int
    gateways: int
    minutes: float
    crowd: int
    stalled: int


@final
class Suite:
    """Runs in the sizes asked for; `parent` is the folder for journals, the present one if None."""

    def __init__(self, sizes: Sizes, parent: Path | None) -> None:
        self._messages = sizes.messages
        self._benchmarks: dict[str, Callable[[Progress], Report]] = {
            "engine": lambda progress: bench_engine(self._workload, progress),
            "durable": lambda progress: bench_durable(self._workload, progress, parent),
            "api": lambda progress: bench_api(sizes.orders, progress, parent, sizes.gateways),
            "storm": lambda progress: bench_storm(sizes.orders, progress, parent, sizes.gateways),
            "stream": lambda progress: bench_stream(
                sizes.clients, sizes.idle, sizes.seconds, sizes.stalled, progress, parent
            ),
            "recovery": lambda progress: bench_recovery(self._workload, progress, parent),
            "life": lambda progress: bench_life(sizes.days, sizes.positions, progress, parent),
            "risk": lambda progress: bench_risk(sizes.crowd, progress),
            "endurance": lambda progress: bench_endurance(
                sizes.minutes, progress, parent, sizes.gateways
            ),
        }

    @property
    def names(self) -> tuple[str, ...]:
        """What `all` runs, in this order: everything that does not last half an hour."""
        return tuple(name for name in self._benchmarks if name != "endurance")

    def run(self, name: str, progress: Progress) -> Report:
        """Raises BenchFailed."""
        try:
            return self._benchmarks[name](progress)
        except CompilationFailed as failed:
            raise BenchFailed(str(failed)) from failed

    @cached_property
    def _workload(self) -> Workload:
        return standard_workload(self._messages)
