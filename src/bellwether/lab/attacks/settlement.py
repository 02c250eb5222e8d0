"""Pushing into settlement: whoever is long bids the mark up before the average ends (LIFE-4)."""

from __future__ import annotations

from bellwether.lab.attacks.attack import Plan
from bellwether.lab.attacks.bounds import furthest_marks, twap_shift, within_reach_e6
from bellwether.lab.attacks.squeeze import buy_up, hold
from bellwether.lab.attacks.world import World
from bellwether.lab.sole_market import START_NS
from bellwether.units.quantities import NS_PER_S

LIFE_S = 3 * 3_600
"""Three hours stand for ninety days: the longer the life, the less its last minutes weigh."""

DATES = {
    "outside_launch_time": START_NS + 3_600 * NS_PER_S,
    "settlement_deadline": START_NS + LIFE_S * NS_PER_S,
}


def settle(world: World, plan: Plan) -> int:
    """Long at the truth from honest quotes long before; the push is in the last seconds."""
    life_s = (world.market.spec.settlement_deadline - START_NS) // NS_PER_S
    share = plan.size_usd // len(world.wallets)
    for who, seller in zip(world.wallets, world.makers * len(world.wallets), strict=False):
        world.cancel(seller)
        world.side_with(who, seller, world.lots(share), world.truth)
    world.quote()
    world.sleep(START_NS + (life_s - plan.seconds) * NS_PER_S - world.now)
    reach = within_reach_e6(world, furthest_marks(world, world.truth, plan.seconds)[-1])
    buy_up(world, plan)
    hold(world, plan.push_bp)
    lots = sum(max(world.pushed(who), 0) for who in world.wallets)
    world.wait(plan.seconds * NS_PER_S)
    return reach + lots * twap_shift(world, plan.seconds, life_s)
