"""Everything that a seed decides, written down before the world begins.

A plan is a list of steps, each with its own luck, so that steps can be taken out one by one and
the others stay what they are. That is what makes a failing plan shrink.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

import msgspec

NS_PER_S: Final = 1_000_000_000
STEPS: Final = 1_000
"""Steps of a world, unless asked otherwise; most of them are commands of traders."""

CANARY_STEPS: Final = 800
MOST_SEEDS: Final = 40
"""A planted bug must be found in as many worlds of this length."""

AUDIT_EVERY: Final = 4
"""One world in so many has an auditor, which takes longer than the world itself."""

SHRINKING_S: Final = 60.0
"""How long a failing world is made smaller, seconds."""

TRADING: Final = (
    *("quote", "take", "odd", "settings", "twap", "trigger", "shock", "owners", "withdraw"),
)
OPERATING: Final = (
    "list",
    "change",
    "phase",
    "listing",
    "await",
    "event",
    "resolve",
    "settle",
    "rebase",
    "halt",
    "announce",
    "deploy",
    "disable",
)
OUTSIDE: Final = (
    "price",
    "observe",
    "indicate",
    "exchange_halt",
    "money",
    "capital",
    "attributes",
    "payout",
)
FAULTS: Final = (
    "kill",
    "power",
    "kill_in_write",
    "power_in_write",
    "kill_in_callback",
    "power_in_callback",
    "write_error",
    "sync_error",
    "read_error",
    "name_error",
    "disk_full",
    "slow_disk",
    "clock_step",
    "clock_back",
    "clock_rate",
    "disconnect",
    "pause",
    "stop",
    "journal_process_lost",
    "views_lost",
    "flip_journal",
    "flip_snapshot",
)
LIES: Final = ("lying_sync", "misdirected_write")
"""Faults of the disk after which one machine can not keep its promise; drawn in few worlds."""

_WEIGHTS: Final = {
    "quote": 34,
    "take": 26,
    "odd": 12,
    "settings": 5,
    "twap": 2,
    "trigger": 6,
    "shock": 6,
    "owners": 8,
    "withdraw": 2,
}
_OTHER_WEIGHTS: Final = {"price": 9, "observe": 6, "money": 2, "payout": 2}


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """What there is in a world. Chances are in hundredths; traders lean so many thousandths to
    one side of the mark, and every few minutes to the other. A command of a maker places, changes
    or cancels up to `depth` orders; the state is restored after `restore_every` events. Where the
    world is `audited`, an independent reading of the rules foretells every event."""

    traders: int
    depth: int
    markets: tuple[str, ...]
    manual_clock: bool
    check_nonces: bool
    writing_process: bool
    real_views: bool
    requires_disclosures: bool
    segment_bytes: int
    snapshot_every: int
    restore_every: int
    loss_e2: int
    replay_e2: int
    delay_ms: int
    disk_ms: int
    retries: int
    lies: bool
    lean_e3: int
    audited: bool = False


class Step(msgspec.Struct, frozen=True, array_like=True):
    """At `at_ns` of the world's time `who` does `kind`, with this luck."""

    at_ns: int
    kind: str
    who: int
    luck: int


class Plan(msgspec.Struct, frozen=True):
    """A world to be. `seed` is where it came from."""

    seed: int
    features: Features
    steps: tuple[Step, ...]


def draw_plan(
    seed: int, steps: int = STEPS, focus: tuple[str, ...] = (), audited: bool = True
) -> Plan:
    """The plan of a seed; steps of the kinds in `focus` are there in any case, and often.

    One world of `AUDIT_EVERY` has an auditor, unless none is to have one.
    """
    luck = Random(seed)
    has_auditor = audited and seed % AUDIT_EVERY == 0
    features = msgspec.structs.replace(_features(luck), audited=has_auditor)
    rate = luck.choice((0, 3, 6, 12, 25))
    kinds = _kinds(luck, features)
    kinds += list(focus) * (len(kinds) // 8)
    faults = _some(luck, FAULTS) + (LIES if features.lies else ())
    drawn = tuple(_steps(luck, steps, features, kinds, faults, rate))
    return Plan(seed, features, drawn)


def _features(luck: Random) -> Features:
    names = ("ipop", "cross", "premarket", "dated", "auction", "other")
    perfect = luck.random() < 0.15
    return Features(
        traders=luck.choice((3, 5, 8, 12)),
        depth=luck.choice((20, 60, 100, 160)),
        markets=_some(luck, names) or ("ipop",),
        manual_clock=luck.random() < 0.15,
        check_nonces=luck.random() < 0.5,
        writing_process=luck.random() < 0.5,
        real_views=luck.random() < 0.08,
        requires_disclosures=luck.random() < 0.04,
        segment_bytes=luck.choice((16_384, 65_536, 262_144, 1_048_576)),
        snapshot_every=luck.choice((40, 150, 500, 1_000)),
        restore_every=luck.choice((1_000, 2_000, 5_000)),
        loss_e2=0 if perfect else luck.choice((0, 0, 1, 5, 30)),
        replay_e2=0 if perfect else luck.choice((0, 0, 2, 10, 50)),
        delay_ms=luck.choice((1, 1, 5, 30, 100)),
        disk_ms=luck.choice((1, 1, 1, 5, 50)),
        retries=luck.choice((0, 1, 3)),
        lies=luck.random() < 0.05,
        lean_e3=luck.choice((0, 5, 20, 40)),
    )


def _some(luck: Random, names: tuple[str, ...]) -> tuple[str, ...]:
    """A drawn part of the names, in their order; sometimes all."""
    if luck.random() < 0.25:
        return names
    return tuple(name for name in names if luck.random() < 0.5)


def _kinds(luck: Random, features: Features) -> list[str]:
    """Kinds of steps in a bag, as often as they are to be drawn."""
    bag: list[str] = []
    scale = 4
    for kind in _some(luck, TRADING) or ("quote", "take"):
        bag += [kind] * scale * _WEIGHTS[kind]
    if "quote" not in bag:
        bag += ["quote"] * scale * _WEIGHTS["quote"]
    for kind in _some(luck, OUTSIDE):
        bag += [kind] * scale * _OTHER_WEIGHTS.get(kind, 1)
    for kind in _some(luck, OPERATING):
        bag += [kind, "decide"]
    if features.manual_clock:
        bag += ["advance"] * scale * 2
    return bag


def _steps(
    luck: Random,
    count: int,
    features: Features,
    kinds: list[str],
    faults: tuple[str, ...],
    rate_e3: int,
) -> Iterator[Step]:
    at_ns = NS_PER_S
    pace_ns = luck.choice((5_000_000, 60_000_000, 200_000_000, 600_000_000))
    for _ in range(count):
        at_ns += luck.randrange(2 * pace_ns)
        roll = luck.random()
        if roll < 0.0003:
            at_ns += luck.choice((30, 30, 300, 300, 300, 3_600)) * NS_PER_S
        kind = luck.choice(kinds)
        if faults and luck.randrange(1_000) < rate_e3:
            kind = luck.choice(faults)
        who = luck.randrange(features.traders)
        yield Step(at_ns, kind, 0 if kind == "shock" else who, luck.getrandbits(48))
