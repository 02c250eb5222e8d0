"""`bellwether operator`: prices from outside, proposals, decisions, announcements (LIFE)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.engine.state.market import Market
from bellwether.schema import codes
from bellwether.schema.disclosures import Disclosure, disclosure_hash
from tests.gateway.live import START_MS, LiveGateway

Act = Callable[..., Result]
FIRST, SECOND = ("--dev-operator", "0"), ("--dev-operator", "1")
LISTING = (
    "confirm-listing",
    "CBRS",
    *("--exchange", "XNAS", "--listed-as", "CBRS", "--structure", "ipo"),
    *("--cross-price", "190", "--cross-time", "2026-05-01T00:00:00Z"),
)


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


def cbrs(venue: LiveGateway) -> Market:
    market: Market = venue.on_loop(lambda: venue.node.venue.markets[0])
    return market


def test_a_settlement_is_proposed_by_one_and_approved_by_another(
    venue: LiveGateway, act: Act
) -> None:
    how = ("--method", "transaction", "--price", "200", "--grounds", "acquired")
    done = act("settle", "CBRS", *how, *FIRST)
    assert done.stdout == (
        "proposal 1: CBRS settles by transaction at 200 (command 2)\n"
        "another operator decides: bellwether operator approve 1, or reject 1\n"
    )
    assert "another operator" in refusal(act("approve", "1", *FIRST), 1)
    assert cbrs(venue).phase == codes.PRE_LISTING
    assert act("approve", "1", *SECOND).stdout == "proposal 1 is approved (command 4)\n"
    assert (cbrs(venue).phase, cbrs(venue).settlement_price) == (codes.SETTLED, 200_000)
    assert "no such open proposal" in refusal(act("reject", "1", *SECOND), 1)


def test_a_rebase_that_is_rejected_changes_nothing(venue: LiveGateway, act: Act) -> None:
    done = act("rebase", "CBRS", "5", "1", "--grounds", "split", *FIRST, "--json")
    assert json.loads(done.stdout) == {"seq": 2, "proposalId": 1}
    assert act("reject", "1", *SECOND).stdout == "proposal 1 is rejected (command 3)\n"
    assert cbrs(venue).mark_price == 175_000
    act("rebase", "CBRS", "5", "1", "--grounds", "split", *FIRST)
    act("approve", "2", *SECOND)
    assert cbrs(venue).mark_price == 35_000
    assert refusal(act("rebase", "CBRS", "5", "1", "--grounds", "mood", *FIRST), 2)
    assert refusal(act("rebase", "CBRS", "0", "1", "--grounds", "split", *FIRST), 2)


def test_open_proposals_are_listed_for_everybody(act: Act) -> None:
    assert act("proposals").stdout == "no open proposals\n"
    assert act("proposals", "--json").stdout == "[]\n"
    act(*LISTING, "--announcement", "It has listed.", *FIRST)
    shown = act("proposals").stdout
    for word in ("CBRS", "confirmListing", "2026-05-02T00:00:00.000Z", "It has listed."):
        assert word in shown
    (row,) = json.loads(act("proposals", "--coin", "CBRS", "--json").stdout)
    assert (row["proposalId"], row["text"]) == (1, "It has listed.")
    assert act("proposals", "--coin", "xyz:SPCX").stdout == "no open proposals\n"
    assert "no market `NOPE`" in refusal(act("proposals", "--coin", "NOPE"), 1)


def test_a_confirmed_listing_converts_with_outside_prices(venue: LiveGateway, act: Act) -> None:
    assert "CBRS is listed on XNAS" in act(*LISTING, *FIRST).stdout
    act("approve", "1", *SECOND)
    assert cbrs(venue).listing.is_confirmed
    done = act("external-price", "CBRS", "190", "--source", "primary", *FIRST)
    assert done.stdout.startswith("primary saw CBRS at 190 (command ")
    assert cbrs(venue).listing.latest == {"primary": (190_000, START_MS * 1_000_000)}
    at = ("--time", "2026-05-01T00:00:00Z", "--session", "pre")
    assert act("external-price", "CBRS", "191", "--source", "overnight", *at, *FIRST).exit_code == 0
    assert cbrs(venue).listing.latest["overnight"][0] == 191_000


def test_life_7_a_listing_waits_for_its_event(venue: LiveGateway, act: Act) -> None:
    how = ("--treatment", "trigger", "--grounds", "a tracking stock", "--then", "convert")
    what = ("--event", "exchange_offer", "--condition", "Tracking shares become common shares.")
    when = ("--deadline", "2026-09-01T00:00:00Z")
    assert act(*LISTING, *how, *what, *when, *FIRST).exit_code == 0
    act("approve", "1", *SECOND)
    awaited = cbrs(venue).listing.awaited
    assert awaited is not None and awaited.otherwise == "settle"
    declared = ("declare-event", "CBRS", "exchange_offer", "--grounds", "it has closed")
    assert "does not wait" not in act(*declared, *FIRST).stdout
    act("approve", "2", *SECOND)
    assert cbrs(venue).listing.awaited is None and cbrs(venue).listing.treatment == "convert"
    assert "No listing of this market waits" in refusal(act(*declared, *FIRST), 1)


def test_an_outside_price_is_refused_with_the_reason(act: Act) -> None:
    price = ("external-price", "CBRS", "190", "--source", "primary")
    assert "does not speak for" in refusal(act(*price, *SECOND), 1)
    assert "--time: 'soon' is not a date" in refusal(act(*price, "--time", "soon", *FIRST), 2)
    assert "no key: give --key-file" in refusal(act(*price), 2)
    unknown = act("external-price", "NOPE", "190", "--source", "primary", *FIRST)
    assert "there is no market 'NOPE'" in refusal(unknown, 2)
    fine = act("external-price", "CBRS", "190.00001", "--source", "primary", *FIRST)
    assert "act.px: CBRS has prices of at most 3 decimals" in refusal(fine, 1)


def test_an_announcement_is_for_a_market_or_for_everybody(venue: LiveGateway, act: Act) -> None:
    said = act("announce", "Hours", "--text", "We close early.", *FIRST)
    assert said.stdout == "announced for the whole venue (command 2)\n"
    later = ("--coin", "CBRS", "--effective", "2026-06-01")
    said = act("announce", "Fees", "--text", "They fall.", *later, *FIRST)
    assert said.stdout == "announced for CBRS (command 3)\n"
    rows = venue.on_loop(lambda: venue.node.views.announcements.oldest())
    assert [(row.title, row.asset) for row in rows[-2:]] == [("Hours", -1), ("Fees", 0)]
    assert rows[-1].effective_ms == START_MS + 31 * 86_400_000
    wrong = act("announce", "x", "--text", "y", "--effective", "soon", *FIRST)
    assert "--effective: 'soon'" in refusal(wrong, 2)


def test_rule_6_an_operator_brings_a_text_of_its_own(
    venue: LiveGateway, act: Act, tmp_path: Path
) -> None:
    text = tmp_path / "ours.txt"
    text.write_text("Our own words. Version 2.\n")
    done = act("publish-disclosure", str(text), "--version", "2", *FIRST)
    digest = disclosure_hash("Our own words. Version 2.\n")
    assert done.stdout == (
        f"version 2 is published: SHA-256 {digest} (command 2)\n"
        "a market requires it after: bellwether operator change COIN"
        f" --set disclosure.version=2 --set disclosure.hash={digest}\n"
    )
    fields = ("--set", "disclosure.version=2", "--set", f"disclosure.hash={digest}")
    assert act("change", "CBRS", *fields, "--grounds", "our words", *FIRST).exit_code == 0
    act("approve", "1", *SECOND)
    assert cbrs(venue).spec.disclosure == Disclosure(2, digest)
    assert "already" in refusal(act("publish-disclosure", str(text), "--version", "3", *FIRST), 1)
    text.write_text("Other words.")
    again = act("publish-disclosure", str(text), "--version", "2", *FIRST)
    assert "Another text of this venue has that version." in refusal(again, 1)
    gone = act("publish-disclosure", str(tmp_path / "no"), "--version", "3", *FIRST)
    assert "can not be read" in refusal(gone, 2)
    text.write_bytes(b"\xff")
    assert "not UTF-8" in refusal(act("publish-disclosure", str(text), "--version", "3", *FIRST), 2)


def test_a_dex_is_disabled_by_two(venue: LiveGateway, act: Act) -> None:
    done = act("disable-dex", "xyz", "--grounds", "its deployer is gone", *FIRST)
    assert done.stdout.startswith("proposal 1: the dex xyz is disabled (command 2)\n")
    act("approve", "1", *SECOND)
    assert venue.on_loop(lambda: venue.node.venue.dex_by_name["xyz"].is_disabled)
    unknown = act("disable-dex", "abc", "--grounds", "g", *FIRST)
    assert "act.dex: `abc` is not one of xyz" in refusal(unknown, 1)
