"""Trades and quotes of US equities from Alpaca: a WebSocket stream, and HTTP after each gap.

An account may have one connection to each of Alpaca's feeds, so every source on the same feed is
served by one. Silence is noticed by WebSocket pings; whatever ends a connection, the next one
authenticates, subscribes anew, and begins with the latest trade or quote over HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import msgspec
from websockets.asyncio.client import ClientConnection

from bellwether.feeds.config import AlpacaSection
from bellwether.feeds.decoding import decoded
from bellwether.feeds.prices.prints import PriceUnusable
from bellwether.feeds.sources import alpaca_messages as messages
from bellwether.feeds.sources.connection import Listener, answering, send, symbols, waiting_for
from bellwether.feeds.sources.http_get import get
from bellwether.feeds.sources.outlet import Outlet, ProviderLost


@dataclass(frozen=True)
class Credentials:
    """An account's key; never shown."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        return "Credentials(…)"


@final
class AlpacaStream:
    """One conversation for all listeners; feed, addresses and credentials they have in common."""

    def __init__(
        self, listeners: Sequence[Listener[AlpacaSection]], credentials: Credentials
    ) -> None:
        self._listeners = listeners
        self._credentials = credentials
        section = listeners[0].section
        self._stream = f"{section.stream.rstrip('/')}/{messages.FEED_PATHS[section.feed]}"
        self._rest = f"{section.rest.rstrip('/')}/v2/stocks"
        self._feed = section.feed

    @property
    def address(self) -> str:
        """Where the stream is."""
        return self._stream

    @property
    def outlets(self) -> list[Outlet]:
        """Who hears of loss and return."""
        return [listener.outlet for listener in self._listeners]

    async def subscribe(self, stream: ClientConnection) -> str:
        """Authenticates and subscribes; what is delivered then. Raises ProviderLost."""
        told = await self._subscribe(stream)
        halts = "halts are told" if told else "halts are not told"
        return f"authenticated, subscribed to {', '.join(symbols(self._listeners))}; {halts}"

    async def begin(self, stream: ClientConnection) -> None:
        """Subscribes, and begins with the latest trade or quote over HTTP."""
        if not await self._subscribe(stream) and self._telling():
            for listener in self._listeners:
                for coin in listener.section.coins:
                    listener.outlet.dropped("its halts are not told", coin)
        await self._catch_up()

    async def take(self, frame: str | bytes) -> None:
        """What a frame of the stream says. Raises ProviderLost."""
        for head, raw in messages.elements(frame):
            await self._take(head, raw)

    def _telling(self) -> list[str]:
        """Whose halts and bands are asked for."""
        if self._feed not in messages.TELLING:
            return []
        return symbols(one for one in self._listeners if one.section.halts)

    async def _subscribe(self, stream: ClientConnection) -> bool:
        """Whether the provider tells of halts; not every account is given that."""
        await self._expect(stream, "connected")
        key = self._credentials
        await send(stream, {"action": "auth", "key": key.key_id, "secret": key.secret})
        await self._expect(stream, "authenticated")
        wanted = {"trades": symbols(self._by("last")), "quotes": symbols(self._by("quote"))}
        telling = self._telling()
        more = {"statuses": telling, "lulds": telling} if telling else {}
        await send(stream, {"action": "subscribe", **wanted, **more})
        head, raw = await self._control(stream)
        if head.kind != "subscription":
            raise ProviderLost(f"expected a subscription, got {head.kind} {head.msg}")
        given = decoded(raw, messages.Subscription)
        missing = (set(wanted["trades"]) - set(given.trades)) | (
            set(wanted["quotes"]) - set(given.quotes)
        )
        if missing:
            raise ProviderLost(f"not subscribed to {', '.join(sorted(missing))}")
        return bool(telling) and set(telling) <= {*given.statuses}

    async def _expect(self, stream: ClientConnection, msg: str) -> None:
        head, _ = await self._control(stream)
        if (head.kind, head.msg) != ("success", msg):
            raise ProviderLost(f"expected {msg}, got {head.kind} {head.msg}")

    async def _control(self, stream: ClientConnection) -> tuple[messages.Head, msgspec.Raw]:
        """The next message about the connection; these come alone in their frames."""
        async with answering("answer"):
            frame = await stream.recv()
        found = messages.elements(frame)
        if len(found) != 1:
            raise ProviderLost(f"expected one message, got {len(found)}")
        head, raw = found[0]
        if head.kind == "error":
            raise ProviderLost(f"error {head.code}: {head.msg}")
        return head, raw

    async def _catch_up(self) -> None:
        """The latest of each symbol over HTTP; a share that does not trade now sends nothing."""
        for price, what, kind in (
            ("last", "trades", messages.Trade),
            ("quote", "quotes", messages.Quote),
        ):
            wanted = symbols(self._by(price))
            if not wanted:
                continue
            try:
                content = await self._latest(what, wanted)
            except ProviderLost as fault:
                # The stream goes on by itself; what happened before it began stays unknown.
                self._without_snapshot(price, str(fault))
                continue
            for symbol, found in messages.snapshot(content, what, kind).items():
                if isinstance(found, messages.Trade):
                    await self._trade(symbol, found)
                else:
                    await self._quote(symbol, found)

    async def _latest(self, what: str, wanted: list[str]) -> bytes:
        key = self._credentials
        return await get(
            f"{self._rest}/{what}/latest",
            {"symbols": ",".join(wanted), "feed": self._feed},
            {"APCA-API-KEY-ID": key.key_id, "APCA-API-SECRET-KEY": key.secret},
        )

    def _without_snapshot(self, price: str, reason: str) -> None:
        for listener in self._by(price):
            for coin in listener.section.coins:
                listener.outlet.dropped(f"no snapshot: {reason}", coin)

    async def _take(self, head: messages.Head, raw: msgspec.Raw) -> None:
        if head.kind == "error":
            raise ProviderLost(f"error {head.code}: {head.msg}")
        if head.kind == "t":
            await self._trade(head.symbol, decoded(raw, messages.Trade))
        elif head.kind == "q":
            await self._quote(head.symbol, decoded(raw, messages.Quote))
        elif head.kind == "x":
            cancel = decoded(raw, messages.Cancel)
            self._withdraw(head.symbol, messages.trade_key(cancel.x, cancel.i))
        elif head.kind == "c":
            correction = decoded(raw, messages.Correction)
            self._withdraw(head.symbol, messages.trade_key(correction.x, correction.oi))
            await self._trade(head.symbol, messages.corrected_trade(correction))
        elif head.kind == "s":
            await self._status(head.symbol, decoded(raw, messages.Status))
        elif head.kind == "l":
            self._bands(head.symbol, decoded(raw, messages.PriceBands))

    async def _status(self, symbol: str, status: messages.Status) -> None:
        """To every source of the share: each says to the venue what it has heard."""
        for listener, coin in waiting_for(self._listeners, symbol):
            try:
                notice = messages.halt_notice(coin, status)
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)
                continue
            if notice is not None:
                await listener.outlet.told(notice)

    def _bands(self, symbol: str, bands: messages.PriceBands) -> None:
        for listener, coin in waiting_for(self._listeners, symbol):
            try:
                listener.outlet.limited(coin, messages.price_bands(bands))
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)

    async def _trade(self, symbol: str, trade: messages.Trade) -> None:
        for listener, coin in waiting_for(self._by("last"), symbol):
            wanted = listener.section.exchanges
            if wanted and trade.x not in wanted:
                listener.outlet.dropped("another exchange", coin)
                continue
            try:
                seen = messages.trade_print(coin, trade)
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)
                continue
            await listener.outlet.seen(seen)

    async def _quote(self, symbol: str, quote: messages.Quote) -> None:
        for listener, coin in waiting_for(self._by("quote"), symbol):
            allowed = {messages.REGULAR_QUOTE, *listener.section.conditions}
            if not allowed.issuperset(quote.c):
                listener.outlet.dropped("quote condition", coin)
                continue
            try:
                seen = messages.quote_print(coin, quote, listener.section.widest_e6)
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)
                continue
            await listener.outlet.seen(seen)

    def _withdraw(self, symbol: str, key: str) -> None:
        for listener, coin in waiting_for(self._by("last"), symbol):
            listener.outlet.withdrawn(coin, key)

    def _by(self, price: str) -> list[Listener[AlpacaSection]]:
        """Who goes by the last trade, or by the quote."""
        return [one for one in self._listeners if one.section.price == price]
