"""Reads of our own: status, specifications, proposals, mark history, solvency (IFACE-3 to 5)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.book.clearing import clearing_price
from bellwether.engine import questions
from bellwether.engine.conversion.ramp import listed_specification
from bellwether.engine.index.state import Observation
from bellwether.engine.index.update import live_observations
from bellwether.engine.life.preview import average_to_date
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads import budget, versions
from bellwether.gateway.hyperliquid.reads.request import LATEST, Handler, ReadingNode, Request
from bellwether.gateway.hyperliquid.reads.versions import pending_changes, worths
from bellwether.schema import codes, presets, rejects
from bellwether.schema.instrument import InstrumentSpec
from bellwether.views.history.statuses import OF_THE_VENUE
from bellwether.views.prices import TooManyChanges
from bellwether.views.standing.refused_inputs import RefusedInput

NS_PER_MS: Final = render.NS_PER_MS
_LAST_NS: Final = (1 << 63) - 1


def market_status(venue: Venue, market: Market) -> dict[str, Any]:
    """Return everything that is public about a market's life (IFACE-3)."""
    now_ns = venue.time_ns
    spec = market.spec
    predicted = questions.predicted_rate_e12(market)
    is_over = market.phase == codes.SETTLED
    settled_once = market.funding_settled_ns > market.launched_ns
    return {
        "coin": market.name,
        "dex": market.dex.name,
        "preset": spec.preset,
        "phase": codes.PHASE_NAMES[market.phase],
        "tradingStatus": codes.STATUS_NAMES[market.status],
        "venueStatus": venue_status(venue),
        "markPx": render.px(market, market.mark_price),
        "oraclePx": render.px(market, market.oracle_price),
        "indexPx": render.px(market, market.oracle_price) if spec.index else None,
        "referencePx": render.fine_px(market, market.reference_fine),
        "bandLow": render.fine_px(market, market.band_low_fine),
        "bandHigh": render.fine_px(market, market.band_high_fine),
        "reAnchors": {
            "up": market.up_count,
            "down": market.down_count,
            "max": spec.oracle.max_re_anchors,
        },
        "fundingRate": render.rate(market.funding_rate_e12 if settled_once else predicted),
        "predictedFunding": render.rate(predicted),
        "fundingMultiplier": render.usd(market.rules.funding.multiplier_e6),
        "openInterest": render.sz(market, market.open_interest_lots),
        "openInterestCap": render.usd(market.open_interest_cap_e6),
        "effectiveOpenInterestCap": render.usd(budget.effective_cap_e6(market)),
        **_dates(market),
        "eventPhase": market.event_phase or None,
        "eventLeverage": market.event_risk_leverage or None,
        "eventBindsTime": None if is_over else _ms(market.event_binds_ns),
        "haltCause": codes.CAUSE_NAMES[market.halt_cause] if market.halt_cause else None,
        "awaitsPricesSince": None if is_over else _ms(market.awaits_ns),
        "haltEndsTime": None if is_over else _ms(market.halt_ends_ns),
        "reopensTime": None if is_over else _ms(market.reopens_ns),
        "awaitedEvent": awaited_event(market),
        "exchangeHalts": [
            {"source": source, "since": _ms(since_ns), "reason": reason}
            for source, (since_ns, reason) in market.listing.halts.items()
        ],
        "settlementPx": (
            render.px(market, market.settlement_price) if market.settlement_price else None
        ),
        "twapToDate": _twap(market, now_ns),
        **_auction(market),
        "specVersion": spec.version,
        "manipulationBudget": budget.costs_of(market),
        "insuranceFund": render.usd(market.losses.fund.balance),
        "backstop": _backstop(market),
        **_shares(market),
    }


def venue_status(venue: Venue) -> dict[str, Any]:
    """What the venue's disk lets all markets take, why, and since when (LIFE-13)."""
    return {
        "status": codes.STATUS_NAMES[venue.status],
        "cause": codes.CAUSE_NAMES[venue.status_cause] if venue.status_cause else None,
        "since": _ms(venue.status_since_ns),
    }


def _backstop(market: Market) -> dict[str, Any] | None:
    """The vault of a market that has one: capital, limit, inventory, equity (LIQ-2)."""
    limit = market.spec.losses.backstop_loss_limit_e6
    vault = market.losses.vault
    if limit == 0 and vault is None:
        return None
    held = None if vault is None else vault.user.holdings.get(market.asset)
    return {
        "address": None if vault is None else render.address(vault.user.address),
        "capital": render.usd(market.losses.vault_capital_e6),
        "lossLimit": render.usd(limit),
        "equity": render.usd(0 if vault is None else questions.cross_equity(vault)),
        "szi": render.sz(market, 0 if held is None else held.lots),
    }


def _dates(market: Market) -> dict[str, Any]:
    spec = market.spec
    deadline = spec.settlement_deadline
    if not deadline and spec.outside_launch_time:
        deadline = spec.outside_launch_time + spec.settlement_period_ns
    return {
        "launchTime": _ms(market.launched_ns or spec.launch_time),
        "anticipatedListingTime": _ms(spec.anticipated_listing_time),
        "outsideLaunchTime": _ms(spec.outside_launch_time),
        "settlementDeadline": _ms(deadline),
    }


def awaited_event(market: Market) -> dict[str, Any] | None:
    """What a confirmed listing waits for, if anything, and what follows from it (LIFE-7)."""
    listing = market.listing
    awaited = listing.awaited
    if awaited is None:
        return None
    return {
        "event": awaited.event,
        "condition": awaited.condition,
        "deadline": _ms(awaited.deadline_ns),
        "treatment": awaited.treatment,
        "otherwise": awaited.otherwise,
        "exchange": listing.exchange,
        "listedAs": listing.listed_as,
        "structure": listing.structure,
        "ratio": f"{listing.numerator}/{listing.denominator}",
        "settledPart": render.decimal(listing.settled_e6, 6),
    }


def _ms(time_ns: int) -> int | None:
    return time_ns // NS_PER_MS or None


def _shares(market: Market) -> dict[str, Any]:
    """Share count and implied caps, indicative; what was implied at first stays as it was."""
    spec, first = market.spec, market.versions[0]
    if not first.share_count and first.price_unit == "share":
        first = spec
    at_first = worths(market, first.price_unit, first.share_count, first.reference_atoms)
    now = worths(market, spec.price_unit, spec.share_count, market.mark_price)
    return {
        "shareCount": spec.share_count or None,
        "shareCountAsOf": _ms(spec.share_count_as_of),
        "shareCountSource": spec.share_count_source or None,
        "initialImpliedCap": at_first[0],
        "impliedCap": now[0],
    }


def _twap(market: Market, now_ns: int) -> str | None:
    """The mark's average from the launch to now or to the settlement, half to even (LIFE-4)."""
    if now_ns <= market.launched_ns:
        return None
    average = average_to_date(market, now_ns)
    return None if average < 0 else render.px(market, average)


async def _market_status(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    return await node.read(lambda venue: market_status(venue, market))


async def _market_spec(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    version = request.number_or("version", 0)
    answer: dict[str, Any] = await node.read(lambda venue: _specification(market, version, venue))
    answer["rebases"] = [
        {
            "time": row.time_ms,
            "numerator": row.numerator,
            "denominator": row.denominator,
        }
        for row in node.views.trades.rebases(market.asset)
    ]
    return answer


def _specification(market: Market, version: int, venue: Venue) -> dict[str, Any]:
    """One version of a market's specification; 0 is the one in force. Raises WrongShape."""
    told = {spec.version: spec for spec in market.versions}
    spec = told.get(version or market.spec.version)
    if spec is None:
        raise WrongShape(f"version: expected one of {', '.join(map(str, told))}")
    differing = presets.differences(spec) if spec.preset in presets.PRESETS else {}
    return {
        "coin": market.name,
        "dex": market.dex.name,
        "version": spec.version,
        "preset": spec.preset,
        "specification": msgspec.to_builtins(spec),
        "differences": [
            {"field": name, "preset": msgspec.to_builtins(own), "value": msgspec.to_builtins(ours)}
            for name, (own, ours) in differing.items()
        ],
        "versions": list(told),
        "pending": pending_changes(market, venue),
        "afterListing": _after_listing(spec),
    }


def _auction(market: Market) -> dict[str, Any]:
    """Where a call auction would clear now; only while it lasts (LIFE-2)."""
    if market.phase != codes.AUCTION:
        return {}
    price, lots = clearing_price(market.book, market.mark_price)
    return {
        "auctionPx": render.px(market, price) if price else None,
        "auctionSz": render.sz(market, lots),
    }


def _after_listing(spec: InstrumentSpec) -> dict[str, Any]:
    """What the market's rules become, known from its launch on (INST-5); empty once they have."""
    if spec.preset == spec.conversion.becomes:
        return {}
    listed = listed_specification(spec)
    return {
        name: msgspec.to_builtins(getattr(listed, name))
        for name in spec.__struct_fields__
        if name != "version" and getattr(listed, name) != getattr(spec, name)
    }


async def _specification_index(node: ReadingNode, request: Request) -> Any:
    def answer(venue: Venue) -> list[dict[str, Any]]:
        return [
            {
                "coin": market.name,
                "dex": dex.name,
                "preset": market.spec.preset,
                "phase": codes.PHASE_NAMES[market.phase],
                **_dates(market),
                "version": market.spec.version,
            }
            for dex in venue.dexes
            for market in dex.markets
        ]

    return await node.read(answer)


async def _mark_history(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    start = min(request.number("startTime"), LATEST)
    end = request.time_or("endTime", LATEST)
    every = min(request.number_or("every", 0), LATEST)
    try:
        # What a market will launch at is no history before it has.
        last_ns = min(end * NS_PER_MS + NS_PER_MS - 1, node.engine.venue.time_ns)
        first_ns = min(start * NS_PER_MS, _LAST_NS)
        if every:
            rows = node.views.prices.sampled(market.asset, first_ns, last_ns, every * NS_PER_MS)
        else:
            rows = node.views.prices.between(market.asset, first_ns, last_ns)
    except TooManyChanges as error:
        raise WrongShape(f"endTime: the range holds {error}") from None
    return [
        {
            "time": row.time_ns // NS_PER_MS,
            "markPx": render.px(market, row.mark),
            "oraclePx": render.px(market, row.oracle),
            "components": [
                render.px(market, component)
                for component in (row.component_oracle, row.component_basis, row.component_book)
            ],
        }
        for row in rows
    ]


async def _re_anchors(node: ReadingNode, request: Request) -> Any:
    """The newest moves of the discovery reference and the bounds they made (PRICE-11)."""
    market = request.market()
    return [
        {
            "time": row.time_ns // NS_PER_MS,
            "direction": _DIRECTIONS[row.direction],
            "referencePx": render.fine_px(market, int(row.reference)),
            "bandLow": render.fine_px(market, int(row.low)),
            "bandHigh": render.fine_px(market, int(row.high)),
        }
        for row in node.views.re_anchors.newest(market.asset)
    ]


_DIRECTIONS: Final = {1: "up", -1: "down", 0: "outside"}


async def _status_history(node: ReadingNode, request: Request) -> Any:
    """The newest stops and resumptions, of a market or of all and the venue (LIFE-11, LIFE-13)."""
    asset = None if request.raw("coin") is None else request.market().asset
    markets = request.venue.markets
    return [
        {
            "time": row.time_ns // NS_PER_MS,
            "seq": row.seq,
            "coin": None if row.asset == OF_THE_VENUE else markets[row.asset].name,
            "status": codes.STATUS_NAMES[row.status],
            "cause": codes.CAUSE_NAMES[row.cause] if row.cause else None,
            "grounds": row.grounds,
        }
        for row in node.views.statuses.newest(asset)
    ]


async def _solvency(node: ReadingNode, request: Request) -> Any:
    name = request.dex_name()
    dex = request.venue.dex_by_name.get(name)
    if dex is None:
        raise WrongShape(f"dex: there is no dex `{name[:64]}`")

    def answer(venue: Venue) -> dict[str, str]:
        books = questions.solvency(dex)
        return {
            "deposits": render.usd(books.deposits),
            "withdrawals": render.usd(books.withdrawals),
            "accounts": render.usd(books.accounts),
            "pendingWithdrawals": render.usd(books.pending),
            "custody": render.usd(books.deposits - books.withdrawals),
            "feesPaid": render.usd(books.fees_paid),
            "insuranceFund": render.usd(books.insurance_fund),
            "rounding": render.usd(books.rounding),
            "difference": render.usd(books.difference),
        }

    return await node.read(answer)


def announcements(venue: Venue, node: ReadingNode, asset: int | None) -> list[dict[str, Any]]:
    """Return the announcements of one market, or of the whole venue, oldest first."""
    rows = node.views.announcements.oldest(asset)
    return [render.announcement(venue.markets, row) for row in rows]


async def _announcements(node: ReadingNode, request: Request) -> Any:
    asset = None if request.raw("coin") is None else request.market().asset
    return announcements(request.venue, node, asset)


async def _index_inputs(node: ReadingNode, request: Request) -> Any:
    """The newest observation of each source and kind, with the weight it has now (PRICE-18)."""
    market = request.market()
    policy = market.spec.index
    if policy is None:
        return []

    def answer(venue: Venue) -> list[dict[str, Any]]:
        live = {
            (seen.source, seen.kind): weight
            for seen, weight in live_observations(market, policy, venue.time_ns)
        }
        shown: list[dict[str, Any]] = []
        for place, accepted in market.index.accepted.items():
            if place in market.index.held or place in market.index.rejected:
                continue
            state = "live" if place in live else "expired"
            why = None if live.get(place) else _NO_WEIGHT[state]
            shown.append(_input(accepted, live.get(place, 0), state, why))
        shown += [_input(held, 0, "held", _HELD) for held in market.index.held.values()]
        shown += [_input(seen, 0, "rejected", _TURNED) for seen in market.index.rejected.values()]
        for seen in node.views.refused_inputs.of_market(market.asset):
            shown.append(_refused_input(seen))
        return sorted(shown, key=lambda one: (one["source"], one["kind"]))

    return await node.read(answer)


_NO_WEIGHT: Final = {
    "live": "its kind or its age leaves it no weight",
    "expired": "its source has said nothing for longer than a source stays live",
}
_HELD: Final = "it looks like a split and waits for another source or for two operators"
_TURNED: Final = "two operators have rejected it"


def _refused_input(seen: RefusedInput) -> dict[str, Any]:
    return {
        "source": seen.source,
        "kind": seen.kind,
        "value": render.usd(int(seen.value)),
        "unit": seen.unit,
        "observedAt": seen.observed_ns // NS_PER_MS,
        "weight": render.decimal(0, 18),
        "state": "rejected",
        "reason": rejects.SENTENCES[seen.reason],
    }


def _input(seen: Observation, weight_e18: int, state: str, why: str | None) -> dict[str, Any]:
    return {
        "source": seen.source,
        "kind": seen.kind,
        "value": render.usd(seen.value_e6),
        "unit": seen.unit,
        "observedAt": seen.observed_ns // NS_PER_MS,
        "weight": render.decimal(weight_e18, 18),
        "state": state,
        "reason": why,
    }


HANDLERS: Final[dict[str, Handler]] = {
    "marketStatus": _market_status,
    "marketSpec": _market_spec,
    "specificationIndex": _specification_index,
    "markHistory": _mark_history,
    "reAnchors": _re_anchors,
    "statusHistory": _status_history,
    "solvency": _solvency,
    "announcements": _announcements,
    "indexInputs": _index_inputs,
    **versions.HANDLERS,
    **budget.HANDLERS,
}
