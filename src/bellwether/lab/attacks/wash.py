"""Wash trading: two wallets of one owner trade with each other, for volume and a last price."""

from __future__ import annotations

from bellwether.lab.attacks.attack import Plan
from bellwether.lab.attacks.bounds import fees_e6
from bellwether.lab.attacks.world import LEVELS_BP, World
from bellwether.units.quantities import NS_PER_S

ROUNDS = 20


def wash(world: World, plan: Plan) -> int:
    """There and back inside the spread, at its top where the last price counts most.

    Each round pays both fees and moves nothing between the two; the bound is what that costs.
    """
    first, second = world.wallets[0], world.wallets[-1]
    lots = world.lots(plan.size_usd)
    price = world.off(min(plan.push_bp, LEVELS_BP[0] - 1))
    paid = 0
    for turn in range(ROUNDS):
        buyer, seller = (first, second) if turn % 2 == 0 else (second, first)
        before = world.position(buyer)
        world.meet(buyer, seller, lots, price)
        paid += fees_e6(world, (world.position(buyer) - before) * price)
        world.wait(NS_PER_S * plan.seconds // ROUNDS)
    return -paid
