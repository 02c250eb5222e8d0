"""Who acts in worlds says everything that can be said to a venue."""

from __future__ import annotations

from random import Random
from typing import Final, get_args

import msgspec
import pytest

from bellwether.schema import codes
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import (
    DeficitCovered,
    ObservationTaken,
    OrderAmended,
    OrderClosed,
    OrderPlaced,
    PositionTakenOver,
    TradeExecuted,
)
from bellwether.testing.simulator.cast.board import Board, Quoted
from bellwether.testing.simulator.cast.customers import say
from bellwether.testing.simulator.cast.operators import act, founding, key_of
from bellwether.testing.simulator.cast.traders import trader
from bellwether.testing.simulator.invariants import Books, Violation
from bellwether.testing.simulator.plan import OPERATING, OUTSIDE, TRADING, draw_plan

NOBODY_SENDS: Final = {
    "AdvanceTime": "the node lets timers run by itself",
    "ResumeVenue": "the node says it at its start",
    "SetVenueStatus": "the node says it of its disk",
}
"""Commands that no member of the cast sends, and why."""

ALL: Final = ("ipop", "cross", "premarket", "dated", "auction", "other")


def placed(number: int, client_id: bytes = b"") -> OrderPlaced:
    return OrderPlaced(
        number, trader(0), 0, True, 100, 5, 1, False, client_id, 0, 0, False, 0, original_lots=5
    )


def traded(maker_order: int, lots: int) -> TradeExecuted:
    return TradeExecuted(
        1, 0, 100, lots, False, 99, maker_order, trader(1), trader(0), 0, 0, 0, 0, 0, 0
    )


def busy_board() -> Board:
    """A market of each kind, and everything of a trader that a command can be about."""
    board = Board()
    features = msgspec.structs.replace(draw_plan(0, 1).features, markets=ALL)
    for asset, spec in enumerate(founding(features, 10**18).markets):
        board.markets[asset] = Quoted(asset, spec)
        board.markets[asset].phase = codes.PRE_LISTING
    board.take(placed(1))
    board.take(placed(2, b"\x01" * 16))
    board.take(ObservationTaken(2, "one", "tender_offer", 1, "valuation", 1, 1, False))
    board.twaps[trader(0)] = (0, 1)
    board.awaited[0] = "direct listing"
    board.subs[trader(0)] = [b"\x77" * 20]
    board.signers[trader(1)] = ((trader(2), trader(3)), 2)
    return board


def test_every_command_is_sent_by_somebody() -> None:
    board, sent = busy_board(), {"Genesis"}
    for number in range(400):
        for kind in TRADING:
            head = (trader(0), b"", number, 0)
            sent.add(type(say(kind, 0, Random(number), board, head)).__name__)
            head = (trader(1), b"", number, 0)
            sent.add(type(say(kind, 1, Random(number), board, head)).__name__)
        for kind in (*OPERATING, *OUTSIDE, "decide"):
            luck = Random(number)
            sent.add(type(act(kind, key_of(kind, luck), number, luck, board)).__name__)
    known = {command.__name__ for command in get_args(AnyCommand)}
    assert known - sent == set(NOBODY_SENDS)


def test_makers_know_which_of_their_orders_are_open() -> None:
    """What was filled, closed or renamed is not canceled again and again."""
    board = Board()
    for number in range(1, 5):
        board.take(placed(number))
    board.take(traded(1, 2))
    board.take(traded(2, 5))
    board.take(OrderClosed(3, trader(0), 0, 5, codes.CANCELED))
    board.take(OrderAmended(9, 4, trader(0), 0, 3, b""))
    assert list(board.orders[trader(0)]) == [1, 9]
    board.take(traded(9, 3))
    assert list(board.orders[trader(0)]) == [1]


def test_deep_makers_fill_a_command_and_poor_ones_a_small_one() -> None:
    def most(who: int) -> int:
        head = (trader(who), b"", 1, 0)
        board = Board()
        board.markets = busy_board().markets
        commands = (say("quote", who, Random(n), board, head, depth=60) for n in range(60))
        return max(len(command.orders) for command in commands)  # type: ignore[union-attr]

    assert most(0) > 50
    assert most(4) <= 4, "who has 90 USD can not quote sixty orders"


def test_a_takeover_moves_a_position_and_never_turns_it() -> None:
    """I2, I18 (LIQ-2, LIQ-3)."""
    books = Books(busy_board())
    books.positions[0, trader(0)] = 30
    books.positions[0, trader(1)] = -4
    taken = PositionTakenOver(7, 0, 100, 20, False, trader(0), trader(1), 30, -4, 0, 0, 2, 0)
    books.take(taken)
    assert books.positions[0, trader(0)] == 10
    assert books.positions[0, trader(1)] == 16
    again = msgspec.structs.replace(taken, account_start=10, counterparty_start=16)
    with pytest.raises(Violation, match="I18: a takeover does not turn a position"):
        books.take(again)
    with pytest.raises(Violation, match="I2: "):
        books.take(taken)


def test_what_the_venue_covers_comes_out_of_its_fees() -> None:
    """I17 (LIQ-5): a deficit that the market's fund covers does not."""
    books = Books(busy_board())
    books.take(DeficitCovered(0, trader(0), 70))
    assert books.fees[0] == 0
    books.take(DeficitCovered(0, trader(0), 70, by_venue=True))
    assert books.fees[0] == -70
    with pytest.raises(Violation, match="I5"):
        books.take(DeficitCovered(0, trader(0), 0, by_venue=True))
