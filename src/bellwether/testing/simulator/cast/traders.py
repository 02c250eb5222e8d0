"""Makers, takers and people who try things: commands of traders, drawn from a step's luck."""

from __future__ import annotations

from random import Random
from typing import Final

from bellwether.schema import codes
from bellwether.schema.commands import (
    AcceptDisclosure,
    AnyCommand,
    ApproveAgent,
    ApproveBuilderFee,
    CancelByClientId,
    CancelOrders,
    CancelTwap,
    ClaimRewards,
    ModifyOrders,
    ModifyRequest,
    Noop,
    OrderRequest,
    PlaceOrders,
    PlaceTwap,
    ScheduleCancel,
    SetAssignment,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import OrderPlaced
from bellwether.testing.simulator.cast.board import Board, Quoted

NO_MARKET: Final = 7
MEANS: Final = (100_000, 400, 2_500, 20_000, 90, 50_000, 900, 250, 8_000, 1_400, 30_000, 600)
"""What traders have, USD: enough of them little enough to be liquidated."""

Head = tuple[bytes, bytes, int, int]
"""Signer, account acted for, nonce, expiry."""


def trader(number: int) -> bytes:
    """The address of a trader."""
    return bytes([number + 1]) * 20


def agent_key(number: int) -> bytes:
    """A key that a trader may approve."""
    return bytes([number + 101]) * 20


def trade(
    kind: str, who: int, luck: Random, board: Board, head: Head, depth: int = 4
) -> AnyCommand:
    """A command of one of the kinds of `plan.TRADING`; a maker's is about up to `depth` orders."""
    market = _market(luck, board)
    if market is None:
        return Noop(*head)
    if kind == "quote":
        return _quote(who, luck, board, market, head, depth)
    if kind == "take":
        return PlaceOrders(*head, (_crossing(who, luck, market, board.lean_e3),))
    if kind == "shock":
        return _shock(luck, market, board.lean_e3, head)
    if kind == "trigger":
        return _trigger(who, luck, market, head)
    if kind == "twap":
        return _twap(who, luck, board, market, head)
    if kind == "settings":
        return _setting(who, luck, market, head)
    return _odd(who, luck, board, market, head)


def _market(luck: Random, board: Board) -> Quoted | None:
    """Mostly one that is open for trading."""
    if not board.markets:
        return None
    trading = range(codes.PRE_LISTING, codes.SETTLING)
    places = [
        asset
        for asset, market in sorted(board.markets.items())
        if market.phase in trading and market.status == codes.OPEN
    ]
    if not places or luck.random() < 0.05:
        places = sorted(board.markets)
    return board.markets[luck.choice(places)]


def _price(market: Quoted, away_e3: int) -> int:
    """So many thousandths from the mark, on a tick."""
    price = market.mark * (1_000 + away_e3) // 1_000
    return max(price - price % market.tick, market.tick)


def _lots(who: int, luck: Random, market: Quoted) -> int:
    """Up to four times what somebody has, which most markets lend."""
    percent = luck.choice((1, 3, 10, 40, 150, 400, 450))
    dollars = max(MEANS[who] * percent // 100, 11)
    return max(dollars * 10**6 // max(market.mark, 1), 1)


def _client_id(luck: Random) -> bytes:
    return luck.randrange(5_000).to_bytes(16, "big") if luck.random() < 0.3 else b""


def _limit(
    who: int, luck: Random, market: Quoted, lean_e3: int, widest_e3: int = 40, parts: int = 1
) -> OrderRequest:
    is_buy = luck.random() < 0.5
    away = luck.randrange(-2, widest_e3)
    tif = luck.choice((codes.GTC, codes.GTC, codes.GTC, codes.ALO))
    price = _price(market, lean_e3 + (-away if is_buy else away))
    least = 12 * 10**6 // max(market.mark, 1) + 1
    lots = max(_lots(who, luck, market) // parts, least)
    return OrderRequest(
        market.asset, is_buy, price, lots, tif, luck.random() < 0.03, _client_id(luck)
    )


def _crossing(who: int, luck: Random, market: Quoted, lean_e3: int) -> OrderRequest:
    """Takes what is near, more often to the side to which everybody leans."""
    is_buy = luck.randrange(-30, 30) < lean_e3
    away = luck.choice((5, 30, 80))
    tif = luck.choice((codes.IOC, codes.IOC, codes.GTC, codes.FOK, codes.FRONTEND_MARKET))
    price = _price(market, lean_e3 + (away if is_buy else -away))
    lots = _lots(who, luck, market)
    return OrderRequest(
        market.asset, is_buy, price, lots, tif, luck.random() < 0.15, _client_id(luck)
    )


def _quote(
    who: int, luck: Random, board: Board, market: Quoted, head: Head, depth: int
) -> AnyCommand:
    """Both sides, or a cancel or a change of what has been quoted."""
    own = list(board.orders.get(trader(who), {}).values())
    roll = luck.random()
    depth = min(depth, max(MEANS[who] // 20, 2))
    count = luck.randrange(1, depth + 1)
    if own and roll < 0.3:
        return _withdraw(luck, own, count, head)
    if own and roll < 0.45:
        orders = _some(luck, own, max(count // 2, 1))
        changes = tuple(_changed(luck, market, order) for order in orders)
        return ModifyOrders(*head, changes, luck.random() < 0.7)
    lean_e3 = board.lean_e3
    quotes = tuple(_limit(who, luck, market, lean_e3, 40, 2 * depth) for _ in range(count))
    if luck.random() < 0.1:
        builder = trader(luck.randrange(12))
        return PlaceOrders(*head, quotes, codes.UNGROUPED, builder, luck.choice((1, 10, 50)))
    return PlaceOrders(*head, quotes)


def _some(luck: Random, own: list[OrderPlaced], count: int) -> list[OrderPlaced]:
    """Neighbours in the list of somebody's orders, the newest among them more often."""
    first = luck.randrange(len(own))
    return own[first : first + count]


def _withdraw(luck: Random, own: list[OrderPlaced], count: int, head: Head) -> AnyCommand:
    orders = _some(luck, own, count)
    named = [order for order in orders if order.client_order_id]
    if named and luck.random() < 0.5:
        return CancelByClientId(*head, tuple((o.asset, o.client_order_id) for o in named))
    return CancelOrders(*head, tuple((order.asset, order.order_id) for order in orders))


def _changed(luck: Random, market: Quoted, order: OrderPlaced) -> ModifyRequest:
    price = order.price if luck.random() < 0.5 else _price(market, luck.randrange(-9, 9))
    lots = max(order.lots * luck.choice((2, 3, 3, 4)) // 3, 1)
    return ModifyRequest(order.order_id, b"", OrderRequest(order.asset, order.is_buy, price, lots))


def _shock(luck: Random, market: Quoted, lean_e3: int, head: Head) -> AnyCommand:
    """The richest sweeps one side away and quotes where nobody was."""
    sign = 1 if lean_e3 > 0 or (lean_e3 == 0 and luck.random() < 0.5) else -1
    away = sign * luck.choice((30, 60, 90))
    lots = max(MEANS[0] * luck.choice((1, 5, 20)) * 10**4 // max(market.mark, 1), 1)
    sweep, low, high = (_price(market, away + offset) for offset in (10 * sign, -10, 10))
    asset = market.asset
    return PlaceOrders(
        *head,
        (
            OrderRequest(asset, sign > 0, sweep, lots, codes.IOC),
            OrderRequest(asset, True, low, lots),
            OrderRequest(asset, False, high, lots),
        ),
    )


def _trigger(who: int, luck: Random, market: Quoted, head: Head) -> AnyCommand:
    """A stop or take-profit order, alone, trailing, or behind a parent."""
    is_buy = luck.random() < 0.5
    kind = luck.choice((1, 2, 3, 4))
    stops = kind in (codes.STOP_MARKET, codes.STOP_LIMIT)
    away = luck.randrange(-3, 30)
    at = _price(market, away if is_buy == stops else -away)
    price = _price(market, 60 if is_buy else -60)
    lots = _lots(who, luck, market)
    trail = 0
    if stops and luck.random() < 0.4:
        trail, at = luck.choice((4_000, 10_000, 30_000)), 0
    reduces = luck.random() < 0.4
    by = codes.BY_MARK if trail else luck.choice((codes.BY_MARK, codes.BY_INDEX, codes.BY_LAST))
    client_id = _client_id(luck)
    child = OrderRequest(
        market.asset, is_buy, price, lots, 1, reduces, client_id, kind, at, 0, trail, by
    )
    roll = luck.random()
    if roll < 0.2:
        parent = OrderRequest(market.asset, not is_buy, _price(market, 0), lots)
        return PlaceOrders(*head, (parent, child), codes.NORMAL_TPSL)
    return PlaceOrders(*head, (child,), codes.POSITION_TPSL if roll < 0.35 else codes.UNGROUPED)


def _twap(who: int, luck: Random, board: Board, market: Quoted, head: Head) -> AnyCommand:
    running = board.twaps.get(trader(who))
    if running is not None and luck.random() < 0.4:
        return CancelTwap(*head, *running)
    lots = 40 * _lots(who, luck, market)
    is_buy, reduces = luck.random() < 0.5, luck.random() < 0.1
    minutes = luck.choice((5, 5, 10, 60))
    begins = _price(market, luck.randrange(-20, 20)) if luck.random() < 0.3 else 0
    ends = _price(market, luck.randrange(-40, 40)) if luck.random() < 0.2 else 0
    return PlaceTwap(
        *head,
        market.asset,
        is_buy,
        lots,
        reduces,
        minutes,
        luck.random() < 0.5,
        begins,
        luck.random() < 0.5,
        ends,
    )


def _setting(who: int, luck: Random, market: Quoted, head: Head) -> AnyCommand:
    roll = luck.randrange(13)
    if roll > 10:
        return _provide(who, luck, market, head)
    if roll == 8:
        return ClaimRewards(*head)
    if roll > 8:
        return ApproveBuilderFee(*head, trader(luck.randrange(12)), luck.choice((0, 10, 100)))
    if roll < 2:
        return UpdateLeverage(*head, market.asset, luck.random() < 0.4, luck.randrange(0, 12))
    if roll < 4:
        return UpdateIsolatedMargin(*head, market.asset, luck.randrange(-(10**8), 10**8))
    if roll == 4:
        until = luck.choice((0, head[2] + 60_000))
        return ApproveAgent(*head, agent_key(who), luck.choice(("", "bot")), until)
    if roll == 5:
        wait_ms = luck.choice((0, 1_000, 5_100, 60_000))
        return ScheduleCancel(*head, head[2] + wait_ms if wait_ms else 0)
    if roll == 6 and market.spec.disclosure is not None:
        text_hash = bytes.fromhex(market.spec.disclosure.hash[2:])
        return AcceptDisclosure(*head, market.asset, text_hash)
    dexes = ("", "xyz") if luck.random() < 0.5 else ("xyz", "")
    return TransferBetweenDexes(*head, trader(luck.randrange(12)), *dexes, luck.randrange(10**8))


def _provide(who: int, luck: Random, market: Quoted, head: Head) -> AnyCommand:
    """Takes liquidated positions on, or no more; now and then at an edge that is not allowed."""
    most = _lots(who, luck, market)
    sides = luck.random() < 0.8, luck.random() < 0.8
    edge_bp = luck.choice((75, 100, 250, 250, 5_000))
    days = luck.choice((codes.EVERY_DAY, codes.EVERY_DAY, codes.WEEKDAYS, codes.WEEKENDS))
    return SetAssignment(*head, market.asset, *sides, most, 4 * most, edge_bp, days)


def _odd(who: int, luck: Random, board: Board, market: Quoted, head: Head) -> AnyCommand:
    """What clients get wrong: bad numbers, others' orders, unknown markets, expired commands."""
    roll = luck.randrange(8)
    if roll == 0:
        request = OrderRequest(
            luck.choice((market.asset, NO_MARKET)),
            luck.random() < 0.5,
            luck.choice((-1, 0, 1, market.mark + 1, 10**15)),
            luck.choice((-1, 0, 1, 10**12)),
            luck.choice((0, 1, 2, 3, 4, 99)),
        )
        return PlaceOrders(*head, (request,))
    if roll == 1:
        last = max((max(own) for own in board.orders.values() if own), default=1)
        entries = tuple((market.asset, max(last - back, 1)) for back in range(luck.choice((1, 9))))
        return CancelOrders(*head, entries)
    if roll == 2:
        signer, _, nonce, _ = head
        return PlaceOrders(signer, b"", nonce, 1, (_limit(who, luck, market, 0),))
    if roll == 3:
        return Noop(head[0], b"\xee" * 20, head[2], 0)
    if roll == 4:
        signer = agent_key(who) if trader(who) in board.agents else b"\xee" * 20
        return PlaceOrders(signer, b"", head[2], 0, (_limit(who, luck, market, 0),))
    return PlaceOrders(*head, (_limit(who, luck, market, 0, widest_e3=400),))
