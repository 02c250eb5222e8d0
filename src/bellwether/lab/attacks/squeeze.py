"""XPL, August 2025: shorts are squeezed by buying an empty book up, and sold to at the top."""

from __future__ import annotations

from bellwether.lab.attacks.attack import Plan
from bellwether.lab.attacks.bounds import furthest_marks, within_reach_e6
from bellwether.lab.attacks.world import LEVEL_USD, LEVELS_BP, World
from bellwether.schema import codes
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_S

HOLD_USD = 7_000
"""A little more than the notional of an impact price: what the pushed price stands on."""


def squeeze(world: World, plan: Plan) -> int:
    """Buys up to the push, holds it, and offers all that was bought to whoever must buy."""
    marks = furthest_marks(world, world.truth, plan.seconds)
    bound = within_reach_e6(world, marks[-1])
    push(world, plan)
    return bound


def push(world: World, plan: Plan) -> None:
    """The price is bought up, stands on bid and ask for the time, and then all is for sale."""
    buy_up(world, plan)
    hold(world, plan.push_bp)
    half = div_down(plan.seconds * NS_PER_S, 2)
    world.wait(half)
    offer(world, plan)
    world.wait(plan.seconds * NS_PER_S - half)


def buy_up(world: World, plan: Plan) -> None:
    """Level by level, by turns, until the size or the height is reached."""
    left = plan.size_usd
    for turn, bp in enumerate(LEVELS_BP):
        if bp > plan.push_bp or left <= 0:
            return
        usd = min(left, LEVEL_USD)
        who = world.wallets[turn % len(world.wallets)]
        world.push(who, world.off(bp), world.lots(usd), codes.IOC)
        left -= usd


def hold(world: World, bp: int) -> None:
    """A bid at the pushed price, and an ask of another wallet just above."""
    world.push(world.wallets[0], world.off(bp), world.lots(HOLD_USD))
    world.oppose(world.wallets[-1], world.off(bp + 50), world.lots(HOLD_USD))


def offer(world: World, plan: Plan) -> None:
    """The bids go, and every long lot is offered at the trap."""
    for who in world.wallets:
        world.cancel(who)
    for who in world.wallets:
        lots = world.pushed(who)
        if lots > 0:
            world.oppose(who, world.off(plan.trap_bp), lots)
    if plan.trap_bp > 100:
        world.push(world.wallets[0], world.off(plan.trap_bp - 50), world.lots(HOLD_USD), codes.ALO)
