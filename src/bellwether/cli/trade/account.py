"""`bellwether trade orders|positions|fills|balance`: what an account has."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import time_text
from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.seat import Onlooker, dex_names

_SIDES: Final = {"B": "buy", "A": "sell"}
_FILL_FIELDS: Final = ("coin", "dir", "sz", "px", "fee", "closedPnl", "oid")


@with_options_of(Onlooker)
def orders(onlooker: Onlooker) -> None:
    """Open orders in every dex, newest first."""
    with onlooker.look() as (api, user):
        found: list[Any] = []
        for dex in dex_names(api):
            own = {row["oid"]: row for row in api.info("orderTriggers", user=user, dex=dex)}
            for order in api.info("frontendOpenOrders", user=user, dex=dex):
                found.append({**order, **_own_trigger(own.get(order["oid"], {}))})
    onlooker.show(
        found,
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
                time_text(order["timestamp"]),
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


@with_options_of(Onlooker)
def positions(onlooker: Onlooker) -> None:
    """Open positions in every dex."""
    with onlooker.look() as (api, user):
        found = [
            held["position"]
            for dex in dex_names(api)
            for held in api.info("clearinghouseState", user=user, dex=dex)["assetPositions"]
        ]
        if api.wallet is not None and found:
            # Only the owner is told, who signs for it (LIQ-7).
            told = api.exchange({"type": "liquidationPrices"})["data"]
            prices = {one["coin"]: one["liquidationPx"] for one in told}
            for held in found:
                held["liquidationPx"] = prices.get(held["coin"])
    onlooker.show(
        found,
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


@with_options_of(Onlooker)
def fills(
    onlooker: Onlooker,
    limit: Annotated[int, typer.Option(min=1, max=2_000, help="At most so many.")] = 20,
) -> None:
    """The newest fills, newest first."""
    with onlooker.look() as (api, user):
        found = api.info("userFills", user=user)[:limit]
    onlooker.show(
        found,
        ("time", "market", "what", "size", "price", "fee", "closed pnl", "order"),
        ((time_text(fill["time"]), *map(fill.get, _FILL_FIELDS)) for fill in found),
        "no fills",
        left=("time", "market", "what"),
    )


@with_options_of(Onlooker)
def balance(onlooker: Onlooker) -> None:
    """What the account is worth in each dex, what is in use and what could be withdrawn (USD)."""
    with onlooker.look() as (api, user):
        found = {dex: api.info("clearinghouseState", user=user, dex=dex) for dex in dex_names(api)}
    if onlooker.as_json:
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
