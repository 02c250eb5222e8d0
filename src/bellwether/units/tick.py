"""Which limit prices a market takes (UNIT-2, UNIT-3)."""

from typing import Final

from bellwether.units.quantities import MAX_SIZE_DECIMALS, PRICE_AND_SIZE_DECIMALS

MAX_SIGNIFICANT_FIGURES: Final[int] = 5
_FIRST_TOO_LONG: Final[int] = 10**MAX_SIGNIFICANT_FIGURES


def price_decimals(size_decimals: int) -> int:
    """Return the decimals of a price in a market whose sizes have `size_decimals` (UNIT-2)."""
    assert 0 <= size_decimals <= MAX_SIZE_DECIMALS, "size decimals are 0 to 5"
    return PRICE_AND_SIZE_DECIMALS - size_decimals


def atoms_per_usd(size_decimals: int) -> int:
    """Return the price atoms in one USD: 10^(6-d) (UNIT-2)."""
    return int(10 ** price_decimals(size_decimals))


def lots_per_contract(size_decimals: int) -> int:
    """Return the lots in one contract: 10^d (UNIT-2)."""
    assert 0 <= size_decimals <= MAX_SIZE_DECIMALS, "size decimals are 0 to 5"
    return int(10**size_decimals)


def price_on_tick(price_atoms: int, size_decimals: int, tick_atoms: int) -> bool:
    """Say whether a limit price is valid (UNIT-3); a price that is not positive never is.

    With `tick_atoms` > 0 it is a multiple of the tick. Otherwise it is a whole number of USD or has
    at most 5 significant figures; an atom cannot have more than 6-d decimals.
    """
    if price_atoms <= 0:
        return False
    if tick_atoms > 0:
        return price_atoms % tick_atoms == 0
    if price_atoms < _FIRST_TOO_LONG or price_atoms % atoms_per_usd(size_decimals) == 0:
        return True
    unit = 10
    while price_atoms >= _FIRST_TOO_LONG * unit:
        unit *= 10
    return price_atoms % unit == 0


def price_on_tick_down(price_atoms: int, size_decimals: int, tick_atoms: int) -> int:
    """Return the highest valid limit price that is not above `price_atoms`; 0 if there is none."""
    assert price_atoms >= 0, "a price is not negative"
    return price_atoms - price_atoms % _grid(price_atoms, size_decimals, tick_atoms)


def price_on_tick_up(price_atoms: int, size_decimals: int, tick_atoms: int) -> int:
    """Return the lowest valid limit price that is not below `price_atoms`."""
    assert price_atoms > 0, "a price is positive"
    return price_atoms + -price_atoms % _grid(price_atoms, size_decimals, tick_atoms)


def _grid(price_atoms: int, size_decimals: int, tick_atoms: int) -> int:
    """The distance between valid prices around a price (UNIT-3)."""
    if tick_atoms > 0:
        return tick_atoms
    usd = atoms_per_usd(size_decimals)
    unit = 1
    while unit < usd and price_atoms >= _FIRST_TOO_LONG * unit:
        unit *= 10
    return unit
