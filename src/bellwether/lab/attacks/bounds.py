"""How far the rules let a price go, and who is then within reach: the bounds of attacks.

Each takes the engine's own formulas and the rules in force, and none a price that was seen. All go
the way of the world's push: upwards, or mirrored.
"""

from __future__ import annotations

from bellwether.formulas.bounds import band_edges_fine
from bellwether.formulas.funding import hypercore_rate_e12
from bellwether.lab.attacks.world import LEVEL_USD, LEVELS_BP, World
from bellwether.units.division import div_down, div_up, mul_div_down, mul_div_up
from bellwether.units.fine_price import atoms_down, atoms_up
from bellwether.units.quantities import FINE, FRACTION_ONE, NS_PER_S, RATE_ONE


def furthest_marks(world: World, start: int, seconds: int) -> list[int]:
    """The furthest mark at each update of so many seconds, whatever stands in the book, atoms.

    With an index that nobody moves from `start`: its clamp (PRICE-9). Else each update moves oracle
    and mark by the step limit at most (PRICE-6, PRICE-8), within bounds that re-anchor when the
    oracle reaches them (PRICE-10, PRICE-11).
    """
    rules = world.market.rules
    toward = world.toward
    policy = rules.oracle
    count = div_down(seconds * NS_PER_S, policy.interval_ns) + 1
    if rules.index is not None:
        low, high = band_edges_fine(start * FINE, rules.index.mark_width_e12)
        return [atoms_up(high) if toward > 0 else atoms_down(low)] * count
    band = toward * policy.band_e12
    near = toward * mul_div_down(policy.band_e12, policy.re_anchor_threshold_e12, RATE_ONE)
    reference = price = start * FINE
    left = policy.max_re_anchors
    found: list[int] = []
    for _ in range(count):
        step = toward * mul_div_up(price, policy.move_limit_e6, FRACTION_ONE)
        edge = mul_div_up(reference, RATE_ONE + band, RATE_ONE)
        price = min(price + step, edge) if toward > 0 else max(price + step, edge)
        if left > 0 and toward * price >= toward * mul_div_down(
            reference, RATE_ONE + near, RATE_ONE
        ):
            reference = edge
            left -= 1
        found.append(atoms_up(price) if toward > 0 else atoms_down(price))
    return found


def within_reach_e6(world: World, mark: int) -> int:
    """What victims have whom a mark can liquidate, and what the fund then pays (LIQ-1, LIQ-5).

    A victim loses what answers for the position and nothing more. Makers count as if all they offer
    had been taken: with all of the price as margin.
    """
    table = world.market.margin_table
    move = world.toward * (mark - world.truth)
    total = 0
    for who in world.victims:
        lots = -world.pushed(who)
        equity = world.answering_e6(who)
        if lots > 0 and equity - lots * move < table.maintenance(lots * mark):
            total += equity
    offered = world.lots(LEVEL_USD)
    for bp in LEVELS_BP:
        value = offered * world.off(bp)
        equity = value - world.toward * (offered * mark - value)
        if equity < table.maintenance(offered * mark):
            total += value
    return total + fund_draw_e6(world, mark)


def fund_draw_e6(world: World, furthest: int) -> int:
    """The most that ruined victims cost the fund, honest or not (LIQ-5).

    It pays from the price of zero equity up to a limit beyond the mark. HyperCore's ladder does so
    at the first mark beyond zero equity, which is a step away from the one before.
    """
    market = world.market
    toward = world.toward
    rules = market.rules
    total = 0
    for who in (*world.victims, *world.wallets):
        lots = -world.pushed(who)
        if lots <= 0:
            continue
        zero = world.truth + toward * div_down(world.answering_e6(who), lots)
        mark = furthest
        if not market.is_protected:
            if toward * furthest <= toward * zero:
                continue
            first = _beyond(zero, toward * rules.oracle.move_limit_e6) + toward
            mark = min(furthest, first) if toward > 0 else max(furthest, first)
        limit = _beyond(mark, toward * rules.losses.covered_e6)
        total += lots * max(0, toward * (limit - zero))
    return min(total, market.losses.fund.balance)


def _beyond(price: int, e6: int) -> int:
    one = FRACTION_ONE + e6
    return (mul_div_up if e6 > 0 else mul_div_down)(price, one, FRACTION_ONE)


def twap_shift(world: World, seconds: int, life_s: int) -> int:
    """How far the last seconds of a life can move its average, atoms, rounded up (LIFE-4)."""
    marks = furthest_marks(world, world.truth, seconds)
    moved = sum(abs(mark - world.truth) for mark in marks) * world.market.rules.oracle.interval_ns
    return div_up(moved, life_s * NS_PER_S)


def funding_gain_e6(world: World, notional_e6: int, half_spread_bp: int) -> int:
    """What an hour's funding brings at most if every sample sees the best quote of the push's side.

    FUND-2: a premium of at most the half spread. FUND-5: the rate is clamped whatever is seen.
    """
    policy = world.market.rules.funding
    if policy.policy == "kraken":
        rate = policy.cap_e12 if world.toward > 0 else -policy.min_e12
    else:
        premium = world.toward * mul_div_up(half_spread_bp, RATE_ONE, 10_000)
        rate = world.toward * hypercore_rate_e12(
            premium,
            policy.interest_e12,
            policy.clamp_e12,
            policy.multiplier_e6 * 10**6,
            policy.cap_e12,
        )
    return max(0, mul_div_up(notional_e6, rate, RATE_ONE))


def fees_e6(world: World, notional_e6: int) -> int:
    """Taker's and maker's fee of a trade, no more than is charged."""
    market = world.market
    return mul_div_down(notional_e6, market.taker_fee_e9 + market.maker_fee_e9, 10**9)


def agreeing_deviation(world: World) -> int:
    """How far one of two outside sources moves the median before it no longer counts, signed atoms
    (PRICE-19).

    Median m = (1 + x) / 2 and |x - m| at most d m, so m is between 1 / (1 + d) and 1 / (1 - d).
    """
    d = world.toward * world.market.spec.conversion.max_deviation_e6
    return world.toward * mul_div_up(world.truth, abs(d), FRACTION_ONE - d)
