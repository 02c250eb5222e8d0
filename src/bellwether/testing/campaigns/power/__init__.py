"""F4: the power goes under a living venue on a real file system (ext4 on a loop device)."""

from typing import Final

CUTS: Final = 2_000
"""Power cuts of the whole campaign."""
