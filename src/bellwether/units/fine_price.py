"""Between price atoms and fine prices (UNIT-4)."""

from typing import Final

from bellwether.units.division import div_down, div_half_even, div_up
from bellwether.units.quantities import FINE

HIGHEST_FINE: Final[int] = 2**63 - 1
"""The largest fine price that is recorded, and with it the largest price that is taken in."""


def is_price(price_fine: int) -> bool:
    """Return whether a fine price from outside is above zero and fits 63 bits (UNIT-4)."""
    return 0 < price_fine <= HIGHEST_FINE


def fine_of_atoms(price_atoms: int) -> int:
    """Return the fine price of `price_atoms`, exactly."""
    return price_atoms * FINE


def published_atoms(price_fine: int) -> int:
    """Return the price atoms at which a fine price is published: half to even (UNIT-4)."""
    return div_half_even(price_fine, FINE)


def atoms_down(price_fine: int) -> int:
    """Return the largest price in atoms that is not above `price_fine`."""
    return div_down(price_fine, FINE)


def atoms_up(price_fine: int) -> int:
    """Return the smallest price in atoms that is not below `price_fine`."""
    return div_up(price_fine, FINE)
