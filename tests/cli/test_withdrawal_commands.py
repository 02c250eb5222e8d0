"""`bellwether trade withdraw`, and what operators do with it, against a live venue (RULE-9)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from tests.gateway.live import LiveGateway

Run = Callable[..., Result]
MINE = ("--dev-account", "0", "--json")
CUSTODIAN = ("--dev-custodian", "--json")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    with LiveGateway(tmp_path) as live:
        monkeypatch.setenv("BELLWETHER_URL", live.url)
        monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)
        yield lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_money_is_asked_for_paid_and_returned(run: Run) -> None:
    first = json.loads(run("trade", "withdraw", "5", *MINE).stdout)
    second = json.loads(run("trade", "withdraw", "6.5", *MINE).stdout)
    assert (first["amount"], second["amount"]) == ("5.0", "6.5")
    queue = json.loads(run("operator", "withdrawals", *CUSTODIAN).stdout)
    assert [row["id"] for row in queue] == [first["id"], second["id"]]
    paid = run("operator", "release", str(first["id"]), "--reference", "a", *CUSTODIAN)
    assert paid.exit_code == 0, paid.output
    returned = run("operator", "refuse", str(second["id"]), "--grounds", "why", *CUSTODIAN)
    assert returned.exit_code == 0, returned.output
    mine = json.loads(run("trade", "withdrawals", *MINE).stdout)
    assert [row["state"] for row in mine] == ["refused", "paid"]
    assert run("operator", "withdrawals", "--dev-operator", "1").stdout == (
        "nothing waits to be paid out\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("trade", "withdraw", "0", *MINE), 2, "AMOUNT: expected a number above zero"),
        (("trade", "withdraw", "5", "--to", "0x12", *MINE), 2, "--to: expected an address"),
        (("trade", "withdraw", "0.5", *MINE), 1, "Withdrawal too small. Min is $1."),
        (
            ("operator", "withdrawal-terms", "--set", "x", "--grounds", "g", "--dev-operator", "0"),
            2,
            "--set: expected FIELD=VALUE, got 'x'",
        ),
        (
            ("operator", "release", "7", "--reference", "r", "--dev-operator", "0"),
            1,
            "does not hold the role",
        ),
        (
            ("operator", "release", "7", "--reference", "r", *CUSTODIAN),
            1,
            "there is no pending withdrawal 7",
        ),
    ],
)
def test_what_is_refused_says_why(
    run: Run, arguments: tuple[str, ...], code: int, text: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == code and text in done.stderr, done.output
