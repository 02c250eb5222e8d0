"""A dev world on a manual clock in a directory, with the real engine, journal and views."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bellwether.engine.state.venue import Venue
from bellwether.journal import FileJournal
from bellwether.node.clock import ManualClock
from bellwether.node.founding.dev_keys import dev_address
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.node import Node
from bellwether.schema import codes
from bellwether.schema.commands import OrderRequest, PlaceOrders
from bellwether.views.views import Views

START_NS = 1_777_593_600_000_000_000
"""2026-05-01T00:00:00Z."""

HOUR_NS = 3_600_000_000_000
EVERY_KIND_OF_STOP = ("clean", "kill")


@contextlib.asynccontextmanager
async def venue(
    directory: Path, *, stop: str = "clean", snapshot_every: int = 100_000
) -> AsyncIterator[Node[Views]]:
    """`stop`: `clean` takes a snapshot; `kill` leaves the directory as a killed process would."""
    journal = FileJournal.open(directory / "journal")
    node = Node(
        directory,
        journal,
        ManualClock(START_NS),
        lambda start_ns: dev_genesis(start_ns, check_nonce_window=False),
        Views,
        snapshot_every=snapshot_every,
    )
    await node.start()
    try:
        yield node
    finally:
        if stop == "clean":
            await node.stop()
        else:
            journal.close()
            node.views.close()


def state_hash(venue: Venue) -> bytes:
    """Through the venue, so that it can be asked in a read."""
    from hashlib import sha256

    from bellwether.engine.snapshot.venue import dump_venue

    return sha256(dump_venue(venue)).digest()


def order(account: int, nonce: int, is_buy: bool, price: int, lots: int) -> PlaceOrders:
    """A resting order in CBRS; price and size in the market's own units."""
    request = OrderRequest(0, is_buy, price, lots, codes.GTC)
    return PlaceOrders(dev_address("account", account), b"", nonce, 0, (request,))


async def trade_a_little(node: Node[Views], nonce: int) -> None:
    """Orders on both sides of 175 USD, some of which meet, and an hour."""
    for step in range(10):
        await node.submit(order(0, nonce + step, True, 174_000 + 10 * step, 2_000))
        await node.submit(order(1, nonce + step, False, 176_000 - 10 * step, 2_000))
    await node.submit(order(2, nonce, True, 176_000, 5_000))
    await node.submit(order(3, nonce, False, 174_000, 3_000))
    await node.advance_to(node.clock.time_ns() + HOUR_NS)
