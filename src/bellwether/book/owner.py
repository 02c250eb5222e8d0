"""Whoever an order belongs to. The book passes owners along and never looks inside."""


class Owner:
    """Base of what places orders; the engine's is the account's holding in the market."""

    __slots__ = ()
