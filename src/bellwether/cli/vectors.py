"""``bellwether vectors FILE...``: worked examples through the functions the engine uses (format 1).

A file is a JSON object of lists; each case of a list holds the inputs and the expected results.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bellwether.formulas.decay import decay_e18
from bellwether.formulas.deleveraging import pro_rata_close_lots, ranked_order
from bellwether.formulas.discovery import DiscoveryPolicy, DiscoveryPrices
from bellwether.formulas.funding import (
    absolute_rate_atoms_e12,
    hypercore_rate_e12,
    kraken_mean_e12,
    kraken_rate_e12,
    mean_toward_zero,
    payment_received,
)
from bellwether.formulas.impact import impact_ask_fine, impact_bid_fine
from bellwether.formulas.margin import maintenance_hypercore, margin_kraken
from bellwether.formulas.twap import twap_atoms, twap_sum_after
from bellwether.units.fine_price import fine_of_atoms

Case = dict[str, Any]

FORMAT = 1
MAX_DIFFERENCES_SHOWN = 3
REMARKS = frozenset({"name", "note", "comment"})
"""Fields of a case that are for the reader and change nothing."""


class VectorsError(ValueError):
    """A file that holds no worked examples of a known format; the message is the reason."""


def run_vectors(paths: list[str], write: Callable[[str], None]) -> int:
    """Evaluate every case of every file and write the outcome, a line at a time.

    Returns the exit code: 1 if a case differs or cannot be evaluated, a list is unknown or a file
    unreadable, else 0.
    """
    passed = 0
    failed = 0
    for path in paths:
        try:
            lists = _load(path)
        except (OSError, VectorsError) as error:
            write(f"{path}: {error}")
            failed += 1
            continue
        for name, cases in lists.items():
            good, bad = _run_list(name, cases, write)
            passed += good
            failed += bad
    write(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _load(path: str) -> dict[str, list[Case]]:
    """Return the lists of a file. Raises OSError and VectorsError."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise VectorsError(f"not JSON: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise VectorsError(f"not worked examples of format {FORMAT}")
    return {name: cases for name, cases in content.items() if isinstance(cases, list)}


def _run_list(name: str, cases: list[Case], write: Callable[[str], None]) -> tuple[int, int]:
    """Evaluate one list, write its line and its first differences; return passed and failed."""
    evaluator = EVALUATORS.get(name)
    if evaluator is None:
        write(f"{name}: unknown list, 0 passed, {max(len(cases), 1)} failed")
        return 0, max(len(cases), 1)
    differences: list[str] = []
    for number, case in enumerate(cases):
        difference = _difference(case, evaluator)
        if difference:
            differences.append(f"  {name}[{number}] {difference}")
    failed = len(differences)
    write(f"{name}: {len(cases) - failed} passed, {failed} failed")
    for line in differences[:MAX_DIFFERENCES_SHOWN]:
        write(line)
    if failed > MAX_DIFFERENCES_SHOWN:
        write(f"  and {failed - MAX_DIFFERENCES_SHOWN} more")
    return len(cases) - failed, failed


def _difference(case: Case, evaluator: tuple[frozenset[str], Callable[[Case], Case]]) -> str:
    """Say where a case first differs; an empty text means nowhere."""
    inputs, evaluate = evaluator
    try:
        results = evaluate(case)
    except (AssertionError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        return f"cannot be evaluated: {type(error).__name__}: {error}"
    for field, result in results.items():
        where = _first_unequal(field, case.get(field), result)
        if where:
            return where
    unknown = sorted(case.keys() - inputs - results.keys() - REMARKS)
    return f"has unknown fields: {', '.join(unknown)}" if unknown else ""


def _first_unequal(where: str, expected: Any, result: Any) -> str:
    """Compare exactly, by type as well, going into lists and objects."""
    if isinstance(expected, list) and isinstance(result, list) and len(expected) == len(result):
        for number, (left, right) in enumerate(zip(expected, result, strict=True)):
            difference = _first_unequal(f"{where}[{number}]", left, right)
            if difference:
                return difference
        return ""
    if isinstance(expected, dict) and isinstance(result, dict):
        for key in expected.keys() | result.keys():
            difference = _first_unequal(f"{where}.{key}", expected.get(key), result.get(key))
            if difference:
                return difference
        return ""
    if type(expected) is type(result) and expected == result:
        return ""
    return f"{where}: expected {json.dumps(expected)}, got {json.dumps(result)}"


def _levels(levels: list[list[int]]) -> list[tuple[int, int]]:
    return [(price, lots) for price, lots in levels]


def _or_null(price: int) -> int | None:
    return None if price < 0 else price


def _or_missing(price: int | None) -> int:
    return -1 if price is None else price


def _decay(case: Case) -> Case:
    return {"decay_e18": decay_e18(case["dt_ns"], case["tau_ns"])}


def _impact(case: Case) -> Case:
    notional = case["notional_e6"]
    return {
        "impact_bid_fine": _or_null(impact_bid_fine(_levels(case["bids"]), notional)),
        "impact_ask_fine": _or_null(impact_ask_fine(_levels(case["asks"]), notional)),
    }


def _oracle(case: Case) -> Case:
    """Run a market's steps; each result repeats the inputs of its step."""
    spec = case["spec"]
    policy = DiscoveryPolicy(
        band_e12=spec["band_e12"],
        threshold_e12=spec["threshold_e12"],
        max_re_anchors=spec["max_re_anchors"],
        tau_ns=spec["tau_ns"],
        step_cap_ns=spec["step_cap_ns"],
        move_limit_e6=spec["move_limit_e6"],
        basis_tau_ns=spec["basis_tau_ns"],
    )
    prices = DiscoveryPrices(fine_of_atoms(spec["reference_atoms"]), policy.band_e12)
    notional = spec["impact_notional_e6"]
    return {"steps": [_oracle_step(prices, policy, notional, step) for step in case["steps"]]}


def _oracle_step(
    prices: DiscoveryPrices, policy: DiscoveryPolicy, notional_e6: int, step: Case
) -> Case:
    bids = _levels(step["bids"])
    asks = _levels(step["asks"])
    impact_bid = impact_bid_fine(bids, notional_e6)
    impact_ask = impact_ask_fine(asks, notional_e6)
    direction = prices.update(
        policy,
        step["time_ns"],
        impact_bid,
        impact_ask,
        bids[0][0] if bids else -1,
        asks[0][0] if asks else -1,
        _or_missing(step["last"]),
    )
    inputs = {field: step[field] for field in ("time_ns", "bids", "asks", "last")}
    return inputs | {
        "impact_bid_fine": _or_null(impact_bid),
        "impact_ask_fine": _or_null(impact_ask),
        "ipd_fine": prices.ipd_fine,
        "oracle_fine": prices.oracle_fine,
        "oracle_atoms": prices.oracle_atoms(),
        "mark_fine": prices.mark_fine,
        "mark_atoms": prices.mark_atoms(),
        "reference_fine": prices.reference_fine,
        "re_anchor": {1: "up", -1: "down", 0: None}[direction],
        "band_low_fine": prices.band_low_fine,
        "band_high_fine": prices.band_high_fine,
    }


def _funding_hypercore(case: Case) -> Case:
    samples = case["samples_e12"]
    mean = mean_toward_zero(sum(samples), len(samples))
    rate = hypercore_rate_e12(
        mean, case["interest_e12"], case["clamp_e12"], case["multiplier_e12"], case["cap_e12"]
    )
    return {"mean_e12": mean, "rate_e12": rate}


def _funding_kraken(case: Case) -> Case:
    mean = kraken_mean_e12(case["samples_e12"])
    rate = kraken_rate_e12(mean, case["n"], case["min_e12"], case["max_e12"])
    absolute = absolute_rate_atoms_e12(rate, case["index_atoms"])
    return {"mean_e12": mean, "rate_e12": rate, "absolute_rate_atoms_e12": absolute}


def _margin_hypercore(case: Case) -> Case:
    tiers = [(lower_bound, leverage) for lower_bound, leverage in case["tiers"]]
    return {"maintenance_e6": maintenance_hypercore(case["notional_e6"], tiers)}


def _margin_kraken(case: Case) -> Case:
    tiers = [(lower_bound, initial, maint) for lower_bound, initial, maint in case["tiers"]]
    initial, maintenance = margin_kraken(case["notional_e6"], tiers)
    return {"initial_e6": initial, "maintenance_e6": maintenance}


def _adl_ranked(case: Case) -> Case:
    positions = [
        (p["account"], p["lots"], p["entry_notional"], p["equity"]) for p in case["positions"]
    ]
    return {"order": ranked_order(positions, {"long": True, "short": False}[case["side"]])}


def _adl_pro_rata(case: Case) -> Case:
    sizes = [(p["account"], p["lots"]) for p in case["positions"]]
    closes = pro_rata_close_lots(sizes, case["need_lots"])
    return {"close_lots": {str(account): lots for account, lots in closes}}


def _twap(case: Case) -> Case:
    marks = case["marks"]
    ends = [time_ns for time_ns, _ in marks[1:]] + [case["end_ns"]]
    total = 0
    for (start, mark), end in zip(marks, ends, strict=True):
        total = twap_sum_after(total, mark, end - start)
    return {"twap_atoms": twap_atoms(total, case["end_ns"] - marks[0][0])}


def _funding_payment(case: Case) -> Case:
    received = payment_received(case["position_lots"], case["oracle_atoms"], case["rate_e12"])
    return {"received_e6": received}


EVALUATORS: dict[str, tuple[frozenset[str], Callable[[Case], Case]]] = {
    "decay": (frozenset({"dt_ns", "tau_ns"}), _decay),
    "impact": (frozenset({"bids", "asks", "notional_e6"}), _impact),
    "oracle": (frozenset({"spec"}), _oracle),
    "funding_hypercore": (
        frozenset({"samples_e12", "interest_e12", "clamp_e12", "multiplier_e12", "cap_e12"}),
        _funding_hypercore,
    ),
    "funding_kraken": (
        frozenset({"samples_e12", "n", "min_e12", "max_e12", "index_atoms"}),
        _funding_kraken,
    ),
    "margin_hypercore": (frozenset({"notional_e6", "tiers"}), _margin_hypercore),
    "margin_kraken": (frozenset({"notional_e6", "tiers"}), _margin_kraken),
    "adl_ranked": (frozenset({"mark_atoms", "side", "positions"}), _adl_ranked),
    "adl_pro_rata": (frozenset({"need_lots", "positions"}), _adl_pro_rata),
    "twap": (frozenset({"marks", "end_ns"}), _twap),
    "funding_payment": (
        frozenset({"position_lots", "oracle_atoms", "rate_e12"}),
        _funding_payment,
    ),
}
"""By the name of the list: the input fields of a case, and the function that gives the rest."""
