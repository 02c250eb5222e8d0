"""The WebSocket's subscriptions: who asked for what, and sending it (§4 of the dialect).

States are rendered once per change for all who asked, no faster than their pace. Events go out as
each batch becomes durable, in order, after a snapshot taken at the moment the topic is opened.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from typing import Any, Final, TypeVar, final

import msgspec

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Fault
from bellwether.gateway.hyperliquid.reads.history import slice_fills
from bellwether.gateway.hyperliquid.reads.request import ReadingNode
from bellwether.gateway.hyperliquid.streams import events, states
from bellwether.gateway.hyperliquid.streams.pace import Pace
from bellwether.gateway.hyperliquid.streams.topic import Topic, topic_of
from bellwether.gateway.sockets.frames import text_frame
from bellwether.gateway.sockets.ports import EVENT, Outlet
from bellwether.node.commit.batch import Applied
from bellwether.node.errors import NodeStopped
from bellwether.schema.events import (
    IsolatedMarginUpdated,
    LeverageUpdated,
    MarketRebased,
    MarketSettled,
    PhaseChanged,
    PositionRebased,
    SpecificationChanged,
)
from bellwether.views.history.fills import FillRow
from bellwether.views.history.funding import PaymentRow
from bellwether.views.history.ledger_updates import LedgerRow
from bellwether.views.orders import OrderRow
from bellwether.views.standing.twaps import TwapRow

REPEAT_S: Final = 5.0
"""Seconds after which a state is sent again though nothing has changed."""

Row = TypeVar("Row", FillRow, PaymentRow, LedgerRow, OrderRow, TwapRow)

_TURNS: Final = (PhaseChanged, SpecificationChanged, MarketRebased, MarketSettled)
"""Events after which everything shown of a market may be another."""
_OF_ONE_ACCOUNT: Final = (LeverageUpdated, IsolatedMarginUpdated, PositionRebased)
"""Events that change an account and bring no row of its own."""

_encode: Final = msgspec.json.Encoder().encode


def _message(channel: str, shown: Any) -> bytes:
    return b'{"channel":"' + channel.encode() + b'","data":' + _encode(shown) + b"}"


@final
class Channels:
    """Belongs to the event loop of its node."""

    def __init__(self, node: ReadingNode) -> None:
        self._node: Final = node
        self._wanted: dict[Outlet, set[Topic]] = {}
        self._open: dict[Topic, dict[Outlet, None]] = {}
        self._numbers: dict[Topic, int] = {}
        self._topics = itertools.count(EVENT + 1)
        self._by_name: dict[str, set[Topic]] = {}
        self._by_user: dict[bytes, set[Topic]] = {}
        self._sent: dict[Topic, Any] = {}
        self._paces: dict[str, Pace] = {}
        self._repeating: asyncio.Task[None] | None = None
        self._first_looks: set[asyncio.Task[None]] = set()
        node.subscribe(self._published)

    def subscribe(
        self, connection: Outlet, subscription: object
    ) -> tuple[dict[str, Any] | None, str | None]:
        """Return the echo, or the text of what is wrong; the first message follows the echo."""
        topic, echo, error = self._parse(subscription)
        if topic is None:
            return None, error
        wanted = self._wanted.setdefault(connection, set())
        if topic in wanted:
            return None, f"Already subscribed: {_text(subscription)}"
        wanted.add(topic)
        asyncio.get_running_loop().call_soon(self._begin, connection, topic)
        return echo, None

    def unsubscribe(
        self, connection: Outlet, subscription: object
    ) -> tuple[dict[str, Any] | None, str | None]:
        """Return the echo, or the text of what is wrong."""
        topic, echo, error = self._parse(subscription)
        if topic is None:
            return None, error
        wanted = self._wanted.get(connection, set())
        if topic not in wanted:
            return None, f"Already unsubscribed: {_text(subscription)}"
        wanted.discard(topic)
        self._end(connection, topic)
        return echo, None

    def drop(self, connection: Outlet) -> None:
        """Forget a connection that has gone."""
        for topic in self._wanted.pop(connection, set()):
            self._end(connection, topic)

    def users(self, connection: Outlet) -> set[bytes]:
        """Return the users that a connection follows."""
        return {topic.user for topic in self._wanted.get(connection, ()) if topic.user}

    def topics(self, connection: Outlet) -> int:
        """Return how many topics a connection follows."""
        return len(self._wanted.get(connection, ()))

    def close(self) -> None:
        """Send nothing more."""
        for pace in self._paces.values():
            pace.stop()
        if self._repeating is not None:
            self._repeating.cancel()

    def _parse(self, subscription: object) -> tuple[Topic | None, dict[str, Any], str]:
        invalid = f"Invalid subscription {_text(subscription)}"
        if not isinstance(subscription, dict):
            return None, {}, invalid
        try:
            topic, echo = topic_of(subscription, self._node.engine.venue)
        except Fault:
            return None, {}, invalid
        return topic, echo, ""

    def _begin(self, connection: Outlet, topic: Topic) -> None:
        """Opens a topic for a connection: a snapshot of events now, a state when it is durable."""
        if topic not in self._wanted.get(connection, ()):
            return
        if topic not in self._open:
            self._by_name.setdefault(topic.name, set()).add(topic)
            self._by_user.setdefault(topic.user, set()).add(topic)
            if topic.kind in states.RENDERERS:
                self._numbers[topic] = next(self._topics)
        self._open.setdefault(topic, {})[connection] = None
        if topic.kind in states.RENDERERS:
            task = asyncio.get_running_loop().create_task(self._first_look(connection, topic))
            self._first_looks.add(task)
            task.add_done_callback(self._first_looks.discard)
            if self._repeating is None or self._repeating.done():
                self._repeating = asyncio.get_running_loop().create_task(self._repeat())
            return
        shown = events.SNAPSHOTS[topic.kind](self._node.engine.venue, self._node.views, topic)
        if shown is not None:
            connection.send(_message(events.CHANNELS.get(topic.kind, topic.kind), shown))

    def _end(self, connection: Outlet, topic: Topic) -> None:
        connections = self._open.get(topic)
        if connections is None:
            return
        connections.pop(connection, None)
        if not connections:
            del self._open[topic]
            self._sent.pop(topic, None)
            self._numbers.pop(topic, None)
            for index, key in ((self._by_name, topic.name), (self._by_user, topic.user)):
                topics: set[Topic] = index[key]  # type: ignore[index]
                topics.discard(topic)
                if not topics:
                    del index[key]  # type: ignore[arg-type]

    async def _first_look(self, connection: Outlet, topic: Topic) -> None:
        for _, shown in await self._look((topic,)):
            if shown is not None and connection in self._open.get(topic, ()):
                frame = text_frame(_message(topic.kind, shown))
                connection.send_framed(frame, self._numbers[topic])

    async def _look(self, topics: Iterable[Topic]) -> list[tuple[Topic, Any]]:
        views = self._node.views
        try:
            return await self._node.read(
                lambda venue: [(t, states.RENDERERS[t.kind](venue, views, t)) for t in topics]
            )
        except NodeStopped:
            return []

    async def _push(self, marked: dict[Topic, bool]) -> None:
        """Sends the present state of topics to all who asked for them."""
        for topic, shown in await self._look([t for t in marked if t in self._open]):
            essence = states.essence(topic, shown)
            if shown is None or topic not in self._open:
                continue
            if not marked[topic] and essence is not None and self._sent.get(topic) == essence:
                continue
            self._sent[topic] = essence
            self._send(topic, shown)

    def _send(self, topic: Topic, shown: Any) -> None:
        """Framed once for all who asked; for who is slow a state takes the older one's place."""
        frame = text_frame(_message(events.CHANNELS.get(topic.kind, topic.kind), shown))
        state = self._numbers.get(topic, EVENT)
        for connection in tuple(self._open[topic]):
            connection.send_framed(frame, state)

    def _mark(self, topic: Topic, always: bool = False) -> None:
        pace = self._paces.get(topic.kind)
        if pace is None:
            interval = states.PACES_S.get(topic.kind, states.ACCOUNT_PACE_S)
            pace = self._paces[topic.kind] = Pace(interval, self._push)
        pace.mark(topic, always)

    def _mark_named(self, names: Iterable[str], kinds: frozenset[str]) -> None:
        for name in names:
            for topic in self._by_name.get(name, ()):
                if topic.kind in kinds:
                    self._mark(topic)

    def _mark_accounts(self, users: Iterable[bytes]) -> None:
        for user in users:
            for topic in self._by_user.get(user, ()):
                if topic.kind in states.OF_ACCOUNT:
                    self._mark(topic)

    async def _repeat(self) -> None:
        while self._open:
            await asyncio.sleep(REPEAT_S)
            for topic in tuple(self._open):
                if topic.kind in states.REPEATED:
                    self._mark(topic, always=True)

    def _published(self, first_seq: int, items: list[Applied]) -> None:
        """A batch is durable and in the views: tell what happened, mark what has changed."""
        if not self._open:
            return
        views, venue = self._node.views, self._node.engine.venue
        self._tell_trades(venue)
        self._tell_users(venue)
        self._tell_announcements(venue)
        turned = {
            venue.markets[event.asset].name
            for _, _, caused in items
            for event in caused
            if isinstance(event, _TURNS)
        }
        traded = {venue.markets[row.asset].name for row in views.trades.latest}
        booked = turned | {
            venue.markets[row.asset].name
            for row in views.orders.latest
            if row.asset in venue.markets
        }
        changed = views.prices.latest_assets | views.funding.latest_assets
        priced = turned | {venue.markets[asset].name for asset in changed}
        self._mark_named(booked | traded, states.OF_BOOK)
        self._mark_named(traded, states.OF_TRADES)
        self._mark_named(priced, states.OF_PRICES)
        if booked or traded or priced:
            dexes = {name.partition(":")[0] if ":" in name else "" for name in booked | priced}
            self._mark_named(dexes | {""}, states.OF_EVERY_MARKET)
        for _, _, caused in items:
            for event in caused:
                if isinstance(event, _OF_ONE_ACCOUNT):
                    self._mark_accounts((event.account,))

    def _tell_trades(self, venue: Venue) -> None:
        by_asset: dict[int, list[Any]] = {}
        for row in self._node.views.trades.latest:
            by_asset.setdefault(row.asset, []).append(row)
        for asset, rows in by_asset.items():
            topic = Topic("trades", name=venue.markets[asset].name)
            if topic in self._open:
                self._send(topic, events.trades(venue, self._node.views, rows))

    def _tell_announcements(self, venue: Venue) -> None:
        rows = self._node.views.announcements.latest
        if not rows:
            return
        self._tell("announcements", b"", events.announcements(venue, rows))
        for asset in {row.asset for row in rows} & venue.markets.keys():
            topic = Topic("announcements", name=venue.markets[asset].name)
            if topic in self._open:
                own = [row for row in rows if row.asset == asset]
                self._send(topic, events.announcements(venue, own))

    def _tell_users(self, venue: Venue) -> None:
        views = self._node.views
        updated = self._followed(views.orders.latest)
        filled = self._followed(views.fills.latest)
        funded = self._followed(views.funding.latest)
        moved = self._followed(views.ledger_updates.latest)
        worked = self._followed(views.twaps.latest)
        for user, orders in updated.items():
            self._tell_orders(venue, user, orders)
        for user, fills in filled.items():
            self._tell_fills(venue, user, fills)
        for user, payments in funded.items():
            self._tell_fundings(venue, user, payments)
        for user, updates in moved.items():
            self._tell_updates(venue, user, updates)
        for user, twaps in worked.items():
            history = events.twaps_of(venue, user, twaps)
            address = "0x" + user.hex()
            self._tell("userTwapHistory", user, {"user": address, "history": history})
            self._tell("userEvents", user, {"twapHistory": history})
        self._mark_accounts(
            updated.keys() | filled.keys() | funded.keys() | moved.keys() | worked.keys()
        )

    def _followed(self, rows: Iterable[Row]) -> dict[bytes, list[Row]]:
        """Rows by user, of users whom somebody follows."""
        found: dict[bytes, list[Row]] = {}
        if len(self._by_user) == 1 and b"" in self._by_user:
            return found
        address_of = self._node.views.address_of
        for row in rows:
            user = address_of(row.user)
            if user in self._by_user:
                found.setdefault(user, []).append(row)
        return found

    def _tell(self, kind: str, user: bytes, shown: Any) -> None:
        topic = Topic(kind, user)
        if topic in self._open and shown:
            self._send(topic, shown)

    def _tell_orders(self, venue: Venue, user: bytes, rows: list[OrderRow]) -> None:
        new = self._node.views.orders.latest_placed
        if Topic("orderUpdates", user) in self._open:
            self._tell("orderUpdates", user, events.order_updates(venue, rows, new))
        topic = Topic("userHistoricalOrders", user)
        if topic in self._open:
            self._send(topic, events.order_history(venue, topic, rows))
        ended = events.not_by_user(venue, rows)
        if ended:
            self._tell("userEvents", user, {"nonUserCancel": ended})

    def _tell_fills(self, venue: Venue, user: bytes, rows: list[FillRow]) -> None:
        views = self._node.views
        for detail in ("", "merged"):
            topic = Topic("userFills", user, detail=detail)
            if topic in self._open:
                self._send(topic, events.fills_of(venue, views, topic, rows))
        topic = Topic("userEvents", user)
        if topic in self._open:
            self._send(topic, {"fills": events.fills_of(venue, views, topic, rows)["fills"]})
        sliced = slice_fills(venue, views, rows)
        if sliced:
            address = "0x" + user.hex()
            self._tell("userTwapSliceFills", user, {"user": address, "twapSliceFills": sliced})
            self._tell("userEvents", user, {"twapSliceFills": sliced})

    def _tell_fundings(self, venue: Venue, user: bytes, rows: list[PaymentRow]) -> None:
        shown = [events.funding(venue, row) for row in rows]
        address = "0x" + user.hex()
        self._tell("userFundings", user, {"user": address, "fundings": shown})
        for payment in shown:
            self._tell("userEvents", user, {"funding": payment})

    def _tell_updates(self, venue: Venue, user: bytes, rows: list[LedgerRow]) -> None:
        views = self._node.views
        topic = Topic("userNonFundingLedgerUpdates", user)
        if topic in self._open:
            shown = events.ledger_of(venue, views, topic, rows)
            self._send(topic, shown)
        for row in rows:
            found = events.liquidation(views, row)
            if found is not None:
                coin = venue.markets[row.asset].name
                self._tell("userEvents", user, {"liquidation": found})
                text = f"Your position in {coin} is being liquidated."
                self._tell("notification", user, {"notification": text})


def _text(subscription: object) -> str:
    return _encode(subscription).decode()
