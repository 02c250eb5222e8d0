"""What everybody can know: followed from published events alone."""

from __future__ import annotations

from collections import deque
from typing import Final, final

import msgspec

from bellwether.schema import codes
from bellwether.schema.events import (
    AgentApproved,
    Event,
    EventAwaited,
    EventDecided,
    IndexPublished,
    MarketListed,
    MarketRebased,
    ObservationTaken,
    OrderAmended,
    OrderClosed,
    OrderPlaced,
    PhaseChanged,
    PricesPublished,
    ProposalDecided,
    ProposalMade,
    SpecificationChanged,
    TradeExecuted,
    TradingStatusSet,
    TwapStarted,
)
from bellwether.schema.instrument import InstrumentSpec

_REMEMBERED: Final = 300
_LEANING_NS: Final = 240_000_000_000


@final
class Quoted:
    """A market as the public sees it."""

    def __init__(self, asset: int, spec: InstrumentSpec) -> None:
        self.asset = asset
        self.spec = spec
        self.mark = spec.reference_atoms
        self.phase = codes.ANNOUNCED
        self.status = codes.OPEN
        self.frozen_since_ns = 0

    @property
    def tick(self) -> int:
        """A distance of prices that is allowed nearly everywhere."""
        if self.spec.tick_atoms:
            return self.spec.tick_atoms
        digits = len(str(self.mark))
        return int(10 ** max(digits - 4, 0))


@final
class Board:
    """`orders` are the latest of each account by id, `proposals` who proposed what is still open,
    `awaited` the event that a listing waits for."""

    def __init__(self, lean_e3: int = 0) -> None:
        self.time_ns = 0
        self._lean_e3 = lean_e3
        self.markets: dict[int, Quoted] = {}
        self.orders: dict[bytes, dict[int, OrderPlaced]] = {}
        self._left: dict[int, int] = {}
        self.twaps: dict[bytes, tuple[int, int]] = {}
        self.agents: dict[bytes, bytes] = {}
        self.proposals: dict[int, bytes] = {}
        self.observed: deque[ObservationTaken] = deque(maxlen=_REMEMBERED)
        self.awaited: dict[int, str] = {}

    @property
    def lean_e3(self) -> int:
        """To which side of the mark traders lean now, thousandths."""
        return -self._lean_e3 if self.time_ns // _LEANING_NS % 2 else self._lean_e3

    def take(self, event: Event) -> None:
        """One event after another."""
        if isinstance(event, PricesPublished):
            self.markets[event.asset].mark = event.mark_price
        elif isinstance(event, OrderPlaced):
            own = self.orders.get(event.account)
            if own is None:
                own = self.orders[event.account] = {}
            own[event.order_id] = event
            self._left[event.order_id] = event.lots
            if len(own) > _REMEMBERED:
                self._forget(event.account, next(iter(own)))
        elif isinstance(event, TradeExecuted):
            self._traded(event.taker, event.taker_order_id, event.lots)
            self._traded(event.maker, event.maker_order_id, event.lots)
        elif isinstance(event, OrderClosed):
            self._closed(event)
        elif isinstance(event, OrderAmended):
            own = self.orders.get(event.account)
            before = None if own is None else own.pop(event.previous_id, None)
            if own is not None and before is not None:
                own[event.order_id] = msgspec.structs.replace(before, order_id=event.order_id)
                self._left.pop(event.previous_id, None)
                self._left[event.order_id] = event.lots
        else:
            self._take_rare(event)

    def _closed(self, event: OrderClosed) -> None:
        """Some closed orders stay on the list: clients do not always know."""
        if event.order_id % 40:
            self._forget(event.account, event.order_id)

    def _traded(self, account: bytes, order_id: int, lots: int) -> None:
        left = self._left.get(order_id, 0) - lots
        self._left[order_id] = left
        if left <= 0:
            self._forget(account, order_id)

    def _forget(self, account: bytes, order_id: int) -> None:
        self._left.pop(order_id, None)
        own = self.orders.get(account)
        if own is not None:
            own.pop(order_id, None)

    def _take_rare(self, event: Event) -> None:
        if isinstance(event, MarketListed):
            self.markets[event.asset] = Quoted(event.asset, event.spec)
        elif isinstance(event, SpecificationChanged):
            self.markets[event.asset].spec = event.spec
        elif isinstance(event, PhaseChanged):
            self.markets[event.asset].phase = event.phase
        elif isinstance(event, TradingStatusSet):
            self.markets[event.asset].status = event.status
        elif isinstance(event, MarketRebased):
            market = self.markets[event.asset]
            market.mark = max(market.mark * event.denominator // event.numerator, 1)
        elif isinstance(event, IndexPublished):
            market = self.markets[event.asset]
            if not event.reason:
                market.frozen_since_ns = 0
            elif not market.frozen_since_ns:
                market.frozen_since_ns = event.time_ns
        elif isinstance(event, ProposalMade):
            self.proposals[event.proposal_id] = event.operator
        elif isinstance(event, ProposalDecided):
            self.proposals.pop(event.proposal_id, None)
        elif isinstance(event, ObservationTaken):
            self.observed.append(event)
        elif isinstance(event, TwapStarted):
            self.twaps[event.account] = (event.asset, event.twap_id)
        elif isinstance(event, AgentApproved):
            self.agents[event.account] = event.agent
        elif isinstance(event, EventAwaited):
            self.awaited[event.asset] = event.event
        elif isinstance(event, EventDecided):
            self.awaited.pop(event.asset, None)
