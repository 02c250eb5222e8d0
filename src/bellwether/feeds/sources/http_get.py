"""One HTTP GET with a deadline and a largest size, and what can go wrong in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bellwether.feeds.sources.outlet import ProviderLost

TIMEOUT_S: Final = 10.0
LARGEST: Final = 2**24


async def get(
    address: str,
    parameters: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The body of the answer. Raises ProviderLost; neither it nor the log shows the headers."""
    httpx = _library()
    try:
        async with (
            httpx.AsyncClient(timeout=TIMEOUT_S) as client,
            client.stream("GET", address, params=parameters, headers=headers) as answer,
        ):
            if answer.status_code != 200:
                raise ProviderLost(f"HTTP {answer.status_code} from {answer.url.host}")
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > LARGEST:
                    raise ProviderLost(f"more than {LARGEST} bytes from {answer.url.host}")
            return bytes(content)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise ProviderLost(f"{type(fault).__name__}: {fault}") from None


def _library() -> Any:
    # Imported late: a venue without a feed has no need of it.
    try:
        import httpx
    except ImportError:
        raise ProviderLost(
            "HTTP needs the package httpx: `pip install 'bellwether[feeds]'`"
        ) from None
    return httpx
