"""Whoever an order belongs to. The book passes owners along and never looks inside."""

from __future__ import annotations

from typing import Final


class Owner:
    """Base of what places orders; the engine's is the account's holding in the market."""

    __slots__ = ()


NOBODY: Final = Owner()
"""Who owns an order that is still to be looked at."""
