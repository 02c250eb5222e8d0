"""`bellwether trade disclosure|statement|preview` against a venue on loopback."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.node.founding.genesis import dev_genesis
from bellwether.schema.commands import Genesis
from tests.gateway.live import LiveGateway

Trade = Callable[..., Result]


def asking_world(start_ns: int) -> Genesis:
    """A dev world that asks its accounts; of the market xyz:SPCX nothing has to be accepted."""
    world = dev_genesis(start_ns, check_nonce_window=False)
    last = msgspec.structs.replace(world.markets[-1], disclosure=None)
    return msgspec.structs.replace(
        world, markets=(*world.markets[:-1], last), requires_disclosures=True
    )


@pytest.fixture
def trade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trade]:
    monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)
    monkeypatch.delenv("BELLWETHER_DEV_ACCOUNT", raising=False)
    with LiveGateway(tmp_path, founding=asking_world) as venue:
        monkeypatch.setenv("BELLWETHER_URL", venue.url)

        def run(*arguments: str, account: int | None = 0) -> Result:
            key = [] if account is None else ["--dev-account", str(account)]
            return CliRunner().invoke(app, ["trade", *arguments, *key])

        yield run


def answer(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refusal(done: Result, code: int) -> str:
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    return str(done.stderr)


def test_an_account_reads_accepts_and_trades(trade: Trade) -> None:
    """RULE-6."""
    said = refusal(trade("place", "CBRS", "buy", "1", "170"), 1)
    assert "Must accept the market's disclosure before adding risk." in said
    shown = trade("disclosure", "CBRS", account=None)
    assert "8. Settlement may differ" in shown.stdout and "--accept" in shown.stdout
    text = answer(trade("disclosure", "CBRS", "--json", account=None))
    assert text["hash"] in shown.stdout and text["text"] in shown.stdout
    done = trade("disclosure", "CBRS", "--accept")
    assert done.stdout == f"CBRS: version 1 is accepted ({text['hash']})\n"
    assert answer(trade("disclosure", "CBRS", "--accept", "--json"))["accepted"] is True
    assert "rests" in trade("place", "CBRS", "buy", "1", "170").stdout
    assert "rests" in trade("place", "xyz:SPCX", "buy", "1", "140", account=1).stdout


def test_what_can_not_be_accepted_says_why(trade: Trade) -> None:
    assert trade("disclosure", "xyz:SPCX", account=None).stdout == "xyz:SPCX has no disclosure\n"
    said = refusal(trade("disclosure", "xyz:SPCX", "--accept"), 1)
    assert said == "bellwether: xyz:SPCX has no disclosure to accept\n"
    assert "no key" in refusal(trade("disclosure", "CBRS", "--accept", account=None), 2)
    assert "there is no market `NOPE`" in refusal(trade("disclosure", "NOPE", account=None), 1)


def test_a_statement_is_the_same_in_every_form(trade: Trade) -> None:
    assert trade("transfer", "5.25", "--to", "xyz").exit_code == 0
    whole = answer(trade("statement", "--json"))
    amounts = [(line["type"], line["amount"]) for line in whole["lines"]]
    assert amounts == [
        ("deposit", "100000.0"),
        ("deposit", "100000.0"),
        ("transferOut", "-5.25"),
        ("transferIn", "5.25"),
    ]
    assert whole["dexes"][0]["ledger"]["cash"] == whole["dexes"][0]["closing"] == "99994.75"
    rows = list(csv.DictReader(io.StringIO(trade("statement", "--csv").stdout)))
    assert [(row["type"], row["amount"]) for row in rows[2:]] == amounts
    table = trade("statement").stdout
    assert "main: from 0.0 to 99994.75 USD" in table and "transferIn" in table
    empty = trade("statement", "--to", "2026-01-01")
    assert "nothing has happened" in empty.stdout
    assert "give --csv or --json" in refusal(trade("statement", "--csv", "--json"), 2)
    said = refusal(trade("statement", "--from", "2026-05-02", "--to", "2026-05-01"), 1)
    assert "startTime: expected a time that is not after endTime" in said


def test_a_preview_of_nothing_held(trade: Trade) -> None:
    lines = trade("preview", "CBRS").stdout.splitlines()
    assert lines[0] == "CBRS: no position, mark 175.0, account worth 100000.0 USD"
    assert lines[1].startswith("settled now at 175.0: profit 0.0, paid to cash 0.0")
    assert answer(trade("preview", "CBRS", "--json"))["conversion"]["cashPaid"] == "0.0"
    assert "some profit is paid" in trade("preview", "ANTH").stdout
