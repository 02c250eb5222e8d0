"""What fields of actions may hold, and the base of all actions (§3.1 of the API notes)."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

_DECIMAL_PATTERN: Final = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,8}0*)?\Z"

Amount = Annotated[str, Meta(pattern=_DECIMAL_PATTERN, max_length=24)]
"""A decimal string of at most twelve digits before the point and eight that count after it."""
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Moment = Annotated[int, Meta(ge=0, le=(2**63 - 1) // 1_000_000)]
"""A time in milliseconds that is one in nanoseconds of 64 bits too: until the year 2262."""
Small = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Money = Annotated[int, Meta(ge=-(10**18), le=10**18)]
Usd = Annotated[int, Meta(ge=0, le=10**18)]
"""Micro-USD as a number."""
Cloid = Annotated[str, Meta(pattern=r"^0x[0-9a-fA-F]{32}\Z")]
Hash = Annotated[str, Meta(pattern=r"^0x[0-9a-fA-F]{64}\Z")]
Quantity256 = Annotated[str, Meta(pattern=r"^0x[0-9a-fA-F]{1,64}\Z")]
ShortText = Annotated[str, Meta(max_length=128)]
Percentage = Annotated[str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?%\Z")]


class Action(Struct, frozen=True, rename="camel", tag_field="type", omit_defaults=True):
    """Base of all actions; fields stand in the order in which clients hash them."""
