"""How far the rules let a price go, and who is then within reach: the bounds of attacks.

Each takes the engine's own formulas and the specification, and none a price that was seen.
"""

from __future__ import annotations

from bellwether.formulas.bounds import band_edges_fine
from bellwether.formulas.funding import hypercore_rate_e12
from bellwether.lab.attacks.world import LEVEL_USD, LEVELS_BP, World
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.division import div_down, div_up, mul_div_down, mul_div_up
from bellwether.units.fine_price import atoms_up
from bellwether.units.quantities import FINE, FRACTION_ONE, NS_PER_S, RATE_ONE


def highest_marks(spec: InstrumentSpec, truth: int, seconds: int) -> list[int]:
    """The highest mark at each update of so many seconds, whatever stands in the book, atoms.

    With an index that nobody moves: its clamp (PRICE-9). Else each update moves oracle and mark by
    the step limit at most (PRICE-6, PRICE-8), within bounds that re-anchor when the oracle reaches
    them (PRICE-10, PRICE-11).
    """
    policy = spec.oracle
    count = div_down(seconds * NS_PER_S, policy.interval_ns) + 1
    if spec.index is not None:
        _, high = band_edges_fine(truth * FINE, spec.index.mark_width_e12)
        return [atoms_up(high)] * count
    reference = price = truth * FINE
    left = policy.max_re_anchors
    found: list[int] = []
    for _ in range(count):
        step = mul_div_up(price, policy.move_limit_e6, FRACTION_ONE)
        high = mul_div_up(reference, RATE_ONE + policy.band_e12, RATE_ONE)
        price = min(price + step, high)
        turn = mul_div_up(policy.band_e12, policy.re_anchor_threshold_e12, RATE_ONE)
        if left > 0 and price >= mul_div_up(reference, RATE_ONE + turn, RATE_ONE):
            reference = high
            left -= 1
        found.append(atoms_up(price))
    return found


def within_reach_e6(world: World, mark: int) -> int:
    """What shorts have whom a mark can liquidate, and what the fund then pays (LIQ-1, LIQ-5).

    A short loses what answers for it and nothing more. Makers count as if all they offer had been
    bought: with all of the price as margin.
    """
    market = world.market
    total = 0
    for who in world.shorts:
        lots = -world.position(who)
        equity = world.answering_e6(who)
        loss = lots * (mark - world.truth)
        if lots > 0 and equity - loss < market.margin_table.maintenance(lots * mark):
            total += equity
    offered = world.lots(LEVEL_USD)
    for bp in LEVELS_BP:
        value = offered * world.off(bp)
        if 2 * value - offered * mark < market.margin_table.maintenance(offered * mark):
            total += value
    return total + fund_draw_e6(world, mark)


def fund_draw_e6(world: World, highest: int) -> int:
    """The most that ruined shorts cost the fund, honest or not (LIQ-5).

    It pays from the price of zero equity up to a limit beyond the mark. HyperCore's ladder does so
    at the first mark beyond zero equity, which is a step away from the one before.
    """
    market = world.market
    spec = market.spec
    total = 0
    for who in (*world.shorts, *world.wallets):
        lots = -world.position(who)
        if lots <= 0:
            continue
        zero = world.truth + div_down(world.answering_e6(who), lots)
        mark = highest
        if not market.is_protected:
            if highest <= zero:
                continue
            mark = min(highest, _beyond(zero, spec.oracle.move_limit_e6) + 1)
        total += lots * max(0, _beyond(mark, spec.losses.covered_e6) - zero)
    return min(total, market.losses.fund.balance)


def _beyond(price: int, e6: int) -> int:
    return mul_div_up(price, FRACTION_ONE + e6, FRACTION_ONE)


def twap_shift(spec: InstrumentSpec, truth: int, seconds: int, life_s: int) -> int:
    """How far the last seconds of a life can move its average, atoms, rounded up (LIFE-4)."""
    marks = highest_marks(spec, truth, seconds)
    moved = sum(mark - truth for mark in marks) * spec.oracle.interval_ns
    return div_up(moved, life_s * NS_PER_S)


def funding_gain_e6(world: World, notional_e6: int, half_spread_bp: int) -> int:
    """What an hour's funding brings at most if every sample sees the middle at the best quote.

    FUND-2: premium P of at most the half spread. FUND-5: the rate is clamped whatever is seen.
    """
    policy = world.market.rules.funding
    if policy.policy == "kraken":
        rate = policy.cap_e12
    else:
        premium = mul_div_up(half_spread_bp, RATE_ONE, 10_000)
        rate = hypercore_rate_e12(
            premium,
            policy.interest_e12,
            policy.clamp_e12,
            policy.multiplier_e6 * 10**6,
            policy.cap_e12,
        )
    return mul_div_up(notional_e6, rate, RATE_ONE)


def fees_e6(world: World, notional_e6: int) -> int:
    """Taker's and maker's fee of a trade, no more than is charged."""
    market = world.market
    return mul_div_down(notional_e6, market.taker_fee_e9 + market.maker_fee_e9, 10**9)


def agreeing_deviation_e6(world: World) -> int:
    """How far one of two outside sources moves the median before it no longer counts (PRICE-19).

    Median m = (1 + x) / 2 and x - m at most d m, so m is at most 1 / (1 - d).
    """
    d = world.market.spec.conversion.max_deviation_e6
    return mul_div_up(FRACTION_ONE, d, FRACTION_ONE - d)
