"""Request limits by network address and by account (§2.4 of the API notes); off in a dev world.

They are kept in memory and start anew with the process.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from typing import Any, Final, final

from bellwether.gateway.faults import RateLimited, Refused

WEIGHT_PER_MINUTE: Final = 1_200
INITIAL_REQUESTS: Final = 10_000
CANCEL_EXTRA: Final = 100_000
STARVED_INTERVAL_S: Final = 10.0
"""An account over its limit may still send one request in this time."""

MAX_CONNECTIONS: Final = 10
MAX_SUBSCRIPTIONS: int = 1_000
MAX_USERS: Final = 15
MAX_MESSAGES_PER_MINUTE: Final = 2_000
MAX_PENDING_POSTS: Final = 100
MAX_PENDING_POSTS_WITHOUT_LIMITS: Final = 1_000

FAULTY_WEIGHT: Final = 1
"""Of a request that is no request: reading it has cost something."""

_ORDERS_PER_WEIGHT: Final = 40
_DEFAULT_WEIGHT: Final = 20
_WEIGHTS: Final = {
    "l2Book": 2,
    "allMids": 2,
    "clearinghouseState": 2,
    "orderStatus": 2,
    "spotClearinghouseState": 2,
    "exchangeStatus": 2,
    "userRole": 60,
}
_ITEM_MARKS: Final[dict[str, tuple[bytes, int]]] = {
    "recentTrades": (b'"tid":', 20),
    "userFills": (b'"tid":', 20),
    "userFillsByTime": (b'"tid":', 20),
    "historicalOrders": (b'"statusTimestamp":', 20),
    "fundingHistory": (b'"premium":', 20),
    "userFunding": (b'"delta":', 20),
    "userNonFundingLedgerUpdates": (b'"delta":', 20),
    "candleSnapshot": (b'"T":', 60),
    "markHistory": (b'"markPx":', 60),
    "statement": (b'"balance":', 20),
    "batchClearinghouseStates": (b'"assetPositions":', 1),
}
"""For answers that are weighed by their items: what marks an item, and items per weight."""
_MOST_BUCKETS: Final = 65_536
_USD: Final = 1_000_000


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the 64 leading bits of an IPv6 address, of
    which whoever has one has all."""
    if ":" not in address:
        return address
    whole = ipaddress.IPv6Address(address.partition("%")[0])
    if whole.ipv4_mapped is not None:
        return str(whole.ipv4_mapped)
    return str(ipaddress.IPv6Network((whole, 64), strict=False))


def action_weight(orders: int) -> int:
    """Weight of an action with a batch of `orders`."""
    return 1 + orders // _ORDERS_PER_WEIGHT


def info_weight(kind: object) -> int:
    """Weight of a read before its answer is known."""
    return _WEIGHTS.get(kind, _DEFAULT_WEIGHT) if isinstance(kind, str) else _DEFAULT_WEIGHT


def answer_weight(kind: object, answer: bytes) -> int:
    """What a long answer weighs more."""
    mark = _ITEM_MARKS.get(kind) if isinstance(kind, str) else None
    return 0 if mark is None else answer.count(mark[0]) // mark[1]


@final
class Buckets:
    """One leaky bucket a key: at most `per_minute` at once, refilled evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str, weight: int) -> bool:
        """Takes `weight` out; False, and nothing taken, if it is not there."""
        left = self._left(key)
        if left < weight:
            return False
        self._buckets[key] = (left - weight, self._clock())
        return True

    def has_any(self, key: str) -> bool:
        """Whether the least weight is there; takes nothing."""
        return self._left(key) >= 1

    def charge(self, key: str, weight: int) -> None:
        """Takes `weight` out even if that leaves less than nothing."""
        self._buckets[key] = (self._left(key) - weight, self._clock())

    def _left(self, key: str) -> float:
        now = self._clock()
        found = self._buckets.get(key)
        if found is None:
            if len(self._buckets) >= _MOST_BUCKETS:
                self._forget_full(now)
            return float(self._per_minute)
        level, since = found
        return min(float(self._per_minute), level + (now - since) * self._per_minute / 60)

    def _forget_full(self, now: float) -> None:
        """A bucket that was last used a minute ago is full, and as good as none."""
        self._buckets = {k: b for k, b in self._buckets.items() if now - b[1] < 60}


@final
class _Usage:
    __slots__ = ("requests", "starved_at")

    def __init__(self) -> None:
        self.requests = 0
        self.starved_at = float("-inf")


@final
class AddressLimits:
    """Requests an account may send: 10,000 and one more for each USD it has traded."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._usage: dict[bytes, _Usage] = {}

    def used(self, user: bytes) -> int:
        """Requests counted up to now."""
        found = self._usage.get(user)
        return 0 if found is None else found.requests

    def count(self, user: bytes, requests: int) -> None:
        """Counts requests without asking whether there may be so many."""
        self._usage.setdefault(user, _Usage()).requests += requests

    def take(self, user: bytes, requests: int, volume_e6: int, is_cancel: bool) -> None:
        """Counts an action of `requests` entries. Raises Refused if the limit is used up.

        `volume_e6` is what the account has traded in micro-USD. Cancels have more room, so that
        nobody is stuck with the orders that used the limit up.
        """
        usage = self._usage.setdefault(user, _Usage())
        limit = INITIAL_REQUESTS + volume_e6 // _USD
        if is_cancel:
            limit = min(limit + CANCEL_EXTRA, 2 * limit)
        now = self._clock()
        if usage.requests + requests > limit and now - usage.starved_at < STARVED_INTERVAL_S:
            volume = f"{volume_e6 // _USD}.{volume_e6 % _USD // 10_000:02d}"
            raise Refused(
                f"Too many cumulative requests sent ({usage.requests + requests} > {limit}) for "
                f"cumulative volume traded ${volume}. Place taker orders to free up 1 request "
                "per USDC traded."
            )
        if usage.requests + requests > limit:
            usage.starved_at = now
        usage.requests += requests


@final
class Limits:
    """All limits of a gateway; nothing is refused for them unless `enabled`."""

    def __init__(self, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.enabled = enabled
        self._weights = Buckets(WEIGHT_PER_MINUTE, clock)
        self._messages = Buckets(MAX_MESSAGES_PER_MINUTE, clock)
        self._addresses = AddressLimits(clock)
        self._connections: dict[str, int] = {}
        self._posts: dict[str, int] = {}

    def let_in(self, ip: str) -> None:
        """Raises RateLimited for an address whose minute is used up, before its body is read."""
        if self.enabled and not self._weights.has_any(ip):
            raise RateLimited

    def weigh(self, ip: str, weight: int) -> None:
        """Raises RateLimited when the address has used its minute up."""
        if self.enabled and not self._weights.take(ip, weight):
            raise RateLimited

    def charge(self, ip: str, weight: int) -> None:
        """Counts what an answer turned out to weigh."""
        if self.enabled and weight:
            self._weights.charge(ip, weight)

    def count_action(self, user: Any, entries: int, is_cancel: bool) -> None:
        """Raises Refused. `user` is the engine's user that the signer belongs to."""
        if self.enabled:
            self._addresses.take(user.address, max(1, entries), user.volume_e6, is_cancel)
        else:
            self._addresses.count(user.address, max(1, entries))

    def requests_used(self, user: bytes) -> int:
        """How many requests an account has sent since the process began."""
        return self._addresses.used(user)

    def begin_post(self, ip: str) -> bool:
        """Counts in a post that waits for its answer; False if the address has as many as it may.

        The bound holds without limits too, only higher: each one takes memory.
        """
        pending = self._posts.get(ip, 0)
        if pending >= (MAX_PENDING_POSTS if self.enabled else MAX_PENDING_POSTS_WITHOUT_LIMITS):
            return False
        self._posts[ip] = pending + 1
        return True

    def end_post(self, ip: str) -> None:
        """Counts a post out."""
        pending = self._posts[ip] - 1
        if pending:
            self._posts[ip] = pending
        else:
            del self._posts[ip]

    def message(self, ip: str) -> bool:
        """May this address send one more WebSocket message?"""
        return not self.enabled or self._messages.take(ip, 1)

    def connect(self, ip: str) -> bool:
        """Counts a WebSocket connection in; False if the address has as many as it may."""
        held = self._connections.get(ip, 0)
        if self.enabled and held >= MAX_CONNECTIONS:
            return False
        self._connections[ip] = held + 1
        return True

    def disconnect(self, ip: str) -> None:
        """Counts a connection out."""
        held = self._connections.get(ip, 0) - 1
        if held > 0:
            self._connections[ip] = held
        else:
            self._connections.pop(ip, None)
