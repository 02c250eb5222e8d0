"""The house rules that a program can check: sizes, names, and what the core may not contain."""

from __future__ import annotations

import ast
import io
import os
import re
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "bellwether"
TESTS = ROOT / "tests"
SPEC = ROOT / "docs" / "spec"

CORE_ROOMS = ("units", "schema", "formulas", "book", "ledger", "engine")
MAX_FUNCTION_LINES = 70
MAX_CORE_FILE_LINES = 400
MAX_FILE_LINES = 600
MAX_FILES_IN_A_ROOM = 12
MAX_COLUMNS = 100

BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "data", "process"}
SPEC_CODE = re.compile(
    r"\b(?:UNIT|INST|PRICE|FUND|MARG|LIQ|LIFE|ORD|RULE|IFACE)-[0-9]+[a-z]?(?![0-9A-Za-z])"
)
SPEC_DEFINITION = re.compile(r"^\s*[-*]\s+\*\*([A-Z]+-[0-9]+[a-z]?)\*\*", re.MULTILINE)
# Spelt in pieces so that this file does not break the rule it checks.
UNFINISHED_WORDS = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")
UNFINISHED = re.compile(r"\b(?:" + "|".join(UNFINISHED_WORDS) + r")\b")
MACHINE_FOLDERS = ("home", "Users", "work", "root", "opt")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:" + "|".join(MACHINE_FOLDERS) + r")/\w")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: Path) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if "__pycache__" not in path.parts
    )


def own_python() -> list[Path]:
    return [*python_files(PACKAGE, TESTS, ROOT / "tools", ROOT / "bench"), ROOT / "setup.py"]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def core_files() -> list[Path]:
    return [path for path in python_files(PACKAGE) if room_of(path) in CORE_ROOMS]


def functions(tree: ast.Module) -> Iterator[FunctionNode]:
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode):
            yield node


def line_of(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def report(faults: list[str]) -> str:
    return f"{len(faults)} found:\n  " + "\n  ".join(faults)


def text_files() -> list[Path]:
    """What a reader sees: code, documents and settings, without what builds leave behind."""
    kinds = {".py", ".md", ".toml", ".in", ".ts", ".tsx", ".js", ".css", ".html", ".sql"}
    skipped = {"build", "dist", "node_modules", "__pycache__"}
    found: list[Path] = []
    for folder, names, files in os.walk(ROOT):
        names[:] = sorted(n for n in names if n not in skipped and not is_hidden(n))
        found += [Path(folder) / f for f in sorted(files) if Path(f).suffix in kinds]
    return [*found, ROOT / "Makefile", ROOT / ".ci" / "run"]


def is_hidden(name: str) -> bool:
    return name.startswith(".") or name.endswith(".egg-info")


def order_path() -> list[Path]:
    """The modules outside the core that `setup.py` compiles."""
    for node in tree_of(ROOT / "setup.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ORDER_PATH":
            return [PACKAGE / name for name in ast.literal_eval(node.value)]
    raise AssertionError("setup.py has no ORDER_PATH")


def test_what_is_compiled_defines_nothing_that_is_decoded() -> None:
    faults = [
        f"{name_of(path)}:{node.lineno} {node.name} is a msgspec.Struct"
        for path in order_path()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith("Struct") for base in node.bases)
    ]
    assert not faults, report(faults)


def test_functions_fit_on_a_screen() -> None:
    faults = [
        f"{name_of(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in own_python()
        for node in functions(tree_of(path))
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]
    assert not faults, report(faults)


def test_files_stay_small() -> None:
    core = set(core_files())
    faults = [
        f"{name_of(path)}: {lines} lines, at most {limit}"
        for path in own_python()
        if (lines := text_of(path).count("\n"))
        > (limit := MAX_CORE_FILE_LINES if path in core else MAX_FILE_LINES)
    ]
    assert not faults, report(faults)


def test_lines_are_at_most_a_hundred_columns() -> None:
    faults = [
        f"{name_of(path)}:{number}: {len(line)} columns"
        for path in own_python()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert not faults, report(faults)


def test_a_room_holds_at_most_a_dozen_files() -> None:
    folders = {path.parent for path in python_files(PACKAGE)} - {PACKAGE}
    counts = {
        folder: sum(1 for p in folder.glob("*.py") if p.name != "__init__.py") for folder in folders
    }
    faults = [
        f"{name_of(folder)}: {count} modules"
        for folder, count in sorted(counts.items())
        if count > MAX_FILES_IN_A_ROOM
    ]
    assert not faults, report(faults)


def test_modules_have_names_that_say_something() -> None:
    faults = [
        name_of(path)
        for path in python_files(PACKAGE, TESTS)
        if BANNED_NAMES & {path.stem, path.parent.name}
    ]
    assert not faults, report(faults)


def test_functions_and_classes_have_names_that_say_something() -> None:
    faults = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in python_files(PACKAGE)
        for node in ast.walk(tree_of(path))
        if isinstance(node, FunctionNode | ast.ClassDef)
        and (node.name.lower() in BANNED_NAMES or node.name.lstrip("_").startswith("do_"))
    ]
    assert not faults, report(faults)


def test_the_core_divides_only_through_units() -> None:
    """UNIT-6: every division names its rounding."""
    faults = [
        f"{name_of(path)}:{line_of(node)}"
        for path in core_files()
        if room_of(path) != "units"
        for node in ast.walk(tree_of(path))
        if divides(node)
    ]
    assert not faults, report(faults)


def divides(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.Div | ast.FloorDiv)
    return isinstance(node, ast.Name) and node.id == "divmod"


def test_the_core_knows_no_floats() -> None:
    """UNIT-7: no floating point, so that every machine gets the same number."""
    faults = [
        f"{name_of(path)}:{line_of(node)}"
        for path in core_files()
        for node in ast.walk(tree_of(path))
        if is_inexact(node)
    ]
    assert not faults, report(faults)


def is_inexact(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    return isinstance(node, ast.Name) and node.id in {"float", "Decimal"}


def test_the_core_reads_no_clock_and_no_hash_order() -> None:
    """Time comes in with the command; iteration order never comes from a hash of an object."""
    faults = [
        f"{name_of(path)}:{line_of(node)}"
        for path in core_files()
        for node in ast.walk(tree_of(path))
        if asks_the_outside(node)
    ]
    assert not faults, report(faults)


def asks_the_outside(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        asked = {"now", "utcnow", "today", "time_ns", "monotonic", "urandom", "getenv", "environ"}
        return node.attr in asked and node.value.id in {"date", "datetime", "time", "os"}
    called = node.func if isinstance(node, ast.Call) else None
    unwanted = {"id", "hash", "open", "print", "input", "eval", "exec"}
    return isinstance(called, ast.Name) and called.id in unwanted


def test_the_core_has_no_await_and_no_try() -> None:
    """Refusals are values, bugs crash, and the world's faults stay outside."""
    unwanted = ast.Try | ast.TryStar | ast.Await | ast.AsyncFunctionDef | ast.AsyncFor
    faults = [
        f"{name_of(path)}:{node.lineno} {type(node).__name__}"
        for path in core_files()
        if room_of(path) not in {"schema", "units"}
        for node in ast.walk(tree_of(path))
        if isinstance(node, unwanted)
    ]
    assert not faults, report(faults)


def test_every_module_says_what_it_is() -> None:
    faults = [
        name_of(path)
        for path in python_files(PACKAGE)
        if text_of(path).strip() and not ast.get_docstring(tree_of(path))
    ]
    assert not faults, report(faults)


def test_nothing_is_left_for_later() -> None:
    faults = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not faults, report(faults)


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    faults = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not faults, report(faults)


def test_every_test_can_fail() -> None:
    """A test without an assertion, an expected exception or a named check is a defect."""
    faults = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in python_files(TESTS)
        for node in functions(tree_of(path))
        if node.name.startswith("test_") and not can_fail(node, path)
    ]
    assert not faults, report(faults)


def can_fail(test: FunctionNode, path: Path) -> bool:
    """Whether the test, or a function of its own module that it calls, says what must hold."""
    says_something = re.compile(r"assert|raises|check|expect|verify|run_state_machine")
    if says_something.search(ast.unparse(test)):
        return True
    called = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return any(
        node.name in called and says_something.search(ast.unparse(node))
        for node in functions(tree_of(path))
        if node is not test
    )


@pytest.mark.parametrize("chapter", range(1, 11))
def test_every_chapter_of_the_spec_is_there(chapter: int) -> None:
    found = list(SPEC.glob(f"{chapter:02d}-*.md"))
    assert len(found) == 1, found
    assert spec_codes() & set(SPEC_DEFINITION.findall(text_of(found[0]))), "defines no rule"


@cache
def spec_codes() -> frozenset[str]:
    return frozenset(
        code for path in SPEC.glob("*.md") for code in SPEC_DEFINITION.findall(text_of(path))
    )


def mentioned_codes(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text_of(path).splitlines(), 1):
        for code in SPEC_CODE.findall(line):
            yield number, code


def test_codes_in_code_and_documents_exist_in_the_spec() -> None:
    faults = [
        f"{name_of(path)}:{number}: {code}"
        for path in text_files()
        for number, code in mentioned_codes(path)
        if code not in spec_codes()
    ]
    assert not faults, report(faults)


def codes_without_a_test() -> list[str]:
    """Rules of the spec that no test names; `python tests/tidy/test_house.py` prints them."""
    named = {code for path in python_files(TESTS) for _, code in mentioned_codes(path)}
    for table in TESTS.rglob("*.txt"):
        named |= {code for _, code in mentioned_codes(table)}
    return sorted(spec_codes() - named, key=spec_order)


def spec_order(code: str) -> tuple[str, int, str]:
    chapter, _, rest = code.partition("-")
    number = re.match(r"[0-9]+", rest)
    return chapter, int(number.group()) if number else 0, rest


def test_deselected_acceptance_checks_are_listed_in_the_readme() -> None:
    script = text_of(ROOT / ".ci" / "run")
    block = re.search(r"^DESELECT=\(\n(.*?)^\)", script, re.MULTILINE | re.DOTALL)
    assert block, ".ci/run holds the list"
    names = block.group(1).split()
    not_yet = text_of(ROOT / "README.md").partition("## Not yet")[2].partition("\n## ")[0]
    faults = [name for name in names if f"`{name}`" not in not_yet]
    assert not faults, report(faults)


def test_locks_name_no_place_to_fetch_from() -> None:
    faults = [
        f"{name_of(path)}: {line}"
        for path in sorted((ROOT / "requirements").glob("*.txt"))
        for line in text_of(path).splitlines()
        if "://" in line or line.startswith(("-i", "--index", "--extra", "--find", "--trusted"))
    ]
    assert not faults, report(faults)


def test_comments_in_the_core_are_about_the_code() -> None:
    """No history and no ticket numbers."""
    history = re.compile(r"#\d{2,}|\b(?:previously|used to be|no longer|formerly)\b", re.IGNORECASE)
    faults = [
        f"{name_of(path)}:{token.start[0]}: {token.string}"
        for path in core_files()
        for token in tokenize.generate_tokens(io.StringIO(text_of(path)).readline)
        if token.type == tokenize.COMMENT and history.search(token.string)
    ]
    assert not faults, report(faults)


if __name__ == "__main__":
    missing = codes_without_a_test()
    sys.stdout.write(f"{len(missing)} of {len(spec_codes())} rules have no test naming them\n")
    sys.stdout.write("".join(f"  {code}\n" for code in missing))
