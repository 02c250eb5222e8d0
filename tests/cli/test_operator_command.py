"""`bellwether operator` against a venue on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.node.founding.dev_keys import dev_address
from tests.gateway.live import LiveGateway

Act = Callable[..., Result]
USER = "0x" + dev_address("account", 0).hex()


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path) as live:
        yield live


@pytest.fixture
def act(venue: LiveGateway, monkeypatch: pytest.MonkeyPatch) -> Act:
    monkeypatch.setenv("BELLWETHER_URL", venue.url)
    monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)
    return lambda *arguments: CliRunner().invoke(app, ["operator", *arguments])


def refusal(done: Result, code: int) -> str:
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    return str(done.stderr)


def cash(venue: LiveGateway, dex: int) -> int:
    user = bytes.fromhex(USER[2:])
    return int(venue.on_loop(lambda: venue.node.venue.users[user].accounts[dex].cash.balance))


def test_credit_and_debit_are_booked_once_for_each_reference(venue: LiveGateway, act: Act) -> None:
    before = cash(venue, 0), cash(venue, 1)
    done = act("credit", USER, "12.5", "--reference", "wire-1", "--dev-custodian")
    assert done.stdout == f"credited 12.5 USD to {USER} in main (command 2)\n"
    again = act("credit", USER, "12.5", "--reference", "wire-1", "--dev-custodian")
    assert "reference has been used" in refusal(again, 1)
    options = ("--dex", "xyz", "--reference", "wire-2", "--dev-custodian", "--json")
    assert json.loads(act("debit", USER, "2.5", *options).stdout) == {"seq": 4}
    assert (cash(venue, 0), cash(venue, 1)) == (before[0] + 12_500_000, before[1] - 2_500_000)


def test_a_debit_takes_no_more_than_is_there(venue: LiveGateway, act: Act) -> None:
    before = cash(venue, 0)
    done = act("debit", USER, "100000.000001", "--reference", "wire", "--dev-custodian")
    refusal(done, 1)
    assert cash(venue, 0) == before


def test_compliance_says_where_an_account_is_at_home(venue: LiveGateway, act: Act) -> None:
    options = ("--jurisdiction", "US-NY", "--class", "institution", "--owner", "fund 7")
    done = act("set-account", USER, *options, "--dev-compliance")
    assert done.stdout.startswith(f"{USER} is institution in US-NY")
    user = venue.on_loop(lambda: venue.node.venue.users[bytes.fromhex(USER[2:])])
    assert (user.jurisdiction, user.client_class, user.owner) == ("US-NY", "institution", "fund 7")
    options = ("--jurisdiction", "us", "--class", "retail", "--dev-compliance")
    assert "act.jurisdiction" in refusal(act("set-account", USER, *options), 1)


def test_a_halted_market_takes_no_orders_until_it_is_resumed(act: Act) -> None:
    order = ["trade", "place", "CBRS", "buy", "1", "170", "--dev-account", "0"]
    halted = act("halt", "CBRS", "--grounds", "news", "--dev-operator", "0")
    assert halted.stdout.startswith("CBRS is halted")
    assert "halted" in refusal(CliRunner().invoke(app, order), 1)
    act("halt", "CBRS", "--status", "post_only", "--dev-operator", "1")
    assert "post-only" in refusal(CliRunner().invoke(app, order), 1)
    assert act("resume", "CBRS", "--dev-operator", "2").stdout.startswith("CBRS resumes")
    assert CliRunner().invoke(app, order).exit_code == 0
    assert "no market `NOPE`" in refusal(act("halt", "NOPE", "--dev-operator", "0"), 1)


def test_a_key_does_only_what_its_role_may(venue: LiveGateway, act: Act, tmp_path: Path) -> None:
    before = venue.state_hash()
    wire = ("--reference", "wire")
    assert "no key: give --key-file" in refusal(act("credit", USER, "1", *wire), 2)
    both = ("--dev-custodian", "--dev-operator", "0")
    assert "one key of the dev world" in refusal(act("credit", USER, "1", *wire, *both), 2)
    assert "ADDRESS: expected" in refusal(act("credit", "me", "1", *wire, "--dev-custodian"), 2)
    assert venue.state_hash() == before
    path = tmp_path / "key"
    path.write_text("07".rjust(64, "0"))
    path.chmod(0o600)
    stranger = act("credit", USER, "1", *wire, "--key-file", str(path))
    assert "does not exist" in refusal(stranger, 1)
    assert cash(venue, 0) == 100_000_000_000
