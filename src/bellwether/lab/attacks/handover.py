"""JELLY, March 2025: a short is opened against oneself, pumped into ruin, and left to the venue."""

from __future__ import annotations

from bellwether.lab.attacks.attack import Plan
from bellwether.lab.attacks.bounds import furthest_marks, within_reach_e6
from bellwether.lab.attacks.squeeze import push
from bellwether.lab.attacks.world import World


def hand_over(world: World, plan: Plan) -> int:
    """The last wallet is short to the first; both the forced order and the vault meet their asks.

    Beside the honest within reach, only fund and vault can pay: the short's own margin was theirs.
    """
    first, last = world.wallets[0], world.wallets[-1]
    world.side_with(first, last, world.lots(plan.size_usd), world.truth)
    marks = furthest_marks(world, world.truth, plan.seconds)
    bound = within_reach_e6(world, marks[-1])
    bound += world.market.spec.losses.backstop_loss_limit_e6
    push(world, plan)
    return bound
