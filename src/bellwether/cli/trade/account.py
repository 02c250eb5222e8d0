"""`bellwether trade orders|positions|fills|balance`: what an account has."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

import typer

from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.signing_options import AddressOption, DevAccountOption, Onlooker
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
    answering,
)
from bellwether.units.clock_text import format_time_ns

_NS_PER_MS: Final = 1_000_000
_SIDES: Final = {"B": "buy", "A": "sell"}


def orders(
    url: UrlOption = DEFAULT_URL,
    address: AddressOption = None,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open orders in every dex, newest first."""
    onlooker = Onlooker(url, address, key_file, key_ring, dev_account)
    with answering(onlooker.api) as api:
        user = onlooker.address()
        found: list[Any] = []
        for dex in onlooker.dexes():
            own = {row["oid"]: row for row in api.info("orderTriggers", user=user, dex=dex)}
            for order in api.info("frontendOpenOrders", user=user, dex=dex):
                found.append({**order, **_own_trigger(own.get(order["oid"], {}))})
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "market", "side", "left", "of", "price", "kind", "since", "client id"),
        (
            (
                order["oid"],
                order["coin"],
                _SIDES[order["side"]],
                order["sz"],
                order["origSz"],
                order["limitPx"],
                _kind(order),
                _time(order["timestamp"]),
                order["cloid"],
            )
            for order in found
        ),
        "no open orders",
        left=("market", "side", "kind", "since", "client id"),
    )


def _own_trigger(row: dict[str, Any]) -> dict[str, Any]:
    """What the dialect's form of an order has no keys for."""
    shown = {name: row[name] for name in ("trailPx", "trailRate") if row.get(name) is not None}
    if row.get("triggerBy", "mark") != "mark":
        shown["triggerBy"] = row["triggerBy"]
    return shown


def positions(
    url: UrlOption = DEFAULT_URL,
    address: AddressOption = None,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open positions in every dex."""
    onlooker = Onlooker(url, address, key_file, key_ring, dev_account)
    with answering(onlooker.api) as api:
        user = onlooker.address()
        found = [
            held["position"]
            for dex in onlooker.dexes()
            for held in api.info("clearinghouseState", user=user, dex=dex)["assetPositions"]
        ]
        if api.wallet is not None and found:
            # Only the owner is told, who signs for it (LIQ-7).
            told = api.exchange({"type": "liquidationPrices"})["data"]
            prices = {one["coin"]: one["liquidationPx"] for one in told}
            for held in found:
                held["liquidationPx"] = prices.get(held["coin"])
    if as_json:
        print_json(found)
        return
    print_table(
        ("market", "size", "entry", "value", "unrealized", "margin", "liquidation", "leverage"),
        (
            (
                held["coin"],
                held["szi"],
                held["entryPx"],
                held["positionValue"],
                held["unrealizedPnl"],
                held["marginUsed"],
                held["liquidationPx"] or ("none" if api.wallet else "private"),
                f"{held['leverage']['value']}x {held['leverage']['type']}",
            )
            for held in found
        ),
        "no open positions",
        left=("market", "leverage"),
    )


def fills(
    limit: Annotated[int, typer.Option(min=1, max=2_000, help="At most so many.")] = 20,
    url: UrlOption = DEFAULT_URL,
    address: AddressOption = None,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """The newest fills, newest first."""
    onlooker = Onlooker(url, address, key_file, key_ring, dev_account)
    with answering(onlooker.api) as api:
        found = api.info("userFills", user=onlooker.address())[:limit]
    if as_json:
        print_json(found)
        return
    print_table(
        ("time", "market", "what", "size", "price", "fee", "closed pnl", "order"),
        (
            (
                _time(fill["time"]),
                fill["coin"],
                fill["dir"],
                fill["sz"],
                fill["px"],
                fill["fee"],
                fill["closedPnl"],
                fill["oid"],
            )
            for fill in found
        ),
        "no fills",
        left=("time", "market", "what"),
    )


def balance(
    url: UrlOption = DEFAULT_URL,
    address: AddressOption = None,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """What the account is worth in each dex, what is in use and what could be withdrawn (USD)."""
    onlooker = Onlooker(url, address, key_file, key_ring, dev_account)
    with answering(onlooker.api) as api:
        user = onlooker.address()
        found = {
            dex: api.info("clearinghouseState", user=user, dex=dex) for dex in onlooker.dexes()
        }
    if as_json:
        print_json({"address": user, "dexes": found})
        return
    print(f"account {user}")
    rows = [_balance_row(dex, state) for dex, state in found.items()]
    columns = ("dex", "worth", "unrealized", "margin used", "withdrawable")
    print_table(columns, rows, "no dexes", left=("dex",))


def _balance_row(dex: str, state: dict[str, Any]) -> tuple[str, ...]:
    summary = state["marginSummary"]
    gains = (Decimal(p["position"]["unrealizedPnl"]) for p in state["assetPositions"])
    return (
        dex or "main",
        summary["accountValue"],
        format(sum(gains, Decimal("0.0")), "f"),
        summary["totalMarginUsed"],
        state["withdrawable"],
    )


def _kind(order: dict[str, Any]) -> str:
    kind = order["orderType"].lower() if order["isTrigger"] else (order["tif"] or "").lower()
    if order["isTrigger"]:
        kind += f" at {order['triggerPx']}"
    return kind + (" reduce-only" if order["reduceOnly"] else "")


def _time(ms: int) -> str:
    return format_time_ns(ms * _NS_PER_MS)
