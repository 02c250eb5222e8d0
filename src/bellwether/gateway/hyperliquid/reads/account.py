"""Reads of accounts: state, open orders, agents, fees, what could be traded (§2.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from bellwether.engine import questions
from bellwether.engine.fees.rates import grown, rates_of
from bellwether.engine.state.account import Account
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.user import User
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads import twaps
from bellwether.gateway.hyperliquid.reads.market import contexts, meta, now_ms
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request
from bellwether.schema import codes
from bellwether.units.text import format_decimal
from bellwether.views.history.volumes import MS_PER_DAY
from bellwether.views.views import Views

FREE_REQUESTS: Final = 10_000
FEE_DAYS: Final = 15
_FEE_DECIMALS: Final = 9


def account_of(venue: Venue, address: bytes, dex: Dex) -> Account | None:
    """Return a user's account in a dex, None where there is none."""
    user = venue.users.get(address)
    return None if user is None else user.accounts.get(dex.number)


def clearinghouse_state(account: Account | None, time_ms: int) -> dict[str, Any]:
    """Return an account's margin and positions; zeros for one that does not exist."""
    if account is None:
        return {
            "marginSummary": _summary(0, 0, 0, 0),
            "crossMarginSummary": _summary(0, 0, 0, 0),
            "crossMaintenanceMarginUsed": "0.0",
            "withdrawable": "0.0",
            "assetPositions": [],
            "time": time_ms,
        }
    held = [holding for holding in account.held if holding.lots]
    signed = sum(holding.lots * holding.market.mark_price for holding in held)
    cross = [holding for holding in held if holding.is_cross]
    cross_signed = sum(holding.lots * holding.market.mark_price for holding in cross)
    cross_notional = sum(holding.notional() for holding in cross)
    equity, cross_equity = questions.account_equity(account), questions.cross_equity(account)
    return {
        "marginSummary": _summary(
            equity,
            questions.total_notional(account),
            equity - signed,
            questions.total_margin_used(account),
        ),
        "crossMarginSummary": _summary(
            cross_equity,
            cross_notional,
            cross_equity - cross_signed,
            questions.cross_margin_used(account),
        ),
        "crossMaintenanceMarginUsed": render.usd(questions.cross_maintenance(account)),
        "withdrawable": render.usd(questions.withdrawable(account)),
        "assetPositions": [{"type": "oneWay", "position": position(holding)} for holding in held],
        "time": time_ms,
    }


def _summary(value: int, notional: int, raw: int, used: int) -> dict[str, Any]:
    return {
        "accountValue": render.unsigned_usd(value),
        "totalNtlPos": render.usd(notional),
        "totalRawUsd": render.usd(raw),
        "totalMarginUsed": render.unsigned_usd(used),
    }


def position(holding: Holding) -> dict[str, Any]:
    """Return one open position; funding is shown as Hyperliquid does: positive was paid.

    Where it would be liquidated only its owner is told, who asks with a signature (LIQ-7).
    """
    market = holding.market
    unrealized = questions.holding_unrealized(holding)
    unsettled = questions.holding_unsettled_funding(holding)
    return {
        "coin": market.name,
        "szi": render.sz(market, holding.lots),
        "leverage": leverage(market, holding),
        "entryPx": render.average_px(market, holding.cost, holding.lots),
        "positionValue": render.usd(questions.holding_notional(holding)),
        "unrealizedPnl": render.usd(unrealized),
        "returnOnEquity": render.ratio(unrealized * holding.leverage, abs(holding.cost)),
        "liquidationPx": None,
        "marginUsed": render.unsigned_usd(questions.holding_margin_used(holding)),
        "maxLeverage": market.max_leverage,
        "cumFunding": {
            "allTime": render.usd(-holding.funding_all_time - unsettled),
            "sinceOpen": render.usd(-holding.funding_since_open - unsettled),
            "sinceChange": render.usd(-holding.funding_since_change - unsettled),
        },
    }


def leverage(market: Market, holding: Holding | None) -> dict[str, Any]:
    """Return the leverage chosen, or the market's default (MARG-2)."""
    if holding is None:
        is_cross, value, raw = market.spec.margin_mode == codes.CROSS, market.max_leverage, 0
    else:
        is_cross, value = holding.is_cross, holding.leverage
        raw = holding.margin.balance + holding.unsettled_funding() - holding.cost
    if is_cross:
        return {"type": "cross", "value": value}
    return {"type": "isolated", "value": value, "rawUsd": render.usd(raw)}


def open_orders(venue: Venue, account: Account | None) -> list[dict[str, Any]]:
    """Return the live orders of an account in the short form, newest first."""
    return [render.open_order(venue.markets[o.asset], o) for o in _live(account)]


def frontend_open_orders(venue: Venue, account: Account | None) -> list[dict[str, Any]]:
    """Return the live orders of an account in the long form, newest first."""
    return [render.frontend_order(venue.markets[o.asset], o) for o in _live(account)]


def _live(account: Account | None) -> list[Any]:
    """Children that wait for their parent are shown inside it, not beside it."""
    if account is None:
        return []
    found = [order for order in account.orders.values() if not order.waiting]
    return sorted(found, key=lambda order: -order.order_id)


def active_asset(venue: Venue, address: bytes, market: Market) -> dict[str, Any]:
    """Return what a user could trade in a market now."""
    account = account_of(venue, address, market.dex)
    holding = None if account is None else account.user.holdings.get(market.asset)
    sizes, free = ["0.0", "0.0"], "0.0"
    if account is not None:
        sizes = [
            render.sz(market, questions.max_trade_lots(account, market, is_buy))
            for is_buy in (True, False)
        ]
        free = render.usd(questions.free_collateral(account))
    return {
        "user": render.address(address),
        "coin": market.name,
        "leverage": leverage(market, holding),
        "maxTradeSzs": sizes,
        "availableToTrade": [free, free],
        "markPx": render.px(market, market.mark_price),
    }


def agents(user: User | None, time_ms: int) -> list[dict[str, Any]]:
    """Return a user's named agents that have not expired."""
    if user is None:
        return []
    return [
        {
            "address": render.address(agent.address),
            "name": name,
            "validUntil": agent.valid_until_ms or None,
        }
        for name, agent in user.agents.items()
        if name and not (agent.valid_until_ms and agent.valid_until_ms < time_ms)
    ]


def unnamed_agent(venue: Venue, address: bytes) -> dict[str, Any]:
    """Return the agent without a name, nulls where there is none that may sign now."""
    user = venue.users.get(address)
    agent = None if user is None else user.agents.get("")
    until = 0 if agent is None else agent.valid_until_ms
    is_live = agent is not None and not (until and until < now_ms(venue))
    return {
        "agentAddress": render.address(agent.address) if agent is not None and is_live else None,
        "agentValidUntil": until or None if is_live else None,
    }


def order_triggers(venue: Venue, account: Account | None) -> list[dict[str, Any]]:
    """Return which prices live orders wait for and follow, newest first; children too."""
    found = [] if account is None else list(account.orders.values())
    return [
        render.order_trigger(venue.markets[order.asset], order)
        for order in sorted(found, key=lambda order: -order.order_id)
        if order.trigger != codes.NO_TRIGGER
    ]


def spot_state(venue: Venue, address: bytes) -> dict[str, Any]:
    """Return the spot balances: collateral lives in the dexes, so there is none here."""
    return {"balances": []}


def web_data(venue: Venue, views: Views, address: bytes) -> dict[str, Any]:
    """Return what a trading screen of the main dex shows."""
    main, time_ms = venue.dexes[0], now_ms(venue)
    account = account_of(venue, address, main)
    return {
        "clearinghouseState": clearinghouse_state(account, time_ms),
        "leadingVaults": [],
        "totalVaultEquity": "0.0",
        "openOrders": frontend_open_orders(venue, account),
        **unnamed_agent(venue, address),
        "cumLedger": render.unsigned_usd(views.ledger_updates.net_deposits(address)),
        "meta": meta(main),
        "assetCtxs": contexts(views, main, time_ms),
        "serverTime": time_ms,
        "isVault": False,
        "user": render.address(address),
        "twapStates": twaps.states(account),
        "spotState": spot_state(venue, address),
        "spotAssetCtxs": [],
    }


async def _clearinghouse_state(node: ReadingNode, request: Request) -> Any:
    address, dex = request.address(), request.dex()
    return await node.read(
        lambda venue: clearinghouse_state(account_of(venue, address, dex), now_ms(venue))
    )


async def _batch_states(node: ReadingNode, request: Request) -> Any:
    users, dex = request.raw("users"), request.dex()
    if not isinstance(users, list):
        raise WrongShape("users: expected a list of addresses")
    inner = [
        Request({f"users[{place}]": user}, request.venue).address(f"users[{place}]")
        for place, user in enumerate(users)
    ]
    return await node.read(
        lambda venue: [
            clearinghouse_state(account_of(venue, address, dex), now_ms(venue)) for address in inner
        ]
    )


async def _spot_state(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    return await node.read(lambda venue: spot_state(venue, address))


async def _open_orders(node: ReadingNode, request: Request) -> Any:
    address, dex = request.address(), request.dex()
    return await node.read(lambda venue: open_orders(venue, account_of(venue, address, dex)))


async def _frontend_open_orders(node: ReadingNode, request: Request) -> Any:
    address, dex = request.address(), request.dex()
    return await node.read(
        lambda venue: frontend_open_orders(venue, account_of(venue, address, dex))
    )


async def _order_triggers(node: ReadingNode, request: Request) -> Any:
    address, dex = request.address(), request.dex()
    return await node.read(lambda venue: order_triggers(venue, account_of(venue, address, dex)))


async def _active_asset(node: ReadingNode, request: Request) -> Any:
    address, market = request.address(), request.market()
    return await node.read(lambda venue: active_asset(venue, address, market))


async def _extra_agents(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    return await node.read(lambda venue: agents(venue.users.get(address), now_ms(venue)))


async def _user_role(node: ReadingNode, request: Request) -> Any:
    address = request.address()

    def answer(venue: Venue) -> dict[str, Any]:
        user = venue.users.get(address)
        if user is not None and user.master is not None:
            return {"role": "subAccount", "data": {"master": render.address(user.master.address)}}
        signer = venue.signers.get(address)
        if signer is None or signer.revoked or signer.has_expired(venue.time_ns):
            return {"role": "missing"}
        if signer.is_agent:
            return {"role": "agent", "data": {"user": render.address(signer.user.address)}}
        return {"role": "user"}

    return await node.read(answer)


def sub_accounts(venue: Venue, user: User | None) -> list[dict[str, Any]] | None:
    """Return a master's sub-accounts with their state in the main dex; None if it has none."""
    if user is None or not user.sub_accounts:
        return None
    main, time_ms = venue.dexes[0], now_ms(venue)
    return [
        {
            **_sub_account(user, sub),
            "clearinghouseState": clearinghouse_state(sub.accounts.get(main.number), time_ms),
            "spotState": spot_state(venue, sub.address),
        }
        for sub in user.sub_accounts.values()
    ]


def sub_accounts_in_all(venue: Venue, user: User | None) -> list[dict[str, Any]] | None:
    """Return the same with their states in every dex."""
    if user is None or not user.sub_accounts:
        return None
    time_ms = now_ms(venue)
    return [
        {
            **_sub_account(user, sub),
            "dexToClearinghouseState": [
                [dex.name, clearinghouse_state(sub.accounts.get(dex.number), time_ms)]
                for dex in venue.dexes
            ],
            "spotState": spot_state(venue, sub.address),
            "abstraction": "disabled",
        }
        for sub in user.sub_accounts.values()
    ]


def _sub_account(master: User, sub: User) -> dict[str, Any]:
    return {
        "name": sub.name,
        "subAccountUser": render.address(sub.address),
        "master": render.address(master.address),
    }


async def _sub_accounts(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    return await node.read(lambda venue: sub_accounts(venue, venue.users.get(address)))


async def _sub_accounts_in_all(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    return await node.read(lambda venue: sub_accounts_in_all(venue, venue.users.get(address)))


async def _rate_limit(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    volume = node.views.volumes.total(address)
    return {
        "cumVlm": render.usd(volume),
        "nRequestsUsed": request.requests_used(address),
        "nRequestsCap": FREE_REQUESTS + volume // 1_000_000,
        "nRequestsSurplus": 0,
    }


async def _web_data(node: ReadingNode, request: Request) -> Any:
    address, views = request.address(), node.views
    return await node.read(lambda venue: web_data(venue, views, address))


async def _user_fees(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    today = now_ms(request.venue) // MS_PER_DAY
    rows = node.views.volumes.by_day(address, today - FEE_DAYS + 1, today)
    asked = None if request.raw("coin") is None else request.market()
    fees = await node.read(lambda venue: _fees_of(venue, address, asked))
    base = {"cross": fees.cross, "add": fees.add}
    rates = {**base, "spotCross": fees.cross, "spotAdd": fees.add}
    return {
        "dailyUserVlm": [
            {
                "date": datetime.fromtimestamp(row.day * 86_400, UTC).strftime("%Y-%m-%d"),
                "userCross": render.usd(row.taken),
                "userAdd": render.usd(row.made),
                "exchange": render.usd(row.everybody),
            }
            for row in rows
        ],
        "feeSchedule": {
            **rates,
            "tiers": {"vip": fees.tiers, "mm": []},
            "referralDiscount": "0.0",
            "stakingDiscountTiers": [{"bpsOfMaxSupply": "0.0", "discount": "0.0"}],
        },
        "userCrossRate": fees.user_cross,
        "userAddRate": fees.user_add,
        "userSpotCrossRate": fees.user_cross,
        "userSpotAddRate": fees.user_add,
        "activeReferralDiscount": "0.0",
        "trial": None,
        "feeTrialEscrow": "0.0",
        "nextTrialAvailableTimestamp": None,
        "stakingLink": None,
        "activeStakingDiscount": {"bpsOfMaxSupply": "0.0", "discount": "0.0"},
    }


class _Fees(NamedTuple):
    """Rates as decimal text: what anybody pays, by volume, and what the user does."""

    cross: str
    add: str
    tiers: list[dict[str, str]]
    user_cross: str
    user_add: str


def _fees_of(venue: Venue, address: bytes, asked: Market | None) -> _Fees:
    """Of the market that was asked for, else of that with the highest base rates (ORD-7): the
    dialect shows one schedule."""
    markets = venue.markets.values()
    market = asked or max(markets, key=lambda m: (m.taker_fee_e9, m.maker_fee_e9), default=None)
    if market is None:
        return _Fees("0.0", "0.0", [], "0.0", "0.0")
    spec, user = market.rules, venue.users.get(address)
    taker, maker = market.taker_fee_e9, market.maker_fee_e9
    own = (taker, maker) if user is None else rates_of(market, user)
    tiers = []
    for tier in spec.fee_tiers:
        cross = _rate(grown(tier.taker_e9, spec.growth_mode))
        # The dialect has no sign here; `userAddRate` shows a rebate that has been earned.
        add = _rate(max(grown(tier.maker_e9, spec.growth_mode), 0))
        spot = {"spotCross": cross, "spotAdd": add}
        tiers.append({"ntlCutoff": render.usd(tier.volume_e6), "cross": cross, "add": add, **spot})
    return _Fees(_rate(taker), _rate(max(maker, 0)), tiers, _rate(own[0]), _rate(own[1]))


def _rate(rate_e9: int) -> str:
    return format_decimal(rate_e9, _FEE_DECIMALS)


async def _portfolio(node: ReadingNode, request: Request) -> Any:
    address, views = request.address(), node.views
    net, volume = views.ledger_updates.net_deposits(address), views.volumes.total(address)

    def answer(venue: Venue) -> Any:
        user = venue.users.get(address)
        accounts = [] if user is None else list(user.accounts.values())
        worth = sum(questions.account_equity(account) for account in accounts)
        period = {
            "accountValueHistory": [[now_ms(venue), render.usd(worth)]],
            "pnlHistory": [[now_ms(venue), render.usd(worth - net)]],
            "vlm": render.usd(volume),
        }
        names = ("day", "week", "month", "allTime", "perpDay", "perpWeek", "perpMonth")
        return [[name, period] for name in (*names, "perpAllTime")]

    return await node.read(answer)


async def _referral(node: ReadingNode, request: Request) -> Any:
    """Rewards are parts of fees: there are no referrals here."""
    address = request.address()
    volume = node.views.volumes.total(address)

    def earned(venue: Venue) -> tuple[int, int]:
        user = venue.users.get(address)
        accounts = [] if user is None else list(user.accounts.values())
        return sum(a.reward_e6 for a in accounts), sum(a.claimed_e6 for a in accounts)

    unclaimed, claimed = await node.read(earned)
    return {
        "referredBy": None,
        "cumVlm": render.usd(volume),
        "unclaimedRewards": render.usd(unclaimed),
        "claimedRewards": render.usd(claimed),
        "builderRewards": render.usd(unclaimed + claimed),
        "referrerState": {"stage": "needToTrade", "data": {"required": "10000.0"}},
        "rewardHistory": [],
        "tokenToState": [],
    }


async def _max_builder_fee(node: ReadingNode, request: Request) -> Any:
    address, builder = request.address(), request.address("builder")

    def answer(venue: Venue) -> int:
        user = venue.users.get(address)
        return 0 if user is None else user.builders.get(builder, 0)

    return await node.read(answer)


async def _approved_builders(node: ReadingNode, request: Request) -> Any:
    address = request.address()

    def answer(venue: Venue) -> list[str]:
        user = venue.users.get(address)
        return [] if user is None else [render.address(builder) for builder in user.builders]

    return await node.read(answer)


HANDLERS: Final[dict[str, Handler]] = {
    "clearinghouseState": _clearinghouse_state,
    "batchClearinghouseStates": _batch_states,
    "spotClearinghouseState": _spot_state,
    "openOrders": _open_orders,
    "frontendOpenOrders": _frontend_open_orders,
    "orderTriggers": _order_triggers,
    "activeAssetData": _active_asset,
    "extraAgents": _extra_agents,
    "userRole": _user_role,
    "subAccounts": _sub_accounts,
    "subAccounts2": _sub_accounts_in_all,
    "userRateLimit": _rate_limit,
    "webData2": _web_data,
    "userFees": _user_fees,
    "portfolio": _portfolio,
    "referral": _referral,
    "maxBuilderFee": _max_builder_fee,
    "approvedBuilders": _approved_builders,
}
