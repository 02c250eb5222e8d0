"""HIP-3 deployer actions on `/exchange`: the same commands, the same two keys (chapter 10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import Wallet, account, operator

DEFAULT = {"status": "ok", "response": {"type": "default"}}
ASSET: dict[str, Any] = {
    "coin": "TSLA",
    "szDecimals": 2,
    "oraclePx": "250.5",
    "marginTableId": 10,
    "marginMode": "noCross",
}
REGISTER: dict[str, Any] = {
    "maxGas": None,
    "assetRequest": ASSET,
    "dex": "xyz",
    "schema": None,
}


WORDS: dict[str, Any] = {
    "coin": "xyz:SPCX",
    "category": "pre-IPO",
    "description": "Rockets.",
    "displayName": "Space",
    "keywords": ["rockets", "space"],
}


class Venue:
    """A live venue; operator 0 deploys the dex `xyz`, operator 1 decides."""

    def __init__(self, gateway: LiveGateway, client: Client) -> None:
        self.gateway = gateway
        self.client = client

    def deploy(self, variant: str, content: Any, wallet: Wallet | None = None) -> Any:
        action = {"type": "perpDeploy", variant: content}
        body = (wallet or operator(0)).l1(action, self.gateway.nonce())
        return self.client.post("/exchange", body)

    def approve(self) -> dict[str, Any]:
        """Approves the one proposal there is; what it was."""
        (waiting,) = self.read("proposals")
        act = {"kind": "approve", "proposalId": waiting["proposalId"]}
        action = {"type": "operator", "act": act}
        reply = self.client.post("/operator", operator(1).l1(action, self.gateway.nonce()))
        assert reply["status"] == "ok", reply
        return dict(waiting)

    def read(self, kind: str, **fields: Any) -> Any:
        return self.client.post("/info", {"type": kind, **fields})

    def spec(self, coin: str = "xyz:SPCX") -> dict[str, Any]:
        return dict(self.read("marketSpec", coin=coin)["specification"])


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        yield Venue(gateway, client)


def test_an_asset_is_registered_by_a_proposal_that_an_operator_approves(venue: Venue) -> None:
    assert venue.deploy("registerAsset2", REGISTER) == DEFAULT
    assert len(venue.read("meta", dex="xyz")["universe"]) == 1
    waiting = venue.approve()
    assert (waiting["kind"], waiting["coin"]) == ("listMarket", "xyz:TSLA")
    assert waiting["proposer"] == operator(0).hex_address
    assert "250.5 USD, as the deployer" in waiting["grounds"]
    entry = venue.read("meta", dex="xyz")["universe"][1]
    assert (entry["name"], entry["maxLeverage"], entry["marginMode"]) == ("xyz:TSLA", 10, "noCross")
    assert venue.read("allMids", dex="xyz")["xyz:TSLA"] == "250.5"


def test_the_older_form_registers_too(venue: Venue) -> None:
    asset = {key: value for key, value in ASSET.items() if key != "marginMode"}
    older = {**REGISTER, "assetRequest": {**asset, "coin": "xyz:TSLA", "onlyIsolated": True}}
    assert venue.deploy("registerAsset", older) == DEFAULT
    venue.approve()
    assert venue.spec("xyz:TSLA")["margin_mode"] == 2


@pytest.mark.parametrize(
    ("variant", "content", "field", "value"),
    [
        ("setOpenInterestCaps", [["xyz:SPCX", 2_000_000]], "open_interest_cap_e6", 2 * 10**12),
        ("setMarginTableIds", [["xyz:SPCX", 3]], "max_leverage", 3),
        ("setGrowthModes", [["xyz:SPCX", True]], "growth_mode", True),
        ("setMarginModes", [["xyz:SPCX", "noCross"]], "margin_mode", 1),
    ],
)
def test_a_change_waits_for_an_operator(
    venue: Venue, variant: str, content: Any, field: str, value: Any
) -> None:
    before = venue.spec()[field]
    assert venue.deploy(variant, content) == DEFAULT
    assert venue.spec()[field] == before != value
    assert venue.approve()["kind"] == "changeSpec"
    assert venue.spec()[field] == value


def test_funding_multipliers_and_interest_change_the_same_way(venue: Venue) -> None:
    assert venue.deploy("setFundingMultipliers", [["xyz:SPCX", "0.5"]]) == DEFAULT
    venue.approve()
    assert venue.deploy("setFundingInterestRates", [["xyz:SPCX", "0.0002"]]) == DEFAULT
    venue.approve()
    entry = venue.read("perpDexs")[1]
    assert entry["assetToFundingMultiplier"] == [["xyz:SPCX", "0.5"]]
    assert venue.spec()["funding"]["interest_e12"] == 200_000_000


def test_margin_tables_are_inserted_and_then_used(venue: Venue) -> None:
    tiers = [{"lowerBound": 0, "maxLeverage": 8}, {"lowerBound": 1_000_000, "maxLeverage": 4}]
    table = {"dex": "xyz", "marginTable": {"description": "eight", "marginTiers": tiers}}
    assert venue.deploy("insertMarginTable", table) == DEFAULT
    ((number, shown),) = venue.read("meta", dex="xyz")["marginTables"]
    assert (number, shown["description"]) == (20_000, "eight")
    assert venue.read("marginTable", id=20_000, dex="xyz") == shown
    assert venue.deploy("setMarginTableIds", [["xyz:SPCX", number]]) == DEFAULT
    venue.approve()
    assert [tier["max_leverage"] for tier in venue.spec()["tiers"]] == [8, 4]


def test_trading_is_halted_and_resumed(venue: Venue) -> None:
    assert venue.deploy("haltTrading", {"coin": "xyz:SPCX", "isHalted": True}) == DEFAULT
    status = venue.read("marketStatus", coin="xyz:SPCX")
    assert status["tradingStatus"] == "halted" and status["haltEndsTime"]
    assert venue.deploy("haltTrading", {"coin": "xyz:SPCX", "isHalted": False}) == DEFAULT
    assert venue.read("marketStatus", coin="xyz:SPCX")["tradingStatus"] == "post_only"


def test_rule_3_an_oracle_price_is_one_more_observation(venue: Venue) -> None:
    oracle = {
        "dex": "xyz",
        "oraclePxs": [["xyz:SPCX", "155.0"]],
        "markPxs": [],
        "externalPerpPxs": [],
    }
    assert venue.deploy("setOracle", oracle) == DEFAULT
    assert venue.read("marketStatus", coin="xyz:SPCX")["oraclePx"] == "150.0"
    latest = venue.gateway.on_loop(
        lambda: dict(venue.gateway.node.engine.venue.markets[110_000].listing.latest)
    )
    assert [price for price, _ in latest.values()] == [1_550_000]
    refused = venue.deploy("setOracle", {**oracle, "markPxs": [[["xyz:SPCX", "1.0"]]]})
    assert refused["status"] == "err" and "RULE-3" in refused["response"]


@pytest.mark.parametrize(
    ("elsewhere", "says"),
    [
        ("147.0", ""),
        ("147.7", ""),
        ("163.0", ""),
        ("147.6", "the oracle price is further than 5.0 % from 147.6"),
        ("163.2", "the oracle price is further than 5.0 % from 163.2"),
        ("0", "the oracle price is further than 5.0 % from 0"),
        ("much", "not a decimal number"),
    ],
)
def test_what_a_perpetual_trades_at_elsewhere_bounds_an_oracle_price(
    venue: Venue, elsewhere: str, says: str
) -> None:
    price = "154.3" if elsewhere == "147.0" else "155.0"
    oracle = {"dex": "xyz", "oraclePxs": [["xyz:SPCX", price]], "markPxs": []}
    reply = venue.deploy("setOracle", {**oracle, "externalPerpPxs": [["xyz:SPCX", elsewhere]]})
    if not says:
        assert reply == DEFAULT
    else:
        assert reply["status"] == "err" and says in reply["response"]
        assert "action.setOracle.externalPerpPxs" in reply["response"]


def test_the_external_price_is_of_the_same_market(venue: Venue) -> None:
    oracle = {"dex": "xyz", "oraclePxs": [["xyz:SPCX", "155.0"]], "markPxs": []}
    reply = venue.deploy("setOracle", {**oracle, "externalPerpPxs": [["CBRS", "155.0"]]})
    assert "expected the market of oraclePxs, xyz:SPCX" in reply["response"]


def test_a_deployer_says_what_its_market_is(venue: Venue) -> None:
    assert venue.read("perpAnnotation", coin="xyz:SPCX") is None
    assert venue.read("perpAnnotation", coin="NOPE") is None
    assert venue.deploy("setPerpAnnotation", WORDS) == DEFAULT
    full = {name: value for name, value in WORDS.items() if name != "coin"}
    assert venue.read("perpAnnotation", coin="xyz:SPCX") == full
    concise = {name: value for name, value in full.items() if name != "description"}
    assert venue.read("perpConciseAnnotations") == [["xyz:SPCX", concise]]
    assert venue.read("perpCategories") == [["xyz:SPCX", "pre-IPO"]]
    bare = {**WORDS, "displayName": None, "keywords": []}
    assert venue.deploy("setPerpAnnotation", bare) == DEFAULT
    shown = venue.read("perpAnnotation", coin="xyz:SPCX")
    assert shown == {"category": "pre-IPO", "description": "Rockets."}
    again = venue.deploy("setPerpAnnotation", bare)
    assert again == {"status": "err", "response": "That is how it is already."}


def test_rule_2_a_dex_is_disabled_by_two_keys_and_for_good(venue: Venue) -> None:
    assert venue.deploy("disableDex", "xyz") == DEFAULT
    assert venue.read("marketStatus", coin="xyz:SPCX")["tradingStatus"] == "open"
    waiting = venue.approve()
    assert (waiting["kind"], waiting["coin"], waiting["dex"]) == ("disableDex", None, "xyz")
    status = venue.read("marketStatus", coin="xyz:SPCX")
    assert (status["tradingStatus"], status["haltEndsTime"]) == ("halted", None)
    assert venue.read("marketStatus", coin="CBRS")["tradingStatus"] == "open"
    (said,) = (a for a in venue.read("announcements") if a["title"] == "xyz: disableDex")
    assert said["kind"] == "settlement" and "halted for good" in said["text"]
    gone = {"status": "err", "response": "The dex has been disabled: its markets only end."}
    assert venue.deploy("haltTrading", {"coin": "xyz:SPCX", "isHalted": False}) == gone
    assert venue.deploy("registerAsset2", REGISTER) == gone
    again = venue.deploy("disableDex", "xyz")
    assert again == {"status": "err", "response": "That is how it is already."}


def test_an_api_wallet_of_the_deployer_is_told_what_there_is_instead(venue: Venue) -> None:
    hand = Wallet(b"\x31" * 32)
    approve = {"type": "approveAgent", "agentAddress": hand.hex_address, "agentName": "bot"}
    nonce = venue.gateway.nonce()
    body = account(0).user_signed({**approve, "nonce": nonce}, nonce)
    assert venue.client.post("/exchange", body)["status"] == "ok"
    reply = venue.deploy("haltTrading", {"coin": "xyz:SPCX", "isHalted": True}, hand)
    assert reply == {
        "status": "err",
        "response": "An API Wallet does not deploy; setSubDeployers names its key.",
    }


def test_sub_deployers_have_the_actions_they_were_given(venue: Venue) -> None:
    hand = account(5)
    halt = {"coin": "xyz:SPCX", "isHalted": True}
    assert venue.deploy("haltTrading", halt, hand)["status"] == "err"
    named = [{"variant": "haltTrading", "user": hand.hex_address, "allowed": True}]
    assert venue.deploy("setSubDeployers", {"dex": "xyz", "subDeployers": named}) == DEFAULT
    assert venue.read("perpDexs")[1]["subDeployers"] == [["haltTrading", [hand.hex_address]]]
    assert venue.deploy("haltTrading", halt, hand) == DEFAULT
    caps = [["xyz:SPCX", 5]]
    refused = venue.deploy("setOpenInterestCaps", caps, hand)
    assert refused == {"status": "err", "response": "The key does not hold the role."}
    # A sub-deployer decides on nothing, and is nobody once it has been taken off.
    assert venue.deploy("setOpenInterestCaps", caps) == DEFAULT
    action = {"type": "operator", "act": {"kind": "approve", "proposalId": 1}}
    reply = venue.client.post("/operator", hand.l1(action, venue.gateway.nonce()))
    assert reply["response"] == "The key does not hold the role."
    off = [{**named[0], "allowed": False}]
    assert venue.deploy("setSubDeployers", {"dex": "xyz", "subDeployers": off}) == DEFAULT
    before = venue.gateway.state_hash()
    assert venue.deploy("haltTrading", halt, hand)["status"] == "err"
    assert venue.gateway.state_hash() == before


@pytest.mark.parametrize(
    ("variant", "content", "says"),
    [
        ("setFeeScale", {"dex": "xyz", "scale": "1.0"}, "proposes changeSpec"),
        ("setFeeRecipient", {"dex": "abc", "feeRecipient": "0x" + "1" * 40}, "no dex `abc`"),
        ("setPerpAnnotation", {**WORDS, "coin": "xyz:NOPE"}, "there is no market `xyz:NOPE`"),
        ("disableDex", "abc", "there is no dex `abc`"),
        ("disableDex", "", "there is no dex"),
        ("setOpenInterestCaps", [["A", 1], ["B", 2]], "expected one market"),
        ("setOpenInterestCaps", [["xyz:NOPE", 1]], "there is no market `xyz:NOPE`"),
        ("setMarginTableIds", [["xyz:SPCX", 777]], "has no margin table 777"),
        ("setMarginModes", [["xyz:SPCX", "both"]], "expected one of"),
        ("setMarginModes", [["xyz:SPCX", "strictIsolated"]], "that is how xyz:SPCX is already"),
        ("setFundingMultipliers", [["xyz:SPCX", "much"]], "not a decimal number"),
        ("registerAsset2", {**REGISTER, "dex": "abc"}, "there is no dex `abc`"),
        (
            "registerAsset2",
            {**REGISTER, "schema": {"fullName": "X", "collateralToken": 0, "oracleUpdater": None}},
            "expected null",
        ),
    ],
)
def test_what_the_venue_can_not_mean_is_refused_with_a_text(
    venue: Venue, variant: str, content: Any, says: str
) -> None:
    reply = venue.deploy(variant, content)
    assert reply["status"] == "err" and says in reply["response"], reply
    assert venue.read("proposals") == []


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ({}, "action: expected exactly one of registerAsset2"),
        ({"mint": {}}, "action: expected exactly one of"),
        ({"haltTrading": {"coin": 1}}, "action.haltTrading"),
        ({"haltTrading": None}, "action.haltTrading"),
        ({"setOracle": {"dex": "xyz"}}, "action.setOracle"),
        ({"setOpenInterestCaps": [["xyz:SPCX", "1"]]}, "action.setOpenInterestCaps[0][1]"),
    ],
)
def test_a_malformed_action_is_named(venue: Venue, action: dict[str, Any], says: str) -> None:
    full = {"type": "perpDeploy", **action}
    body = operator(0).l1(full, venue.gateway.nonce())
    status, _, answer = venue.client.send("/exchange", json.dumps(body).encode())
    assert status == 422 and says in answer.decode()


def test_who_deploys_nothing_is_refused(venue: Venue) -> None:
    for wallet in (account(0), operator(1)):
        reply = venue.deploy("insertMarginTable", {"dex": "xyz", "marginTable": TABLE}, wallet)
        assert reply == {"status": "err", "response": "The key does not hold the role."}


TABLE = {"description": "", "marginTiers": [{"lowerBound": 0, "maxLeverage": 3}]}


def test_the_dialects_own_sdk_registers_and_sets_an_oracle(venue: Venue) -> None:
    """The unmodified SDK signs and sends; its actions arrive as it means them."""
    exchange = pytest.importorskip("hyperliquid.exchange")
    from eth_account import Account

    from bellwether.node.founding.dev_keys import dev_key

    sdk = exchange.Exchange(
        Account.from_key(dev_key("operator", 0)), venue.gateway.url, perp_dexs=["", "xyz"]
    )
    reply = sdk.perp_deploy_register_asset("xyz", None, "TSLA", 2, "250.5", 10, True, None)
    assert reply == DEFAULT
    venue.approve()
    assert sdk.perp_deploy_set_oracle("xyz", {"xyz:TSLA": "251.0"}, [], {}) == DEFAULT
    latest = venue.gateway.on_loop(
        lambda: dict(venue.gateway.node.engine.venue.markets[110_001].listing.latest)
    )
    assert [price for price, _ in latest.values()] == [2_510_000]


def test_a_deployer_names_who_gets_its_share_of_the_fees(venue: Venue) -> None:
    recipient = account(9)
    content = {"dex": "xyz", "feeRecipient": recipient.hex_address}
    assert venue.read("perpDexs")[1]["feeRecipient"] is None
    assert venue.deploy("setFeeRecipient", content) == DEFAULT
    assert venue.read("perpDexs")[1]["feeRecipient"] == recipient.hex_address
    refused = venue.deploy("setFeeRecipient", content, operator(1))
    assert refused["status"] == "err"
