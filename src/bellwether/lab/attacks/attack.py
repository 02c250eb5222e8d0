"""An attack as a script, the size it comes in, and what the rules promise against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bellwether.lab.attacks.world import World


class Plan(msgspec.Struct, frozen=True):
    """How large and how long: USD of capital over so many wallets, USD of position, basis points
    from the truth to which the price is pushed and at which what was bought is offered, seconds;
    upwards, or downwards with everything mirrored.
    """

    wallets: int = 6
    capital_usd: int = 3_000_000
    size_usd: int = 100_000
    push_bp: int = 1_900
    trap_bp: int = 1_990
    seconds: int = 120
    downwards: bool = False


class Guard(msgspec.Struct, frozen=True):
    """The rule that stands against an attack, differences that turn it off, and a plan by which to
    see what it is worth."""

    rule: str
    without: Mapping[str, Any]
    plan: Plan


class Attack(msgspec.Struct, frozen=True):
    """`script` attacks a world and returns the bound of its profit, micro-USD, by the formulas.

    `promise` says who pays, `bound` what the bound is made of. `guards` are by preset, and missing
    where no value of a specification can turn the rule off. `needs` are differences to every preset
    that the script asks for.
    """

    name: str
    story: str
    promise: str
    bound: str
    script: Callable[[World, Plan], int]
    plans: Mapping[str, Plan]
    guards: Mapping[str, Guard]
    needs: Mapping[str, Any]
