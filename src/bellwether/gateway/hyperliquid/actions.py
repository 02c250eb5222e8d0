"""Actions of the dialect as commands of the venue (ORD-1, UNIT-3, UNIT-8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from bellwether.engine.state.market import Market
from bellwether.engine.state.user import User
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import decode
from bellwether.gateway.hyperliquid.decode import OrderWire, address_of
from bellwether.gateway.hyperliquid.refusals import request_text
from bellwether.gateway.hyperliquid.together.signers import signers_of
from bellwether.gateway.hyperliquid.wire import accounts
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AcceptDisclosure,
    AnyCommand,
    ApproveAgent,
    ApproveBuilderFee,
    CancelByClientId,
    CancelOrders,
    CancelTwap,
    ClaimRewards,
    ConvertToMultiSig,
    CreateSubAccount,
    ModifyOrders,
    ModifyRequest,
    NameAccount,
    Noop,
    OrderRequest,
    PlaceOrders,
    PlaceTwap,
    RequestWithdrawal,
    ScheduleCancel,
    SetAssignment,
    TopUpIsolatedMargin,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import DecimalError, canonical_decimal, parse_decimal

USD_DECIMALS: Final = 6
RATE_DECIMALS: Final = 6
LEVERAGE_DECIMALS: Final = 6
PERCENT_DECIMALS: Final = 3
"""A tenth of a basis point is a thousandth of a per cent."""
MAX_AGENT_NAME: Final = 16

_TIMES_IN_FORCE: Final = {
    "Gtc": codes.GTC,
    "Ioc": codes.IOC,
    "Alo": codes.ALO,
    "FrontendMarket": codes.FRONTEND_MARKET,
    "Fok": codes.FOK,
}
_TRIGGERS: Final = {
    ("sl", True): codes.STOP_MARKET,
    ("sl", False): codes.STOP_LIMIT,
    ("tp", True): codes.TAKE_PROFIT_MARKET,
    ("tp", False): codes.TAKE_PROFIT_LIMIT,
}
_WATCHED: Final[dict[object, int]] = {
    name: number for number, name in enumerate(codes.WATCHED_NAMES)
}
_GROUPINGS: Final = {"normalTpsl": codes.NORMAL_TPSL, "positionTpsl": codes.POSITION_TPSL}
_VALID_UNTIL: Final = re.compile(r"(.*) valid_until ([0-9]{1,15})", re.ASCII | re.DOTALL)


class Authority(NamedTuple):
    """Who asks, for whom and until when: the part that all signed commands share.

    `signer` and `account_for` are 20 bytes (or empty), `nonce` and `expires_after` ms (0 = never).
    """

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int


def command_of(action: decode.Action, by: Authority, venue: Venue) -> AnyCommand:
    """The command an action asks for. Raises Refused or WrongShape."""
    return _BUILDERS[type(action)](action, by, venue)


def _shared(by: Authority) -> tuple[bytes, bytes, int, int]:
    return by.signer, by.account_for, by.nonce, by.expires_after


def _order(action: decode.Order, by: Authority, venue: Venue) -> AnyCommand:
    orders = tuple(_order_request(order, venue) for order in action.orders)
    grouping = action.grouping
    code = _GROUPINGS.get(grouping, codes.UNGROUPED) if isinstance(grouping, str) else 0
    builder = action.builder
    if not isinstance(builder, decode.Builder) or builder.fee == 0:
        return PlaceOrders(*_shared(by), orders, code)
    address = address_of(builder.address, "action.builder.b")
    return PlaceOrders(*_shared(by), orders, code, address, builder.fee)


def _cancel(action: decode.Cancel, by: Authority, venue: Venue) -> AnyCommand:
    return CancelOrders(*_shared(by), tuple((c.asset, c.order_id) for c in action.cancels))


def _cancel_by_cloid(action: decode.CancelByCloid, by: Authority, venue: Venue) -> AnyCommand:
    cancels = tuple((c.asset, client_id(c.cloid)) for c in action.cancels)
    return CancelByClientId(*_shared(by), cancels)


def _modify(action: decode.Modify, by: Authority, venue: Venue) -> AnyCommand:
    return ModifyOrders(*_shared(by), (_modify_request(action.oid, action.order, venue),))


def _batch_modify(action: decode.BatchModify, by: Authority, venue: Venue) -> AnyCommand:
    modifies = tuple(_modify_request(m.oid, m.order, venue) for m in action.modifies)
    return ModifyOrders(*_shared(by), modifies)


def _schedule_cancel(
    action: decode.ScheduleCancelAction, by: Authority, venue: Venue
) -> AnyCommand:
    return ScheduleCancel(*_shared(by), action.time if isinstance(action.time, int) else 0)


def _twap(action: decode.TwapOrderAction, by: Authority, venue: Venue) -> AnyCommand:
    twap, details = action.twap, action.details
    market = venue.markets.get(twap.asset)
    size_decimals = 0 if market is None else market.spec.size_decimals
    price_decimals = PRICE_AND_SIZE_DECIMALS - size_decimals
    trigger_price, trigger_above, stop_price = 0, False, 0
    if isinstance(details, decode.TwapDetails):
        stop_price = _distance(details.stop_price, price_decimals)
        if details.trigger is not None:
            trigger_price = _distance(details.trigger.price, price_decimals)
            trigger_above = details.trigger.above
    return PlaceTwap(
        *_shared(by),
        twap.asset,
        twap.is_buy,
        units(twap.size, size_decimals),
        twap.reduce_only,
        twap.minutes,
        twap.randomize,
        trigger_price,
        trigger_above,
        stop_price,
    )


def _cancel_twap(action: decode.TwapCancelAction, by: Authority, venue: Venue) -> AnyCommand:
    return CancelTwap(*_shared(by), action.asset, action.twap_id)


def _leverage(action: decode.UpdateLeverageAction, by: Authority, venue: Venue) -> AnyCommand:
    return UpdateLeverage(*_shared(by), action.asset, action.is_cross, action.leverage)


def _isolated_margin(
    action: decode.UpdateIsolatedMarginAction, by: Authority, venue: Venue
) -> AnyCommand:
    # `isBuy` says nothing here: an account holds one position a market.
    return UpdateIsolatedMargin(*_shared(by), action.asset, action.ntli)


def _noop(action: decode.NoopAction, by: Authority, venue: Venue) -> AnyCommand:
    return Noop(*_shared(by))


def _usd_send(action: accounts.UsdSend, by: Authority, venue: Venue) -> AnyCommand:
    destination = address_of(action.destination, "action.destination")
    return TransferBetweenDexes(*_shared(by), destination, "", "", micro_usd(action.amount))


def _send_asset(action: accounts.SendAsset, by: Authority, venue: Venue) -> AnyCommand:
    if action.token.partition(":")[0] != "USDC":
        raise Refused(f"Unknown token {action.token}")
    sub_account = action.from_sub_account
    acting = address_of(sub_account, "action.fromSubAccount") if sub_account else by.account_for
    return TransferBetweenDexes(
        *_shared(by._replace(account_for=acting)),
        address_of(action.destination, "action.destination"),
        action.source_dex,
        action.destination_dex,
        micro_usd(action.amount),
    )


def _create_sub(action: accounts.CreateSubAccountAction, by: Authority, venue: Venue) -> AnyCommand:
    return CreateSubAccount(*_shared(by), action.name)


def _name_sub(action: accounts.SubAccountModifyAction, by: Authority, venue: Venue) -> AnyCommand:
    sub = _sub_account(action.sub_account_user, by, venue)
    return NameAccount(*_shared(by), sub, action.name)


def _set_display_name(
    action: accounts.SetDisplayNameAction, by: Authority, venue: Venue
) -> AnyCommand:
    return NameAccount(*_shared(by), _own(by, venue).address, action.display_name)


def _sub_transfer(
    action: accounts.SubAccountTransferAction, by: Authority, venue: Venue
) -> AnyCommand:
    """Out of the master's collateral in the main dex, or back into it."""
    if by.account_for:
        raise Refused(request_text(rejects.SUB_ACCOUNT_MAY_NOT))
    sub = _sub_account(action.sub_account_user, by, venue)
    if action.is_deposit:
        return TransferBetweenDexes(*_shared(by), sub, "", "", action.usd)
    master = _own(by, venue).address
    return TransferBetweenDexes(*_shared(by._replace(account_for=sub)), master, "", "", action.usd)


def _own(by: Authority, venue: Venue) -> User:
    """The master whose own key signs. Raises Refused as the engine does."""
    entry = venue.signers.get(by.signer)
    if entry is None or entry.revoked:
        raise Refused(request_text(rejects.SIGNER_UNKNOWN, user=by.signer))
    if entry.is_agent:
        raise Refused(request_text(rejects.MASTER_ONLY, user=by.signer))
    return entry.user


def _sub_account(text: str, by: Authority, venue: Venue) -> bytes:
    """An account of the signer's own; it is one for good. Raises Refused and WrongShape."""
    address = address_of(text, "action.subAccountUser")
    if address not in _own(by, venue).sub_accounts:
        raise Refused(request_text(rejects.VAULT_UNKNOWN, account=address))
    return address


def _top_up(
    action: accounts.TopUpIsolatedOnlyMarginAction, by: Authority, venue: Venue
) -> AnyCommand:
    leverage = units(canonical_decimal(action.leverage), LEVERAGE_DECIMALS)
    if leverage == codes.UNREPRESENTABLE:
        raise Refused(request_text(rejects.LEVERAGE_INVALID))
    return TopUpIsolatedMargin(*_shared(by), action.asset, leverage)


def _keep_mode(
    action: accounts.UserSetAbstraction
    | accounts.UserDexAbstraction
    | accounts.UserPortfolioMargin,
    by: Authority,
    venue: Venue,
) -> AnyCommand:
    """The mode is the one that there is: only the nonce is used."""
    user = address_of(action.user, "action.user")
    return Noop(*_shared(by._replace(account_for=user)))


def _keep_mode_by_agent(
    action: accounts.AgentSetAbstraction, by: Authority, venue: Venue
) -> AnyCommand:
    return Noop(*_shared(by))


def _withdraw(action: decode.Withdraw3, by: Authority, venue: Venue) -> AnyCommand:
    """The dialect's withdrawals leave the main dex."""
    destination = address_of(action.destination, "action.destination")
    return RequestWithdrawal(*_shared(by), destination, "", micro_usd(action.amount))


def _convert(action: decode.ConvertToMultiSigUser, by: Authority, venue: Venue) -> AnyCommand:
    """Without signers the account's own key acts again."""
    signers = signers_of(action)
    if signers is None:
        return ConvertToMultiSig(*_shared(by), (), 0)
    where = "action.signers.authorizedUsers"
    keys = tuple(address_of(user, where) for user in signers.authorized_users)
    if not keys:
        raise Refused(request_text(rejects.SIGNERS_INVALID))
    return ConvertToMultiSig(*_shared(by), keys, signers.threshold)


def _approve_agent(action: decode.ApproveAgentAction, by: Authority, venue: Venue) -> AnyCommand:
    name = action.agent_name if isinstance(action.agent_name, str) else ""
    valid_until = 0
    if match := _VALID_UNTIL.fullmatch(name):
        name, valid_until = match[1], int(match[2])
    if len(name) > MAX_AGENT_NAME:
        raise Refused(request_text(rejects.AGENT_NAME_INVALID))
    agent = address_of(action.agent_address, "action.agentAddress")
    return ApproveAgent(*_shared(by), agent, name, valid_until)


def _approve_builder(
    action: decode.ApproveBuilderFeeAction, by: Authority, venue: Venue
) -> AnyCommand:
    most = units(canonical_decimal(action.max_fee_rate[:-1]), PERCENT_DECIMALS)
    if most == codes.UNREPRESENTABLE:
        raise Refused(request_text(rejects.BUILDER_FEE_INVALID))
    return ApproveBuilderFee(*_shared(by), address_of(action.builder, "action.builder"), most)


def _claim_rewards(action: decode.ClaimRewardsAction, by: Authority, venue: Venue) -> AnyCommand:
    return ClaimRewards(*_shared(by))


def _market_named(coin: str, venue: Venue) -> Market:
    market = venue.market_by_name.get(coin)
    if market is None:
        raise WrongShape(f"action.coin: there is no market `{coin[:64]}`")
    return market


def _set_assignment(action: decode.SetAssignmentAction, by: Authority, venue: Venue) -> AnyCommand:
    market = _market_named(action.coin, venue)
    return SetAssignment(
        *_shared(by),
        market.asset,
        action.accept_long,
        action.accept_short,
        units(action.max_size, market.size_decimals),
        units(action.max_position, market.size_decimals),
        action.edge_bp,
        codes.ASSIGNMENT_DAYS[action.days],
    )


def _accept_disclosure(
    action: decode.AcceptDisclosureAction, by: Authority, venue: Venue
) -> AnyCommand:
    market = _market_named(action.coin, venue)
    return AcceptDisclosure(*_shared(by), market.asset, bytes.fromhex(action.hash[2:]))


_BUILDERS: Final[dict[type[decode.Action], Callable[[Any, Authority, Venue], AnyCommand]]] = {
    decode.Order: _order,
    decode.Cancel: _cancel,
    decode.CancelByCloid: _cancel_by_cloid,
    decode.Modify: _modify,
    decode.BatchModify: _batch_modify,
    decode.ScheduleCancelAction: _schedule_cancel,
    decode.TwapOrderAction: _twap,
    decode.TwapCancelAction: _cancel_twap,
    decode.UpdateLeverageAction: _leverage,
    decode.UpdateIsolatedMarginAction: _isolated_margin,
    decode.NoopAction: _noop,
    accounts.UsdSend: _usd_send,
    accounts.SendAsset: _send_asset,
    accounts.CreateSubAccountAction: _create_sub,
    accounts.SubAccountModifyAction: _name_sub,
    accounts.SubAccountTransferAction: _sub_transfer,
    accounts.SetDisplayNameAction: _set_display_name,
    accounts.TopUpIsolatedOnlyMarginAction: _top_up,
    accounts.UserSetAbstraction: _keep_mode,
    accounts.UserDexAbstraction: _keep_mode,
    accounts.UserPortfolioMargin: _keep_mode,
    accounts.AgentSetAbstraction: _keep_mode_by_agent,
    decode.Withdraw3: _withdraw,
    decode.ConvertToMultiSigUser: _convert,
    decode.ApproveAgentAction: _approve_agent,
    decode.ApproveBuilderFeeAction: _approve_builder,
    decode.ClaimRewardsAction: _claim_rewards,
    decode.AcceptDisclosureAction: _accept_disclosure,
    decode.SetAssignmentAction: _set_assignment,
}


def _order_request(order: OrderWire, venue: Venue) -> OrderRequest:
    market = venue.markets.get(order.asset)
    # The engine refuses an unknown market before it looks at prices, so any decimals do.
    size_decimals = 0 if market is None else market.spec.size_decimals
    price_decimals = PRICE_AND_SIZE_DECIMALS - size_decimals
    price, lots = units(order.price, price_decimals), units(order.size, size_decimals)
    cloid = order.client_order_id
    client_order_id = client_id(cloid) if isinstance(cloid, str) else b""
    trigger = order.terms.trigger
    if isinstance(trigger, decode.TriggerTerms):
        return OrderRequest(
            order.asset,
            order.is_buy,
            price,
            lots,
            codes.IOC if trigger.is_market else codes.GTC,
            order.reduce_only,
            client_order_id,
            _TRIGGERS[trigger.tpsl, trigger.is_market],
            _given(trigger.trigger_px, price_decimals),
            _distance(trigger.trail_px, price_decimals),
            _distance(trigger.trail_rate, RATE_DECIMALS),
            _WATCHED.get(trigger.trigger_by, codes.BY_MARK),
        )
    limit = order.terms.limit
    assert isinstance(limit, decode.LimitTerms), "decoding lets a limit or a trigger through"
    time_in_force = _TIMES_IN_FORCE[limit.tif]
    return OrderRequest(
        order.asset,
        order.is_buy,
        price,
        lots,
        time_in_force,
        order.reduce_only,
        client_order_id,
    )


def _modify_request(oid: int | str, order: OrderWire, venue: Venue) -> ModifyRequest:
    request = _order_request(order, venue)
    if isinstance(oid, str):
        return ModifyRequest(0, client_id(oid), request)
    return ModifyRequest(oid, b"", request)


def _given(text: object, decimals: int) -> int:
    return units(text, decimals) if isinstance(text, str) else 0


def _distance(text: object, decimals: int) -> int:
    """0 where none is given; nothing could wait for a distance or a price of nothing."""
    return (_given(text, decimals) or codes.UNREPRESENTABLE) if isinstance(text, str) else 0


def units(text: str, decimals: int) -> int:
    """`text` in units of 10^-decimals, or UNREPRESENTABLE if it has more digits than that."""
    try:
        return parse_decimal(text, decimals)
    except DecimalError:
        return codes.UNREPRESENTABLE


def micro_usd(text: str) -> int:
    """An amount of USD in micro-USD. Raises Refused for more than six decimals."""
    try:
        return parse_decimal(canonical_decimal(text), USD_DECIMALS)
    except DecimalError:
        raise Refused("Invalid decimal number") from None


def client_id(text: str) -> bytes:
    """16 bytes of a client order id in hexadecimal with 0x."""
    return bytes.fromhex(text[2:])
