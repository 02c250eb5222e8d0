"""Founding a venue: the dev world's fixed facts, and files that are read or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.node.errors import GenesisInvalid
from bellwether.node.founding.dev_keys import checksum_address, dev_address, dev_key
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.founding.genesis_file import load_genesis
from bellwether.schema.events import CommandRefused, Credited
from bellwether.schema.parts.withdrawals import HOUR_NS, USUAL_TERMS, WithdrawalTerms
from bellwether.units.clock_text import format_time_ns
from tests.node.worlds import START_NS

WORLD: dict[str, Any] = {
    "dexes": ["", "xyz"],
    "markets": [
        {
            "preset": "ipop",
            "symbol": "CBRS",
            "reference": "175.5",
            "band": "0.25",
            "launch": "2026-05-01",
            "outside_launch": "2026-05-30T00:00:00Z",
            "settlement_deadline": "2026-07-30",
            "oracle": {"max_re_anchors": 2},
        },
        {"preset": "ipop", "symbol": "xyz:SPCX", "dex": "xyz", "reference": "150.0"},
    ],
    "operators": [{"address": "0x" + "11" * 20, "roles": ["lister", "risk"]}],
    "sources": [{"name": "primary", "address": "0x" + "11" * 20}],
    "accounts": [{"address": "0x" + "22" * 20, "balances": [{"dex": "xyz", "amount": "1000.5"}]}],
    "deployers": [{"dex": "xyz", "address": "0x" + "33" * 20}],
}


def changed(path: list[str | int], value: object) -> dict[str, Any]:
    world = json.loads(json.dumps(WORLD))
    at = world
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return world


def load(tmp_path: Path, world: object) -> Any:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(world))
    return load_genesis(path, START_NS)


def test_the_dev_keys_are_the_published_ones() -> None:
    # Computed with eth_account.Account.from_key(keccak(text=…)).
    assert dev_key("account", 0).hex() == (
        "e96f851fb7452516c2350a61d9e0b93a1b6ecf463cbbd9a47437cf0747e2f7ba"
    )
    assert (
        checksum_address(dev_address("account", 0)) == "0xaBc230A5B0C05b037cCdcDb60b335705111dC76F"
    )
    assert (
        checksum_address(dev_address("custodian")) == "0x1516d106cBf1597720aa1b3656245D01217A62c9"
    )


def test_the_dev_world_has_the_dates_of_the_specification() -> None:
    cbrs, anth, openai, spcx = dev_genesis(START_NS).markets
    dates = (
        cbrs.launch_time,
        cbrs.anticipated_listing_time,
        cbrs.outside_launch_time,
        cbrs.settlement_deadline,
    )
    assert [format_time_ns(date)[:10] for date in dates] == [
        "2026-05-01",
        "2026-05-15",
        "2026-05-30",
        "2026-07-30",
    ]
    assert spcx.symbol == "xyz:SPCX"
    assert (anth.symbol, anth.reference_atoms) == ("ANTH", 20_780_000)
    assert (openai.symbol, openai.reference_atoms) == ("OPENAI", 16_450_000)
    assert not [f for spec in (cbrs, anth, openai, spcx) for f in spec.faults()]


def test_the_engine_accepts_the_dev_world() -> None:
    events = Engine().apply(dev_genesis(START_NS), START_NS)
    assert not [event for event in events if isinstance(event, CommandRefused)]
    credited = [event.amount for event in events if isinstance(event, Credited)]
    assert credited == [100_000_000_000] * 20


def test_a_file_founds_the_venue_it_describes(tmp_path: Path) -> None:
    genesis = load(tmp_path, WORLD)
    cbrs, spcx = genesis.markets
    assert cbrs.reference_atoms == 175_500
    assert cbrs.oracle.band_e12 == 250_000_000_000
    assert cbrs.oracle.max_re_anchors == 2
    assert spcx.launch_time == START_NS
    assert genesis.accounts[0].balances == (("xyz", 1_000_500_000),)
    assert genesis.sources == (("primary", b"\x11" * 20),)
    assert not genesis.dev
    events = Engine().apply(genesis, START_NS)
    assert not [event for event in events if isinstance(event, CommandRefused)]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["markets", 0, "reference"], 175.5, "markets[0].reference"),
        (["markets", 0, "reference"], "175.5555", "markets[0].reference"),
        (["markets", 0, "band"], "1.5", "markets[0]"),
        (["markets", 0, "preset"], "unknown", "markets[0].preset"),
        (["markets", 0, "launch"], "tomorrow", "markets[0].launch"),
        (["markets", 0, "max_leverag"], 5, "markets[0].max_leverag"),
        (["markets", 0, "max_leverage"], "5", "markets[0]"),
        (["markets", 0, "oracle"], {"tau": 5}, "markets[0].oracle.tau"),
        (["markets", 1, "symbol"], "SPCX", "markets[1].symbol"),
        (["markets", 1, "dex"], "abc", "markets[1].dex"),
        (["operators", 0, "roles"], ["king"], "operators[0].roles"),
        (["operators", 0, "address"], "0x12", "operators[0].address"),
        (["accounts", 0, "balances", 0, "amount"], 5, "accounts[0].balances[0].amount"),
        (["accounts"], {}, "accounts"),
        (["sources", 0, "name"], "", "sources[0].name"),
        (["sources", 0, "address"], "0x12", "sources[0].address"),
        (["sources", 0, "key"], "0x12", "sources[0].key"),
        (["sources"], [WORLD["sources"][0]] * 2, "sources[1].name"),
        (["colour"], "red", "colour"),
    ],
)
def test_a_fault_in_a_file_names_its_field(
    tmp_path: Path, path: list[str | int], value: object, field: str
) -> None:
    with pytest.raises(GenesisInvalid) as caught:
        load(tmp_path, changed(path, value))
    assert caught.value.field == field


def test_a_file_names_the_deployer_of_a_dex(tmp_path: Path) -> None:
    genesis = load(tmp_path, WORLD)
    assert genesis.deployers == (("xyz", b"\x33" * 20),)
    engine = Engine()
    engine.apply(genesis, START_NS)
    assert engine.venue.dexes[1].deploys(b"\x33" * 20, "setOracle")
    for dex in ("", "none"):
        with pytest.raises(GenesisInvalid, match="dex"):
            load(tmp_path, changed(["deployers", 0, "dex"], dex))


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text("{")
    with pytest.raises(GenesisInvalid, match="is not json"):
        load_genesis(path, START_NS)
    with pytest.raises(GenesisInvalid, match="can not be read"):
        load_genesis(tmp_path / "absent.json", START_NS)


def test_a_file_sets_the_terms_of_withdrawals(tmp_path: Path) -> None:
    given = {"delayed_above": "50.5", "delay_seconds": 5, "large_approvals": 3}
    terms = load(tmp_path, {**WORLD, "withdrawals": given}).withdrawals
    assert (terms.delayed_above_e6, terms.delay_ns) == (50_500_000, 5 * 10**9)
    assert terms.large_approvals == 3
    assert terms.large_above_e6 == WithdrawalTerms().large_above_e6
    assert terms.new_address_delay_ns == 24 * HOUR_NS
    assert load(tmp_path, WORLD).withdrawals == USUAL_TERMS


@pytest.mark.parametrize("seconds", [0, 90])
def test_a_file_says_how_long_a_new_address_waits(tmp_path: Path, seconds: int) -> None:
    given = {"new_address_delay_seconds": seconds}
    terms = load(tmp_path, {**WORLD, "withdrawals": given}).withdrawals
    assert terms == WithdrawalTerms(new_address_delay_ns=seconds * 10**9)


def test_a_dev_world_names_the_wait_of_new_addresses() -> None:
    """It stands in the journal, since a founding that does not name it means none."""
    assert dev_genesis(START_NS).withdrawals == USUAL_TERMS
    assert WithdrawalTerms(new_address_delay_ns=24 * HOUR_NS) == USUAL_TERMS


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (7, "withdrawals"),
        ({"delay": 5}, "withdrawals.delay"),
        ({"least": 5}, "withdrawals.least"),
        ({"large_approvals": 1}, "withdrawals"),
        ({"new_address_delay_seconds": -1}, "withdrawals"),
        ({"new_address_delay_seconds": 2_592_001}, "withdrawals"),
        ({"new_address_delay_seconds": "1"}, "withdrawals.new_address_delay_seconds"),
    ],
)
def test_terms_of_withdrawals_that_cannot_be_are_named(
    tmp_path: Path, given: object, field: str
) -> None:
    with pytest.raises(GenesisInvalid) as caught:
        load(tmp_path, {**WORLD, "withdrawals": given})
    assert caught.value.field == field
