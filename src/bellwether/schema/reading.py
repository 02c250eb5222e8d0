"""Reading a frequent command whole: all its fields at once, in the order of declaration.

Compiled code reads one field of a message at the price of a look-up by name; taking all of them in
one call costs a few of those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

import msgspec

from bellwether.schema.commands import (
    CancelOrders,
    ModifyOrders,
    ModifyRequest,
    OrderRequest,
    PlaceOrders,
)

OrderFields = tuple[int, bool, int, int, int, bool, bytes, int, int]
PlaceFields = tuple[bytes, bytes, int, int, tuple[OrderRequest, ...], int]
CancelFields = tuple[bytes, bytes, int, int, tuple[tuple[int, int], ...]]
ModifyFields = tuple[bytes, bytes, int, int, tuple[ModifyRequest, ...], bool]

order_fields: Final = cast(Callable[[OrderRequest], OrderFields], msgspec.structs.astuple)
place_fields: Final = cast(Callable[[PlaceOrders], PlaceFields], msgspec.structs.astuple)
cancel_fields: Final = cast(Callable[[CancelOrders], CancelFields], msgspec.structs.astuple)
modify_fields: Final = cast(Callable[[ModifyOrders], ModifyFields], msgspec.structs.astuple)
