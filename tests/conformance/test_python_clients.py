"""Clients for Python, unchanged, against the venue that the story has left behind."""

from __future__ import annotations

import asyncio
import contextlib
import queue
from collections.abc import Callable, Iterator
from typing import Any

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest
from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.error import ClientError
from hyperliquid.utils.types import Cloid

from bellwether.node.founding.dev_keys import dev_key
from tests.conformance.conftest import Record
from tests.conformance.dialect import INFO, faults
from tests.conformance.story import START_MS, SUBJECT, address, cloid

pytestmark = pytest.mark.slow
SDK, MAKER, CCXT, CCXT_LATER = 8, 9, 0, 5
USER = address(SUBJECT)
DEADLINE_S = 20
SYMBOL = "CBRS/USDC:USDC"
MARK = 142

SDK_READS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("user_state", "clearinghouseState", (USER, "xyz")),
    ("spot_user_state", "spotClearinghouseState", (USER,)),
    ("open_orders", "openOrders", (USER,)),
    ("frontend_open_orders", "frontendOpenOrders", (USER, "xyz")),
    ("all_mids", "allMids", ("xyz",)),
    ("user_fills", "userFills", (USER,)),
    ("user_fills_by_time", "userFillsByTime", (USER, START_MS, None, True)),
    ("meta", "meta", ("xyz",)),
    ("meta_and_asset_ctxs", "metaAndAssetCtxs", ()),
    ("perp_dexs", "perpDexs", ()),
    ("spot_meta", "spotMeta", ()),
    ("spot_meta_and_asset_ctxs", "spotMetaAndAssetCtxs", ()),
    ("funding_history", "fundingHistory", ("CBRS", START_MS)),
    ("user_funding_history", "userFunding", (USER, START_MS)),
    ("l2_snapshot", "l2Book", ("xyz:SPCX",)),
    ("candles_snapshot", "candleSnapshot", ("CBRS", "1h", START_MS, START_MS + 10**8)),
    ("user_fees", "userFees", (USER,)),
    ("user_staking_summary", "delegatorSummary", (USER,)),
    ("user_staking_delegations", "delegations", (USER,)),
    ("user_staking_rewards", "delegatorRewards", (USER,)),
    ("delegator_history", "delegatorHistory", (USER,)),
    ("query_order_by_oid", "orderStatus", (USER, 21)),
    ("query_order_by_cloid", "orderStatus", (USER, Cloid.from_str(cloid(1)))),
    ("query_referral_state", "referral", (USER,)),
    ("query_sub_accounts", "subAccounts", (USER,)),
    ("query_user_to_multi_sig_signers", "userToMultiSigSigners", (USER,)),
    ("query_perp_deploy_auction_status", "perpDeployAuctionStatus", ()),
    ("query_user_dex_abstraction_state", "userDexAbstraction", (USER,)),
    ("query_user_abstraction_state", "userAbstraction", (USER,)),
    ("historical_orders", "historicalOrders", (USER,)),
    ("user_non_funding_ledger_updates", "userNonFundingLedgerUpdates", (USER, START_MS)),
    ("portfolio", "portfolio", (USER,)),
    ("user_twap_slice_fills", "userTwapSliceFills", (USER,)),
    ("user_vault_equities", "userVaultEquities", (USER,)),
    ("user_role", "userRole", (USER,)),
    ("user_rate_limit", "userRateLimit", (USER,)),
    ("query_spot_deploy_auction_status", "spotDeployState", (USER,)),
    ("extra_agents", "extraAgents", (USER,)),
)
SDK_CHANNELS: tuple[dict[str, str], ...] = (
    {"type": "allMids"},
    {"type": "l2Book", "coin": "CBRS"},
    {"type": "bbo", "coin": "CBRS"},
    {"type": "trades", "coin": "CBRS"},
    {"type": "candle", "coin": "CBRS", "interval": "1m"},
    {"type": "userEvents", "user": address(SDK)},
    {"type": "userFills", "user": address(SDK)},
    {"type": "orderUpdates", "user": address(SDK)},
    {"type": "userFundings", "user": address(SDK)},
    {"type": "userNonFundingLedgerUpdates", "user": address(SDK)},
    {"type": "webData2", "user": address(SDK)},
    {"type": "activeAssetCtx", "coin": "CBRS"},
    {"type": "activeAssetData", "coin": "CBRS", "user": address(SDK)},
)


@pytest.fixture(scope="module")
def url(record: Record) -> str:
    """A venue with offers on both sides."""
    story = record.story
    for is_buy, price in ((True, MARK - 1), (False, MARK + 1)):
        assert "resting" in story.order(MAKER, is_buy, "500", str(price))
    return story.venue.url


def sdk(url: str, account: int = SDK) -> Exchange:
    wallet = Account.from_key(dev_key("account", account))
    return Exchange(wallet, url, perp_dexs=["", "xyz"])


def test_the_official_client_reads_everything_it_knows(url: str) -> None:
    info = Info(url, skip_ws=True, perp_dexs=["", "xyz"])
    known = {name for name in vars(Info) if not name.startswith("_")}
    other = {"set_perp_meta", "disconnect_websocket", "subscribe", "unsubscribe", "name_to_asset"}
    assert known == {name for name, _, _ in SDK_READS} | other
    for name, kind, arguments in SDK_READS:
        assert faults(INFO[kind], getattr(info, name)(*arguments)) == [], name


def status(reply: Any) -> Any:
    assert reply["status"] == "ok", reply
    return reply["response"]["data"]["statuses"][0]


def test_the_official_client_trades(url: str) -> None:
    exchange, name = sdk(url), Cloid.from_int(77)
    terms = {"limit": {"tif": "Gtc"}}
    oid = status(exchange.order("CBRS", True, 1, 130, terms, cloid=name))["resting"]["oid"]
    changed = exchange.modify_order(oid, "CBRS", True, 2, 131, terms, cloid=name)
    assert "resting" in status(changed)
    assert status(exchange.cancel_by_cloid("CBRS", name)) == "success"
    assert "never placed" in status(exchange.cancel("CBRS", 999_999))["error"]
    assert exchange.update_leverage(3, "CBRS") == {"status": "ok", "response": {"type": "default"}}
    assert "filled" in status(exchange.market_open("CBRS", True, 2))
    assert "filled" in status(exchange.market_close("CBRS"))
    agent, key = exchange.approve_agent("conformance")
    assert agent["status"] == "ok"
    by_agent = Exchange(Account.from_key(key), url, account_address=address(SDK))
    by_agent.set_expires_after(2_000_000_000_000)
    assert "resting" in status(by_agent.order("CBRS", True, 1, 130, terms))
    for reply in (
        exchange.schedule_cancel(START_MS + 10 * 86_400_000),
        exchange.schedule_cancel(None),
        exchange.send_asset(address(SDK), "", "xyz", "USDC", 5),
        exchange.noop(1_900_000_000_000),
    ):
        assert reply == {"status": "ok", "response": {"type": "default"}}


def test_the_official_client_says_what_the_venue_said(url: str) -> None:
    with pytest.raises(ClientError) as caught:
        Info(url, skip_ws=True).user_state("0x12")
    assert caught.value.status_code == 422 and "user" in str(caught.value.error_message)


def test_the_official_client_hears_every_channel(url: str) -> None:
    info, exchange = Info(url, perp_dexs=["", "xyz"]), sdk(url)
    heard: dict[str, queue.Queue[Any]] = {}
    try:
        for wanted in SDK_CHANNELS:
            heard[wanted["type"]] = queue.Queue()
            info.subscribe(wanted, heard[wanted["type"]].put)
        assert heard["l2Book"].get(timeout=DEADLINE_S)["data"]["coin"] == "CBRS"
        assert "filled" in status(exchange.market_open("CBRS", False, 1))
        for kind, messages in heard.items():
            if kind not in ("l2Book", "userFundings"):
                assert messages.get(timeout=DEADLINE_S)["data"], kind
    finally:
        info.disconnect_websocket()


# -- ccxt -----------------------------------------------------------------------------------------
def settings(url: str, account: int) -> dict[str, Any]:
    socket = {"public": url.replace("http", "ws") + "/ws"}
    hip3 = {"types": ["spot", "swap", "hip3"], "hip3": {"dexes": ["xyz"]}}
    return {
        "walletAddress": address(account),
        "privateKey": "0x" + dev_key("account", account).hex(),
        "urls": {"api": {"public": url, "private": url, "ws": socket}},
        "options": {"fetchMarkets": hip3},
    }


@pytest.fixture
def exchange(url: str) -> Iterator[Any]:
    made = ccxt.hyperliquid(settings(url, CCXT))
    made.load_markets()
    yield made
    made.session.close()


def test_ccxt_reads_markets_and_accounts(exchange: Any) -> None:
    assert {SYMBOL, "XYZ-SPCX/USDC:USDC"} <= exchange.markets.keys()
    assert exchange.fetch_balance()["USDC"]["total"] > 0
    assert exchange.fetch_order_book(SYMBOL)["bids"][0][0] == MARK - 1
    assert exchange.fetch_ohlcv(SYMBOL, "1h", START_MS)
    assert SYMBOL in exchange.fetch_tickers() and exchange.fetch_ticker(SYMBOL)["last"]
    assert exchange.fetch_funding_rates([SYMBOL])[SYMBOL]["fundingRate"] is not None
    assert exchange.fetch_funding_rate_history(SYMBOL, START_MS)
    assert exchange.fetch_open_interests([SYMBOL])
    assert exchange.fetch_trading_fee(SYMBOL)["taker"] > 0
    of_another = {"user": USER}
    for read in (exchange.fetch_funding_history, exchange.fetch_my_trades, exchange.fetch_orders):
        assert read(SYMBOL, START_MS, None, of_another), read
    for read in (exchange.fetch_ledger, exchange.fetch_deposits, exchange.fetch_withdrawals):
        assert read(None, START_MS, None, of_another), read


def test_ccxt_trades(exchange: Any) -> None:
    order = exchange.create_order(SYMBOL, "limit", "buy", 2, 130)
    assert [o["id"] for o in exchange.fetch_open_orders(SYMBOL)] == [order["id"]]
    edited = exchange.edit_order(order["id"], SYMBOL, "limit", "buy", 3, 131)
    assert exchange.fetch_order(edited["id"], SYMBOL)["status"] == "open"
    exchange.cancel_order(edited["id"], SYMBOL)
    assert exchange.fetch_order(edited["id"], SYMBOL)["status"] == "canceled"
    exchange.set_leverage(4, SYMBOL, {"marginMode": "cross"})
    exchange.create_order(SYMBOL, "market", "buy", 1, MARK + 1)
    (position,) = exchange.fetch_positions([SYMBOL])
    assert (position["side"], position["contracts"]) == ("long", 1)
    stop = exchange.create_order(
        SYMBOL, "market", "sell", 1, 100, {"stopLossPrice": 100, "reduceOnly": True}
    )
    assert stop["id"]
    with pytest.raises(ccxt.InvalidOrder):
        exchange.create_order(SYMBOL, "limit", "buy", 1, MARK + 2, {"postOnly": True})
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order("999999999", SYMBOL)
    with pytest.raises(ccxt.InsufficientFunds):
        exchange.create_order(SYMBOL, "limit", "buy", 90_000, 130)


def play(url: str, make: Callable[[dict[str, Any]], Any], scene: Any) -> None:
    async def stage() -> None:
        async with contextlib.AsyncExitStack() as stack:
            made = make(settings(url, CCXT_LATER))
            stack.push_async_callback(made.close)
            await made.load_markets()
            await scene(made)

    asyncio.run(stage())


def test_ccxt_reads_and_trades_without_blocking(url: str) -> None:
    async def scene(exchange: Any) -> None:
        order = await exchange.create_order(SYMBOL, "limit", "buy", 1, 130)
        await exchange.cancel_order(order["id"], SYMBOL)
        assert (await exchange.fetch_order(order["id"], SYMBOL))["status"] == "canceled"
        assert (await exchange.fetch_balance())["USDC"]["total"] > 0

    play(url, ccxt.async_support.hyperliquid, scene)


def test_ccxt_pro_follows_and_trades_over_a_socket(url: str) -> None:
    async def scene(exchange: Any) -> None:
        async with asyncio.timeout(DEADLINE_S):
            assert (await exchange.watch_order_book(SYMBOL))["bids"][0][0] == MARK - 1
            assert (await exchange.watch_ticker(SYMBOL))["last"]
            assert await exchange.watch_trades(SYMBOL)
            assert await exchange.watch_ohlcv(SYMBOL, "1m")
            assert isinstance(await exchange.watch_positions(), list)
            orders = asyncio.ensure_future(exchange.watch_orders())
            fills = asyncio.ensure_future(exchange.watch_my_trades())
            await asyncio.sleep(0)
            order = await exchange.create_order_ws(SYMBOL, "limit", "buy", 1, 130)
            assert (await orders)[0]["status"] == "open"
            await exchange.cancel_order_ws(order["id"], SYMBOL)
            await exchange.create_order(SYMBOL, "market", "buy", 1, MARK + 1)
            assert (await fills)[0]["amount"] > 0

    play(url, ccxt.pro.hyperliquid, scene)
