"""The state of each market as an operator watches it: ages, shares of caps, what stands still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bellwether.engine.state.market import Market
from bellwether.gateway.ports import NodePort
from bellwether.schema import codes

_MARKET: Final = "bellwether_market_"
_NS_PER_S: Final = 1e9


@final
class MarketGauges(Collector):
    """One series a market; what is settled is not watched any more."""

    def __init__(self, node: NodePort) -> None:
        self._node = node

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Everything of now."""
        now_ns = self._node.engine.venue.time_ns
        markets = [
            market
            for market in self._node.engine.venue.markets.values()
            if market.phase != codes.SETTLED
        ]
        yield from _states(markets)
        yield from _ages(markets, now_ns)
        yield _family(
            "open_interest_ratio",
            "Open interest as a part of its cap; 0 where there is none.",
            [(market, market.open_interest_lots / (market.most_lots or 1)) for market in markets],
        )
        yield _family(
            "book_levels",
            "Price levels of both sides of the book.",
            [
                (market, len(market.book.bids.keys) + len(market.book.asks.keys))
                for market in markets
            ],
        )
        yield _family(
            "positions",
            "Accounts with a position.",
            [(market, len(market.holders)) for market in markets],
        )
        yield _family(
            "insurance_fund_microusd",
            "The insurance fund, in millionths of a USD.",
            [(market, market.losses.fund.balance) for market in markets],
        )


def _states(markets: list[Market]) -> Iterator[GaugeMetricFamily]:
    phase = GaugeMetricFamily(_MARKET + "phase", "1 for the phase.", labels=("market", "phase"))
    for market in markets:
        phase.add_metric((market.name, codes.PHASE_NAMES[market.phase]), 1)
    yield phase
    state = GaugeMetricFamily(
        _MARKET + "state",
        "1 where it is so: halted; stale (post-only); blind (nobody is liquidated); waiting (for "
        "the first prices after a start).",
        labels=("market", "state"),
    )
    for market in markets:
        for name, holds in (
            ("halted", market.status == codes.HALTED),
            ("stale", market.is_stale),
            ("blind", market.is_blind),
            ("waiting", market.awaits_ns > 0),
        ):
            state.add_metric((market.name, name), int(holds))
    yield state


def _ages(markets: list[Market], now_ns: int) -> Iterator[GaugeMetricFamily]:
    yield _family(
        "price_age_seconds",
        "Since the market's own price source was last there.",
        [(market, (now_ns - market.fed_ns) / _NS_PER_S) for market in markets if market.fed_ns],
    )
    source = GaugeMetricFamily(
        _MARKET + "source_age_seconds",
        "Since a source was last heard of, by what it reports.",
        labels=("market", "source"),
    )
    for market in markets:
        for name, seen_ns in _seen(market).items():
            source.add_metric((market.name, name), (now_ns - seen_ns) / _NS_PER_S)
    yield source


def _seen(market: Market) -> dict[str, int]:
    """The newest moment (ns) of each source's observations and external prices."""
    seen = {source: seen_ns for source, (_, seen_ns) in market.listing.latest.items()}
    for observation in market.index.accepted.values():
        seen[observation.source] = max(
            observation.observed_ns, seen.get(observation.source, observation.observed_ns)
        )
    return seen


def _family(name: str, text: str, values: Sequence[tuple[Market, float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(_MARKET + name, text, labels=("market",))
    for market, value in values:
        family.add_metric((market.name,), value)
    return family
