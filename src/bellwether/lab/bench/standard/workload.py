"""The standard stream as commands to a venue."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
import structlog

from bellwether.engine.engine import Engine
from bellwether.lab.bench.standard.stream import (
    ACCOUNTS,
    REFERENCE,
    StandardStream,
    standard_stream,
)
from bellwether.lab.bench.standard.yardstick import BUY, CANCEL, IOC, MESSAGE, MODIFY
from bellwether.node.interpreter import tune_interpreter
from bellwether.schema import codes
from bellwether.schema.commands import (
    AnyCommand,
    CancelOrders,
    Genesis,
    GenesisAccount,
    ModifyOrders,
    ModifyRequest,
    OrderRequest,
    PlaceOrders,
)
from bellwether.schema.instrument import MarginTier
from bellwether.schema.presets import specify

START_NS: Final = 1_777_593_600_000_000_000
"""2026-05-01T00:00:00Z."""

STEP_NS: Final = 10_000
"""Engine time between two commands of the stream."""

COLLATERAL_E6: Final = 1_000_000_000_000
_LEVERAGE: Final = 10
_FAR: Final = 2_000
_PRICES: Final = 2_000

MAPPING: Final = (
    "one command a message, signed for by one of 100 accounts, nonces ascending",
    "market of preset standard_equity: cross margin, 10x in a single tier, size_decimals 0, "
    "tick 1 atom (a tick of the stream), reference 100,000",
    "self-trades allowed, no minimum value, no open-interest cap; fees 0.05 % taker, 0.02 % maker",
    f"collateral {COLLATERAL_E6:,} micro-USD an account; changes keep the order's id",
    "events, double-entry ledger and conservation checks are on, as in production",
)
"""What is done with a message, line by line."""


class Workload(msgspec.Struct, frozen=True):
    """A stream, and the commands it becomes in a venue founded by `genesis`."""

    stream: StandardStream
    genesis: Genesis
    commands: list[AnyCommand]

    def founded(self) -> Engine:
        """A new engine with the market and the accounts."""
        engine = Engine()
        engine.apply(self.genesis, START_NS)
        return engine


def standard_workload(messages: int) -> Workload:
    """The standard stream of `messages` messages, ready to be run."""
    stream = standard_stream(messages)
    return Workload(stream, founding(), list(stream_commands(stream)))


def founding(launch_ns: int = START_NS) -> Genesis:
    """The venue that the stream runs on, its market launched at a time."""
    market = specify(
        "standard_equity",
        "BENCH",
        "",
        reference_atoms=REFERENCE,
        size_decimals=0,
        tick_atoms=1,
        max_leverage=_LEVERAGE,
        tiers=(MarginTier(0, _LEVERAGE),),
        self_trade_prevention=codes.STP_ALLOW,
        min_order_value_e6=0,
        open_interest_cap_e6=0,
        launch_time=launch_ns,
        taker_fee_e9=500_000,
        maker_fee_e9=200_000,
    )
    accounts = tuple(
        GenesisAccount(_address(number), "XX", "retail", (("", COLLATERAL_E6),))
        for number in range(ACCOUNTS)
    )
    return Genesis(("",), (market,), (), accounts, check_nonce_window=False, dev=True)


@contextmanager
def as_in_a_node() -> Iterator[None]:
    """The interpreter as a running node sets it, and of its log what goes wrong, on stderr; as they
    were before, afterwards.
    """
    thresholds, switch_s = gc.get_threshold(), sys.getswitchinterval()
    log = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    gc.collect()
    gc.freeze()
    tune_interpreter()
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(switch_s)
        gc.unfreeze()
        structlog.configure(**log)


def _address(number: int) -> bytes:
    return (number + 1).to_bytes(20, "big")


def stream_commands(stream: StandardStream, orders_before: int = 0) -> Iterator[AnyCommand]:
    """The commands of a stream. The venue counts order ids from 1 as the stream does, so its ids
    can be named; `orders_before` is how many it has given out already."""
    addresses = [_address(number) for number in range(ACCOUNTS)]
    nonce = orders_before
    for kind, side, _, account, stream_id, price, lots, _ in MESSAGE.iter_unpack(stream.messages):
        nonce += 1
        signer, order_id = addresses[account], stream_id + orders_before
        if kind == CANCEL:
            yield CancelOrders(signer, b"", nonce, 0, ((0, order_id),))
            continue
        time_in_force = codes.IOC if kind == IOC else codes.GTC
        order = OrderRequest(0, side == BUY, price, lots, time_in_force)
        if kind == MODIFY:
            change = ModifyRequest(order_id, b"", order)
            yield ModifyOrders(signer, b"", nonce, 0, (change,), renew_id=False)
        else:
            yield PlaceOrders(signer, b"", nonce, 0, (order,))


def resting_orders(count: int) -> Iterator[AnyCommand]:
    """Orders of one lot that never trade: half of them bids, half asks, of all accounts, at 2,000
    prices on each side that lie beyond those of the standard stream."""
    addresses = [_address(number) for number in range(ACCOUNTS)]
    for index in range(count):
        is_buy = index % 2 == 0
        away = _FAR + index // 2 % _PRICES
        price = REFERENCE - away if is_buy else REFERENCE + away
        order = OrderRequest(0, is_buy, price, 1, codes.GTC)
        yield PlaceOrders(addresses[index // 2 % ACCOUNTS], b"", index + 1, 0, (order,))
