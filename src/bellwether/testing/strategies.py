"""Hypothesis strategies for venue commands: a small world in which much happens at once.

Two markets around 100 USD, a cross one with three tiers and an isolated or another cross one, both
with an oracle that follows the book quickly, so that triggers and liquidations occur; traders of
different means.
"""

from __future__ import annotations

from typing import Final, cast

from hypothesis import strategies as st

from bellwether.schema import codes
from bellwether.schema.commands import Genesis, GenesisAccount, OrderRequest
from bellwether.schema.instrument import InstrumentSpec, MarginTier
from bellwether.schema.presets import specify

START_NS: Final = 1_777_593_600_000_000_000
SECOND_NS: Final = 10**9
TRADERS: Final = tuple(bytes([number]) * 20 for number in range(1, 6))
CUSTODIAN: Final = b"\xcc" * 20
OPERATOR: Final = b"\xdd" * 20
MEANS: Final = (40, 90, 250, 1_500, 100_000)
"""What the traders have, USD."""

RICHEST: Final = 4
LARGE_USD: Final = 200
"""A position worth more than that is liquidated in two steps."""
REFERENCE: Final = 100_000
TICK: Final = 100
SWIFT: Final = {
    "time_constant_ns": 3 * SECOND_NS,
    "step_cap_e6": 1_000_000,
    "move_limit_e6": 60_000,
    "basis_time_constant_ns": 3 * SECOND_NS,
    "impact_notional_e6": 30_000_000,
}
"""An oracle that is where the book is after a few updates, 6 % at most in each."""


POLICIES: Final[tuple[dict[str, object], ...]] = (
    {},
    {"losses": {"backstop_loss_limit_e6": 30_000_000, "fee_e9": 3_000_000}},
    {"adl": "pro_rata", "losses": {"covered_e6": 100_000}},
    {"liquidation_policy": "kraken", "losses": {"step_e6": 100_000}},
    {"liquidation_policy": "kraken", "adl": "pro_rata", "losses": {"fee_e9": 5_000_000}},
)
"""Who bears losses and how: HyperCore's ladder, with a backstop, in proportion; Kraken's equity
protection, ranked and in proportion (LIQ-2 … LIQ-5)."""


def market(
    symbol: str, preset: str, self_trades: int, cap_usd: int, policy: dict[str, object]
) -> InstrumentSpec:
    """A market of the small world. `policy` is what its losses differ by."""
    losses = policy.get("losses", {})
    differences: dict[str, object] = {
        "reference_atoms": REFERENCE,
        "launch_time": START_NS,
        "self_trade_prevention": self_trades,
        "open_interest_cap_e6": cap_usd * 10**6,
        "oracle": SWIFT,
        "max_order_lots": 9_000,
        "liquidation_policy": "hypercore",
        **policy,
        "losses": {"step_notional_e6": LARGE_USD * 10**6, **cast("dict[str, object]", losses)},
    }
    if preset == "standard_equity":
        tiers = (MarginTier(0, 10), MarginTier(200_000_000, 5), MarginTier(600_000_000, 3))
        differences["tiers"] = tiers
        differences["maker_fee_e9"] = -50_000
    return specify(preset, symbol, "", **differences)


def small_world(
    rules: tuple[int, int], cap_usd: int, second: str, policies: tuple[int, int] = (0, 0)
) -> Genesis:
    """A venue with the markets' self-trade preventions, one cap on open interest, the preset of
    the second market: isolated, or cross like the first; and who bears their losses.
    """
    ours, theirs = POLICIES[policies[0]], POLICIES[policies[1]]
    return Genesis(
        ("", "other"),
        (
            market("CROSS", "standard_equity", rules[0], cap_usd, ours),
            market("SECOND", second, rules[1], cap_usd, theirs),
        ),
        ((CUSTODIAN, codes.CUSTODIAN), (OPERATOR, codes.EVERY_OPERATOR_ROLE)),
        tuple(
            GenesisAccount(trader, "XX", "retail", (("", means * 10**6), ("other", 10**6)))
            for trader, means in zip(TRADERS, MEANS, strict=True)
        ),
        False,
        True,
    )


self_trade_rules: Final = st.sampled_from(
    (
        codes.STP_CANCEL_MAKER,
        codes.STP_REJECT_TAKER,
        codes.STP_CANCEL_BOTH,
        codes.STP_DECREMENT,
        codes.STP_ALLOW,
    )
)
presets: Final = st.sampled_from(("ipop", "standard_equity"))
policies: Final = st.integers(0, len(POLICIES) - 1)
rule_pairs: Final = st.tuples(self_trade_rules, self_trade_rules)
caps: Final = st.sampled_from((0, 0, 0, 0, 900))
traders: Final = st.integers(0, len(TRADERS) - 1)
assets: Final = st.sampled_from((0, 0, 0, 1, 1, 1, 7))
client_ids: Final = st.integers(1, 6).map(lambda number: number.to_bytes(16, "big"))
guesses: Final = st.integers(0, 99)
moves: Final = st.sampled_from((0, 0, TICK, -TICK, 5 * TICK, 40))
away: Final = st.integers(-3, 15)
amounts: Final = st.sampled_from((1, 10**6, 30 * 10**6, 200 * 10**6, 0, -1, -20 * 10**6, 10**10))
statuses: Final = st.sampled_from((0, 0, 0, 0, 1, 2, 3))
waits: Final = st.sampled_from((0, 0, 0, 10**6, SECOND_NS, 3 * SECOND_NS))
long_waits: Final = st.sampled_from(
    tuple(seconds * SECOND_NS for seconds in (3, 3, 9, 20, 60, 3_600))
)


def prices(spread: int) -> st.SearchStrategy[int]:
    """Prices on a coarse grid around the reference, so that queues form."""
    return st.integers(-spread, spread).map(lambda steps: REFERENCE + steps * TICK)


sizes: Final = st.sampled_from((100, 120, 300, 700, 1_000, 2_500, 6_000))
odd_sizes: Final = st.sampled_from((100, 300, 1_000, 2_500, 0, -1, 7, 9_001))
odd_prices: Final = st.sampled_from((REFERENCE, REFERENCE + 1, -1, 0, 4_000, 196_000, 95_000))
limit_kinds: Final = st.sampled_from((1, 1, 1, 1, 1, codes.ALO, codes.ALO, codes.IOC, codes.FOK))
taking_kinds: Final = st.sampled_from((codes.GTC, codes.IOC, codes.IOC, codes.FRONTEND_MARKET))
some_client_ids: Final = st.one_of(st.just(b""), st.just(b""), client_ids)

plain_orders: Final = st.builds(
    OrderRequest,
    assets,
    st.booleans(),
    prices(12),
    sizes,
    limit_kinds,
    st.sampled_from((False, False, False, True)),
    some_client_ids,
)
odd_orders: Final = st.builds(
    OrderRequest,
    assets,
    st.booleans(),
    odd_prices,
    odd_sizes,
    st.sampled_from((1, 1, 1, 1, codes.ALO, codes.FOK, 0, codes.LIQUIDATION_MARKET, 99)),
    st.booleans(),
    st.just(b""),
    st.sampled_from((0, 0, 0, 0, -1, 5, 1)),
    st.just(0),
    st.sampled_from((0, 0, 0, 1_000)),
)
actions: Final = st.one_of(
    st.tuples(plain_orders),
    st.tuples(plain_orders),
    st.tuples(plain_orders, plain_orders),
    st.tuples(odd_orders),
    st.just(()),
)


@st.composite
def _crossing(draw: st.DrawFn) -> OrderRequest:
    """An order that takes whatever is near."""
    is_buy = draw(st.booleans())
    price = REFERENCE + (25 if is_buy else -25) * TICK
    return OrderRequest(
        draw(st.sampled_from((0, 1))),
        is_buy,
        price,
        draw(sizes),
        draw(taking_kinds),
        draw(st.booleans()),
        draw(some_client_ids),
    )


crossing_orders: Final = _crossing()


@st.composite
def meeting_orders(draw: st.DrawFn) -> tuple[OrderRequest, OrderRequest]:
    """Two orders of opposite sides at one price and of one size."""
    asset, is_buy = draw(st.sampled_from((0, 1))), draw(st.booleans())
    price, lots = draw(prices(9)), draw(sizes)
    kind = draw(taking_kinds)
    return (
        OrderRequest(asset, is_buy, price, lots, codes.GTC, False, draw(some_client_ids)),
        OrderRequest(asset, not is_buy, price, lots, kind, draw(st.sampled_from((False, True)))),
    )


def quote(asset: int, is_buy: bool, steps: int, lots: int = 9_000) -> OrderRequest:
    """One side of a quote, deep or just an impact price, `steps` of 1 % off the reference."""
    price = REFERENCE + steps * 10 * TICK + (-TICK if is_buy else TICK)
    return OrderRequest(asset, is_buy, price, lots, codes.GTC)


trails: Final = st.sampled_from(
    ((0, 0), (0, 0), (300, 0), (700, 0), (1_500, 0), (0, 4_321), (0, 10_000), (0, 25_000), (5, 5))
)
"""Distances of trailing stops: price atoms, millionths; one is given twice."""


@st.composite
def _triggers(draw: st.DrawFn) -> OrderRequest:
    """A stop or take-profit order, mostly reduce-only; every second stop follows the mark.

    A size of 0 is for one that is tied to a position.
    """
    is_buy = draw(st.booleans())
    price = draw(prices(10))
    kind = draw(st.integers(1, 4))
    trail = draw(trails) if kind in (codes.STOP_MARKET, codes.STOP_LIMIT) else (0, 0)
    return OrderRequest(
        draw(st.sampled_from((0, 1))),
        is_buy,
        price + (2_000 if is_buy else -2_000),
        draw(sizes | st.just(0)),
        codes.GTC,
        draw(st.sampled_from((True, True, False))),
        draw(some_client_ids),
        kind,
        0 if any(trail) else price,
        *trail,
    )


trigger_orders: Final = _triggers()


@st.composite
def groups(draw: st.DrawFn) -> tuple[OrderRequest, ...]:
    """A parent with a stop and a profit order (`normalTpsl`)."""
    parent = draw(plain_orders)
    found = [parent]
    for kind, sign in ((codes.STOP_MARKET, -1), (codes.TAKE_PROFIT_LIMIT, 1)):
        away = sign * draw(st.integers(1, 8)) * TICK
        price = REFERENCE + (away if parent.is_buy else -away)
        limit = price - 1_000 if parent.is_buy else price + 1_000
        trail = draw(trails) if kind == codes.STOP_MARKET else (0, 0)
        at = 0 if any(trail) else price
        found.append(
            OrderRequest(
                parent.asset, not parent.is_buy, limit, parent.lots, 1, True, b"", kind, at, *trail
            )
        )
    return tuple(found[: draw(st.integers(1, 3))])
