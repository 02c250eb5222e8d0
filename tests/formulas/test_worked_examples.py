"""``bellwether vectors`` passes the worked examples and notices every way in which one is off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bellwether.cli.vectors import EVALUATORS, run_vectors

EXAMPLES = Path(__file__).with_name("examples.json")
LISTS = sorted(EVALUATORS)
RESULTS = {
    "decay": "decay_e18",
    "impact": "impact_ask_fine",
    "funding_hypercore": "rate_e12",
    "funding_kraken": "absolute_rate_atoms_e12",
    "margin_hypercore": "maintenance_e6",
    "margin_kraken": "initial_e6",
    "twap": "twap_atoms",
    "funding_payment": "received_e6",
}


def run(content: Any, directory: Path) -> tuple[int, list[str]]:
    path = directory / "vectors.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    lines: list[str] = []
    return run_vectors([str(path)], lines.append), lines


def examples() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(EXAMPLES.read_text())
    return content


def test_every_example_passes() -> None:
    lines: list[str] = []
    assert run_vectors([str(EXAMPLES)], lines.append) == 0
    assert lines[-1] == "33 passed, 0 failed"
    assert sorted(line.split(":")[0] for line in lines[:-1]) == LISTS


@pytest.mark.parametrize(("name", "field"), RESULTS.items())
def test_a_result_that_is_off_by_one_is_noticed(name: str, field: str, tmp_path: Path) -> None:
    content = {"format": 1, name: examples()[name]}
    case = content[name][1]
    case[field] = (case[field] or 0) + 1
    code, lines = run(content, tmp_path)
    assert code == 1
    assert lines[0] == f"{name}: 2 passed, 1 failed"
    assert lines[1].startswith(f"  {name}[1] {field}: expected {case[field]}, got ")
    assert lines[-1] == "2 passed, 1 failed"


def test_a_step_that_is_off_is_named(tmp_path: Path) -> None:
    content = {"format": 1, "oracle": examples()["oracle"]}
    content["oracle"][2]["steps"][3]["mark_fine"] += 1
    code, lines = run(content, tmp_path)
    assert code == 1
    assert lines[1].startswith("  oracle[2] steps[3].mark_fine: expected ")


def swap_order(content: dict[str, Any]) -> None:
    content["adl_ranked"][0]["order"].reverse()


def drop_account(content: dict[str, Any]) -> None:
    content["adl_pro_rata"][0]["close_lots"].popitem()


def make_float(content: dict[str, Any]) -> None:
    case = content["margin_hypercore"][0]
    case["maintenance_e6"] = float(case["maintenance_e6"])


def remove_input(content: dict[str, Any]) -> None:
    del content["impact"][0]["bids"]


def divide_by_zero(content: dict[str, Any]) -> None:
    content["funding_hypercore"][0]["samples_e12"] = []


def add_result(content: dict[str, Any]) -> None:
    content["twap"][0]["another_e6"] = 5


@pytest.mark.parametrize(
    "spoil", [swap_order, drop_account, make_float, remove_input, divide_by_zero, add_result]
)
def test_a_spoiled_case_fails_alone(
    spoil: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    content = examples()
    spoil(content)
    code, lines = run(content, tmp_path)
    assert (code, lines[-1]) == (1, "32 passed, 1 failed")


def test_an_unknown_list_fails_by_name(tmp_path: Path) -> None:
    code, lines = run({"format": 1, "tea_leaves": [{}, {}]}, tmp_path)
    assert code == 1
    assert lines == ["tea_leaves: unknown list, 0 passed, 2 failed", "0 passed, 2 failed"]


@pytest.mark.parametrize("content", ["", "[]", '{"format": 2}', "{}"])
def test_a_file_of_another_kind_fails(content: str, tmp_path: Path) -> None:
    code, lines = run(content, tmp_path)
    assert (code, lines[-1]) == (1, "0 passed, 1 failed")


def test_a_missing_file_fails_and_the_others_still_run(tmp_path: Path) -> None:
    lines: list[str] = []
    assert run_vectors([str(tmp_path / "none.json"), str(EXAMPLES)], lines.append) == 1
    assert lines[-1] == "33 passed, 1 failed"
