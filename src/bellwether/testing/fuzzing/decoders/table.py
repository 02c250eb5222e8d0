"""The decoders by name, and what each starts from."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import msgspec

from bellwether.gateway.hyperliquid.streams.topic import SUBSCRIPTION_KINDS
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.node.founding.dev_keys import dev_key
from bellwether.testing.fuzzing.decoders import decimals, disk, feeds, requests, wire
from bellwether.testing.fuzzing.specimens import (
    ACTIONS,
    ACTS,
    ADDRESS,
    DEPLOYMENTS,
    NONCE,
    USER_SIGNED,
)

Target = Callable[[bytes], None]

TARGETS: Final[dict[str, Target]] = {
    "decimal_text": decimals.decimal_text,
    "provider_price": decimals.provider_price,
    "strict_json": requests.strict_json,
    "signed_action": requests.signed_action,
    "operator_act": requests.operator_act,
    "subscription": requests.subscription,
    "statement_query": requests.statement_query,
    "http_request": wire.http_request,
    "websocket_frames": wire.websocket_frames,
    "journal_edits": disk.journal_edits,
    "journal_bytes": disk.journal_bytes,
    "snapshot_edits": disk.snapshot_edits,
    "snapshot_bytes": disk.snapshot_bytes,
    "alpaca_frame": feeds.alpaca_frame,
    "alpaca_snapshot": feeds.alpaca_snapshot,
    "massive_frame": feeds.massive_frame,
    "valuation_file": feeds.valuation_file,
}
"""Each takes any bytes and fails where a rule is broken."""

_NUMBERS: Final = ("0", "1.5", "-0", "170.25", "0.00000001", "999999999999.99999999", "1e9", "NaN")
_TRADE: Final = '{"T":"t","S":"CBRS","i":7,"x":"V","p":190.5,"c":["@"],"t":"2026-05-01T14:00:00Z"}'
_QUOTE: Final = '{"T":"q","S":"CBRS","bp":190.4,"ap":190.6,"c":["R"],"t":"2026-05-01T14:00:00Z"}'
_STATUS: Final = '{"T":"s","S":"CBRS","sc":"H","rc":"T1","rm":"News","t":"2026-05-01T14:00:00Z"}'
_BANDS: Final = '{"T":"l","S":"CBRS","u":199.5,"d":180.5,"t":"2026-05-01T14:00:00Z"}'
_AUCTION: Final = '{"ev":"NOI","T":"CBRS","t":1777644000000,"a":"O","p":1000,"b":190.5}'
_LIMITS: Final = '{"ev":"LULD","T":"CBRS","t":1777644000000,"h":199.5,"l":180.5,"i":[17]}'


def seeds(name: str) -> list[bytes]:
    """What the inputs of a target are made from; each is taken or refused as in operation."""
    return _SEEDS[name]()


def envelopes() -> list[bytes]:
    """Every action of the dialect, signed."""
    wallet = Wallet(dev_key("account", 0))
    deployer = Wallet(dev_key("operator", 0))
    bodies = []
    for kind, action in ACTIONS.items():
        sign = wallet.user_signed if kind in USER_SIGNED else wallet.l1
        bodies.append(sign(action, NONCE))
    for variant, content in DEPLOYMENTS.items():
        bodies.append(deployer.l1({"type": "perpDeploy", variant: content}, NONCE))
    return [msgspec.json.encode(body) for body in bodies]


def subscriptions() -> list[dict[str, Any]]:
    """One of each kind."""
    common = {"user": ADDRESS, "coin": "CBRS", "dex": "", "interval": "1m", "nSigFigs": 5}
    return [{"type": kind, **common} for kind in sorted(SUBSCRIPTION_KINDS)]


def _dumped(values: list[Any]) -> list[bytes]:
    return [json.dumps(value, separators=(",", ":")).encode() for value in values]


def _streams() -> list[bytes]:
    """Requests as they come over a socket, one or several."""
    read = wire.post("/info", {"type": "l2Book", "coin": "CBRS"})
    upgrade = (
        b"GET /ws HTTP/1.1\r\nHost: venue\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    chunked = (
        b"POST /info HTTP/1.1\r\nHost: v\r\nContent-Type: application/json\r\n"
        b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n'
    )
    expecting = read.replace(b"Host:", b"Expect: 100-continue\r\nHost:")
    old = wire.GET.replace(b"1.1", b"1.0")
    return [b"\x80" + s for s in (wire.GET, read, read * 3, upgrade, chunked, expecting, old)]


def _frames() -> list[bytes]:
    """Masked frames, as clients send them."""
    ping = b'{"method":"ping"}'
    mask = b"\x01\x02\x03\x04"
    masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(ping))
    text = b"\x81" + bytes([0x80 | len(ping)]) + mask + masked
    pieces = b"\x01\x81" + mask + b"{" + b"\x80\x81" + mask + b"}"
    long = b"\x82\xfe\x01\x00" + mask + bytes(256)
    close = b"\x88\x82" + mask + bytes((0x03 ^ 1, 0xE8 ^ 2))
    heartbeat = b"\x89\x80" + mask
    return [b"\x40" + s for s in (text, pieces, long, close, heartbeat, text * 3 + close)]


def _files() -> list[bytes]:
    first = feeds.signed_entry()
    second = feeds.signed_entry(id="a-2", unit="per_share", shareCount=1000, value="20.5")
    return [first, first + b"\n" + second + b"\n", b"\n" + second, first + b"\n{"]


def _edits() -> list[bytes]:
    return [b"", b"\x90\x00\x00\xff", b"\x00\x02\x01\x00", b"\x00\x10\x04\x00" * 2]


_SEEDS: Final[dict[str, Callable[[], list[bytes]]]] = {
    "decimal_text": lambda: [b"\x06" + text.encode() for text in _NUMBERS],
    "provider_price": lambda: [text.encode() for text in _NUMBERS],
    "strict_json": lambda: [*envelopes()[:4], b'{"a":[1,-2,"\\u00e9",null,true]}', b" [] x"],
    "signed_action": envelopes,
    "operator_act": lambda: _dumped([{"kind": kind, **act} for kind, act in ACTS.items()]),
    "subscription": lambda: _dumped(subscriptions()),
    "statement_query": lambda: [f"user={ADDRESS}&startTime=0&endTime=9".encode(), b"user=%30x"],
    "http_request": _streams,
    "websocket_frames": _frames,
    "journal_edits": _edits,
    "journal_bytes": lambda: [disk.files().content[:2_000]],
    "snapshot_edits": _edits,
    "snapshot_bytes": lambda: [disk.files().state[:300]],
    "alpaca_frame": lambda: [
        f"[{line}]".encode() for line in (_TRADE, _QUOTE, _STATUS, _BANDS, f"{_TRADE},{_QUOTE}")
    ],
    "alpaca_snapshot": lambda: [
        f'{{"trades":{{"CBRS":{_TRADE}}},"quotes":{{"CBRS":{_QUOTE}}}}}'.encode()
    ],
    "massive_frame": lambda: [f"[{_AUCTION}]".encode(), f"[{_LIMITS},{_AUCTION}]".encode()],
    "valuation_file": _files,
}
