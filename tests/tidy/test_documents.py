"""Documents against the code and against each other: links, generated tables, names."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

from bellwether.gateway.hyperliquid.refusals import TEXTS
from bellwether.schema import rejects
from tests.tidy.test_house import ROOT, name_of, report, text_files, text_of

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
FOLDERS = "src|tests|docs|tools|data|requirements"
ROOMS = "cli|testing|lab|gateway|views|node|journal|engine|ledger|book|formulas|schema|units"
NAMED_PATH = re.compile(rf"`((?:{FOLDERS}|{ROOMS})/[\w./-]+)`")


def documents() -> list[Path]:
    return [path for path in text_files() if path.suffix == ".md"]


def links(path: Path) -> Iterator[tuple[str, str]]:
    """Target and fragment of every link that stays inside the project."""
    for target in LINK.findall(FENCE.sub("", text_of(path))):
        if "://" not in target and not target.startswith("mailto:"):
            place, _, fragment = target.partition("#")
            yield place, fragment


def anchors(path: Path) -> set[str]:
    """The names that headings get: lower case, spaces as hyphens, other signs dropped."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(FENCE.sub("", text_of(path)))
    }


def test_every_link_between_documents_leads_somewhere() -> None:
    faults = []
    for path in documents():
        for place, fragment in links(path):
            target = (path.parent / place).resolve() if place else path
            if not target.exists():
                faults.append(f"{name_of(path)}: {place}")
            elif fragment and fragment not in anchors(target):
                faults.append(f"{name_of(path)}: {place}#{fragment}")
    assert not faults, report(faults)


def test_every_path_that_a_document_names_is_there() -> None:
    faults = [
        f"{name_of(path)}: {named}"
        for path in documents()
        for named in NAMED_PATH.findall(text_of(path))
        if not (ROOT / named).exists() and not (ROOT / "src" / "bellwether" / named).exists()
    ]
    assert not faults, report(faults)


def test_every_decision_record_is_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    index = text_of(folder / "README.md")
    records = sorted(path for path in folder.glob("[0-9]*.md"))
    faults = [path.name for path in records if f"]({path.name}) |" not in index]
    assert not faults, report(faults)
    numbers = [int(path.name[:4]) for path in records]
    assert numbers == list(range(1, len(records) + 1))
    for path in records:
        assert text_of(path).startswith(f"# {path.name[:4]} "), path.name


def test_the_table_of_refusals_is_what_the_code_says() -> None:
    """ORD-5: the documented table is generated from the code."""
    tool = runpy.run_path(str(ROOT / "tools" / "refusal_table.py"))
    written = text_of(ROOT / "docs" / "reference" / "refusals.md")
    assert written == tool["table"](), "run `python tools/refusal_table.py`"


def test_the_life_of_a_market_is_drawn_from_the_code() -> None:
    """LIFE-1: the diagram in the docs is generated from the table of moves."""
    tool = runpy.run_path(str(ROOT / "tools" / "lifecycle_table.py"))
    written = text_of(ROOT / "docs" / "reference" / "lifecycle.md")
    assert written == tool["document"](), "run `python tools/lifecycle_table.py`"


def test_every_refusal_has_a_number_a_sentence_and_its_words() -> None:
    """ORD-5."""
    numbers = {
        name: value
        for name, value in vars(rejects).items()
        if name.isupper() and isinstance(value, int) and value
    }
    assert len(set(numbers.values())) == len(numbers), "a number is given once"
    assert set(numbers.values()) == set(rejects.SENTENCES)
    missing = [name for name, value in numbers.items() if value not in TEXTS]
    assert not missing, report(missing)
