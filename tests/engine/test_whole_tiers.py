"""Tiers of the whole position hold whatever leverage was chosen (MARG-2, MARG-3)."""

from __future__ import annotations

from bellwether.schema import codes, rejects
from bellwether.schema.commands import UpdateLeverage
from bellwether.schema.instrument import WholeTier
from tests.engine.small_venue import ALICE, BOB, PRICE, SmallVenue, buy, market, refusals, sell


def test_the_first_tiers_share_is_asked_where_the_leverage_alone_would_ask_for_less() -> None:
    """30 % of 100 USD is more than a fifth of it: an account of 25 USD can not open it at 5x."""
    tiers = (WholeTier(0, 300_000, 150_000),)
    spec = market(margin_mode=codes.CROSS, whole_tiers=tiers)
    poor = SmallVenue(spec, usd=25, audited=True)
    poor.run(UpdateLeverage(*poor.head(ALICE), 0, True, 5))
    assert refusals(poor.place(ALICE, buy(PRICE, 1_000))) == [rejects.INSUFFICIENT_MARGIN]
    rich = SmallVenue(spec, usd=31, audited=True)
    rich.rest(ALICE, buy(PRICE, 1_000))
    rich.rest(BOB, sell(PRICE, 1_000))
    assert rich.holding(ALICE).initial() == 30 * 10**6
