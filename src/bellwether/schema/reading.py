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

OrderFields = tuple[int, bool, int, int, int, bool, bytes, int, int, int, int, int]
PlaceFields = tuple[bytes, bytes, int, int, tuple[OrderRequest, ...], int, bytes, int]
CancelFields = tuple[bytes, bytes, int, int, tuple[tuple[int, int], ...]]
ModifyFields = tuple[bytes, bytes, int, int, tuple[ModifyRequest, ...], bool]

ReadOrder = Callable[[OrderRequest], OrderFields]
ReadPlace = Callable[[PlaceOrders], PlaceFields]
ReadCancel = Callable[[CancelOrders], CancelFields]
ReadModify = Callable[[ModifyOrders], ModifyFields]

order_fields: Final[ReadOrder] = cast(ReadOrder, msgspec.structs.astuple)
place_fields: Final[ReadPlace] = cast(ReadPlace, msgspec.structs.astuple)
cancel_fields: Final[ReadCancel] = cast(ReadCancel, msgspec.structs.astuple)
modify_fields: Final[ReadModify] = cast(ReadModify, msgspec.structs.astuple)
