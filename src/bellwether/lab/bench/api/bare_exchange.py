"""The yardstick of orders: the same layer of HTTP, the same way to the signer, a constant answer.

`python -m …` prints the port it listens on; it ends with its standard input. What is signed is put
together on the event loop and the signer recovered in a process, as the venue does both.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Final, cast, final

import httptools
import msgspec
import uvloop

from bellwether.gateway.hyperliquid import signing
from bellwether.gateway.hyperliquid.recovery import InlineRecoverer, Recoverer, start_recoverer

_BODY: Final = (
    b'{"status":"ok","response":{"type":"order","data":{"statuses":[{"resting":{"oid":1}}]}}}'
)
_ANSWER: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(_BODY)
) + _BODY
_SOURCE: Final = "b"


@final
class BareExchange(asyncio.Protocol):
    """Answers a signed action once its signer is known; one at a time on each connection."""

    def __init__(self, recoverer: Recoverer) -> None:
        self._recoverer = recoverer
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, piece: bytes) -> None:
        self._body += piece

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        signed = msgspec.json.decode(body)
        packed = msgspec.msgpack.encode(signed["action"])
        payload = signing.connection_payload(packed, signed["nonce"], None, None)
        given = signed["signature"]
        signature = signing.signature_bytes(given["r"], given["s"], given["v"])
        message = signing.agent_message(payload, _SOURCE)
        asked = asyncio.ensure_future(self._recoverer.recover(message, signature))
        asked.add_done_callback(self._recovered)

    def _recovered(self, asked: asyncio.Future[bytes]) -> None:
        assert len(asked.result()) == 20, "somebody has signed"
        self._transport.write(_ANSWER)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    process = await start_recoverer()
    recoverer: Recoverer = process or InlineRecoverer()
    server = await loop.create_server(lambda: BareExchange(recoverer), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    if process is not None:
        await process.stop()


def main() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve())


if __name__ == "__main__":
    main()
