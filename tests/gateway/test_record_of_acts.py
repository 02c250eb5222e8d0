"""The record of what operators did, as operators read it (RULE-1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bellwether.gateway.operators.asked import acts as asked
from bellwether.node.founding.genesis import dev_genesis
from bellwether.schema import codes
from bellwether.schema.commands import Genesis
from tests.gateway import oversight_shapes as oversight, shapes as s
from tests.gateway.live import LiveGateway
from tests.gateway.test_oversight import SETTLE, Console
from tests.gateway.wallet import account, compliance, custodian, operator

CREDIT = {"kind": "credit", "user": account(3).hex_address, "dex": "", "amount": "12.5"}
ATTRIBUTES = {"user": account(4).hex_address, "jurisdiction": "GB", "clientClass": "professional"}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        yield Console(gateway, client)


def told(console: Console, number: int = 0, **fields: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = console.act(number, "acts", **fields)["acts"]
    for row in rows:
        known = {name: value for name, value in row.items() if name != "fields"}
        assert s.faults(oversight.ACT, known) == []
    return rows


def some_acts(console: Console) -> None:
    """A halt, a resumption by the wrong key, money, attributes, a proposal that is approved."""
    console.act(2, "halt", coin="CBRS", status="cancel_only", grounds="The feed is down.")
    console.reply(custodian(), {"kind": "resume", "coin": "CBRS"})
    console.reply(custodian(), {**CREDIT, "reference": "wire-1"})
    console.reply(custodian(), {**CREDIT, "reference": "wire-1"})
    console.reply(compliance(), {"kind": "setAccount", **ATTRIBUTES})
    console.act(0, **SETTLE, px="180")
    console.act(1, "approve", proposalId=1)
    console.act(
        0, "externalPrice", coin="xyz:SPCX", source="primary", px="150.5", time=1, session="pre"
    )


def test_every_act_is_told_with_who_when_what_and_the_outcome(console: Console) -> None:
    """RULE-1: refused ones too, newest first; whoever has a role may ask, and nobody else."""
    some_acts(console)
    price, approval, proposal, person, again, money, resumption, halt = told(console)
    assert (halt["kind"], halt["coin"], halt["by"]) == ("halt", "CBRS", operator(2).hex_address)
    assert halt["fields"] == {"status": "cancel_only"} and halt["outcome"] == "done"
    assert halt["grounds"] == "The feed is down." and "risk" in halt["roles"]
    assert (resumption["outcome"], resumption["roles"]) == ("refused", ["custodian"])
    assert resumption["refusal"] == "The key does not hold the role."
    assert money["fields"]["amount"] == "12.5" and money["outcome"] == "done"
    assert "reference" in again["refusal"]
    assert person["coin"] is None and person["by"] == compliance().hex_address
    assert (proposal["outcome"], proposal["proposalId"]) == ("proposed", 1)
    assert proposal["fields"]["px"] == "180.0"
    assert (approval["kind"], approval["coin"], approval["proposalId"]) == ("approve", "CBRS", 1)
    assert approval["outcome"] == "done"
    assert (price["kind"], price["fields"]["px"]) == ("externalPrice", "150.5")
    assert halt["seq"] < price["seq"] and halt["time"] == 1_777_593_600_000
    stranger = console.reply(account(0), {"kind": "acts"})
    assert stranger["status"] == "err"


def test_the_record_is_asked_for_by_kind_key_market_and_page(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_acts(console)
    kinds = [row["kind"] for row in told(console, by=custodian().hex_address)]
    assert kinds == ["credit", "credit", "resume"]
    assert [row["outcome"] for row in told(console, act="credit")] == ["refused", "done"]
    assert [row["kind"] for row in told(console, coin="xyz:SPCX")] == ["externalPrice"]
    of_both = told(console, by=custodian().hex_address, act="resume", coin="CBRS")
    assert [row["kind"] for row in of_both] == ["resume"]
    monkeypatch.setattr(asked, "MOST_TOLD", 3)
    whole: list[int] = []
    while page := told(console, **({"before": whole[-1]} if whole else {})):
        assert len(page) <= 3
        whole += [row["seq"] for row in page]
    assert len(whole) == 8 and whole == sorted(whole, reverse=True)
    wrong = console.reply(operator(0), {"kind": "acts", "by": "0x12"})
    assert wrong["response"].startswith("act.by: ")
    wrong = console.reply(operator(0), {"kind": "acts", "coin": "NOPE"})
    assert wrong["response"] == "act.coin: there is no market `NOPE`"


def test_where_somebody_lives_is_for_compliance_to_read(console: Console) -> None:
    """RULE-5."""
    some_acts(console)
    [seen] = console.reply(compliance(), {"kind": "acts", "act": "setAccount"})["response"]["data"][
        "acts"
    ]
    assert seen["fields"] == {**ATTRIBUTES, "owner": None}
    [seen] = console.reply(custodian(), {"kind": "acts", "act": "setAccount"})["response"]["data"][
        "acts"
    ]
    assert seen["fields"] == {"user": ATTRIBUTES["user"]}


def test_the_record_survives_a_restart(tmp_path: Path) -> None:
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        some_acts(Console(gateway, client))
        before = told(Console(gateway, client))
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        gateway._nonces = iter(range(1_777_600_000_000, 1_777_600_001_000))
        again = Console(gateway, client)
        assert told(again) == before
        again.act(2, "halt", coin="ANTH", grounds="a look")
        assert [row["kind"] for row in told(again)][:2] == ["halt", "externalPrice"]


def with_a_pricer(start_ns: int) -> Genesis:
    """The dev world, where operator 2 only prices."""
    genesis = dev_genesis(start_ns, check_nonce_window=False)
    keys = tuple(
        (key, codes.PRICER if key == operator(2).address else roles)
        for key, roles in genesis.operators
    )
    return msgspec.structs.replace(genesis, operators=keys)


def test_a_key_that_only_prices_reads_its_own_acts(tmp_path: Path) -> None:
    """A feed may be another company's."""
    with LiveGateway(tmp_path, founding=with_a_pricer) as gateway, gateway.client() as client:
        console = Console(gateway, client)
        console.act(0, "announce", title="A test", text="Of the record.")
        console.reply(operator(2), {"kind": "halt", "coin": "CBRS"})
        assert [row["kind"] for row in told(console, 2)] == ["halt"]
        assert [row["kind"] for row in told(console, 0)] == ["halt", "announce"]
        other = console.reply(operator(2), {"kind": "acts", "by": operator(0).hex_address})
        assert other["response"] == "act.by: this key reads its own acts alone"
