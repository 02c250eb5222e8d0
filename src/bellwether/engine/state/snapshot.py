"""The whole state as bytes and back: nothing is left out because it could be deduced.

Plain lists in a fixed order, packed with msgpack; equal states give equal bytes (I15). Sums that
outgrow 64 bits are decimal text.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.book.order import Order
from bellwether.engine.state.account import Account
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.nonces import NonceWindow
from bellwether.engine.state.timers import Timers
from bellwether.engine.state.user import Operator, Signer, User
from bellwether.engine.state.venue import Venue
from bellwether.schema import codes
from bellwether.schema.instrument import InstrumentSpec

FORMAT: Final = 1


def dump_venue(venue: Venue) -> bytes:
    """Equal states give equal bytes: all lists are in the order in which things came to be."""
    state = [
        FORMAT,
        [
            venue.time_ns,
            venue.founded,
            venue.dev,
            venue.check_nonce_window,
            venue.next_order_id,
            venue.next_trade_id,
            venue.next_liquidation_id,
        ],
        [_dump_user(user) for user in venue.user_list],
        [_dump_signer(signer) for signer in venue.signers.values()],
        [[op.key, op.roles, op.nonces.remembered()] for op in venue.operators.values()],
        [[name, time_ns] for name, time_ns in venue.references.items()],
        [_dump_dex(dex) for dex in venue.dexes],
        [_dump_market(market) for market in venue.markets.values()],
        [_dump_account(account) for dex in venue.dexes for account in dex.accounts],
        venue.timers.waiting,
    ]
    packed: bytes = msgspec.msgpack.encode(state)
    return packed


def restore_venue(payload: bytes) -> Venue:
    """The state that `dump_venue` packed; raises ValueError for another format."""
    state: list[Any] = msgspec.msgpack.decode(payload)
    if state[0] != FORMAT:
        raise ValueError(f"snapshot format {state[0]} is not {FORMAT}")
    venue = Venue()
    _restore_counters(venue, state[1])
    for row in state[2]:
        _restore_user(venue, row)
    for row in state[3]:
        _restore_signer(venue, row)
    for key, roles, seen in state[4]:
        operator = Operator(key, roles)
        operator.nonces = NonceWindow(seen)
        venue.operators[key] = operator
    for name, time_ns in state[5]:
        venue.references[name] = time_ns
    for row in state[6]:
        _restore_dex(venue, row)
    for row in state[7]:
        _restore_market(venue, row)
    for row in state[8]:
        _restore_account(venue, row)
    for row, market in zip(state[7], venue.markets.values(), strict=True):
        _restore_queues(market, row)
    venue.timers = Timers([(when, kind, subject) for when, kind, subject in state[9]])
    return venue


def _restore_counters(venue: Venue, row: list[Any]) -> None:
    venue.time_ns = row[0]
    venue.founded = row[1]
    venue.dev = row[2]
    venue.check_nonce_window = row[3]
    venue.next_order_id = row[4]
    venue.next_trade_id = row[5]
    venue.next_liquidation_id = row[6]


def _dump_user(user: User) -> list[Any]:
    return [
        user.address,
        user.jurisdiction,
        user.client_class,
        user.owner,
        user.volume_e6,
        user.cancel_at_ms,
        user.cancels_today,
        user.cancels_day,
    ]


def _restore_user(venue: Venue, row: list[Any]) -> None:
    user = User(row[0], len(venue.user_list))
    user.jurisdiction = row[1]
    user.client_class = row[2]
    user.owner = row[3]
    user.volume_e6 = row[4]
    user.cancel_at_ms = row[5]
    user.cancels_today = row[6]
    user.cancels_day = row[7]
    venue.users[user.address] = user
    venue.user_list.append(user)


def _dump_signer(signer: Signer) -> list[Any]:
    return [
        signer.address,
        signer.user.address,
        signer.is_agent,
        signer.name,
        signer.valid_until_ms,
        signer.revoked,
        signer.nonces.remembered(),
    ]


def _restore_signer(venue: Venue, row: list[Any]) -> None:
    signer = Signer(row[0], venue.users[row[1]], row[2])
    signer.name = row[3]
    signer.valid_until_ms = row[4]
    signer.revoked = row[5]
    signer.nonces = NonceWindow(row[6])
    venue.signers[signer.address] = signer
    if signer.is_agent and not signer.revoked:
        signer.user.agents[signer.name] = signer


def _dump_dex(dex: Dex) -> list[Any]:
    ledger = dex.ledger
    return [
        dex.number,
        dex.name,
        ledger.custody.balance,
        ledger.fees.balance,
        ledger.insurance.balance,
        ledger.rounding.balance,
        str(ledger.deposits),
        str(ledger.withdrawals),
    ]


def _restore_dex(venue: Venue, row: list[Any]) -> None:
    dex = Dex(row[0], row[1])
    ledger = dex.ledger
    ledger.custody.balance = row[2]
    ledger.fees.balance = row[3]
    ledger.insurance.balance = row[4]
    ledger.rounding.balance = row[5]
    ledger.deposits = int(row[6])
    ledger.withdrawals = int(row[7])
    venue.dexes.append(dex)
    venue.dex_by_name[dex.name] = dex


def _dump_market(market: Market) -> list[Any]:
    prices = market.prices
    return [
        market.asset,
        market.dex.number,
        market.spec,
        [
            market.phase,
            market.status,
            market.oracle_price,
            market.mark_price,
            market.last_trade_price,
            market.long_lots,
            market.short_lots,
            market.cost_total,
            market.clearing.balance,
            market.funding_account.balance,
            market.funding_remainder,
            str(market.funding_index_e12),
            market.funding_rate_e12,
            market.funding_settled_ns,
            market.premium_sum,
            market.premium_samples,
            str(market.twap_sum),
            market.twap_since_ns,
            market.launched_ns,
            market.impact_bid_fine,
            market.impact_ask_fine,
            market.impact_version == market.book.version,
            market.recheck,
        ],
        [
            prices.reference_fine,
            prices.oracle_fine,
            prices.mark_fine,
            prices.basis_fine,
            prices.ipd_fine,
            prices.up_count,
            prices.down_count,
            prices.last_time_ns,
            prices.band_low_fine,
            prices.band_high_fine,
        ],
        list(market.holders),
        _dump_queue(market, True),
        _dump_queue(market, False),
    ]


def _dump_queue(market: Market, is_buy: bool) -> list[Any]:
    queue = market.book.orders(is_buy)
    return [[holder(order).account.number, order.order_id] for order in queue]


def _restore_market(venue: Venue, row: list[Any]) -> None:
    dex = venue.dexes[row[1]]
    market = Market(row[0], dex, msgspec.convert(row[2], InstrumentSpec))
    numbers = row[3]
    market.phase = numbers[0]
    market.status = numbers[1]
    market.oracle_price = numbers[2]
    market.mark_price = numbers[3]
    market.last_trade_price = numbers[4]
    market.long_lots = numbers[5]
    market.short_lots = numbers[6]
    market.cost_total = numbers[7]
    market.clearing.balance = numbers[8]
    market.funding_account.balance = numbers[9]
    market.funding_remainder = numbers[10]
    market.funding_index_e12 = int(numbers[11])
    market.funding_rate_e12 = numbers[12]
    market.funding_settled_ns = numbers[13]
    market.premium_sum = numbers[14]
    market.premium_samples = numbers[15]
    market.twap_sum = int(numbers[16])
    market.twap_since_ns = numbers[17]
    market.launched_ns = numbers[18]
    market.impact_bid_fine = numbers[19]
    market.impact_ask_fine = numbers[20]
    market.recheck = numbers[22]
    _restore_prices(market, row[4])
    dex.markets.append(market)
    venue.markets[market.asset] = market
    venue.market_by_name[market.name] = market


def _restore_prices(market: Market, row: list[Any]) -> None:
    prices = market.prices
    prices.reference_fine = row[0]
    prices.oracle_fine = row[1]
    prices.mark_fine = row[2]
    prices.basis_fine = row[3]
    prices.ipd_fine = row[4]
    prices.up_count = row[5]
    prices.down_count = row[6]
    prices.last_time_ns = row[7]
    prices.band_low_fine = row[8]
    prices.band_high_fine = row[9]


def _restore_queues(market: Market, row: list[Any]) -> None:
    """Holders and book in their order, once accounts and orders are there."""
    accounts = market.dex.accounts
    for number in row[5]:
        holding = accounts[number].user.holdings[market.asset]
        market.holders[number] = holding
        holding.freshen()
    for side in (row[6], row[7]):
        for owner, order_id in side:
            market.book.insert(accounts[owner].orders[order_id])
    market.impact_version = market.book.version if row[3][21] else -1


def _dump_account(account: Account) -> list[Any]:
    return [
        account.user.address,
        account.dex.number,
        account.number,
        account.cash.balance,
        [_dump_holding(holding) for holding in account.held],
        [_dump_order(order) for order in account.orders.values()],
    ]


def _restore_account(venue: Venue, row: list[Any]) -> None:
    dex = venue.dexes[row[1]]
    account = dex.account(venue.users[row[0]])
    account.cash.balance = row[3]
    for holding in row[4]:
        _restore_holding(venue, account, holding)
    for packed in row[5]:
        order = _restore_order(account, packed)
        account.orders[order.order_id] = order
        if order.client_order_id:
            account.client_ids[order.client_order_id] = order
        market = venue.markets[order.asset]
        if order.trigger != codes.NO_TRIGGER and not order.waiting:
            market.triggers.insert(order)
    for packed in row[5]:
        if packed[14]:
            parent = account.orders[packed[0]]
            parent.children = [account.orders[child] for child in packed[14]]


def _dump_holding(holding: Holding) -> list[Any]:
    return [
        holding.market.asset,
        holding.is_cross,
        holding.leverage,
        holding.lots,
        holding.cost,
        holding.margin.balance,
        str(holding.funding_index),
        holding.funding_all_time,
        holding.funding_since_open,
        holding.funding_since_change,
        holding.buy_lots,
        holding.buy_value,
        holding.sell_lots,
        holding.sell_value,
        holding.open_orders,
        holding.position_tpsl,
    ]


def _restore_holding(venue: Venue, account: Account, row: list[Any]) -> None:
    holding = Holding(account, venue.markets[row[0]], row[1], row[2])
    holding.lots = row[3]
    holding.cost = row[4]
    holding.margin.balance = row[5]
    holding.funding_index = int(row[6])
    holding.funding_all_time = row[7]
    holding.funding_since_open = row[8]
    holding.funding_since_change = row[9]
    holding.buy_lots = row[10]
    holding.buy_value = row[11]
    holding.sell_lots = row[12]
    holding.sell_value = row[13]
    holding.open_orders = row[14]
    holding.position_tpsl = row[15]
    account.open(holding)


def _dump_order(order: Order) -> list[Any]:
    children = order.children
    return [
        order.order_id,
        order.asset,
        order.is_buy,
        order.price,
        order.lots,
        order.original_lots,
        order.time_in_force,
        order.reduce_only,
        order.client_order_id,
        order.placed_ns,
        order.trigger,
        order.trigger_price,
        order.is_position_tpsl,
        order.parent_id,
        [] if children is None else [child.order_id for child in children],
        order.waiting,
        children is not None,
        order.filled_lots,
    ]


def _restore_order(account: Account, row: list[Any]) -> Order:
    owner = account.user.holdings[row[1]]
    order = Order(row[0], owner, row[1], row[2], row[3], row[4], row[6], row[7], row[8], row[9])
    order.original_lots = row[5]
    order.trigger = row[10]
    order.trigger_price = row[11]
    order.is_position_tpsl = row[12]
    order.parent_id = row[13]
    order.waiting = row[15]
    if row[16]:
        order.children = []
    order.filled_lots = row[17]
    return order
