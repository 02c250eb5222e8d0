"""Which rates a user pays in a market (ORD-7): by the volume of full days, so once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bellwether.units.division import mul_div_up

if TYPE_CHECKING:
    from bellwether.engine.state.holding import Holding
    from bellwether.engine.state.market import Market
    from bellwether.engine.state.user import User


def refresh_rates(holding: Holding) -> None:
    """Has a holding pay what its user has earned; it holds until the day or the rules change."""
    market = holding.market
    holding.taker_fee_e9, holding.maker_fee_e9 = rates_of(market, holding.account.user)
    holding.rates_epoch = market.rates_epoch


def rates_of(market: Market, user: User) -> tuple[int, int]:
    """Taker's and maker's rate (10^-9) of a user today."""
    taker, maker = market.taker_fee_e9, market.maker_fee_e9
    spec = market.rules
    if not spec.fee_tiers:
        return taker, maker
    tier_taker, tier_maker = taker, maker
    volume = user.volume.within(market.day, spec.fee_window_days)
    for tier in spec.fee_tiers:
        if volume < tier.volume_e6:
            break
        tier_taker = grown(tier.taker_e9, spec.growth_mode)
        tier_maker = grown(tier.maker_e9, spec.growth_mode)
    # A market with lower fees than its tiers' keeps them.
    return (
        tier_taker if tier_taker < taker else taker,
        tier_maker if tier_maker < maker else maker,
    )


def grown(rate_e9: int, is_growing: bool) -> int:
    """A rate in growth mode: a tenth, rounded up, so that a rebate is no larger."""
    return mul_div_up(rate_e9, 1, 10) if is_growing else rate_e9
