"""What operators may ask before they sign, and what is told of what they decided (RULE-2)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bellwether.engine.life.stress import MOVES_E6
from tests.gateway import oversight_shapes as oversight, shapes as s
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import Wallet, account, custodian, operator

SETTLE = {"kind": "settle", "coin": "CBRS", "method": "transaction", "grounds": "acquired"}
LISTING = {
    "kind": "confirmListing",
    "coin": "CBRS",
    "exchange": "XNAS",
    "listedAs": "CBRS",
    "structure": "ipo",
    "crossTime": 1_777_593_600_000,
    "grounds": "A share of another class.",
}


class Console:
    """A venue of its own, and words for what is asked of it."""

    def __init__(self, gateway: LiveGateway, client: Client) -> None:
        self.gateway = gateway
        self.client = client

    def info(self, kind: str, **fields: Any) -> Any:
        return self.client.post("/info", {"type": kind, **fields})

    def reply(self, wallet: Wallet, act: dict[str, Any]) -> Any:
        body = wallet.l1({"type": "operator", "act": act}, self.gateway.nonce())
        return self.client.post("/operator", body)

    def act(self, number: int, kind: str, **fields: Any) -> Any:
        found = self.reply(operator(number), {"kind": kind, **fields})
        assert found["status"] == "ok", found
        return found["response"]["data"]

    def preview(self, act: dict[str, Any], number: int = 0) -> Any:
        return self.act(number, "preview", act=act)

    def order(self, who: int, is_buy: bool, px: str, sz: str) -> None:
        order = {"a": 0, "b": is_buy, "p": px, "s": sz, "r": False, "t": {"limit": {"tif": "Gtc"}}}
        action = {"type": "order", "orders": [order], "grouping": "na"}
        found = self.client.post("/exchange", account(who).l1(action, self.gateway.nonce()))
        assert "error" not in found["response"]["data"]["statuses"][0], found

    def worth(self, who: int) -> Decimal:
        found = self.info("clearinghouseState", user=account(who).hex_address)
        return Decimal(found["marginSummary"]["accountValue"])

    def trade(self, sz: str = "1000", px: str = "175", buyer: int = 0, seller: int = 1) -> None:
        self.order(seller, False, px, sz)
        self.order(buyer, True, px, sz)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        yield Console(gateway, client)


def test_a_settlement_is_previewed_as_it_is_carried_out(console: Console) -> None:
    """RULE-2, LIFE-6: totals, the text that will be announced, its hash; nothing is journalled."""
    console.trade("100", "175")
    console.trade("50", "176", buyer=2, seller=1)
    before = console.gateway.state_hash()
    shown = console.preview({**SETTLE, "px": "180"})
    assert console.gateway.state_hash() == before
    assert s.faults(oversight.OUTCOME, shown["outcome"]) == []
    long, short = shown["outcome"]["long"], shown["outcome"]["short"]
    assert (long["accounts"], long["sz"]) == (2, "150.0")
    assert (long["gained"], long["lost"]) == ("700.0", "0.0")
    assert (short["accounts"], short["gained"], short["lost"]) == (1, "0.0", "700.0")
    assert shown["fields"] == {"method": "transaction", "px": "180.0", "window": None}
    assert shown["refusal"] is None
    assert shown["hash"] == "0x" + sha256(shown["text"].encode()).hexdigest()
    proposal = console.act(0, **SETTLE, px="180")["proposalId"]
    [waiting] = console.info("proposals")
    assert (waiting["text"], waiting["hash"]) == (shown["text"], shown["hash"])
    paid = console.worth(2)
    console.act(1, "approve", proposalId=proposal)
    assert shown["hash"] in [said["hash"] for said in console.info("announcements")]
    assert console.worth(2) - paid == 50 * 5


def test_who_would_be_ruined_is_counted_with_what_they_would_owe(console: Console) -> None:
    """LIQ-5: 2,000 contracts at 175 settled at 240, lose 130,000; 70,000 of margin is there."""
    console.trade("2000")
    outcome = console.preview({**SETTLE, "px": "240"})["outcome"]
    assert outcome["short"]["ruined"] == 1 and outcome["long"]["ruined"] == 0
    assert outcome["deficit"] == "60000.0"
    fund = Decimal(outcome["insuranceFund"])
    assert Decimal(outcome["borneByOthers"]) == Decimal(outcome["deficit"]) - fund


def test_a_preview_says_why_an_act_would_be_refused(console: Console) -> None:
    """The engine's reason, or the field that is wrong."""
    early = {"kind": "settle", "coin": "CBRS", "method": "default_twap", "grounds": "wind_down"}
    assert console.preview(early)["refusal"]
    wrong = console.reply(operator(0), {"kind": "preview", "act": {**SETTLE, "px": "1.23456789"}})
    assert wrong["status"] == "err" and wrong["response"].startswith("act.px: ")
    for asked in ({}, {"act": {"kind": "preview"}}, {"act": SETTLE, "proposalId": 1}):
        assert console.reply(operator(0), {"kind": "preview", **asked})["status"] == "err"
    missing = console.reply(operator(0), {"kind": "preview", "proposalId": 9})
    assert missing["response"] == "act.proposalId: no proposal 9 waits"


def test_an_approver_sees_what_it_would_approve_and_what_changed_since(console: Console) -> None:
    """RULE-2: old and new values, own proposals and those of another state refused."""
    change = {"kind": "changeSpec", "coin": "CBRS", "changes": {"openInterestCap": "20000000"}}
    made = console.act(0, **change, grounds="Thin books.")["proposalId"]
    shown = console.act(1, "preview", proposalId=made)
    [line] = shown["changes"]
    assert (line["field"], line["after"]) == ("open_interest_cap_e6", 20_000_000_000_000)
    assert line["before"] != line["after"] and shown["refusal"] is None
    assert "another operator" in console.act(0, "preview", proposalId=made)["refusal"]
    seen = console.reply(custodian(), {"kind": "preview", "proposalId": made})["response"]["data"]
    assert "role" in seen["refusal"]
    assert console.info("proposals")[0]["isStale"] is False
    console.act(2, "halt", coin="CBRS", grounds="a look")
    assert console.info("proposals")[0]["isStale"] is True
    assert "changed" in console.act(1, "preview", proposalId=made)["refusal"]


def test_stress_counts_what_moves_would_liquidate(console: Console) -> None:
    """Totals by side for moves from -50 to +100 %; operators alone may ask (LIQ-7)."""
    console.trade("2000")
    found = console.act(2, "stress", coin="CBRS")
    moves = {row["movePct"]: row for row in found["moves"]}
    assert list(moves) == [f"{Decimal(move) / 10_000:.1f}" for move in MOVES_E6]
    assert moves["-5.0"]["accounts"] == 0
    assert (moves["-50.0"]["longSz"], moves["-50.0"]["shortSz"]) == ("2000.0", "0.0")
    assert (moves["-50.0"]["px"], moves["-50.0"]["shortfall"]) == ("87.5", "105000.0")
    assert (moves["100.0"]["shortSz"], moves["100.0"]["accounts"]) == ("2000.0", 1)
    assert console.reply(account(0), {"kind": "stress", "coin": "CBRS"})["status"] == "err"
    wrong = console.reply(operator(0), {"kind": "stress", "coin": "NOPE"})
    assert wrong["response"] == "act.coin: there is no market `NOPE`"


def test_decisions_stay_readable_by_page(console: Console) -> None:
    """RULE-2: who proposed, who decided, how; newest first."""
    for number in (1, 2):
        console.act(0, **SETTLE, px="180")
        console.act(1, "reject", proposalId=number)
    rows = console.info("decisions")
    assert [row["proposalId"] for row in rows] == [2, 1]
    assert s.faults(oversight.DECISION, rows[0]) == []
    assert rows[0]["outcome"] == "rejected"
    assert rows[0]["decidedBy"] == operator(1).hex_address
    assert [row["proposalId"] for row in console.info("decisions", coin="CBRS", id=1)] == [1]
    assert console.info("decisions", coin="xyz:SPCX") == []


def test_roles_and_sources_are_public(console: Console) -> None:
    """RULE-1."""
    found = {row["address"]: row for row in console.info("operators")}
    assert "settler" in found[operator(0).hex_address]["roles"]
    assert "primary" in found[operator(0).hex_address]["sources"]
    assert found[operator(0).hex_address]["deploys"] == ["xyz"]


def test_a_proposal_that_nobody_decides_is_told_of_as_expired(console: Console) -> None:
    """RULE-2: void after a day, by nobody."""
    console.act(0, **SETTLE, px="180")
    console.client.post("/dev/clock", {"advanceMs": 86_400_000})
    [row] = console.info("decisions")
    assert (row["outcome"], row["decidedBy"]) == ("expired", None)
    assert row["decidedTime"] - row["time"] == 86_400_000


def test_a_source_of_share_prices_is_live_until_it_is_silent_or_halted(console: Console) -> None:
    """PRICE-19: the last price of each, and why one does not count."""
    now = console.client.post("/dev/clock", {"advanceMs": 1_000})["timeMs"]
    seen = {"coin": "CBRS", "px": "180", "time": now, "session": "regular"}
    console.act(0, "externalPrice", **seen, source="primary")
    console.act(0, "externalPrice", **seen, source="overnight")
    stop = {"coin": "CBRS", "source": "overnight", "halted": True, "time": now}
    console.act(0, "exchangeHalt", **stop, reason="news")
    rows = {row["source"]: row for row in console.info("priceSources", coin="CBRS")}
    assert (rows["primary"]["state"], rows["primary"]["px"]) == ("live", "180.0")
    assert (rows["overnight"]["state"], rows["overnight"]["reason"]) == ("halted", "news")
    console.client.post("/dev/clock", {"advanceMs": 3_600_000})
    rows = {row["source"]: row for row in console.info("priceSources", coin="CBRS")}
    assert rows["primary"]["state"] == "expired" and rows["primary"]["reason"]


def test_a_listing_is_previewed_at_its_first_price_times_the_ratio(console: Console) -> None:
    """LIFE-7: a contract of two shares settles at twice the first price."""
    console.trade("100")
    listing = LISTING | {"crossPx": "95", "treatment": "settle", "ratio": "2"}
    shown = console.preview(listing)
    assert (shown["fields"]["ratio"], shown["outcome"]["px"]) == ("2/1", "190.0")
    assert shown["outcome"]["long"]["gained"] == "1500.0"


def test_a_part_that_settles_ruins_whom_the_rest_does_not_save(console: Console) -> None:
    """LIFE-7: at 240 the whole of 2,000 would owe 60,000; a quarter loses 32,500 of 70,000."""
    console.trade("2000")
    weights = {"convert": "0.75", "settle": "0.25"}
    listing = LISTING | {"crossPx": "240", "treatment": "composite", "weights": weights}
    outcome = console.preview(listing)["outcome"]
    assert (outcome["px"], outcome["short"]["lost"]) == ("240.0", "130000.0")
    assert (outcome["short"]["ruined"], outcome["deficit"]) == (0, "0.0")
    weights = {"convert": "0.25", "settle": "0.75"}
    outcome = console.preview(listing | {"weights": weights})["outcome"]
    assert (outcome["short"]["ruined"], outcome["deficit"]) == (1, "27500.0")
