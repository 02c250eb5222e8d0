"""Providers who take liquidated positions over (LIQ-3): opted in, equal parts, off the mark."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit
from bellwether.engine.liquidation.scope import zero_equity_price
from bellwether.engine.liquidation.state import Provider
from bellwether.engine.liquidation.waterfall.closing import close_against
from bellwether.engine.margin import covers_fill, exceeds_owner_share
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.formulas.deleveraging import equal_parts
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SetAssignment
from bellwether.schema.events import AssignmentSet, CommandRefused, PositionTakenOver
from bellwether.schema.parts.losses import LARGEST_EDGE_BP, SMALLEST_EDGE_BP
from bellwether.units.division import div_down, mul_div_down, mul_div_up
from bellwether.units.quantities import NS_PER_DAY

BASIS_POINTS: Final = 10_000
MOST_LOTS: Final = 1 << 53
DAYS_OF_A_WEEK: Final = 7
THURSDAY: Final = 3
"""The first of January 1970, counted from Monday."""


def set_assignment(turn: Turn, command: SetAssignment) -> None:
    """Opts an account in with its limits, or out."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    market = turn.venue.markets.get(command.asset)
    reason = rejects.MARKET_UNKNOWN if market is None else _refusal(market, user, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    assert market is not None, "a market that is not there is refused"
    account = market.dex.account(user)
    if command.accepts_long or command.accepts_short:
        account.holding(market)
        market.losses.providers[account.number] = Provider(
            command.accepts_long,
            command.accepts_short,
            command.most_lots,
            command.most_position_lots,
            command.edge_bp,
            command.days,
        )
    else:
        market.losses.providers.pop(account.number, None)
    turn.emit(
        AssignmentSet(
            user.address,
            market.asset,
            command.accepts_long,
            command.accepts_short,
            command.most_lots,
            command.most_position_lots,
            command.edge_bp,
            command.days,
        )
    )


def _refusal(market: Market, user: User, command: SetAssignment) -> int:
    if not (command.accepts_long or command.accepts_short):
        return rejects.ACCEPTED
    if not market.is_protected:
        return rejects.NO_ASSIGNMENT_HERE
    if not market.admits(user.jurisdiction, user.client_class):
        return rejects.NOT_ELIGIBLE
    if not user.has_accepted(market.disclosure_hash):
        return rejects.DISCLOSURE_MISSING
    if not SMALLEST_EDGE_BP <= command.edge_bp <= LARGEST_EDGE_BP:
        return rejects.ASSIGNMENT_EDGE_INVALID
    sizes = 0 < command.most_lots <= MOST_LOTS and 0 < command.most_position_lots <= MOST_LOTS
    if not sizes or command.days not in (codes.EVERY_DAY, codes.WEEKDAYS, codes.WEEKENDS):
        return rejects.ASSIGNMENT_LIMITS_INVALID
    return rejects.ACCEPTED


def assign(turn: Turn, holding: Holding) -> None:
    """Splits the position into equal parts among the providers who can take it now."""
    market = holding.market
    size = holding.lots if holding.lots > 0 else -holding.lots
    offers: list[tuple[int, int]] = []
    for number in sorted(market.losses.providers):
        room = _room(turn, holding, number, size)
        if room > 0:
            offers.append((number, room))
    for number, lots in equal_parts(offers, size):
        if lots > 0:
            _take_over(turn, holding, number, lots)


def price_of(market: Market, is_long: bool, edge_bp: int) -> int:
    """What a provider pays for a long position, or gets for a short one, price atoms."""
    mark = market.mark_price
    if is_long:
        return mul_div_down(mark, BASIS_POINTS - edge_bp, BASIS_POINTS)
    return mul_div_up(mark, BASIS_POINTS + edge_bp, BASIS_POINTS)


def _room(turn: Turn, holding: Holding, number: int, size: int) -> int:
    """How many lots of the position a provider can take, 0 for none."""
    market = holding.market
    provider = market.losses.providers[number]
    account = market.dex.accounts[number]
    is_long = holding.lots > 0
    if not (provider.accepts_long if is_long else provider.accepts_short):
        return 0
    if not market.is_protected or not _works_today(turn, provider) or _is_same(holding, account):
        return 0
    user = account.user
    if not market.admits(user.jurisdiction, user.client_class):
        return 0
    if not user.has_accepted(market.disclosure_hash):
        return 0
    price = price_of(market, is_long, provider.edge_bp)
    zero = zero_equity_price(holding)
    if price <= 0 or (price < zero if is_long else price > zero):
        return 0
    own = account.holding(market)
    held = own.lots if is_long else -own.lots
    room = provider.most_position_lots - held
    limit = market.position_limit_lots
    if limit > 0 and limit - held < room:
        room = limit - held
    if provider.most_lots < room:
        room = provider.most_lots
    return _covered_lots(own, is_long, room if room < size else size, price)


def _works_today(turn: Turn, provider: Provider) -> bool:
    if provider.days == codes.EVERY_DAY:
        return True
    day = div_down(turn.time_ns, NS_PER_DAY) + THURSDAY
    is_weekend = day - DAYS_OF_A_WEEK * div_down(day, DAYS_OF_A_WEEK) >= 5
    return is_weekend == (provider.days == codes.WEEKENDS)


def _is_same(holding: Holding, account: Account) -> bool:
    """Nobody takes his own position over, with whatever account."""
    user = holding.account.user
    return account is holding.account or (
        user.linked is not None and account.user.linked is user.linked
    )


def _covered_lots(own: Holding, is_buy: bool, most: int, price: int) -> int:
    """The most lots that the provider's margin and its owner's share cover, by halving."""
    low = 0
    high = most
    while low < high:
        middle = div_down(low + high + 1, 2)
        opening = middle - own.reducible(is_buy)
        if covers_fill(own, is_buy, middle, price, 0) and not exceeds_owner_share(
            own, is_buy, opening
        ):
            low = middle
        else:
            high = middle - 1
    return low


def _take_over(turn: Turn, holding: Holding, number: int, lots: int) -> None:
    market = holding.market
    provider = market.losses.providers[number]
    own = market.dex.accounts[number].holding(market)
    price = price_of(market, holding.lots > 0, provider.edge_bp)
    closed = close_against(turn, holding, own, lots, price)
    turn.emit(PositionTakenOver(*closed, codes.BY_PROVIDER, 0))
