"""What every scenario table plays is what the rules foretell."""

from __future__ import annotations

from pathlib import Path

import pytest

from bellwether.audit.auditor import Auditor
from bellwether.schema.commands import AnyCommand, Genesis
from bellwether.testing.scenario.script import read_blocks, tables
from bellwether.testing.scenario.stage import Stage

TABLES = tables(Path(__file__).parents[1] / "scenarios")


class AuditedStage(Stage):
    """A stage whose engine is audited; a new founding begins anew."""

    def _apply(self, command: AnyCommand) -> list[str]:
        if isinstance(command, Genesis):
            self.auditor = Auditor()
        engine = self.engine
        events = engine.apply(command, self.time_ns)
        finding = self.auditor.take(command, self.time_ns, events)
        assert finding is None, finding.text
        self.heard = len(events)
        return []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_is_what_the_rules_foretell(path: Path) -> None:
    stage = AuditedStage()
    for block in read_blocks(path.read_text(encoding="utf-8")):
        for line in block.commands:
            stage.act(line)
    assert stage.auditor.lost is None, f"it does not know {sorted(stage.auditor.unknown)}"
    assert stage.auditor.seq > 1
