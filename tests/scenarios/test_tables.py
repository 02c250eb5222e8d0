"""Every scenario table still says what was once read against the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from bellwether.testing.scenario.script import play, tables

TABLES = tables(Path(__file__).parent)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_the_table_is_what_the_engine_says(path: Path) -> None:
    kept = path.read_text(encoding="utf-8")
    assert play(kept) == kept


def test_there_are_tables() -> None:
    assert len(TABLES) >= 10
