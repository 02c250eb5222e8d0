"""What a listing does to a contract: converts, is put into other units, or settles (LIFE-7)."""

from __future__ import annotations

from math import gcd

from bellwether.engine.life.rebase import rebase, rebase_refusal
from bellwether.engine.life.settlement import settle_part
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import rejects
from bellwether.schema.commands import ConfirmListing, RebaseMarket
from bellwether.units.division import div_down, mul_div_half_even
from bellwether.units.fine_price import fine_of_atoms, is_price
from bellwether.units.quantities import FRACTION_ONE, VALUATION_UNIT


def shares_per_contract(market: Market, command: ConfirmListing) -> tuple[int, int]:
    """The listed shares that a contract stands for, in lowest terms; (0, 1) if nobody knows.

    A contract on a valuation stands for the share count over 10^9 of them (LIFE-10).
    """
    numerator, denominator = command.numerator, command.denominator
    if numerator == 0:
        if market.spec.price_unit != "valuation":
            return 1, 1
        numerator, denominator = market.spec.share_count, VALUATION_UNIT
    if numerator <= 0 or denominator <= 0:
        return 0, 1
    common = gcd(numerator, denominator)
    return div_down(numerator, common), div_down(denominator, common)


def statement_refusal(market: Market, command: ConfirmListing) -> int:
    """Why what a listing states of its treatment does not belong together, or is not enough.

    What is stated of a trigger is for the treatment after its event.
    """
    numerator, denominator = shares_per_contract(market, command)
    if numerator == 0:
        return rejects.RATIO_INVALID
    treatment = command.after if command.treatment == "trigger" else command.treatment
    is_share = market.spec.price_unit == "share"
    if treatment == "convert" and command.numerator != 0 and is_share:
        return rejects.RATIO_INVALID
    if treatment == "adjusted" and command.numerator == 0:
        return rejects.RATIO_INVALID
    is_composite = treatment == "composite"
    if is_composite != (0 < command.settled_e6 < FRACTION_ONE) or command.settled_e6 < 0:
        return rejects.RATIO_INVALID
    if command.treatment != "convert" and not command.grounds:
        return rejects.GROUNDS_INVALID
    return treatment_refusal(market, command.cross_price, numerator, denominator, treatment)


def treatment_refusal(
    market: Market, cross_price: int, numerator: int, denominator: int, treatment: str
) -> int:
    """Why this market can not be treated so."""
    atoms = settlement_atoms(cross_price, numerator, denominator)
    if atoms <= 0:
        return rejects.PRICE_INVALID
    if numerator == denominator or treatment == "settle":
        return rejects.ACCEPTED if is_price(fine_of_atoms(atoms)) else rejects.PRICE_INVALID
    return rebase_refusal(market, _rebase(market, numerator, denominator))


def settlement_atoms(cross_price: int, numerator: int, denominator: int) -> int:
    """A contract at the cross, price atoms: so many shares of it, half to even."""
    return mul_div_half_even(cross_price, numerator, denominator)


def into_listed_units(turn: Turn, market: Market) -> None:
    """One contract becomes one listed share, in place; outside prices are in shares already."""
    listing = market.listing
    if listing.numerator == listing.denominator:
        return
    latest, taken = listing.latest, listing.taken
    rebase(turn, market, _rebase(market, listing.numerator, listing.denominator))
    listing.latest, listing.taken = latest, taken


def _rebase(market: Market, numerator: int, denominator: int) -> RebaseMarket:
    return RebaseMarket(b"", 0, market.asset, numerator, denominator, "unit_change", "")


def settle_listed_part(turn: Turn, market: Market) -> None:
    """The part of a `composite` that settles does so at the cross."""
    listing = market.listing
    if listing.settled_e6 > 0:
        price = settlement_atoms(listing.cross_price, listing.numerator, listing.denominator)
        settle_part(turn, market, price, listing.settled_e6)
