"""Making a failing world small: fewer steps, fewer traders, fewer faults, and it still fails.

Delta debugging: parts of the steps are taken out, smaller and smaller parts, as long as the same
invariant is broken. Each step has its own luck, so those that stay do what they did.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from bellwether.testing.simulator.plan import SHRINKING_S, Features, Plan, Step
from bellwether.testing.simulator.world import Outcome, run_world

_PLAIN: Final[tuple[dict[str, Any], ...]] = (
    {"loss_e2": 0, "replay_e2": 0},
    {"delay_ms": 1, "disk_ms": 1},
    {"real_views": False},
    {"audited": False},
    {"writing_process": False},
    {"check_nonces": False},
    {"traders": 3},
    {"retries": 0},
)
"""Features that a failing world may do without."""

Progress = Callable[[int, int], None]
"""Told how many steps there are now, and how many tries that took."""


def shrink(plan: Plan, code: str, progress: Progress, seconds: float = SHRINKING_S) -> Plan:
    """The smallest plan found in the time that breaks the invariant `code`."""
    return _Search(code, progress, time.monotonic() + seconds).run(plan)


class _Search:
    def __init__(self, code: str, progress: Progress, deadline: float) -> None:
        self._code = code
        self._progress = progress
        self._deadline = deadline
        self._tries = 0

    def run(self, plan: Plan) -> Plan:
        plan = self._cut_end(plan)
        plan = self._plainer(plan)
        size = max(len(plan.steps) // 2, 1)
        while size >= 1 and not self._is_late():
            smaller = self._without_parts(plan, size)
            if len(smaller.steps) == len(plan.steps):
                if size == 1:
                    break
                size = max(size // 2, 1)
            plan = smaller
        return self._plainer(plan)

    def _cut_end(self, plan: Plan) -> Plan:
        """Half of the steps from the front, while that is enough."""
        while len(plan.steps) > 1 and not self._is_late():
            half = _with(plan, plan.steps[: len(plan.steps) // 2])
            if not self._fails(half):
                break
            plan = half
        return plan

    def _without_parts(self, plan: Plan, size: int) -> Plan:
        start = 0
        while start < len(plan.steps) and not self._is_late():
            without = _with(plan, plan.steps[:start] + plan.steps[start + size :])
            if self._fails(without):
                plan = without
            else:
                start += size
        return plan

    def _plainer(self, plan: Plan) -> Plan:
        names = plan.features.markets
        changes: list[dict[str, Any]] = [
            *_PLAIN,
            *({"markets": (name,)} for name in names if len(names) > 1),
        ]
        for change in changes:
            features: Features = msgspec.structs.replace(plan.features, **change)
            steps = tuple(step for step in plan.steps if step.who < features.traders)
            plainer = Plan(plan.seed, features, steps)
            if plainer != plan and not self._is_late() and self._fails(plainer):
                plan = plainer
        return plan

    def _fails(self, plan: Plan) -> bool:
        self._tries += 1
        self._progress(len(plan.steps), self._tries)
        return run_world(plan).code == self._code

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline


def _with(plan: Plan, steps: tuple[Step, ...]) -> Plan:
    return Plan(plan.seed, plan.features, steps)


def told(plan: Plan, outcome: Outcome) -> str:
    """A failing world for a person: what is broken and by which steps."""
    lines = [
        f"{outcome.code}: {outcome.violation}",
        f"seed {plan.seed}, {len(plan.steps)} steps; {plan.features}",
    ]
    for step in plan.steps[:60]:
        lines.append(f"  {step.at_ns / 1e9:>12.6f} s  {step.kind:<18} {step.who}")
    if len(plan.steps) > 60:
        lines.append(f"  … and {len(plan.steps) - 60} more")
    return "\n".join(lines)
