"""Reads of what a market was and will be told to be: pending changes, capital (INST-1, INST-6)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.engine.acts.capital import capital_at
from bellwether.engine.acts.changes import version_of
from bellwether.engine.state.life import CapitalEntry
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request
from bellwether.schema.acts.versions import changed_names
from bellwether.schema.commands import ChangeSpecification
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.division import mul_div_half_even
from bellwether.units.quantities import FRACTION_ONE, VALUATION_UNIT

NS_PER_MS: Final = render.NS_PER_MS
_LAST_NS: Final = (1 << 63) - 1
INDICATIVE: Final = (
    "Indicative: not guaranteed, not a fair value, and may differ materially from the eventual"
    " figures."
)


def pending_changes(market: Market, venue: Venue) -> list[dict[str, Any]]:
    """Return the approved changes of a market that wait for their time, soonest first."""
    found: list[dict[str, Any]] = []
    for proposal in venue.pending.values():
        command = proposal.command
        if proposal.asset != market.asset or not isinstance(command, ChangeSpecification):
            continue
        base = version_of(market, command.base) or market.spec
        found.append(
            {
                "proposalId": proposal.proposal_id,
                "effectiveTime": proposal.effective_ns // NS_PER_MS,
                "changes": changes_of(base, command.spec),
                "grounds": proposal.grounds,
                "text": proposal.text,
            }
        )
    return sorted(found, key=lambda one: (one["effectiveTime"], one["proposalId"]))


def changes_of(base: InstrumentSpec, wanted: InstrumentSpec) -> dict[str, Any]:
    """Return field -> new value, of what a change changes."""
    found: dict[str, Any] = {}
    for name in changed_names(base, wanted):
        group, _, field = name.rpartition(".")
        holder = getattr(wanted, group) if group else wanted
        found[name] = msgspec.to_builtins(getattr(holder, field))
    return found


def worths(market: Market, unit: str, shares: int, price: int) -> tuple[str | None, str | None]:
    """Return the company's valuation and the price of a share in USD, None where not derivable.

    Share price x fully diluted shares = valuation (INST-6), each half to even to a micro-dollar.
    """
    atoms_per_usd = 10 ** render.price_decimals(market)
    if unit == "valuation":
        valuation = mul_div_half_even(price * VALUATION_UNIT, FRACTION_ONE, atoms_per_usd)
        if not shares:
            return render.usd(valuation), None
        of_one = mul_div_half_even(price * VALUATION_UNIT, FRACTION_ONE, atoms_per_usd * shares)
        return render.usd(valuation), render.usd(of_one)
    of_one = mul_div_half_even(price, FRACTION_ONE, atoms_per_usd)
    if not shares:
        return None, render.usd(of_one)
    valuation = mul_div_half_even(price * shares, FRACTION_ONE, atoms_per_usd)
    return render.usd(valuation), render.usd(of_one)


def capital_entry(entry: CapitalEntry) -> dict[str, Any]:
    """Return one line of the ledger."""
    return {
        "time": entry.time_ns // NS_PER_MS,
        "version": entry.version,
        "kind": entry.kind,
        "priceUnit": entry.price_unit,
        "shareCount": entry.share_count or None,
        "source": entry.source or None,
        "asOf": entry.as_of_ns // NS_PER_MS or None,
        "grounds": entry.grounds or None,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
    }


async def _capital_structure(node: ReadingNode, request: Request) -> Any:
    """The ledger, and what valuation and share were quoted at, now or at a past `time`."""
    market = request.market()
    asked = request.raw("time")
    at_ns = _LAST_NS if asked is None else min(request.number("time") * NS_PER_MS, _LAST_NS)

    def answer(venue: Venue) -> dict[str, Any]:
        now = min(at_ns, venue.time_ns)
        mark, entry = market.mark_price, capital_at(market, now)
        unit = entry.price_unit if entry is not None else market.spec.price_unit
        shares = entry.share_count if entry is not None else market.spec.share_count
        row = node.views.prices.at(market.asset, now) if asked is not None else None
        if row is not None:
            mark = row.mark
        is_known = asked is None or row is not None
        valuation, share = worths(market, unit, shares, mark) if is_known else (None, None)
        return {
            "coin": market.name,
            "quote": {
                "time": now // NS_PER_MS,
                "markPx": render.px(market, mark) if is_known else None,
                "priceUnit": unit,
                "shareCount": shares or None,
                "valuation": valuation,
                "sharePx": share,
            },
            "history": [capital_entry(line) for line in market.capital],
            "notice": INDICATIVE,
        }

    return await node.read(answer)


HANDLERS: Final[dict[str, Handler]] = {"capitalStructure": _capital_structure}
