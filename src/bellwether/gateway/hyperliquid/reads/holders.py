"""Reads for account holders: disclosures, statements, what an end would pay (RULE-6, IFACE-8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from bellwether.engine import questions
from bellwether.engine.life.preview import (
    ConversionPreview,
    SettlementPreview,
    held_in,
    preview_conversion,
    preview_settlement,
)
from bellwether.engine.life.settlement import settlement_deadline_ns
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.account import account_of
from bellwether.gateway.hyperliquid.reads.bellwether import awaited_event
from bellwether.gateway.hyperliquid.reads.market import now_ms
from bellwether.gateway.hyperliquid.reads.request import (
    LATEST,
    Csv,
    Handler,
    ReadingNode,
    Request,
)
from bellwether.schema import codes
from bellwether.schema.disclosures import SHIPPED, TEXTS
from bellwether.units.clock_text import format_time_ns
from bellwether.views.history.statements import Line, Statement
from bellwether.views.views import Views

MOST_LINES: Final = 5_000
FORMATS: Final = ("json", "csv")
CSV_COLUMNS: Final = (
    "time,dex,type,coin,side,size,price,pnl,fee,funding_rate,amount,balance,command,reference"
).split(",")

_SIDES: Final = {"B": "buy", "A": "sell"}


# -- disclosures ------------------------------------------------------------------------------
async def _disclosures(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    user = None if request.raw("user") is None else request.address()
    return await node.read(lambda venue: disclosures(venue, market, user))


def disclosures(venue: Venue, market: Market, address: bytes | None) -> dict[str, Any]:
    """Return the text in force, and whether a user has accepted it where one is given."""
    disclosure = market.spec.disclosure
    shown: dict[str, Any] = {
        "coin": market.name,
        "required": disclosure is not None,
        "version": None if disclosure is None else disclosure.version,
        "hash": None if disclosure is None else disclosure.hash,
        "text": None if disclosure is None else text_of(venue, disclosure.hash),
    }
    if address is not None:
        user = venue.users.get(address)
        accepted_ns = None if user is None else user.disclosures.get(market.disclosure_hash)
        is_asked = disclosure is not None
        shown["accepted"] = not is_asked or (
            user is not None and user.has_accepted(market.disclosure_hash)
        )
        shown["acceptedAt"] = None if accepted_ns is None else accepted_ns // render.NS_PER_MS
    return shown


def text_of(venue: Venue, text_hash: str) -> str:
    """Return a text that ships, or that an operator has published."""
    shipped = TEXTS.get(text_hash)
    return shipped or venue.texts[bytes.fromhex(text_hash[2:])].text


async def _disclosure_texts(node: ReadingNode, request: Request) -> Any:
    return await node.read(disclosure_texts)


def disclosure_texts(venue: Venue) -> list[dict[str, Any]]:
    """Return every text that a specification of this venue may name; those that ship come first."""
    shipped = [
        {"version": version, "hash": text_hash, "text": TEXTS[text_hash], "publishedAt": None}
        for version, text_hash in SHIPPED
    ]
    return shipped + [
        {
            "version": published.version,
            "hash": render.address(text_hash),
            "text": published.text,
            "publishedAt": published.time_ns // render.NS_PER_MS,
        }
        for text_hash, published in venue.texts.items()
    ]


# -- statements -------------------------------------------------------------------------------
async def _statement(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    start = min(request.number("startTime"), LATEST)
    end = request.time_or("endTime", LATEST)
    if end < start:
        raise WrongShape("startTime: expected a time that is not after endTime")
    wanted = "json" if request.raw("format") is None else request.text("format")
    if wanted not in FORMATS:
        raise WrongShape(f"format: expected one of {', '.join(FORMATS)}")
    views = node.views

    def answer(venue: Venue) -> Any:
        found = views.statements.between(address, start, end, MOST_LINES)
        if wanted == "json":
            return statement(venue, views, address, found, start, end)
        if found.next_ms:
            raise WrongShape(
                f"endTime: the range holds more than {MOST_LINES} lines; take a shorter one, or "
                "JSON, which says where it goes on"
            )
        whole = statement(venue, views, address, found, start, end)
        return Csv(csv_text(whole["dexes"], whole["lines"]).encode())

    return await node.read(answer)


def statement(
    venue: Venue, views: Views, address: bytes, found: Statement, start: int, end: int
) -> dict[str, Any]:
    """Return a statement; one that reaches the present says what stands in the ledger."""
    reaches_now = not found.next_ms and end >= now_ms(venue)
    return {
        "user": render.address(address),
        "startTime": start,
        "endTime": end,
        "dexes": [
            {
                "dex": dex.name,
                "opening": render.usd(found.opening[dex.number]),
                "closing": render.usd(found.closing[dex.number]),
                "ledger": ledger(views, account_of(venue, address, dex)) if reaches_now else None,
            }
            for dex in venue.dexes
        ],
        "lines": [_line(venue, line) for line in found.lines],
        "nextStartTime": found.next_ms or None,
    }


def ledger(views: Views, account: Account | None) -> dict[str, str]:
    """Return what a closing balance is made of: cash, isolated margin, and funding told of.

    `accruing` is funding of the running hour that no line has told of yet; it is no part of it.
    """
    cash = margin = told = accruing = 0
    if account is not None:
        cash = account.cash.balance
        for holding in account.held:
            margin += holding.margin.balance
            known = views.funding.told(holding.market.asset, account.user.address)
            told += known
            accruing += holding.unsettled_funding() - known
    return {
        "cash": render.usd(cash),
        "isolatedMargin": render.usd(margin),
        "fundingTold": render.usd(told),
        "accruing": render.usd(accruing),
    }


def _line(venue: Venue, line: Line) -> dict[str, Any]:
    market = venue.markets.get(line.asset)
    shown: dict[str, Any] = {
        "time": line.time_ms,
        "hash": render.hash_of(line.seq),
        "dex": venue.dexes[line.dex].name,
        "type": line.kind,
        "amount": render.usd(line.amount),
        "balance": render.usd(line.balance),
    }
    if line.reference:
        shown["reference"] = line.reference
    if market is None:
        return shown
    shown["coin"] = market.name
    if line.side:
        shown["side"] = render.side(line.side > 0)
        shown["sz"] = render.sz(market, line.lots)
        shown["px"] = render.px(market, line.price)
        shown["closedPnl"] = render.usd(line.pnl)
        shown["fee"] = render.usd(line.fee)
    elif line.kind not in _PAYMENTS:
        shown["szi"] = render.sz(market, line.lots)
    if line.kind == "funding":
        shown["fundingRate"] = render.rate(line.rate_e12)
    return shown


_PAYMENTS: Final = ("deficitCovered", "marginHandedOver", "liquidationFee", "capital")
"""Lines that tell of money and of no position."""


def csv_text(dexes: Iterable[dict[str, Any]], lines: Iterable[dict[str, Any]]) -> str:
    """Return `dexes` and `lines` of a statement as a table, opening balances first."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(CSV_COLUMNS)
    for dex in dexes:
        name = dex["dex"] or "main"
        table.writerow(["", name, "opening", *[""] * 8, dex["opening"], "", ""])
    return text.getvalue() + csv_lines(lines)


def csv_lines(lines: Iterable[dict[str, Any]]) -> str:
    """Return lines of a statement as rows of that table."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    for line in lines:
        table.writerow(
            [
                format_time_ns(line["time"] * render.NS_PER_MS),
                line["dex"] or "main",
                line["type"],
                line.get("coin", ""),
                _SIDES.get(line.get("side", ""), ""),
                line.get("sz", line.get("szi", "")),
                line.get("px", ""),
                line.get("closedPnl", ""),
                line.get("fee", ""),
                line.get("fundingRate", ""),
                line["amount"],
                line["balance"],
                int(line["hash"], 16),
                line.get("reference", ""),
            ]
        )
    return text.getvalue()


# -- what an end would pay --------------------------------------------------------------------
async def _settlement_preview(node: ReadingNode, request: Request) -> Any:
    address, market = request.address(), request.market()
    return await node.read(lambda venue: settlement_preview(venue, address, market))


def settlement_preview(venue: Venue, address: bytes, market: Market) -> dict[str, Any]:
    """Return what a settlement or a conversion at the venue's time would do to an account."""
    account = account_of(venue, address, market.dex)
    holding = held_in(account, market)
    lots = 0 if holding is None else holding.lots
    settling = preview_settlement(market, holding, venue.time_ns)
    converting = preview_conversion(market, holding)
    equity = 0 if account is None else questions.account_equity(account)
    return {
        "user": render.address(address),
        "coin": market.name,
        "time": now_ms(venue),
        "phase": codes.PHASE_NAMES[market.phase],
        "szi": render.sz(market, lots),
        "entryPx": render.average_px(market, holding.cost, lots) if holding and lots else None,
        "markPx": render.px(market, market.mark_price),
        "equity": render.usd(equity),
        "awaitedEvent": awaited_event(market),
        "settlement": None if settling is None else _settlement(market, settling, account, equity),
        "conversion": None if converting is None else _conversion(converting, holding, equity),
    }


def _settlement(
    market: Market, found: SettlementPreview, account: Account | None, equity: int
) -> dict[str, Any]:
    deadline_ns = _deadline_ns(market)
    cash = 0 if account is None else account.cash.balance
    return {
        "px": render.px(market, found.price),
        "deadline": deadline_ns // render.NS_PER_MS or None,
        "profit": render.usd(found.profit),
        "funding": render.usd(found.funding),
        "deficitCovered": render.usd(found.deficit),
        "cashPaid": render.usd(found.cash),
        "cashAfter": render.usd(cash + found.cash),
        "equityAfter": render.usd(equity + found.equity_change),
    }


def _deadline_ns(market: Market) -> int:
    """When the market settles by itself; an awaited event has a deadline of its own (LIFE-7)."""
    awaited = market.listing.awaited
    if awaited is not None:
        return awaited.deadline_ns if awaited.otherwise == "settle" else 0
    return settlement_deadline_ns(market.spec)


def _conversion(found: ConversionPreview, holding: Holding | None, equity: int) -> dict[str, Any]:
    now = (0, 0) if holding is None else (holding.initial(), holding.maintenance())
    return {
        "becomes": found.spec.preset,
        "cashPaid": None if found.may_pay else "0.0",
        "equityAfter": render.usd(equity),
        "maxLeverage": found.spec.max_leverage,
        "initialMargin": render.usd(found.initial),
        "initialMarginNow": render.usd(now[0]),
        "maintenanceMargin": render.usd(found.maintenance),
        "maintenanceMarginNow": render.usd(now[1]),
    }


HANDLERS: Final[dict[str, Handler]] = {
    "disclosures": _disclosures,
    "disclosureTexts": _disclosure_texts,
    "statement": _statement,
    "settlementPreview": _settlement_preview,
}
