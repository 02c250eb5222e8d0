"""Messages of providers and files of valuations: what is wrong with them is said, never raised.

The providers' connections end with DecodeError and are made anew; a price that is none is dropped.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import msgspec

from bellwether.feeds.decoding import decoded
from bellwether.feeds.prices.prints import PriceUnusable
from bellwether.feeds.sources import alpaca_messages as alpaca, massive_messages as massive
from bellwether.feeds.valuations.entries import read_entries
from bellwether.feeds.valuations.signature import sign
from bellwether.node.founding.dev_keys import dev_address, dev_key

SOURCE: Final = "alpha"
SIGNER: Final = "0x" + dev_address("operator", 0).hex()
_ALPACA: Final[dict[str, Any]] = {
    "t": (alpaca.Trade, lambda seen: alpaca.trade_print("CBRS", seen)),
    "q": (alpaca.Quote, lambda seen: alpaca.quote_print("CBRS", seen, 20_000)),
    "x": (alpaca.Cancel, lambda seen: alpaca.trade_key(seen.x, seen.i)),
    "c": (
        alpaca.Correction,
        lambda seen: alpaca.trade_print("CBRS", alpaca.corrected_trade(seen)),
    ),
    "s": (alpaca.Status, lambda seen: alpaca.halt_notice("CBRS", seen)),
    "l": (alpaca.PriceBands, alpaca.price_bands),
    "subscription": (alpaca.Subscription, lambda seen: set(seen.trades)),
}
_MASSIVE: Final[dict[str, Any]] = {
    "NOI": (massive.Imbalance, lambda seen: massive.indication("CBRS", seen)),
    "LULD": (
        massive.PriceBands,
        lambda seen: massive.halt_notice("CBRS", seen) or massive.price_bands(seen),
    ),
}


def alpaca_frame(content: bytes) -> None:
    """A frame of the equity stream."""
    with suppress(msgspec.DecodeError):
        for head, raw in alpaca.elements(content):
            _read(_ALPACA, head.kind, raw)


def alpaca_snapshot(content: bytes) -> None:
    """An answer over HTTP with the latest trades and quotes."""
    for what, kind, name in (("trades", alpaca.Trade, "t"), ("quotes", alpaca.Quote, "q")):
        with suppress(msgspec.DecodeError):
            for seen in alpaca.snapshot(content, what, kind).values():
                with suppress(PriceUnusable):
                    _ALPACA[name][1](seen)


def massive_frame(content: bytes) -> None:
    """A frame of the auction stream."""
    with suppress(msgspec.DecodeError):
        for head, raw in massive.elements(content):
            _read(_MASSIVE, head.ev, raw)


def _read(kinds: dict[str, Any], kind: str, raw: msgspec.Raw) -> None:
    found = kinds.get(kind)
    if found is None:
        return
    struct, use = found
    seen = decoded(raw, struct)
    with suppress(PriceUnusable):
        use(seen)


def valuation_file(content: bytes) -> None:
    """A file of entries: those that may be sent become acts, the others are named."""
    entries, refused = read_entries(content, SOURCE, (SIGNER,))
    lines = 1 + content.count(b"\n")
    assert len(entries) + len(refused) <= lines
    for entry in entries:
        assert entry.act()["source"] == SOURCE and entry.observed_ms is not None
    for fault in refused:
        assert fault.reason and 1 <= fault.line <= lines


def signed_entry(**changes: Any) -> bytes:
    """A line that is accepted as it stands."""
    entry: dict[str, Any] = {
        "id": "a-1",
        "source": SOURCE,
        "coin": "ANTH",
        "kind": "secondary_trade",
        "value": "2078000000000.0",
        "unit": "valuation",
        "observedAt": "2026-05-01T00:00:00Z",
        **changes,
    }
    return msgspec.json.encode({**entry, "signature": sign(entry, dev_key("operator", 0))})
