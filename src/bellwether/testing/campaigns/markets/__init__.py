"""F14, F16: whole markets out of seeds, in which prices fall through or sources lie."""

from typing import Final

CASCADES: Final = 1_000
LIES: Final = 10_000
"""Seeds of the whole campaigns."""
