"""`bellwether trade sub-account` and `trade signers` against a live venue (RULE-10)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bellwether.cli.main import app
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.node.founding.dev_keys import dev_address
from tests.gateway.live import LiveGateway

Trade = Callable[..., Result]
FUND, LEADER, SECOND, THIRD, OTHER = range(5)


def address(number: int) -> str:
    return "0x" + dev_address("account", number).hex()


@pytest.fixture
def trade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trade]:
    monkeypatch.chdir(tmp_path)
    with LiveGateway(tmp_path) as live:
        monkeypatch.setenv("BELLWETHER_URL", live.url)
        monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)

        def run(*words: str, by: int | None = None) -> Result:
            key = [] if by is None else ["--dev-account", str(by)]
            return CliRunner().invoke(app, ["trade", *words, *key])

        yield run


@pytest.fixture
def shared(trade: Trade) -> Trade:
    """The fund is signed for by two of three."""
    users = [address(number) for number in (LEADER, SECOND, THIRD)]
    done = trade("signers", "set", *users, "--threshold", "2", by=FUND)
    assert said(done) == "from now on 2 of 3 sign\n"
    return trade


def said(done: Result) -> str:
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def refusal(done: Result, code: int) -> str:
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    return str(done.stderr)


def worth(trade: Trade, user: str, dex: str = "") -> str:
    found = json.loads(said(trade("balance", "--address", user, "--json")))
    return str(found["dexes"][dex]["marginSummary"]["accountValue"])


def together(trade: Trade, *words: str, account: int = FUND) -> Result:
    """Proposed and sent by the leader, signed by the second."""
    proposed = trade("signers", "propose", "asked.json", address(account), *words, by=LEADER)
    assert "another signer goes on" in said(proposed)
    assert "2 of 2" in said(trade("signers", "sign", "asked.json", by=SECOND))
    sent = trade("signers", "send", "asked.json", by=LEADER)
    Path("asked.json").unlink()
    return sent


def test_a_sub_account_is_opened_named_funded_and_listed(trade: Trade) -> None:
    assert said(trade("sub-account", "list", by=FUND)) == "no sub-accounts\n"
    created = json.loads(said(trade("sub-account", "create", "carry", "--json", by=FUND)))
    sub = created["data"]
    moved = trade("sub-account", "transfer", sub, "500", by=FUND)
    assert said(moved) == f"moved 500 USD to {sub} in main\n"
    said(trade("sub-account", "transfer", sub, "20.5", "--dex", "xyz", by=FUND))
    said(trade("sub-account", "transfer", sub, "125.25", "--back", by=FUND))
    assert (worth(trade, sub), worth(trade, sub, "xyz")) == ("374.75", "20.5")
    assert (worth(trade, address(FUND)), worth(trade, address(FUND), "xyz")) == (
        "99625.25",
        "99979.5",
    )
    assert said(trade("sub-account", "rename", sub, "basis", by=FUND)) == f"{sub} is named basis\n"
    table = said(trade("sub-account", "list", by=FUND))
    assert [line.split() for line in table.splitlines()[2:]] == [
        ["basis", sub, "main", "374.75", "374.75"],
        ["basis", sub, "xyz", "20.5", "20.5"],
    ]
    listed = json.loads(said(trade("sub-account", "list", "--address", address(FUND), "--json")))
    assert [(one["name"], one["subAccountUser"]) for one in listed] == [("basis", sub)]


def test_orders_for_a_sub_account_are_its_own(trade: Trade) -> None:
    sub = json.loads(said(trade("sub-account", "create", "carry", "--json", by=FUND)))["data"]
    said(trade("sub-account", "transfer", sub, "500", by=FUND))
    own = ("--sub-account", sub)
    said(trade("leverage", "CBRS", "2", "--isolated", *own, by=FUND))
    said(trade("place", "CBRS", "buy", "1", "170", *own, by=FUND))
    assert said(trade("orders", by=FUND)) == "no open orders\n"
    [order] = json.loads(said(trade("orders", "--address", sub, "--json")))
    said(trade("modify", "CBRS", str(order["oid"]), "--price", "169", *own, by=FUND))
    assert "canceled 0 orders" in said(trade("cancel", "--all", by=FUND))
    assert "canceled 1 order" in said(trade("cancel", "--all", *own, by=FUND))
    wrong = trade("place", "CBRS", "buy", "1", "170", "--sub-account", "0x12", by=FUND)
    assert "--sub-account: expected an address" in refusal(wrong, 2)
    foreign = trade("place", "CBRS", "buy", "1", "170", *own, by=OTHER)
    assert "Vault not registered" in refusal(foreign, 1)


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("create", ""), 2, "NAME: expected 1 to 16 characters, got 0"),
        (("create", "x" * 17), 2, "NAME: expected 1 to 16 characters, got 17"),
        (("rename", "0x12", "carry"), 2, "ADDRESS: expected an address"),
        (("rename", address(OTHER), "carry"), 1, "the venue refused: "),
        (("transfer", "0x12", "5"), 2, "ADDRESS: expected an address"),
        (("transfer", address(OTHER), "0"), 2, "AMOUNT: expected a number above zero"),
        (("transfer", address(OTHER), "5", "--back"), 1, "the venue refused: "),
        (("transfer", address(OTHER), "5", "--dex", "nope"), 1, "the venue refused: "),
    ],
)
def test_what_is_wrong_with_a_sub_account_is_named(
    trade: Trade, words: tuple[str, ...], code: int, text: str
) -> None:
    assert text in refusal(trade("sub-account", *words, by=FUND), code)


def test_who_signs_is_shown(shared: Trade) -> None:
    users = [address(number) for number in (LEADER, SECOND, THIRD)]
    shown = said(shared("signers", "show", "--address", address(FUND)))
    assert shown.splitlines()[0] == f"2 of 3 sign for {address(FUND)}:"
    assert sorted(shown.splitlines()[1:]) == sorted(users)
    found = json.loads(said(shared("signers", "show", "--address", address(FUND), "--json")))
    assert (sorted(found["authorizedUsers"]), found["threshold"]) == (sorted(users), 2)
    alone = said(shared("signers", "show", by=OTHER))
    assert alone == f"{address(OTHER)} signs with its own key\n"
    assert "Multi-sig required" in refusal(shared("withdraw", "5", by=FUND), 1)


def test_two_of_three_trade_and_move_money_together(shared: Trade) -> None:
    placed = said(together(shared, "place", "CBRS", "buy", "1.5", "170", "--tif", "alo"))
    assert placed.startswith(f"order of {address(FUND)} is carried out: ")
    [order] = json.loads(said(shared("orders", "--address", address(FUND), "--json")))
    assert (order["limitPx"], order["sz"]) == ("170.0", "1.5")
    said(together(shared, "modify", "CBRS", str(order["oid"]), "--price", "169"))
    [order] = json.loads(said(shared("orders", "--address", address(FUND), "--json")))
    assert order["limitPx"] == "169.0"
    said(together(shared, "cancel", "--all"))
    assert said(shared("orders", "--address", address(FUND))) == "no open orders\n"
    said(together(shared, "transfer", "5", "--receiver", address(OTHER)))
    said(together(shared, "withdraw", "7"))
    [waiting] = json.loads(said(shared("withdrawals", "--address", address(FUND), "--json")))
    assert (waiting["amount"], waiting["destination"]) == ("7.0", address(FUND))
    assert worth(shared, address(OTHER)) == "100005.0"
    assert worth(shared, address(FUND)) == "99988.0"
    said(together(shared, "sub-account", "create", "carry"))
    listed = shared("sub-account", "list", "--address", address(FUND), "--json")
    assert [one["name"] for one in json.loads(said(listed))] == ["carry"]
    said(together(shared, "signers", "end"))
    assert "own key" in said(shared("signers", "show", by=FUND))
    said(shared("withdraw", "5", by=FUND))


def test_a_signer_sees_what_is_asked_for_before_the_file_goes_on(shared: Trade) -> None:
    words = ("place", "xyz:SPCX", "sell", "2", "200")
    said(shared("signers", "propose", "asked.json", address(FUND), *words, by=LEADER))
    shown = said(shared("signers", "sign", "asked.json", by=THIRD))
    assert shown.startswith(f"for {address(FUND)}, sent by {address(LEADER)}:\n{{\n")
    assert '"s": "2"' in shown and "asset 110000 is xyz:SPCX\n" in shown
    assert shown.endswith(f"{address(LEADER)} goes on: bellwether trade signers send asked.json\n")
    found = json.loads(Path("asked.json").read_text())
    assert [one["signer"] for one in found["approvals"]] == [address(LEADER), address(THIRD)]


def test_too_few_signatures_and_refused_orders_are_told(shared: Trade) -> None:
    words = ("signers", "propose", "asked.json", address(FUND))
    said(shared(*words, "place", "CBRS", "buy", "1", "170.001", by=LEADER))
    assert "the venue refused: " in refusal(shared("signers", "send", "asked.json", by=LEADER), 1)
    said(shared("signers", "sign", "asked.json", by=SECOND))
    untidy = refusal(shared("signers", "send", "asked.json", by=LEADER), 1)
    assert "divisible by tick size" in untidy
    again = refusal(shared("signers", "send", "asked.json", by=LEADER), 1)
    assert "the venue refused: " in again


@pytest.mark.parametrize(
    ("words", "by", "code", "text"),
    [
        (("set", address(1), "--threshold", "2"), OTHER, 2, "--threshold: expected at most 1"),
        (("set", "0x12", "--threshold", "1"), OTHER, 2, "ADDRESS: expected an address"),
        (("set", *[address(1)] * 2, "--threshold", "1"), OTHER, 2, "ADDRESS: expected each signer"),
        (
            ("set", *[f"0x{n:040x}" for n in range(11)], "--threshold", "1"),
            OTHER,
            2,
            "ADDRESS: expected at most 10 signers, got 11",
        ),
        (("set", "0x" + "12" * 20, "--threshold", "1"), OTHER, 1, "the venue refused: "),
        (("end",), OTHER, 1, "the venue refused: "),
        (("propose", "f", "0x12", "withdraw", "5"), LEADER, 2, "ACCOUNT: expected an address"),
        (("propose", "f", address(OTHER), "withdraw", "5"), LEADER, 1, "ACCOUNT: "),
        (("propose", "f", address(FUND), "withdraw", "5"), OTHER, 1, "is no signer of"),
        (("propose", "f", address(FUND), "withdraw", "0"), LEADER, 2, "AMOUNT: expected"),
        (("propose", "f", address(FUND), "withdraw"), LEADER, 2, "Missing argument"),
        (("propose", "f", address(FUND), "nonsense"), LEADER, 2, "No such command"),
        (("propose", "f", address(FUND), "book", "CBRS"), LEADER, 2, "COMMAND: `book` asks for"),
        (
            ("propose", "f", address(FUND), "cancel", "--all", "--sub-account", address(OTHER)),
            LEADER,
            2,
            "--sub-account: several signers act for their account only",
        ),
        (("propose", "there", address(FUND), "withdraw", "5"), LEADER, 2, "FILE: there is there"),
        (("sign", "nowhere.json"), LEADER, 2, "nowhere.json can not be read: No such file"),
        (("sign", "there"), LEADER, 2, "there: "),
    ],
)
def test_what_is_wrong_with_signers_is_named(
    shared: Trade, words: tuple[str, ...], by: int, code: int, text: str
) -> None:
    Path("there").write_text("{}")
    done = shared("signers", *words, by=by)
    assert done.exit_code == code and text in done.stderr, done.output
    assert not Path("f").exists()


@pytest.mark.parametrize(
    ("changes", "by", "code", "text"),
    [
        ({"nonce": -1}, SECOND, 2, "$.nonce"),
        ({"account": "me"}, SECOND, 2, "$.account"),
        ({"note": "trust me"}, SECOND, 2, "note"),
        ({"action": {}}, SECOND, 2, "$.action.type"),
        ({"action": {"type": "usdSend"}}, SECOND, 2, "action: "),
        ({"action": {"type": "cancel", "cancels": [{"a": 77, "o": 1}]}}, SECOND, 1, "asset: no"),
        ({}, LEADER, 2, "has signed it already"),
        ({}, OTHER, 1, "is no signer of"),
    ],
)
def test_a_file_that_is_no_proposal_is_not_signed(
    shared: Trade, changes: dict[str, Any], by: int, code: int, text: str
) -> None:
    path = Path("asked.json")
    said(shared("signers", "propose", str(path), address(FUND), "withdraw", "5", by=LEADER))
    changed = json.dumps({**json.loads(path.read_text()), **changes})
    path.write_text(changed)
    assert text in refusal(shared("signers", "sign", str(path), by=by), code)
    assert path.read_text() == changed


def test_who_has_not_proposed_does_not_send(shared: Trade) -> None:
    said(shared("signers", "propose", "f", address(FUND), "withdraw", "5", by=LEADER))
    said(shared("signers", "sign", "f", by=SECOND))
    assert f"sender: it is sent with the key of {address(LEADER)}" in refusal(
        shared("signers", "send", "f", by=SECOND), 2
    )
    said(shared("signers", "send", "f", by=LEADER))


def test_what_has_been_changed_after_signing_is_not_carried_out(shared: Trade) -> None:
    path = Path("f")
    said(shared("signers", "propose", "f", address(FUND), "withdraw", "5", by=LEADER))
    said(shared("signers", "sign", "f", by=SECOND))
    path.write_text(path.read_text().replace('"amount": "5"', '"amount": "6"'))
    assert "the venue refused: " in refusal(shared("signers", "send", "f", by=LEADER), 1)
    assert worth(shared, address(FUND)) == "100000.0"


@pytest.mark.parametrize("coin", ["CBRS", "ANTH", "xyz:SPCX"])
def test_a_coin_is_found_by_its_asset_number(trade: Trade, coin: str) -> None:
    api = VenueApi(os.environ["BELLWETHER_URL"])
    assert api.coin_of(api.asset_of(coin)) == coin
    for missing in (99, 10_000, 110_099, 990_000):
        with pytest.raises(ValueError, match="asset"):
            api.coin_of(missing)
    api.close()
