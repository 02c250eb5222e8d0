"""What waits together, in the order that a market asks for (ORD-2)."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest

from bellwether.engine.engine import Engine
from bellwether.node.clock import ManualClock
from bellwether.node.commit.batch import Batch
from bellwether.node.commit.block import MOST_IN_A_BLOCK, arrange, rank_of
from bellwether.node.commit.sequencer import Sequencer
from bellwether.node.commit.submission import Submission
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    CancelByClientId,
    CancelOrders,
    CancelTwap,
    ModifyOrders,
    ModifyRequest,
    Noop,
    PlaceOrders,
    PlaceTwap,
    ScheduleCancel,
    SetTradingStatus,
    SetVenueStatus,
    UpdateLeverage,
)
from bellwether.schema.wire import decode_commands
from tests.engine.small_venue import (
    ALICE,
    BOB,
    OPERATOR,
    START_NS,
    SmallVenue,
    buy,
    market,
    sell,
)
from tests.node.stand_ins import HeldJournal


def venue_of(*first: bool) -> SmallVenue:
    """A market for each answer to whether it sorts its blocks."""
    names = "XYZ"
    specs = (market(names[place], block_priority=on) for place, on in enumerate(first))
    return SmallVenue(*specs)


def head(nonce: int) -> tuple[bytes, bytes, int, int]:
    return BOB, b"", nonce, 0


def place(nonce: int, *orders: object) -> PlaceOrders:
    return PlaceOrders(*head(nonce), orders)  # type: ignore[arg-type]


def sorted_nonces(venue: SmallVenue, *commands: AnyCommand, asked: int = -1) -> list[int]:
    """The nonces as they are taken; a step of time shows as 0."""

    async def told() -> list[int]:
        loop = asyncio.get_running_loop()
        waiting = deque(
            Submission((command,), START_NS if number == asked else 0, loop.create_future(), 0.0)
            for number, command in enumerate(commands)
        )
        assert arrange(venue.engine.venue, waiting) == len(commands)
        return [getattr(submission.commands[0], "nonce", 0) for submission in waiting]

    return asyncio.run(told())


TAKER = place(1, buy(100_000, 200, codes.IOC))
RESTING = place(2, buy(100_000, 200))
POST_ONLY = place(3, buy(99_000, 200, codes.ALO))
CANCEL = CancelOrders(*head(4), ((0, 1),))
LEVERAGE = UpdateLeverage(*head(5), 0, False, 2)
NOOP = Noop(*head(6))


def test_what_places_nothing_goes_first_then_cancels_and_post_only_orders() -> None:
    order = sorted_nonces(venue_of(True), TAKER, RESTING, POST_ONLY, CANCEL, LEVERAGE, NOOP)
    assert order == [5, 6, 3, 4, 1, 2]


def test_a_market_that_does_not_ask_has_them_as_they_came() -> None:
    order = sorted_nonces(venue_of(False), TAKER, RESTING, POST_ONLY, CANCEL, LEVERAGE, NOOP)
    assert order == [1, 2, 3, 4, 5, 6]


def test_on_a_slow_disk_cancels_go_first_in_every_market_and_of_all_that_waits() -> None:
    """LIFE-13: who wants to leave does not wait behind who wants to come."""
    venue = venue_of(False)
    venue.run(SetVenueStatus(codes.POST_ONLY, codes.DISK_SLOW, "a test"))
    order = sorted_nonces(venue, TAKER, RESTING, POST_ONLY, CANCEL, LEVERAGE, NOOP)
    assert order == [5, 6, 3, 4, 1, 2]
    assert sorted_nonces(venue, *[TAKER] * 2_000, CANCEL)[0] == 4


def test_the_orders_of_another_market_keep_their_places() -> None:
    other = place(7, buy(100_000, 200, codes.IOC, asset=1))
    order = sorted_nonces(venue_of(True, False), TAKER, other, CANCEL, POST_ONLY)
    assert order == [4, 7, 3, 1]


def test_nothing_passes_an_operators_act_or_a_step_of_time() -> None:
    halt = SetTradingStatus(OPERATOR, 9, 0, codes.HALTED, "a test")
    assert sorted_nonces(venue_of(True), TAKER, halt, CANCEL) == [1, 9, 4]
    assert sorted_nonces(venue_of(True), TAKER, AdvanceTime(), CANCEL) == [1, 0, 4]
    assert sorted_nonces(venue_of(True), TAKER, NOOP, CANCEL, asked=1) == [1, 6, 4]


@pytest.mark.parametrize(
    ("command", "rank"),
    [
        (place(1, buy(1, 1, codes.ALO), buy(1, 1, codes.ALO, asset=1)), 1),
        (place(1, buy(1, 1, codes.ALO), buy(1, 1)), 2),
        (place(1, sell(1, 1, codes.ALO, trigger=codes.STOP_LIMIT, at=1)), 2),
        (place(1, buy(1, 1, asset=1)), 3),
        (ModifyOrders(*head(1), (ModifyRequest(1, b"", buy(1, 1, codes.ALO)),)), 1),
        (ModifyOrders(*head(1), (ModifyRequest(1, b"", buy(1, 1)),)), 2),
        (CancelByClientId(*head(1), ((1, b"x"), (0, b"y"))), 1),
        (CancelByClientId(*head(1), ((1, b"x"),)), 3),
        (PlaceTwap(*head(1), 0, True, 1, False, 5, False), 2),
        (PlaceTwap(*head(1), 1, True, 1, False, 5, False), 3),
        (CancelTwap(*head(1), 0, 1), 1),
        (UpdateLeverage(*head(1), 1, True, 1), 3),
        (ScheduleCancel(*head(1), 0), 0),
    ],
)
def test_a_command_has_its_rank(command: AnyCommand, rank: int) -> None:
    assert rank_of(command, {0}) == rank


def test_nobody_waits_for_more_than_one_block() -> None:
    """Cancels that come later do not go before what has been sorted already."""

    async def told() -> None:
        loop = asyncio.get_running_loop()
        waiting = deque(
            Submission((command,), 0, loop.create_future(), 0.0)
            for command in [TAKER] * MOST_IN_A_BLOCK + [CANCEL]
        )
        assert arrange(venue_of(True).engine.venue, waiting) == MOST_IN_A_BLOCK
        assert waiting[-1].commands[0] is CANCEL

    asyncio.run(told())


def test_a_cancel_comes_before_the_taker_and_the_journal_says_so() -> None:
    venue = venue_of(True)
    order_id = venue.rest(ALICE, sell(100_000, 200))
    copy = Engine.restore(venue.engine.snapshot())
    journal = HeldJournal()

    async def told() -> None:
        failures: list[object] = []

        def publish(batch: Batch, record_hash: bytes) -> None:
            return None

        sequencer = Sequencer(
            venue.engine,
            journal,
            ManualClock(START_NS),
            START_NS,
            publish,
            failures.append,
            lambda seq: False,
            arrange=lambda waiting: arrange(venue.engine.venue, waiting),
        )
        cancel = CancelOrders(ALICE, b"", 100, 0, ((0, order_id),))
        taker = place(101, buy(100_000, 200, codes.IOC))
        taken, gone = await asyncio.gather(sequencer.submit(taker), sequencer.submit(cancel))
        assert (gone.seq, taken.seq) == (1, 2)
        await sequencer.close()
        assert failures == []

    asyncio.run(told())
    applied = [each for record in journal.records for each in decode_commands(record.commands)]
    assert [command.nonce for _, command in applied] == [100, 101]  # type: ignore[union-attr]
    for time_ns, command in applied:
        copy.apply(command, time_ns)
    assert copy.snapshot() == venue.engine.snapshot()
