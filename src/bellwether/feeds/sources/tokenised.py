"""The spot price of a tokenised share, through ccxt's unified API.

Its price is the middle of bid and ask at the moment it is asked for: a last trade carries no time
on most of these exchanges, and may be hours old.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final, final

from bellwether.feeds.config import CcxtSection
from bellwether.feeds.prices.prints import NOW, PriceUnusable, Print, middle_e8, price_e8
from bellwether.feeds.sources.outlet import Backoff, Outlet, Pause, ProviderLost
from bellwether.units.quantities import NS_PER_MS

OWN_CLASS: Final[dict[str, tuple[dict[str, str], dict[str, str]]]] = {
    "kraken": ({"aclass_base": "tokenized_asset"}, {"asset_class": "tokenized_asset"}),
}
"""What an exchange wants to be told, with its markets and with a ticker, about tokenised shares."""

_TIMEOUT_MS: Final = 10_000


@final
class TokenisedSource:
    """Polls one exchange for its markets' tickers."""

    def __init__(self, section: CcxtSection, outlet: Outlet, pause: Pause = asyncio.sleep) -> None:
        self._section = section
        self._outlet = outlet
        self._pause = pause
        self._backoff = Backoff()

    async def run(self) -> None:
        """Delivers until it is cancelled."""
        while True:
            try:
                await self._polling()
            except ProviderLost as fault:
                wait_s = self._backoff.wait_s()
                self._outlet.lost(str(fault), wait_s)
                await self._pause(wait_s)

    async def probe(self) -> str:
        """Asks for each ticker once. Raises ProviderLost."""
        exchange = open_exchange(self._section)
        try:
            for symbol in self._section.coins.values():
                await self._ticker(exchange, symbol)
        finally:
            await exchange.close()
        return f"tickers of {', '.join(sorted(self._section.coins.values()))}"

    async def _polling(self) -> None:
        exchange = open_exchange(self._section)
        try:
            while True:
                began = time.monotonic()
                for coin, symbol in self._section.coins.items():
                    await self._poll(exchange, coin, symbol)
                self._backoff.reset()
                self._outlet.connected()
                await self._pause(max(0.0, float(self._section.poll_s) - time.monotonic() + began))
        finally:
            await exchange.close()

    async def _poll(self, exchange: Any, coin: str, symbol: str) -> None:
        ticker = await self._ticker(exchange, symbol)
        try:
            seen = self._print(coin, ticker)
        except PriceUnusable as fault:
            self._outlet.dropped(str(fault), coin)
            return
        await self._outlet.seen(seen)

    def _print(self, coin: str, ticker: dict[str, Any]) -> Print:
        bid, ask, stamped_ms = ticker.get("bid"), ticker.get("ask"), ticker.get("timestamp")
        if not bid or not ask:
            raise PriceUnusable("quote of one side")
        middle = middle_e8(price_e8(bid), price_e8(ask), self._section.widest_e6)
        return Print(coin, middle, int(stamped_ms) * NS_PER_MS if stamped_ms else NOW)

    async def _ticker(self, exchange: Any, symbol: str) -> dict[str, Any]:
        import ccxt

        about_markets, about_ticker = OWN_CLASS.get(self._section.exchange, ({}, {}))
        try:
            await exchange.load_markets(False, about_markets)
            found: dict[str, Any] = await exchange.fetch_ticker(symbol, about_ticker)
        except ccxt.BaseError as fault:
            raise ProviderLost(f"{type(fault).__name__}: {fault}") from None
        return found


def open_exchange(section: CcxtSection) -> Any:
    """An exchange of ccxt; numbers stay text. Raises ProviderLost."""
    try:
        import ccxt.async_support as library
    except ImportError:
        raise ProviderLost(
            "tokenised shares need the package ccxt: `pip install 'bellwether[tokenised]'`"
        ) from None
    if section.exchange not in library.exchanges:
        raise ProviderLost(f"ccxt knows no exchange {section.exchange!r}")
    exchange = getattr(library, section.exchange)({"enableRateLimit": True, "timeout": _TIMEOUT_MS})
    exchange.number = str
    if section.address:
        exchange.urls["api"] = _moved(exchange.urls["api"], section.address.rstrip("/"))
    return exchange


def _moved(addresses: Any, address: str) -> Any:
    """The same table of an exchange's addresses, all leading to another host."""
    if isinstance(addresses, dict):
        return {name: _moved(value, address) for name, value in addresses.items()}
    return address
