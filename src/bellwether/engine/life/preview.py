"""What a settlement or a conversion of a market would do to an account now (IFACE-8): pure reads.

Nothing here is carried out; the rules are those of `settlement`, `conversion` and `fills`.
"""

from __future__ import annotations

from typing import final

from bellwether.engine.conversion.conversion import UNLISTED
from bellwether.engine.conversion.ramp import listed_specification
from bellwether.engine.margin import cross_equity
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market, margin_table_of
from bellwether.formulas.twap import twap_atoms, twap_sum_after
from bellwether.schema import codes
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.division import signed_product


@final
class SettlementPreview:
    """Micro-USD, the price in atoms.

    `profit` is realised, `funding` becomes collateral, `deficit` is what the insurance fund adds so
    that nothing is owed; `cash` is what the account's cash gains by all that, with the margin of an
    isolated position, and `equity_change` what the account becomes worth more.
    """

    def __init__(self, price: int) -> None:
        self.price: int = price
        self.profit: int = 0
        self.funding: int = 0
        self.deficit: int = 0
        self.cash: int = 0
        self.equity_change: int = 0


@final
class ConversionPreview:
    """`initial` and `maintenance` are micro-USD under the rules to come.

    Nothing is paid, unless the listing settles a part or changes the units (`may_pay`): then some
    of the profit becomes cash. Equity stays, where the mark is where a part settles.
    """

    def __init__(self, spec: InstrumentSpec) -> None:
        self.spec: InstrumentSpec = spec
        self.may_pay: bool = False
        self.initial: int = 0
        self.maintenance: int = 0


def average_to_date(market: Market, now_ns: int) -> int:
    """The full-life average of the mark up to a time or to the settlement; -1 before the launch.

    Price atoms, half to even (LIFE-4); at the launch itself it is the mark.
    """
    end_ns = market.settled_ns if market.settled_ns > 0 else now_ns
    lived = end_ns - market.launched_ns
    if market.launched_ns == 0 or lived < 0:
        return -1
    if lived == 0:
        return market.mark_price
    held = end_ns - market.twap_since_ns
    total = twap_sum_after(market.twap_sum, market.mark_price, held if held > 0 else 0)
    return twap_atoms(total, lived)


def preview_settlement(
    market: Market, holding: Holding | None, now_ns: int
) -> SettlementPreview | None:
    """A settlement at the average to date; None where the market can not settle so (LIFE-6)."""
    if not market.is_trading() or market.phase == codes.LISTED:
        return None
    price = average_to_date(market, now_ns)
    if price < 0:
        return None
    return settled_at(holding, price)


def settled_at(holding: Holding | None, price: int) -> SettlementPreview:
    """What a settlement at a price, in atoms, would do to a position; nothing else moves."""
    found = SettlementPreview(price)
    if holding is None or holding.lots == 0:
        return found
    found.profit = signed_product(holding.lots, price) - holding.cost
    found.funding = holding.unsettled_funding()
    gained = found.profit + found.funding
    margin = 0 if holding.is_cross else holding.margin.balance
    behind = margin
    if holding.is_cross:
        behind = cross_equity(holding.account) - holding.worth()
    if behind + gained < 0:
        found.deficit = -(behind + gained)
    found.cash = margin + gained + found.deficit
    found.equity_change = gained + found.deficit - holding.worth()
    return found


def preview_conversion(market: Market, holding: Holding | None) -> ConversionPreview | None:
    """A conversion now; None where the market has converted, ended, or converts to nothing."""
    if market.phase not in UNLISTED:
        return None
    spec = listed_specification(market.spec)
    found = ConversionPreview(spec)
    listing = market.listing
    found.may_pay = market.spec.price_unit != "share"
    if listing.is_confirmed:
        found.may_pay = listing.settled_e6 > 0 or listing.numerator != listing.denominator
    if holding is not None and holding.lots != 0:
        table = margin_table_of(spec)
        notional = holding.notional()
        found.initial = table.initial(notional, holding.leverage)
        found.maintenance = table.maintenance(notional)
    return found


def held_in(account: Account | None, market: Market) -> Holding | None:
    """What an account holds in a market, if it ever did."""
    return None if account is None else account.user.holdings.get(market.asset)
