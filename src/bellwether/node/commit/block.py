"""What waits together is one block, in the order that a market may ask for (ORD-2).

First what places nothing, then cancels and post-only orders, then all others, as they came. The
journal has commands in the order in which they were applied, so replay knows nothing of blocks.
While the venue's disk is slow or nearly full (LIFE-13), all that waits is one block of all markets.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from bellwether.engine.state.venue import Venue
from bellwether.node.commit.submission import Submission
from bellwether.schema import codes
from bellwether.schema.commands import (
    AcceptDisclosure,
    AnyCommand,
    ApproveAgent,
    CancelByClientId,
    CancelOrders,
    CancelTwap,
    ModifyOrders,
    Noop,
    OrderRequest,
    PlaceOrders,
    PlaceTwap,
    ScheduleCancel,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)

MOST_IN_A_BLOCK: Final = 256
PLACES_NOTHING: Final = 0
CANCELS_OR_RESTS: Final = 1
PLACES: Final = 2
ELSEWHERE: Final = 3
"""Concerns no market that sorts its blocks: stays where it is, and others pass it by."""
BARRIER: Final = 4
"""Operators' acts and steps of time: nothing passes them by."""

_OF_NO_MARKET: Final = (
    AcceptDisclosure,
    ApproveAgent,
    Noop,
    ScheduleCancel,
    TransferBetweenDexes,
)


def arrange(venue: Venue, waiting: deque[Submission]) -> int:
    """Sorts the first of what waits as one block; how many there are in it."""
    size = min(len(waiting), MOST_IN_A_BLOCK)
    markets = {asset for asset, market in venue.markets.items() if market.spec.block_priority}
    if venue.status != codes.OPEN:
        size, markets = len(waiting), set(venue.markets)
    if not markets or size < 2:
        return size
    block = [waiting.popleft() for _ in range(size)]
    waiting.extendleft(reversed(_sorted(block, markets)))
    return size


def _sorted(block: list[Submission], markets: set[int]) -> list[Submission]:
    """Those that are sorted share the places that they have, between barriers."""
    found = list(block)
    places: list[int] = []
    ranks = [_rank(submission, markets) for submission in block]
    for place, rank in enumerate([*ranks, BARRIER]):
        if rank == BARRIER:
            order = sorted(places, key=ranks.__getitem__)
            for target, source in zip(places, order, strict=True):
                found[target] = block[source]
            places = []
        elif rank != ELSEWHERE:
            places.append(place)
    return found


def _rank(submission: Submission, markets: set[int]) -> int:
    """Of the commands of a submission, which stay together, the last in order counts."""
    if submission.asked_ns:
        return BARRIER
    ranks = [rank_of(command, markets) for command in submission.commands]
    if BARRIER in ranks:
        return BARRIER
    return max((rank for rank in ranks if rank != ELSEWHERE), default=ELSEWHERE)


def rank_of(command: AnyCommand, markets: set[int]) -> int:
    """Where a command stands in a block of markets that sort theirs."""
    if isinstance(command, PlaceOrders):
        return _placing(command.orders, markets)
    if isinstance(command, ModifyOrders):
        return _placing(tuple(modify.order for modify in command.modifies), markets)
    if isinstance(command, CancelOrders | CancelByClientId):
        concerns = any(asset in markets for asset, _ in command.cancels)
        return CANCELS_OR_RESTS if concerns else ELSEWHERE
    if isinstance(command, _OF_NO_MARKET):
        return PLACES_NOTHING
    if isinstance(command, UpdateLeverage | UpdateIsolatedMargin):
        return PLACES_NOTHING if command.asset in markets else ELSEWHERE
    if isinstance(command, CancelTwap):
        return CANCELS_OR_RESTS if command.asset in markets else ELSEWHERE
    if isinstance(command, PlaceTwap):
        return PLACES if command.asset in markets else ELSEWHERE
    return BARRIER


def _placing(orders: tuple[OrderRequest, ...], markets: set[int]) -> int:
    if not any(order.asset in markets for order in orders):
        return ELSEWHERE
    post_only = all(
        order.time_in_force == codes.ALO and order.trigger == codes.NO_TRIGGER for order in orders
    )
    return CANCELS_OR_RESTS if post_only else PLACES
