"""A stream of commands from a seed: traders, makers, stops, transfers, time, all legal or not.

The same seed gives the same commands everywhere. Refusals are part of the stream: bad sizes, used
nonces, strangers' keys, missing orders.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Final

from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    ApproveAgent,
    CancelByClientId,
    CancelOrders,
    Credit,
    Debit,
    Genesis,
    GenesisAccount,
    ModifyOrders,
    ModifyRequest,
    Noop,
    OrderRequest,
    PlaceOrders,
    ScheduleCancel,
    SetTradingStatus,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import Event, OrderPlaced
from bellwether.schema.presets import specify

START_NS: Final = 1_777_593_600_000_000_000
TRADERS: Final = tuple(bytes([number]) * 20 for number in range(1, 13))
STRANGER: Final = b"\xee" * 20
CUSTODIAN: Final = b"\xcc" * 20
OPERATOR: Final = b"\xdd" * 20
FIRST_ASSETS: Final = (0, 1, 110_000)
MIDDLES: Final = {0: 175_000, 1: 40_000, 110_000: 1_500_000}


def genesis() -> Genesis:
    """Two dexes; one isolated and one cross market in the main one, one isolated in the other."""
    return Genesis(
        ("", "xyz"),
        (
            specify("ipop", "CBRS", "", reference_atoms=175_000, launch_time=START_NS),
            specify(
                "standard_equity",
                "OLDCO",
                "",
                reference_atoms=40_000,
                launch_time=START_NS,
                self_trade_prevention=codes.STP_DECREMENT,
            ),
            specify(
                "ipop",
                "xyz:SPCX",
                "xyz",
                reference_atoms=1_500_000,
                size_decimals=2,
                launch_time=START_NS,
                oracle={"band_e12": 200_000_000_000},
            ),
        ),
        ((CUSTODIAN, codes.CUSTODIAN), (OPERATOR, codes.EVERY_OPERATOR_ROLE)),
        tuple(
            GenesisAccount(trader, "XX", "retail", (("", 4_000_000_000), ("xyz", 2_000_000_000)))
            for trader in TRADERS
        ),
        False,
        True,
    )


class CommandStream:
    """Draws commands; traders who see events aim at their own orders, others only guess ids."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.nonce = 1_000
        self.placed = 0
        self.time_ns = START_NS
        self.middles = dict(MIDDLES)
        self.leaning = 0.7
        self.seen: deque[OrderPlaced] = deque(maxlen=400)

    def take(self, count: int) -> Iterator[tuple[int, AnyCommand]]:
        """`count` pairs of engine time and command; the first is the genesis."""
        yield START_NS, genesis()
        for _ in range(count - 1):
            self.time_ns += self.random.choice(
                (0, 1_000_000, 40_000_000, 400_000_000, 4_000_000_000)
            )
            yield self.time_ns, self.draw()

    def observe(self, events: list[Event]) -> None:
        """Shows the traders what their commands did."""
        for event in events:
            if isinstance(event, OrderPlaced):
                self.seen.append(event)
                self.placed = event.order_id

    def draw(self) -> AnyCommand:
        """The next command."""
        roll = self.random.random()
        if roll < 0.50:
            return self._place()
        if roll < 0.74:
            return self._cancel()
        if roll < 0.84:
            return self._modify()
        if roll < 0.89:
            return AdvanceTime()
        return self._rare()

    def _head(self, owner: bytes = b"") -> tuple[bytes, bytes, int, int]:
        """Signer, account acted for, nonce, expiry; now and then one of them is wrong."""
        self.nonce += 1
        roll = self.random.random()
        trader = owner or self.random.choice(TRADERS)
        if roll < 0.003:
            return STRANGER, b"", self.nonce, 0
        if roll < 0.006:
            return trader, b"", self.nonce - self.random.randrange(1, 400), 0
        if roll < 0.008:
            return trader, STRANGER, self.nonce, 0
        if roll < 0.010:
            return trader, b"", self.nonce, 1
        return trader, b"", self.nonce, 0

    def request(self) -> OrderRequest:
        """One order near a wandering middle."""
        pick = self.random
        asset = pick.choice(FIRST_ASSETS)
        tick = {0: 10, 1: 1, 110_000: 100}[asset]
        if pick.random() < 0.0005:
            self.leaning = 1.0 - self.leaning
        drift = 1 if pick.random() < self.leaning else -1
        moved = self.middles[asset] + drift * tick * pick.randrange(12)
        self.middles[asset] = min(max(tick * 400, moved), 3 * MIDDLES[asset])
        is_buy = pick.random() < 0.5
        offset = pick.randrange(-6, 60) * tick
        price = self.middles[asset] - offset if is_buy else self.middles[asset] + offset
        price -= price % tick
        lots = pick.choice((1, 30, 200, 900, 4_000, 20_000, 60_000))
        tif = pick.choice((1, 1, 1, 1, codes.IOC, codes.ALO, codes.FOK, codes.FRONTEND_MARKET))
        client_id = pick.randrange(400).to_bytes(16, "big") if pick.random() < 0.2 else b""
        reduce_only = pick.random() < 0.12
        if pick.random() < 0.06:
            kind = pick.choice((1, 2, 3, 4))
            trigger = max(tick, price + pick.randrange(-90, 90) * tick)
            return OrderRequest(
                asset, is_buy, price, lots, 1, True, client_id, kind, trigger - trigger % tick
            )
        if pick.random() < 0.01:
            return OrderRequest(asset, is_buy, pick.choice((-1, 0, 7)), pick.choice((-1, 0, 5)))
        return OrderRequest(asset, is_buy, max(price, tick), lots, tif, reduce_only, client_id)

    def _place(self) -> AnyCommand:
        pick = self.random
        count = pick.choice((1, 1, 1, 1, 2, 4))
        orders = [self.request() for _ in range(count)]
        grouping = codes.UNGROUPED
        if pick.random() < 0.03:
            grouping = codes.NORMAL_TPSL
            orders = [orders[0], *self._children(orders[0])]
        elif orders[0].trigger and pick.random() < 0.3:
            grouping = codes.POSITION_TPSL
            orders = orders[:1]
        self.placed += len(orders)
        return PlaceOrders(*self._head(), tuple(orders), grouping)

    def _children(self, parent: OrderRequest) -> list[OrderRequest]:
        """A stop and a profit order for a parent."""
        step = max(10, parent.price // 20) if parent.price > 0 else 10
        step -= step % 10
        found = []
        for kind, sign in ((codes.STOP_MARKET, -1), (codes.TAKE_PROFIT_MARKET, 1)):
            away = step if sign > 0 else -step
            trigger = parent.price + (away if parent.is_buy else -away)
            trigger -= trigger % 100
            found.append(
                OrderRequest(
                    parent.asset,
                    not parent.is_buy,
                    max(trigger, 100),
                    parent.lots,
                    1,
                    True,
                    b"",
                    kind,
                    max(trigger, 100),
                )
            )
        return found

    def _order_id(self) -> int:
        return max(1, self.placed - self.random.randrange(0, 60))

    def _cancel(self) -> AnyCommand:
        pick = self.random
        if self.seen and pick.random() < 0.8:
            own = pick.choice(self.seen)
            if own.client_order_id:
                entry = (own.asset, own.client_order_id)
                return CancelByClientId(*self._head(own.account), (entry,))
            return CancelOrders(*self._head(own.account), ((own.asset, own.order_id),))
        asset = pick.choice(FIRST_ASSETS)
        newest = self._order_id()
        entries = tuple((asset, newest - back) for back in range(pick.choice((1, 1, 3, 12))))
        return CancelOrders(*self._head(), entries)

    def _modify(self) -> AnyCommand:
        pick = self.random
        wanted = self.request()
        if self.seen and pick.random() < 0.8:
            own = pick.choice(self.seen)
            price = own.price if pick.random() < 0.5 else wanted.price
            wanted = OrderRequest(own.asset, own.is_buy, price, max(1, own.lots * 2 // 3))
            request = ModifyRequest(own.order_id, b"", wanted)
            return ModifyOrders(*self._head(own.account), (request,), pick.random() < 0.7)
        client_id = pick.randrange(400).to_bytes(16, "big") if pick.random() < 0.5 else b""
        request = ModifyRequest(self._order_id(), client_id, wanted)
        self.placed += 1
        return ModifyOrders(*self._head(), (request,), pick.random() < 0.7)

    def _rare(self) -> AnyCommand:
        pick = self.random
        asset = pick.choice((*FIRST_ASSETS, 7))
        head = self._head()
        kind = pick.randrange(9)
        if kind == 0:
            return UpdateLeverage(*head, asset, pick.random() < 0.4, pick.randrange(0, 13))
        if kind == 1:
            return UpdateIsolatedMargin(*head, asset, pick.randrange(-(10**9), 10**9))
        if kind == 2:
            name = pick.choice(("", "bot", "a name that is far too long"))
            return ApproveAgent(*head, pick.randbytes(20), name, 0)
        if kind == 3:
            target = pick.choice(TRADERS)
            return TransferBetweenDexes(*head, target, "", "xyz", pick.randrange(0, 10**9))
        if kind == 4:
            return ScheduleCancel(*head, self.time_ns // 10**6 + pick.randrange(0, 60_000))
        if kind == 5:
            reference = f"deposit {self.nonce - pick.randrange(3)}"
            return Credit(CUSTODIAN, self.nonce, pick.choice(TRADERS), "", 10**8, reference)
        if kind == 6:
            return Debit(
                CUSTODIAN, self.nonce, pick.choice(TRADERS), "", 10**8, f"out {self.nonce}"
            )
        if kind == 7 and pick.random() < 0.05:
            status = pick.choice((codes.OPEN, codes.HALTED, codes.POST_ONLY))
            return SetTradingStatus(OPERATOR, self.nonce, asset, status, "drawn")
        if kind == 7:
            return SetTradingStatus(OPERATOR, self.nonce, asset, codes.OPEN, "open again")
        return Noop(*head)
