"""Spoofed depth: a bid that stands only while an impact sample is taken, for the funding."""

from __future__ import annotations

from bellwether.lab.attacks.attack import Plan
from bellwether.lab.attacks.bounds import funding_gain_e6
from bellwether.lab.attacks.squeeze import HOLD_USD
from bellwether.lab.attacks.world import LEVELS_BP, World
from bellwether.lab.sole_market import START_NS
from bellwether.schema import codes
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_HOUR, NS_PER_MS, NS_PER_S


def spoof(world: World, plan: Plan) -> int:
    """Short to an honest long, then a bid under the best ask before each sample, gone after it.

    Positive funding pays the shorts: the bound is the rate that the best ask allows.
    """
    holder, spoofer = world.wallets[0], world.wallets[-1]
    maker = world.makers[0]
    lots = world.lots(plan.size_usd)
    world.cancel(maker)
    world.side_with(maker, holder, lots, world.truth)
    world.quote()
    bound = 2 * funding_gain_e6(world, lots * world.truth, LEVELS_BP[0])
    sample_ns = world.market.spec.funding.sample_interval_ns
    end = START_NS + NS_PER_HOUR
    start = end - min(plan.seconds * NS_PER_S, NS_PER_HOUR - sample_ns)
    due = START_NS + (div_down(start - START_NS, sample_ns) + 1) * sample_ns
    world.sleep(due - NS_PER_MS - world.now)
    price = world.off(LEVELS_BP[0] - 2)
    while due <= end:
        world.push(spoofer, price, world.lots(2 * HOLD_USD), codes.ALO)
        world.sleep(2 * NS_PER_MS)
        world.cancel(spoofer)
        due += sample_ns
        world.sleep(due - NS_PER_MS - world.now)
    world.sleep(NS_PER_HOUR)
    return bound
