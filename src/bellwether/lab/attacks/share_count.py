"""A share-count surprise: it turns out that there are more shares, and sizes change (LIFE-10)."""

from __future__ import annotations

from bellwether.lab.attacks.attack import Plan
from bellwether.lab.attacks.world import BP, LEVELS_BP, SOURCES, World
from bellwether.lab.sole_market import OPERATORS
from bellwether.schema.commands import RebaseMarket
from bellwether.units.division import mul_div_up
from bellwether.units.quantities import NS_PER_S

FACTOR = (5, 2)
"""So many new shares for so many old ones."""

MISCOUNT = 2


def surprise(world: World, plan: Plan) -> int:
    """Wallets know of it before: odd sizes long and short, and a source with the wrong count.

    Equity is the same to the micro-dollar, and less than a lot is paid at the mark, which stands
    between the best quotes: that, for each wallet, is all there is to gain.
    """
    share = world.lots(plan.size_usd // len(world.wallets))
    for number, who in enumerate(world.wallets):
        maker = world.makers[number % len(world.makers)]
        world.cancel(maker)
        buyer, seller = (who, maker) if number % 2 == 0 else (maker, who)
        world.meet(buyer, seller, share + 2 * number + 1, world.truth)
    world.quote()
    if world.market.rules.index is not None:
        world.observe(SOURCES[0], MISCOUNT * world.truth)
    world.wait(plan.seconds * NS_PER_S)
    bound = len(world.wallets) * (1 + mul_div_up(world.truth, LEVELS_BP[0], BP))
    numerator, denominator = FACTOR
    text = "There are five shares for two."
    act = RebaseMarket(OPERATORS[0], world.nonce(), 0, numerator, denominator, "dilution", text)
    world.new_units(world.propose(act), numerator, denominator)
    world.wait(plan.seconds * NS_PER_S)
    return bound
