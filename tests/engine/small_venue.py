"""A small venue for tests of the engine: four accounts, one market or more, short commands."""

from __future__ import annotations

import os
from typing import Any, TypeVar

from bellwether.audit.auditor import Auditor
from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrders,
    Genesis,
    GenesisAccount,
    ModifyOrders,
    ModifyRequest,
    OrderRequest,
    PlaceOrders,
    SetTradingStatus,
)
from bellwether.schema.events import CommandRefused, Event, OrderPlaced, OrderRefused
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.parts.withdrawals import WithdrawalTerms
from bellwether.schema.presets import specify

START_NS = 1_777_593_600_000_000_000
SECOND_NS = 10**9
USD = 10**6
ALICE, BOB, CAROL, DORA = (bytes([number]) * 20 for number in (1, 2, 3, 4))
PEOPLE = (ALICE, BOB, CAROL, DORA)
CUSTODIAN, OPERATOR, COMPLIANCE = b"\xcc" * 20, b"\xdd" * 20, b"\xee" * 20
SECOND_OPERATOR = b"\xdc" * 20
SOURCES = ("one", "two", "three")
PRICE = 100_000
"""100 USD in a market of three size decimals."""
SWIFT = {
    "time_constant_ns": 1_000_000,
    "step_cap_e6": 10_000_000_000,
    "move_limit_e6": 900_000,
    "basis_time_constant_ns": 1_000_000,
    "impact_notional_e6": 10 * USD,
    "band_e12": 990_000_000_000,
}
"""The oracle is where the book is after one update."""

AUDITED = "BELLWETHER_AUDIT" in os.environ
"""Has every small venue audited; a test that alters the engine's state by hand is found then."""


def market(symbol: str = "X", preset: str = "ipop", **differences: Any) -> InstrumentSpec:
    """A market at 100 USD that has launched."""
    given = {"reference_atoms": PRICE, "launch_time": START_NS, **differences}
    return specify(preset, symbol, "", **given)


class SmallVenue:
    """`market` is the first one; nonces and time are looked after."""

    def __init__(self, *specs: InstrumentSpec, usd: int = 10_000, **options: Any) -> None:
        self.engine = Engine()
        self.nonce = 0
        self.time_ns = START_NS
        genesis = Genesis(
            ("", "xyz"),
            specs or (market(),),
            (
                (CUSTODIAN, codes.CUSTODIAN),
                (OPERATOR, codes.EVERY_OPERATOR_ROLE),
                (SECOND_OPERATOR, codes.EVERY_OPERATOR_ROLE),
                (COMPLIANCE, codes.COMPLIANCE),
            ),
            tuple(GenesisAccount(who, "XX", "retail", (("", usd * USD),)) for who in PEOPLE),
            options.get("check_nonce_window", False),
            True,
            tuple((name, OPERATOR) for name in SOURCES),
            options.get("deployers", ()),
            options.get("requires_disclosures", False),
            options.get("withdrawals", WithdrawalTerms()),
        )
        self.auditor = Auditor() if options.get("audited", AUDITED) else None
        self.run(genesis)

    def head(self, who: bytes) -> tuple[bytes, bytes, int, int]:
        """Signer, account acted for, a fresh nonce, no expiry."""
        self.nonce += 1
        return who, b"", self.nonce, 0

    def run(self, command: AnyCommand) -> list[Event]:
        """The events of a command; everything is audited after it."""
        events = self.engine.apply(command, self.time_ns)
        self.engine.audit()
        if self.auditor is not None:
            finding = self.auditor.take(command, self.time_ns, events)
            assert finding is None, finding.text
        return events

    def place(self, who: bytes, *orders: OrderRequest, grouping: int = 0) -> list[Event]:
        return self.run(PlaceOrders(*self.head(who), orders, grouping))

    def rest(self, who: bytes, order: OrderRequest) -> int:
        """Places an order that must be accepted; its id."""
        events = self.place(who, order)
        placed = [event for event in events if isinstance(event, OrderPlaced)]
        assert len(placed) == 1, events
        return placed[0].order_id

    def trade(self, buyer: bytes, seller: bytes, price: int, lots: int, asset: int = 0) -> None:
        """The buyer takes what the seller has just offered."""
        self.rest(seller, sell(price, lots, asset=asset))
        self.rest(buyer, buy(price, lots, asset=asset))

    def cancel(self, who: bytes, order_id: int, asset: int = 0) -> list[Event]:
        return self.run(CancelOrders(*self.head(who), ((asset, order_id),)))

    def modify(
        self, who: bytes, order_id: int, order: OrderRequest, new: bool = True
    ) -> list[Event]:
        request = ModifyRequest(order_id, b"", order)
        return self.run(ModifyOrders(*self.head(who), (request,), new))

    def wait(self, seconds: int) -> list[Event]:
        self.time_ns += seconds * SECOND_NS
        return self.run(AdvanceTime())

    def set_status(self, status: int, asset: int = 0) -> list[Event]:
        self.nonce += 1
        return self.run(SetTradingStatus(OPERATOR, self.nonce, asset, status, "a test"))

    def pull(self, price: int, asset: int = 0) -> list[Event]:
        """Dora quotes around a price until mark and oracle are there, then takes the quote away."""
        bid = self.rest(DORA, buy(price, 2_000, codes.ALO, asset=asset))
        ask = self.rest(DORA, sell(price + 100, 2_000, codes.ALO, asset=asset))
        events = self.wait(3)
        for order_id in (bid, ask):
            self.cancel(DORA, order_id, asset)
        return events

    @property
    def market(self) -> Market:
        return self.engine.venue.markets[0]

    def account(self, who: bytes) -> Account:
        return self.engine.venue.users[who].accounts[0]

    def holding(self, who: bytes, asset: int = 0) -> Holding:
        return self.engine.venue.users[who].holdings[asset]


def buy(
    price: int, lots: int, kind: int = codes.GTC, reduce_only: bool = False, **more: Any
) -> OrderRequest:
    return _order(True, price, lots, kind, reduce_only, more)


def sell(
    price: int, lots: int, kind: int = codes.GTC, reduce_only: bool = False, **more: Any
) -> OrderRequest:
    return _order(False, price, lots, kind, reduce_only, more)


def _order(
    is_buy: bool, price: int, lots: int, kind: int, reduce_only: bool, more: dict[str, Any]
) -> OrderRequest:
    return OrderRequest(
        more.get("asset", 0),
        is_buy,
        price,
        lots,
        kind,
        reduce_only,
        more.get("name", b""),
        more.get("trigger", 0),
        more.get("at", 0),
        more.get("trail", 0),
        more.get("trail_e6", 0),
        more.get("by", 0),
    )


def refusals(events: list[Event]) -> list[int]:
    """The numbers of all refusals among events."""
    return [e.reason for e in events if isinstance(e, OrderRefused | CommandRefused)]


Kind = TypeVar("Kind", bound=Event)


def of_kind(events: list[Event], kind: type[Kind]) -> list[Kind]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]
