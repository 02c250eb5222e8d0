"""`bellwether lab attack`: what has been done to such venues, tried on the engine."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table
from bellwether.lab.attacks.catalogue import ATTACKS, PRESETS, run, worth_of_guard
from bellwether.lab.attacks.outcome import Outcome
from bellwether.units.division import div_half_even
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS, USD
from bellwether.units.text import format_decimal

COLUMNS: Final = (
    "attack",
    "preset",
    "profit",
    "bound",
    "honest",
    "fund",
    "backstop",
    "fees",
    "liquidated",
    "deleveraged",
    "unassigned",
    "mark",
)
GUARD_COLUMNS: Final = ("attack", "preset", "with", "without", "guard")
WORDS: Final = ("attack", "preset", "guard")


def attack(
    names: Annotated[
        list[str] | None, typer.Argument(help="Attacks by name; all if none is named.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="ipop or premarket; both if not given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Attack markets of both designs and say who gained, who paid, and what the rules promise.

    USD; honest people, fund and fees by what they gained. A second table has the attacker's profit
    by the same plan with the guarding rule and without it. Exit codes: 0 every promise holds, 1 one
    does not, 2 there is no such attack or preset.
    """
    chosen = names or list(ATTACKS)
    for name in chosen:
        if name not in ATTACKS:
            refuse(f"{name!r} is no attack; there are {', '.join(ATTACKS)}")
    if preset is not None and preset not in PRESETS:
        refuse(f"--preset {preset!r} is not one of {', '.join(PRESETS)}")
    presets = PRESETS if preset is None else (preset,)
    outcomes: list[Outcome] = []
    guards: dict[tuple[str, str], tuple[int, int]] = {}
    for name in chosen:
        for each in presets:
            outcomes.append(run(ATTACKS[name], each))
            worth = worth_of_guard(ATTACKS[name], each)
            if worth is not None:
                guards[name, each] = worth
    if as_json:
        _print_lines(outcomes, guards)
    else:
        print_table(COLUMNS, [cells(outcome) for outcome in outcomes], "", WORDS)
        print()
        rows = [
            (name, each, usd(with_it), usd(without), ATTACKS[name].guards[each].rule)
            for (name, each), (with_it, without) in guards.items()
        ]
        print_table(GUARD_COLUMNS, rows, "no guard of these can be turned off", WORDS)
    broken = [outcome for outcome in outcomes if not outcome.holds]
    for outcome in broken:
        print(f"{outcome.attack} on {outcome.preset}: the promise is broken", file=sys.stderr)
    if broken:
        raise typer.Exit(1)


def usd(amount_e6: int) -> str:
    """Whole USD, half to even, thousands apart."""
    return f"{div_half_even(amount_e6, USD):,}"


def cells(outcome: Outcome) -> tuple[str, ...]:
    """A row of the table: USD, but for how many were liquidated and the mark's way in percent."""
    hundredths = div_half_even(outcome.mark_move_e6, 100)
    return (
        outcome.attack,
        outcome.preset,
        usd(outcome.profit_e6),
        usd(outcome.bound_e6),
        usd(outcome.honest_e6),
        usd(outcome.fund_e6),
        usd(outcome.backstop_e6),
        usd(outcome.fees_e6),
        str(outcome.liquidated),
        usd(outcome.deleveraged_e6),
        usd(outcome.unassigned_e6),
        f"{hundredths // 100}.{hundredths % 100:02d} %",
    )


def _print_lines(
    outcomes: list[Outcome], guards: Mapping[tuple[str, str], tuple[int, int]]
) -> None:
    for outcome in outcomes:
        line: dict[str, Any] = {
            "attack": outcome.attack,
            "preset": outcome.preset,
            "capital": _exact(outcome.capital_e6),
            "profit": _exact(outcome.profit_e6),
            "bound": _exact(outcome.bound_e6),
            "honest": _exact(outcome.honest_e6),
            "insuranceFund": _exact(outcome.fund_e6),
            "backstop": _exact(outcome.backstop_e6),
            "fees": _exact(outcome.fees_e6),
            "liquidated": outcome.liquidated,
            "deleveraged": _exact(outcome.deleveraged_e6),
            "unassigned": _exact(outcome.unassigned_e6),
            "markMove": _exact(outcome.mark_move_e6),
            "holds": outcome.holds,
            "promise": ATTACKS[outcome.attack].promise,
            "boundIs": ATTACKS[outcome.attack].bound,
            "guard": None,
        }
        worth = guards.get((outcome.attack, outcome.preset))
        if worth is not None:
            line["guard"] = {
                "rule": ATTACKS[outcome.attack].guards[outcome.preset].rule,
                "with": _exact(worth[0]),
                "without": _exact(worth[1]),
            }
        print_json(line)


def _exact(amount_e6: int) -> str:
    return format_decimal(amount_e6, PRICE_AND_SIZE_DECIMALS)
