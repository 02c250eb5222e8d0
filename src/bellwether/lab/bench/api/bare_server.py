"""The yardstick of reads: the same layer of HTTP and a constant answer, in a process of its own.

`python -m … BYTES` prints the port it listens on; it ends with its standard input.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Final, cast, final

import httptools
import uvloop

_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


@final
class BareConnection(asyncio.Protocol):
    """Every request is parsed and answered alike."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._transport.write(self._answer)


async def _serve(answer: bytes) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BareConnection(answer), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


def main(size: int) -> None:
    body = b'{"levels":"' + b"x" * max(0, size - 13) + b'"}'
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(_HEAD % len(body) + body))


if __name__ == "__main__":
    main(int(sys.argv[1]))
