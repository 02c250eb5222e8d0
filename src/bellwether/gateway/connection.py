"""An HTTP connection with bounds on what uvicorn leaves open: a request's head and its time."""

from __future__ import annotations

import asyncio
from typing import Any, Final, final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 64 * 1024
"""Of request line and headers. One read of the socket more than that may be taken in."""

SLOWEST_REQUEST_S: Final = 30.0
"""A request that is not whole by then ends the connection, and so does one that never begins."""

_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 31\r\nconnection: close\r\n\r\n"
    b"The head is larger than 64 KiB."
)


@final
class BoundedHttp(HttpToolsProtocol):
    """Bodies are bounded by the routes; this bounds what comes before a route is known."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_bytes = 0
        self._in_head = True
        self._is_whole = False
        self._begun = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begun = self.loop.time()
        self.loop.call_later(SLOWEST_REQUEST_S, self._look)

    def data_received(self, data: bytes) -> None:
        was_in_head = self._in_head
        super().data_received(data)
        # A piece in which the head begins or ends says little about its size.
        if was_in_head and self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._in_head = True
        self._is_whole = False
        self._begun = self.loop.time()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_whole = True
        super().on_message_complete()

    def _look(self) -> None:
        """Now and then: has the request that is under way been so for too long?"""
        transport = self.transport
        if transport.is_closing() or transport.get_protocol() is not self:
            return
        late = self._begun + SLOWEST_REQUEST_S - self.loop.time()
        if not self._is_whole and late <= 0:
            transport.close()
            return
        self.loop.call_later(SLOWEST_REQUEST_S if self._is_whole else late, self._look)
