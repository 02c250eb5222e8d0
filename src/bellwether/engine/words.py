"""The schema's words that are used for every order, bound to constants of this module.

Compiled code reads a constant of a compiled module in one instruction, and a name that it imports
from an interpreted one through a look-up at each use.
"""

from __future__ import annotations

from typing import Final

from bellwether.schema import commands, events, reading

PLACE_ORDERS: Final = commands.PlaceOrders
CANCEL_ORDERS: Final = commands.CancelOrders
MODIFY_ORDERS: Final = commands.ModifyOrders
CANCEL_BY_CLIENT_ID: Final = commands.CancelByClientId
ADVANCE_TIME: Final = commands.AdvanceTime

order_fields: Final[reading.ReadOrder] = reading.order_fields
place_fields: Final[reading.ReadPlace] = reading.place_fields
cancel_fields: Final[reading.ReadCancel] = reading.cancel_fields
modify_fields: Final[reading.ReadModify] = reading.modify_fields

order_placed: Final = events.OrderPlaced
order_closed: Final = events.OrderClosed
trade_executed: Final = events.TradeExecuted
