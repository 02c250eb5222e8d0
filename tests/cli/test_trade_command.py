"""`bellwether trade` against a venue on loopback."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.node.founding.dev_keys import dev_address, dev_key
from tests.gateway.live import LiveGateway

Trade = Callable[..., Result]
CLIENT_ID = "0x000000000000000000000000000000aa"


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path) as live:
        yield live


@pytest.fixture
def trade(venue: LiveGateway, monkeypatch: pytest.MonkeyPatch) -> Trade:
    monkeypatch.setenv("BELLWETHER_URL", venue.url)
    monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)

    def run(*arguments: str, account: int | None = 0) -> Result:
        key = [] if account is None else ["--dev-account", str(account)]
        return CliRunner().invoke(app, ["trade", *arguments, *key])

    return run


def answer(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refusal(done: Result, code: int) -> str:
    """What is said on stderr; nothing goes to stdout then."""
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert done.stderr.startswith("bellwether: ")
    return str(done.stderr)


def test_an_order_rests_is_shown_modified_and_canceled(trade: Trade) -> None:
    placed = trade("place", "CBRS", "buy", "1.5", "170.10", "--client-id", CLIENT_ID)
    assert placed.stdout == "order 1 rests: buy 1.5 CBRS at 170.10\n"
    shown = answer(trade("orders", "--json"))
    assert [(o["oid"], o["limitPx"], o["sz"], o["cloid"]) for o in shown] == [
        (1, "170.1", "1.5", CLIENT_ID)
    ]
    table = trade("orders").stdout
    assert "CBRS" in table and "170.1" in table and CLIENT_ID in table
    changed = answer(trade("modify", "CBRS", CLIENT_ID, "--price", "169", "--json"))
    assert "resting" in changed
    shown = answer(trade("orders", "--json"))
    assert [(o["limitPx"], o["sz"], o["side"], o["cloid"]) for o in shown] == [
        ("169.0", "1.5", "B", CLIENT_ID)
    ]
    trade("modify", "CBRS", str(shown[0]["oid"]), "--size", "2")
    (order,) = answer(trade("orders", "--json"))
    assert (order["limitPx"], order["sz"]) == ("169.0", "2.0")
    assert trade("cancel", "CBRS", CLIENT_ID).stdout == "canceled 1 order\n"
    assert trade("orders").stdout == "no open orders\n"
    assert "already canceled" in refusal(trade("cancel", "CBRS", "1"), 1)
    late = trade("modify", "CBRS", CLIENT_ID, "--price", "168")
    assert "not open any more: canceled" in refusal(late, 1)
    assert "no order 99 of this account" in refusal(trade("modify", "CBRS", "99", "--size", "1"), 1)


def test_market_orders_take_within_five_percent_of_the_middle(trade: Trade) -> None:
    trade("place", "CBRS", "sell", "1", "176", account=1)
    trade("place", "CBRS", "buy", "1", "174", account=1)
    filled = answer(trade("place", "CBRS", "buy", "0.25", "--market", "--json"))["filled"]
    assert (filled["totalSz"], filled["avgPx"]) == ("0.25", "176.0")
    assert "at 174.0 on average" in trade("place", "CBRS", "sell", "0.1", "--market").stdout
    trade("cancel", "--all", account=1)
    trade("place", "CBRS", "sell", "1", "185", account=1)
    too_far = refusal(trade("place", "CBRS", "buy", "0.25", "--market"), 1)
    assert "could not immediately match" in too_far
    (position,) = answer(trade("positions", "--json"))
    assert (position["coin"], position["szi"]) == ("CBRS", "0.15")
    table = trade("positions").stdout
    assert "5x isolated" in table
    fills = answer(trade("fills", "--limit", "1", "--json"))
    assert [(fill["dir"], fill["sz"]) for fill in fills] == [("Close Long", "0.1")]
    assert "Open Long" in trade("fills").stdout


def test_times_in_force_and_reduce_only_are_passed_on(trade: Trade) -> None:
    trade("place", "xyz:SPCX", "sell", "1", "151", account=1)
    crossing = ("place", "xyz:SPCX", "buy", "1", "151")
    assert "Post only" in refusal(trade(*crossing, "--tif", "alo"), 1)
    assert "Reduce only" in refusal(trade(*crossing, "--reduce-only"), 1)
    too_low = refusal(trade("place", "xyz:SPCX", "buy", "1", "150", "--tif", "ioc"), 1)
    assert "could not immediately match" in too_low
    assert "filled: 1.0 at 151.0" in trade(*crossing, "--tif", "gtc").stdout


def test_cancel_all_takes_one_market_or_all_of_them(trade: Trade) -> None:
    for coin, price in (("CBRS", "170"), ("CBRS", "169"), ("xyz:SPCX", "140")):
        trade("place", coin, "buy", "1", price)
    assert trade("cancel", "CBRS", "--all").stdout == "canceled 2 orders\n"
    assert answer(trade("cancel", "--all", "--json")) == ["success"]
    assert trade("cancel", "--all").stdout == "canceled 0 orders\n"


def test_leverage_and_transfer_and_balance(trade: Trade) -> None:
    assert trade("leverage", "CBRS", "3", "--isolated").stdout == "CBRS: 3x isolated\n"
    assert "Cross margin" in refusal(trade("leverage", "CBRS", "3"), 1)
    moved = trade("transfer", "250.5", "--to", "xyz")
    assert moved.stdout == "moved 250.5 USD from main to xyz\n"
    dexes = answer(trade("balance", "--json"))["dexes"]
    assert dexes[""]["marginSummary"]["accountValue"] == "99749.5"
    assert dexes["xyz"]["withdrawable"] == "100250.5"
    other = "0x" + dev_address("account", 1).hex()
    trade("transfer", "1", "--receiver", other)
    shown = trade("balance", "--address", other, account=None)
    assert shown.stdout.startswith(f"account {other}\n")
    assert "100001.0" in shown.stdout
    refusal(trade("transfer", "999999", "--to", "xyz"), 1)


def test_the_book_is_public(trade: Trade) -> None:
    assert trade("book", "CBRS", account=None).stdout.endswith("the book is empty\n")
    trade("place", "CBRS", "buy", "1", "170")
    trade("place", "CBRS", "sell", "2", "180", account=1)
    lines = trade("book", "CBRS", account=None).stdout.splitlines()
    assert [line.split() for line in lines[-2:]] == [
        ["sell", "180.0", "2.0", "1"],
        ["buy", "170.0", "1.0", "1"],
    ]
    levels = answer(trade("book", "CBRS", "--json", account=None))["levels"]
    assert [len(side) for side in levels] == [1, 1]
    assert "no market" in refusal(trade("book", "NOPE", account=None), 2)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("place", "CBRS", "buy", "1"), "PRICE, or --market"),
        (("place", "CBRS", "buy", "1", "170", "--market"), "--market takes neither"),
        (("place", "CBRS", "buy", "1", "--market", "--tif", "gtc"), "--market takes neither"),
        (("place", "CBRS", "buy", "1e3", "170"), "SIZE: '1e3' has an exponent"),
        (("place", "CBRS", "buy", "0", "170"), "SIZE: expected a number above zero"),
        (("place", "CBRS", "buy", "1", "nan"), "PRICE: 'nan' is not a finite number"),
        (("place", "NOPE", "buy", "1", "170"), "'NOPE' is not traded here; there are CBRS"),
        (("place", "abc:X", "buy", "1", "170"), "no dex is named 'abc'"),
        (("cancel",), "give COIN and ID, or --all"),
        (("cancel", "CBRS", "7", "--all"), "give COIN and ID, or --all"),
        (("cancel", "CBRS", "seven"), "expected a number, or a client id"),
        (("modify", "CBRS", "7"), "give --price, --size or both"),
        (("transfer", "1"), "nothing to do"),
        (("transfer", "0.0000001", "--to", "xyz"), "more than 6 decimals"),
        (("balance", "--address", "me"), "--address: expected an address"),
        (("balance", "--url", "ftp://x"), "--url: address"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_sent(
    venue: LiveGateway, trade: Trade, arguments: tuple[str, ...], reason: str
) -> None:
    before = venue.state_hash()
    assert reason in refusal(trade(*arguments), 2)
    assert venue.state_hash() == before


def test_a_venue_that_does_not_answer_is_an_outcome_of_its_own(trade: Trade) -> None:
    nowhere = ("--url", "http://127.0.0.1:1")
    text = refusal(trade("place", "CBRS", "buy", "1", "170", *nowhere), 1)
    assert "no answer from http://127.0.0.1:1" in text and "may have arrived" in text
    assert "may have arrived" not in refusal(trade("book", "CBRS", *nowhere, account=None), 1)


def test_a_key_comes_from_a_file_that_is_better_not_shared(
    trade: Trade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    secret = dev_key("account", 3).hex()
    path.write_text(f"0x{secret}\n")
    path.chmod(0o600)
    done = trade("balance", "--key-file", str(path), account=None)
    assert dev_address("account", 3).hex() in done.stdout
    assert done.stderr == ""
    path.chmod(0o644)
    monkeypatch.setenv("BELLWETHER_KEY_FILE", str(path))
    done = trade("balance", account=None)
    assert dev_address("account", 3).hex() in done.stdout
    assert "warning: others may read" in done.stderr
    assert secret not in done.output
    # What the command line names goes before the variable.
    assert dev_address("account", 0).hex() in trade("balance").stdout


@pytest.mark.parametrize("content", ["", "0x12", "zz" * 32, "00" * 32, "ff" * 32, "ab" * 32 + " x"])
def test_a_bad_key_is_refused_without_showing_it(
    trade: Trade, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o600)
    text = refusal(trade("balance", "--key-file", str(path), account=None), 2)
    assert not content or content not in text


def test_no_key_and_two_keys_are_refused(trade: Trade, tmp_path: Path) -> None:
    assert "no key: give --key-file FILE" in refusal(trade("balance", account=None), 2)
    missing = str(tmp_path / "missing")
    text = refusal(trade("balance", "--key-file", missing, account=None), 2)
    assert "No such file" in text
    assert "one key only" in refusal(trade("balance", "--key-file", missing), 2)


def test_the_key_ring_is_asked_if_there_is_one(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    text = refusal(trade("balance", "--key-ring", "mine", account=None), 2)
    assert "pip install keyring" in text
    stored = {("bellwether", "mine"): dev_key("account", 4).hex()}
    ring = SimpleNamespace(get_password=lambda service, name: stored.get((service, name)))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    done = trade("balance", "--key-ring", "mine", account=None)
    assert dev_address("account", 4).hex() in done.stdout
    text = refusal(trade("balance", "--key-ring", "other", account=None), 2)
    assert "keyring set bellwether other" in text


def test_an_agents_key_acts_for_the_account_that_approved_it(
    venue: LiveGateway, trade: Trade, tmp_path: Path
) -> None:
    agent_key = bytes(31) + b"\x07"
    agent = Wallet(agent_key).hex_address
    master = VenueApi(venue.url, Wallet(dev_key("account", 5)))
    master.user_signed({"type": "approveAgent", "agentAddress": agent, "agentName": "bot"})
    master.close()
    path = tmp_path / "agent"
    path.write_text(agent_key.hex())
    path.chmod(0o600)
    key = ("--key-file", str(path))
    assert "rests" in trade("place", "CBRS", "buy", "1", "170", *key, account=None).stdout
    assert len(answer(trade("orders", "--json", *key, account=None))) == 1
    assert len(answer(trade("orders", "--json", account=5))) == 1
    text = refusal(trade("transfer", "1", "--to", "xyz", *key, account=None), 1)
    assert "refused" in text
