"""Bad requests to `/exchange`, each with the status and the words of its answer (IFACE-7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from bellwether.gateway.hyperliquid.signing import CURVE_ORDER
from tests.gateway.wallet import account, limit_order, order_action

SHAPE = "Failed to deserialize the JSON body into the target type"
SYNTAX = "Failed to parse the request body as JSON"


class Bad(NamedTuple):
    """`body` is what is sent; `says` must be in the answer. Status 200 means `status: err`."""

    name: str
    body: bytes
    status: int
    says: str


def envelope(nonce: int = 1_777_600_000_000, **order: Any) -> dict[str, Any]:
    return account(0).l1(order_action(limit_order(**order)), nonce)


def dumped(content: Any) -> bytes:
    return json.dumps(content).encode()


def with_order(name: str, says: str, **order: Any) -> Bad:
    return Bad(name, dumped(envelope(**order)), 422, says)


def changed(name: str, says: str, change: Callable[[dict[str, Any]], Any]) -> Bad:
    content = envelope()
    change(content)
    return Bad(name, dumped(content), 422, says)


def replaced(name: str, old: bytes, new: bytes, status: int, says: str) -> Bad:
    body = dumped(envelope())
    assert old in body, name
    return Bad(name, body.replace(old, new, 1), status, says)


def _wrong_types() -> list[Bad]:
    where = "action.orders[0]"
    return [
        with_order("a price that is a number", f"{where}.p", p=170),
        with_order("a price that is null", f"{where}.p", p=None),
        with_order("an empty price", f"{where}.p: expected a decimal string", p=""),
        with_order("a negative price", f"{where}.p", p="-170"),
        with_order("a signed price", f"{where}.p", p="+170"),
        with_order("NaN as a price", f"{where}.p", p="NaN"),
        with_order("infinity as a price", f"{where}.p", p="Infinity"),
        with_order("an exponent", f"{where}.p", p="1E+3000000"),
        with_order("a small exponent", f"{where}.s", s="1e2"),
        with_order("leading zeros", f"{where}.p", p="0170"),
        with_order("a ninth decimal", f"{where}.p", p="1.123456789"),
        with_order("digits of another script", f"{where}.p", p="１７０"),
        with_order("digits with underscores", f"{where}.p", p="1_70"),
        with_order("white space", f"{where}.s", s=" 1"),
        with_order("a line feed at the end", f"{where}.s", s="1\n"),
        with_order("a point without digits", f"{where}.s", s="1."),
        with_order("a point first", f"{where}.s", s=".5"),
        with_order("two points", f"{where}.s", s="1.2.3"),
        with_order("thirteen digits", f"{where}.s", s="1" * 13),
        with_order("a thousand digits", f"{where}.s", s="1" * 1000),
        with_order("an asset that is text", f"{where}.a", a="0"),
        with_order("an asset below zero", f"{where}.a", a=-1),
        with_order("an asset that is true", f"{where}.a", a=True),
        with_order("a huge asset", f"{where}.a", a=2**40),
        with_order("a side that is a number", f"{where}.b", b=1),
        with_order("a reduce-only that is text", f"{where}.r", r="false"),
        with_order("an unknown time in force", f"{where}.t.limit.tif", t={"limit": {"tif": "Day"}}),
        with_order("neither limit nor trigger", "limit or a trigger", t={}),
        with_order(
            "limit and trigger",
            "limit or a trigger",
            t={
                "limit": {"tif": "Gtc"},
                "trigger": {"isMarket": True, "triggerPx": "1", "tpsl": "sl"},
            },
        ),
        with_order(
            "a trigger without a price",
            "triggerPx",
            t={"trigger": {"isMarket": True, "tpsl": "sl"}},
        ),
        with_order("a short client order id", f"{where}.c", c="0x01"),
        with_order("a client order id that is a number", f"{where}.c", c=7),
        with_order("a client order id without 0x", f"{where}.c", c="0" * 34),
    ]


def _wrong_envelopes() -> list[Bad]:
    return [
        changed("no action", "action", lambda c: c.pop("action")),
        changed("an action that is a list", "action", lambda c: c.update(action=[])),
        changed("an action that is null", "action", lambda c: c.update(action=None)),
        changed("no type", "action.type", lambda c: c["action"].pop("type")),
        changed("a type that is a number", "action.type", lambda c: c["action"].update(type=1)),
        changed("an unknown type", "`fly`", lambda c: c["action"].update(type="fly")),
        changed("no orders", "orders", lambda c: c["action"].pop("orders")),
        changed("orders in an object", "action.orders", lambda c: c["action"].update(orders={})),
        changed("an order that is null", "orders[0]", lambda c: c["action"].update(orders=[None])),
        changed("an unknown grouping", "grouping", lambda c: c["action"].update(grouping="all")),
        changed("no nonce", "nonce", lambda c: c.pop("nonce")),
        changed("a nonce that is text", "nonce", lambda c: c.update(nonce="1")),
        changed("a nonce below zero", "nonce", lambda c: c.update(nonce=-1)),
        changed("a nonce of 64 bits", "64 bits", lambda c: c.update(nonce=2**64)),
        changed("a nonce of 4000 digits", "64 bits", lambda c: c.update(nonce=10**4000)),
        changed("no signature", "signature", lambda c: c.pop("signature")),
        changed("a signature that is text", "signature", lambda c: c.update(signature="0x1")),
        changed("no v", "`v`", lambda c: c["signature"].pop("v")),
        changed("an r that is no number", "signature.r", lambda c: c["signature"].update(r="0xzz")),
        changed("a long s", "signature.s", lambda c: c["signature"].update(s="0x" + "1" * 65)),
        changed("an r without 0x", "signature.r", lambda c: c["signature"].update(r="11")),
        changed("a short vault", "vaultAddress", lambda c: c.update(vaultAddress="0x12")),
        changed("a vault that is a number", "vaultAddress", lambda c: c.update(vaultAddress=1)),
        changed("an expiry that is text", "expiresAfter", lambda c: c.update(expiresAfter="1")),
    ]


def _wrong_json() -> list[Bad]:
    deep = b"[" * 2_000 + b"]" * 2_000
    return [
        Bad("nothing", b"", 400, SYNTAX),
        Bad("white space", b" \n\t ", 400, SYNTAX),
        Bad("no JSON", b"order please", 400, SYNTAX),
        Bad("half an object", b'{"action":', 400, SYNTAX),
        Bad("single quotes", b"{'action':{}}", 400, SYNTAX),
        Bad("no UTF-8", b'{"action":"\xff"}', 400, SYNTAX),
        Bad("UTF-16", '{"action":{}}'.encode("utf-16"), 400, SYNTAX),
        Bad("a control character", b'{"action":"\x01"}', 400, SYNTAX),
        Bad("half a surrogate pair", b'{"action":{"type":"\\ud800"}}', 400, SYNTAX),
        Bad("two thousand levels", deep, 400, SYNTAX),
        Bad("two thousand objects", b'{"a":' * 2_000 + b"1" + b"}" * 2_000, 400, SYNTAX),
        Bad("fifty levels", b'{"action":' + b"[" * 50 + b"]" * 50 + b"}", 400, SYNTAX),
        replaced("NaN as a number", b'"nonce": 1777600000000', b'"nonce": NaN', 400, "NaN"),
        replaced("infinity as a number", b": 1777600000000", b": -Infinity", 400, "Infinity"),
        replaced("a nonce with a fraction", b": 1777600000000", b": 1777600000000.0", 422, SHAPE),
        replaced("a nonce with an exponent", b": 1777600000000", b": 1e400", 422, SHAPE),
        replaced("a nonce given twice", b'"nonce"', b'"nonce": 1, "nonce"', 422, "`nonce`"),
        replaced("a price given twice", b'"p"', b'"p": "1", "p"', 422, "`p`"),
        replaced(
            "an action given twice", b'{"action"', b'{"action": {}, "action"', 422, "`action`"
        ),
        Bad("a list", b"[]", 422, SHAPE),
        Bad("a number", b"17", 422, SHAPE),
        Bad("null", b"null", 422, SHAPE),
        Bad("an empty object", b"{}", 422, SHAPE),
        Bad("more than 256 KiB", b'{"a":"' + b"x" * (256 * 1024) + b'"}', 413, "262144 bytes"),
        Bad("a megabyte", b" " * 2**20, 413, "262144 bytes"),
    ]


def _wrong_signatures() -> list[Bad]:
    high = envelope()
    signature = high["signature"]
    twin = {"r": signature["r"], "s": hex(CURVE_ORDER - int(signature["s"], 16))}
    high["signature"] = {**twin, "v": 55 - signature["v"]}
    off = envelope()
    off["signature"] = {"r": "0x5", "s": "0x1", "v": 27}
    zero = envelope()
    zero["signature"] = {"r": "0x0", "s": "0x0", "v": 27}
    strange = envelope()
    strange["signature"]["v"] = 30
    unable = "Unable to recover signer."
    tampered = envelope()
    tampered["action"]["orders"][0]["s"] = "2"
    foreign = envelope()
    foreign["vaultAddress"] = "0x" + "11" * 20
    return [
        Bad("the high-s twin", dumped(high), 200, unable),
        Bad("a point off the curve", dumped(off), 200, unable),
        Bad("a signature of zeros", dumped(zero), 200, unable),
        Bad("a v of thirty", dumped(strange), 200, unable),
        Bad("another size than was signed", dumped(tampered), 200, "does not exist"),
        Bad("another vault than was signed", dumped(foreign), 200, "does not exist"),
    ]


def bad_requests() -> list[Bad]:
    return [*_wrong_json(), *_wrong_envelopes(), *_wrong_types(), *_wrong_signatures()]
