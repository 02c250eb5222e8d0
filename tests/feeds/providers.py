"""Stand-ins of the providers on loopback: real sockets, the providers' own formats."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

KEY_ID, SECRET = "PKTESTKEYID", "very-secret-secret"
DEADLINE_S = 30

Answer = tuple[int, bytes]


class HttpStand:
    """An HTTP server whose answers are those of a function of path and parameters."""

    def __init__(self, answer: Callable[[str, dict[str, str], Any], Answer]) -> None:
        stand = self
        self.asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                stand.asked.append(self.path)
                fields = {name: values[0] for name, values in parse_qs(parts.query).items()}
                status, body = answer(parts.path, fields, self.headers)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> HttpStand:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(DEADLINE_S)
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"


class KrakenStand:
    """Kraken's public REST API with one tokenised share; `AAPLx` is told only to who asks for
    tokenised assets, as there."""

    PAIR = "CBRSxUSD"

    def __init__(self, bid: str = "189.90", ask: str = "190.10") -> None:
        self.bid, self.ask = bid, ask
        self.down = False
        self.http = HttpStand(self._answer)

    def __enter__(self) -> KrakenStand:
        self.http.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.__exit__()

    def _answer(self, path: str, fields: dict[str, str], _: Any) -> Answer:
        if self.down:
            return 503, b'{"error":["EService:Unavailable"]}'
        if path == "/0/public/Assets":
            usd = {"aclass": "currency", "altname": "USD", "decimals": 4, "display_decimals": 2}
            return _ok({"ZUSD": {**usd, "status": "enabled"}})
        tokenised = "tokenized_asset"
        if path == "/0/public/AssetPairs":
            shares = fields.get("aclass_base") == tokenised
            return _ok({self.PAIR: self._pair()} if shares else {})
        if path == "/0/public/Ticker":
            if fields.get("pair") != self.PAIR or fields.get("asset_class") != tokenised:
                return 200, b'{"error":["EQuery:Unknown asset pair"]}'
            return _ok({self.PAIR: self._ticker()})
        return 404, b'{"error":["EGeneral:Unknown method"]}'

    def _pair(self) -> dict[str, Any]:
        return {
            "altname": "CBRSxUSD",
            "wsname": "CBRSx/USD",
            "aclass_base": "tokenized_asset",
            "base": "CBRSx",
            "aclass_quote": "currency",
            "quote": "ZUSD",
            "lot": "unit",
            "cost_decimals": 5,
            "pair_decimals": 2,
            "lot_decimals": 8,
            "lot_multiplier": 1,
            "leverage_buy": [],
            "leverage_sell": [],
            "fees": [[0, 0.4]],
            "fees_maker": [[0, 0.25]],
            "fee_volume_currency": "ZUSD",
            "margin_call": 80,
            "margin_stop": 40,
            "ordermin": "0.02",
            "costmin": "0.5",
            "tick_size": "0.01",
            "status": "online",
        }

    def _ticker(self) -> dict[str, Any]:
        return {
            "a": [self.ask, "12", "12.000"],
            "b": [self.bid, "9", "9.000"],
            "c": ["150.00", "0.50000000"],
            "v": ["10.0", "20.0"],
            "p": ["189.0", "188.0"],
            "t": [3, 7],
            "l": ["180.0", "180.0"],
            "h": ["191.0", "191.0"],
            "o": "188.0",
        }


class AlpacaStand:
    """Alpaca's market data: the stream and the latest trades and quotes over HTTP."""

    def __init__(self) -> None:
        self.latest: dict[str, dict[str, Any]] = {"trades": {}, "quotes": {}}
        self.received: list[dict[str, Any]] = []
        self.refuse: tuple[int, str] | None = None
        self.keeps_halts = False
        """An account that is not given trading statuses."""
        self.subscribed = threading.Semaphore(0)
        """Released by each subscription."""
        self.http = HttpStand(self._answer)
        self._open: dict[ServerConnection, dict[str, list[str]]] = {}
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.port = 0

    def __enter__(self) -> AlpacaStand:
        self.http.__enter__()
        self._thread.start()
        assert self._ready.wait(DEADLINE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive(), "the stream's server did not stop"
        self.http.__exit__()

    @property
    def stream(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def await_subscription(self) -> None:
        assert self.subscribed.acquire(timeout=DEADLINE_S), "nobody subscribed"

    def send(self, *messages: dict[str, Any]) -> None:
        """To each subscriber what it has asked for, in one frame."""
        asyncio.run_coroutine_threadsafe(self._send(messages), self._loop).result(DEADLINE_S)

    def send_raw(self, text: str) -> None:
        async def sent() -> None:
            for connection in list(self._open):
                await connection.send(text)

        asyncio.run_coroutine_threadsafe(sent(), self._loop).result(DEADLINE_S)

    def drop(self) -> None:
        """Cuts every connection off without a word."""

        async def cut() -> None:
            for connection in list(self._open):
                connection.transport.abort()

        asyncio.run_coroutine_threadsafe(cut(), self._loop).result(DEADLINE_S)

    async def _serve(self) -> None:
        """Until it is told to stop; whoever knocks at that moment is cut off with the loop."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await serve(self._converse, "127.0.0.1", 0, close_timeout=0.2)
        self.port = next(iter(server.sockets)).getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await server.wait_closed()

    async def _converse(self, connection: ServerConnection) -> None:
        try:
            assert connection.request is not None
            assert connection.request.path == "/v2/sip", connection.request.path
            await _say(connection, {"T": "success", "msg": "connected"})
            if not await self._authenticated(connection):
                return
            async for text in connection:
                await self._subscribe(connection, json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self._open.pop(connection, None)

    async def _authenticated(self, connection: ServerConnection) -> bool:
        message = json.loads(await connection.recv())
        self.received.append(message)
        if self._open:
            await _error(connection, 406, "connection limit exceeded")
        elif self.refuse is not None:
            await _error(connection, *self.refuse)
        elif message != {"action": "auth", "key": KEY_ID, "secret": SECRET}:
            await _error(connection, 402, "auth failed")
        else:
            await _say(connection, {"T": "success", "msg": "authenticated"})
            return True
        return False

    async def _subscribe(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        self.received.append(message)
        if message.get("action") != "subscribe":
            await _error(connection, 400, "invalid syntax")
            return
        trades, quotes = message["trades"], message["quotes"]
        statuses = [] if self.keeps_halts else message.get("statuses", [])
        lulds = [] if self.keeps_halts else message.get("lulds", [])
        asked = {"t": trades, "x": trades, "c": trades, "q": quotes, "s": statuses, "l": lulds}
        self._open[connection] = asked
        none: dict[str, list[str]] = {"bars": [], "updatedBars": [], "dailyBars": []}
        none |= {"statuses": statuses, "lulds": lulds}
        automatic = {"corrections": trades, "cancelErrors": trades}
        given = {"trades": trades, "quotes": quotes, **none, **automatic}
        await _say(connection, {"T": "subscription", **given})
        self.subscribed.release()

    async def _send(self, messages: tuple[dict[str, Any], ...]) -> None:
        for connection, wanted in list(self._open.items()):
            chosen = [one for one in messages if one.get("S") in wanted.get(one["T"], [one["S"]])]
            if chosen:
                await connection.send(json.dumps(chosen))

    def _answer(self, path: str, fields: dict[str, str], headers: Any) -> Answer:
        if (headers["APCA-API-KEY-ID"], headers["APCA-API-SECRET-KEY"]) != (KEY_ID, SECRET):
            return 403, b'{"message":"forbidden."}'
        what = path.removeprefix("/v2/stocks/").removesuffix("/latest")
        if what not in self.latest or fields.get("feed") != "sip":
            return 400, b'{"message":"invalid feed"}'
        symbols = fields["symbols"].split(",")
        found = {name: one for name, one in self.latest[what].items() if name in symbols}
        return 200, json.dumps({what: found}).encode()


class MassiveStand:
    """Massive's stock stream: auctions, bands and halts."""

    KEY = "massive-secret-key"

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.refuses: str = ""
        """A status with which a subscription is answered."""
        self.subscribed = threading.Semaphore(0)
        self._open: set[ServerConnection] = set()
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.port = 0

    def __enter__(self) -> MassiveStand:
        self._thread.start()
        assert self._ready.wait(DEADLINE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive(), "the stream's server did not stop"

    @property
    def stream(self) -> str:
        return f"ws://127.0.0.1:{self.port}/stocks"

    def send(self, *messages: dict[str, Any]) -> None:
        async def sent() -> None:
            for connection in list(self._open):
                await connection.send(json.dumps(messages))

        asyncio.run_coroutine_threadsafe(sent(), self._loop).result(DEADLINE_S)

    def drop(self) -> None:
        async def cut() -> None:
            for connection in list(self._open):
                connection.transport.abort()

        asyncio.run_coroutine_threadsafe(cut(), self._loop).result(DEADLINE_S)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await serve(self._converse, "127.0.0.1", 0, close_timeout=0.2)
        self.port = next(iter(server.sockets)).getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await server.wait_closed()

    async def _converse(self, connection: ServerConnection) -> None:
        try:
            await _state(connection, "connected", "Connected Successfully")
            async for text in connection:
                message = json.loads(text)
                self.received.append(message)
                if message["action"] == "auth":
                    good = message["params"] == self.KEY
                    told = ("auth_success", "authenticated") if good else ("auth_failed", text)
                    await _state(connection, *told)
                elif self.refuses:
                    await _state(connection, self.refuses, "not entitled")
                else:
                    names = message["params"].split(",")
                    said = [{"ev": "status", "status": "success", "message": n} for n in names]
                    await connection.send(json.dumps(said[:1]))
                    await connection.send(json.dumps(said[1:]))
                    self._open.add(connection)
                    self.subscribed.release()
        except ConnectionClosed:
            pass
        finally:
            self._open.discard(connection)


def imbalance(symbol: str, time_ms: int, price: float, paired: int, kind: str = "M") -> Any:
    return {
        "ev": "NOI",
        "T": symbol,
        "t": time_ms,
        "at": 930,
        "a": kind,
        "i": 44,
        "x": 10,
        "o": 480,
        "p": paired,
        "b": price,
    }


def limits(symbol: str, time_ms: int, low: float, high: float, *indicators: int) -> Any:
    marks = list(indicators)
    return {
        "ev": "LULD",
        "T": symbol,
        "h": high,
        "l": low,
        "i": marks,
        "z": 3,
        "t": time_ms,
        "q": 1,
    }


def trade(
    price: float, time: str, number: int, *, exchange: str = "Q", conditions: str = "@"
) -> dict[str, Any]:
    """As it comes over HTTP; `streamed` adds what the stream says beside."""
    return {
        "i": number,
        "x": exchange,
        "p": price,
        "s": 100,
        "c": list(conditions),
        "t": time,
        "z": "C",
    }


def quote(bid: float, ask: float, time: str) -> dict[str, Any]:
    return {
        "bx": "Q",
        "bp": bid,
        "bs": 2,
        "ax": "V",
        "ap": ask,
        "as": 3,
        "c": ["R"],
        "z": "C",
        "t": time,
    }


def status(code: str, time: str, reason: str = "T1", says: str = "Halt News Pending") -> Any:
    return {"sc": code, "sm": "status", "rc": reason, "rm": says, "t": time, "z": "C"}


def bands(low: float, high: float, time: str) -> dict[str, Any]:
    return {"u": high, "d": low, "i": "B", "t": time, "z": "C"}


def streamed(kind: str, symbol: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"T": kind, "S": symbol, **content}


async def _say(connection: ServerConnection, message: dict[str, Any]) -> None:
    await connection.send(json.dumps([message]))


async def _error(connection: ServerConnection, code: int, msg: str) -> None:
    await _say(connection, {"T": "error", "code": code, "msg": msg})
    await connection.close()


async def _state(connection: ServerConnection, status: str, message: str) -> None:
    await connection.send(json.dumps([{"ev": "status", "status": status, "message": message}]))


def _ok(result: dict[str, Any]) -> Answer:
    return 200, json.dumps({"error": [], "result": result}).encode()
