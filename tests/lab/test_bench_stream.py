"""The standard stream and its yardstick: the same bytes and the same trades everywhere."""

from __future__ import annotations

from hashlib import sha256

import pytest

from bellwether.lab.bench.engine_bench import engine_trades
from bellwether.lab.bench.standard.permuted_numbers import PermutedNumbers
from bellwether.lab.bench.standard.stream import (
    ACCOUNTS,
    REFERENCE,
    Trade,
    standard_stream,
    trades_hash,
)
from bellwether.lab.bench.standard.workload import (
    COLLATERAL_E6,
    START_NS,
    resting_orders,
    standard_workload,
)
from bellwether.lab.bench.standard.yardstick import FILL, MESSAGE, UNKNOWN, Yardstick

SHORT = 20_000


def yardstick_after(messages: bytes) -> Yardstick:
    yardstick = Yardstick(ACCOUNTS, COLLATERAL_E6, REFERENCE)
    yardstick.run(messages)
    return yardstick


def trades_of(yardstick: Yardstick) -> list[Trade]:
    fills = FILL.iter_unpack(bytes(yardstick.fills))
    return [(taker, maker, price, size) for _, taker, maker, price, size, *_ in fills]


def test_the_numbers_are_those_of_numpys_generator() -> None:
    """Drawn with numpy.random.default_rng(7)."""
    numbers = PermutedNumbers()
    assert list(numbers.fractions(3)) == [
        0.625095466604667,
        0.8972138009695755,
        0.7756856902451935,
    ]
    assert list(numbers.whole_numbers(1, 51, 5)) == [42, 12, 3, 16, 15]


def test_a_short_stream_has_the_bytes_and_trades_of_the_original_generator() -> None:
    stream = standard_stream(SHORT)
    assert sha256(stream.messages).hexdigest()[:16] == "8d151bc18ad7231d"
    assert (stream.trades, stream.trades_hash) == (3_721, "b34581d95c52a251")


@pytest.mark.slow
def test_the_standard_stream_has_its_hash() -> None:
    stream = standard_stream()
    assert (stream.trades, stream.trades_hash) == (164_003, "76dbe452f62c41da")
    trades = trades_of(yardstick_after(stream.messages))
    assert (len(trades), trades_hash(trades)) == (164_003, "76dbe452f62c41da")


def test_the_yardstick_makes_the_trades_of_the_generator() -> None:
    stream = standard_stream(SHORT)
    yardstick = yardstick_after(stream.messages)
    trades = trades_of(yardstick)
    assert (len(trades), trades_hash(trades)) == (stream.trades, stream.trades_hash)
    assert yardstick.outcomes == [SHORT, 0, 0], "everything is accepted"
    assert sum(account.position for account in yardstick.accounts) == 0


def test_the_yardstick_refuses_what_it_does_not_know_and_what_is_not_covered() -> None:
    cancel = MESSAGE.pack(1, 0, 0, 0, 99, 0, 0, 0)
    yardstick = yardstick_after(cancel)
    assert yardstick.outcomes[UNKNOWN] == 1
    beyond = MESSAGE.pack(0, 0, 0, 0, 1, REFERENCE, 10**12, 0)
    assert yardstick_after(beyond).outcomes == [0, 1, 0]


def test_the_engine_makes_the_trades_of_the_yardstick() -> None:
    workload = standard_workload(SHORT)
    events, trades = engine_trades(workload)
    assert trades == trades_of(yardstick_after(workload.stream.messages))
    assert events > SHORT


def test_orders_that_are_to_rest_do_so() -> None:
    engine = standard_workload(1).founded()
    for command in resting_orders(500):
        engine.apply(command, START_NS)
    market = engine.venue.markets[0]
    assert sum(len(account.orders) for account in market.dex.accounts) == 500
