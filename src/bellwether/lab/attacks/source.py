"""A price source that lies: observed valuations before the listing, the share's price after it."""

from __future__ import annotations

from bellwether.lab.attacks.attack import Plan
from bellwether.lab.attacks.bounds import agreeing_deviation, furthest_marks, within_reach_e6
from bellwether.lab.attacks.squeeze import buy_up, offer, push
from bellwether.lab.attacks.world import SOURCES, World
from bellwether.lab.sole_market import OPERATORS
from bellwether.schema import codes
from bellwether.schema.commands import ConfirmListing, SubmitExternalPrice
from bellwether.units.division import mul_div_toward_zero
from bellwether.units.quantities import FRACTION_ONE, NS_PER_MINUTE, NS_PER_S

ROUND_NS = 3 * NS_PER_S
CASH_IN_ROUNDS = 20
GROSS_BP = 4_000
HONEST_BP = 100
"""The honest sources differ by so much; the liar was the lowest of them."""


def lie(world: World, plan: Plan) -> int:
    """The wallets are long, the liar says more, and what shorts are left must buy from them."""
    if world.market.rules.index is not None:
        return _lie_of_a_valuation(world, plan)
    return _lie_of_a_share(world, plan)


def freeze(world: World, plan: Plan) -> int:
    """Of a valuation one source says what freezes the index (PRICE-15); of a share one falls
    silent, and the oracle is the book's again (PRICE-19). Then the book is pushed."""
    if world.market.rules.index is not None:
        world.observe(SOURCES[0], world.off(GROSS_BP))
    else:
        _list(world)
    world.sleep(world.market.spec.conversion.external_max_age_ns + ROUND_NS)
    marks = furthest_marks(world, world.truth, plan.seconds)
    bound = within_reach_e6(world, marks[-1])
    push(world, plan)
    return bound


def _lie_of_a_valuation(world: World, plan: Plan) -> int:
    """One of three speaks of every kind at once. The median stays between the honest (PRICE-15),
    and the mark beside the index (PRICE-9)."""
    world.observe(SOURCES[1], world.truth)
    world.observe(SOURCES[2], world.off(HONEST_BP))
    top = world.off(HONEST_BP)
    bound = within_reach_e6(world, furthest_marks(world, top, plan.seconds)[-1])
    policy = world.market.spec.index
    assert policy is not None, "a market of this preset has an index"
    for _ in range(plan.seconds // 60):
        for kind in policy.kinds:
            world.observe(SOURCES[0], world.off(plan.push_bp), kind.name)
        world.wait(NS_PER_MINUTE)
    _cash_in(world, plan)
    return bound


def _lie_of_a_share(world: World, plan: Plan) -> int:
    """One of two says at first the most that still counts, then more (PRICE-19).

    From the price that two sources can agree on the book can be pushed as in a squeeze.
    """
    _list(world)
    d = world.market.spec.conversion.max_deviation_e6
    most = world.truth + agreeing_deviation(world)
    marks = furthest_marks(world, most, CASH_IN_ROUNDS * ROUND_NS // NS_PER_S)
    bound = within_reach_e6(world, marks[-1])
    d *= world.toward
    agreeing = mul_div_toward_zero(world.truth, FRACTION_ONE + d, FRACTION_ONE - d)
    agreeing += 0 if d > 0 else 1
    false = world.off(plan.push_bp)
    rounds = plan.seconds * NS_PER_S // ROUND_NS
    for turn in range(rounds):
        _say(world, world.truth, agreeing if 2 * turn < rounds else false)
        world.wait(ROUND_NS)
    _cash_in(world, plan, false)
    return bound


def _cash_in(world: World, plan: Plan, false: int = 0) -> None:
    """The book is bought up and offered to whoever the false price forces to buy."""
    buy_up(world, plan)
    offer(world, plan)
    for _ in range(CASH_IN_ROUNDS):
        if false:
            _say(world, world.truth, false)
        world.wait(ROUND_NS)


def _list(world: World) -> None:
    """Two keys confirm the listing, and two sources agree until the market has converted."""
    facts = ("XNAS", "PRIV", "ipo", "US", world.truth, world.now, "convert", "", "It has listed.")
    world.approve(world.propose(ConfirmListing(OPERATORS[0], world.nonce(), 0, *facts)))
    while world.market.phase != codes.LISTED:
        _say(world, world.truth, world.truth)
        world.wait(ROUND_NS)


def _say(world: World, first: int, second: int) -> None:
    for source, price in zip(SOURCES, (first, second), strict=False):
        session = codes.REGULAR_SESSION
        number = world.nonce()
        world.run(SubmitExternalPrice(OPERATORS[0], number, 0, source, price, world.now, session))
