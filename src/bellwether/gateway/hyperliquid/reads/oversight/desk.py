"""Who may act, and what outside sources last said of a share (RULE-1, PRICE-19)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request
from bellwether.schema import codes
from bellwether.units.quantities import NS_PER_MS

ROLES: Final = {
    codes.LISTER: "lister",
    codes.PRICER: "pricer",
    codes.RISK: "risk",
    codes.SETTLER: "settler",
    codes.AUDITOR: "auditor",
    codes.CUSTODIAN: "custodian",
    codes.COMPLIANCE: "compliance",
}


def operators(venue: Venue) -> list[dict[str, Any]]:
    """Return every key that holds a role or deploys, with the sources that are bound to it."""
    return [
        {
            "address": render.address(key),
            "roles": [name for role, name in ROLES.items() if operator.roles & role],
            "deploys": [dex.name for dex in venue.dexes if dex.deployer == key],
            "sources": sorted(name for name, owner in venue.sources.items() if owner == key),
        }
        for key, operator in venue.operators.items()
    ]


def price_sources(market: Market, now_ns: int) -> list[dict[str, Any]]:
    """Return the last price of each source, and why one does not count."""
    listing = market.listing
    oldest_ns = max(now_ns - market.spec.conversion.external_max_age_ns, market.awaits_ns)
    shown: list[dict[str, Any]] = []
    for source in sorted({*listing.latest, *listing.halts}):
        price, seen_ns = listing.latest.get(source, (0, 0))
        state, reason = "live", None
        if source in listing.halts:
            state, reason = "halted", listing.halts[source][1] or "it says that trading is halted"
        elif seen_ns < oldest_ns:
            state, reason = "expired", "its last price is older than a price stays live"
        shown.append(
            {
                "source": source,
                "px": render.px(market, price) if price else None,
                "time": seen_ns // NS_PER_MS or None,
                "state": state,
                "reason": reason,
            }
        )
    return shown


async def _operators(node: ReadingNode, request: Request) -> Any:
    return await node.read(operators)


async def _price_sources(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    return await node.read(lambda venue: price_sources(market, venue.time_ns))


HANDLERS: Final[dict[str, Handler]] = {"operators": _operators, "priceSources": _price_sources}
