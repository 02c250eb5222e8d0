"""One market of a preset with people in it: commands in, events out, nothing in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.schema import codes
from bellwether.schema.commands import (
    AnyCommand,
    CancelOrders,
    DecideProposal,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PlaceOrders,
    SubmitObservation,
)
from bellwether.schema.events import Event, ProposalMade
from bellwether.schema.presets import specify
from bellwether.units.tick import price_on_tick_down

START_NS: Final = 1_777_593_600_000_000_000
"""2026-05-01T00:00:00Z."""

OPERATORS: Final = (b"\xa1" * 20, b"\xa2" * 20)
CUSTODIAN: Final = b"\xcc" * 20


def person(kind: int, number: int) -> bytes:
    """An address."""
    return bytes([kind]) + number.to_bytes(19, "big")


class SoleMarket:
    """The market has the asset 0, launches at `START_NS`, and exists once `found` was called.

    `now` is the time of the next command, ns.
    """

    def __init__(self) -> None:
        self.engine: Engine = Engine()
        self.now: int = START_NS
        self._nonce: int = 0

    def found(
        self, preset: str, money: Mapping[bytes, int], sources: Iterable[str], **differences: Any
    ) -> None:
        """The genesis. `money` is everybody's, micro-USD; `sources` may say prices."""
        spec = specify(preset, "PRIV", "", launch_time=START_NS, **differences)
        assert spec.faults() == [], spec.faults()
        rights = codes.EVERY_OPERATOR_ROLE
        self.run(
            Genesis(
                ("",),
                (spec,),
                (*((key, rights) for key in OPERATORS), (CUSTODIAN, codes.CUSTODIAN)),
                tuple(
                    GenesisAccount(who, "XX", "retail", (("", amount),))
                    for who, amount in money.items()
                ),
                False,
                True,
                tuple((name, OPERATORS[0]) for name in sources),
            )
        )

    def run(self, command: AnyCommand) -> list[Event]:
        """The events of a command."""
        return self.engine.apply(command, self.now)

    @property
    def market(self) -> Market:
        return self.engine.venue.markets[0]

    def account(self, who: bytes) -> Account:
        return self.engine.venue.users[who].accounts[0]

    def position(self, who: bytes) -> int:
        """Signed lots."""
        holding = self.engine.venue.users[who].holdings.get(0)
        return 0 if holding is None else holding.lots

    def on_tick(self, atoms: int, least: int) -> int:
        """The valid price at or below, or at or below the least."""
        spec = self.market.spec
        return price_on_tick_down(max(atoms, least), spec.size_decimals, spec.tick_atoms)

    def nonce(self) -> int:
        """A fresh one."""
        self._nonce += 1
        return self._nonce

    def head(self, who: bytes) -> tuple[bytes, bytes, int, int]:
        """What a user's command begins with."""
        return who, b"", self.nonce(), 0

    def order(
        self, who: bytes, is_buy: bool, price: int, lots: int, kind: int = codes.GTC
    ) -> list[Event]:
        """A limit order; what does not fit the margin is refused, as anywhere."""
        return self.orders(who, [(is_buy, price, lots)], kind)

    def orders(
        self, who: bytes, wanted: Iterable[tuple[bool, int, int]], kind: int = codes.GTC
    ) -> list[Event]:
        """Limit orders (buy, price, lots) in one command."""
        requests = tuple(OrderRequest(0, *each, kind) for each in wanted)
        return self.run(PlaceOrders(*self.head(who), requests, codes.UNGROUPED))

    def meet(self, buyer: bytes, seller: bytes, lots: int, price: int) -> None:
        """Two trade with each other inside the spread."""
        self.order(seller, False, price, lots)
        self.order(buyer, True, price, lots, codes.IOC)

    def cancel(self, who: bytes) -> None:
        """Ends every order of an account."""
        old = tuple((0, number) for number in self.account(who).orders)
        if old:
            self.run(CancelOrders(*self.head(who), old))

    def observe(
        self,
        source: str,
        price: int,
        kind: str = "secondary_trade",
        seen_ns: int = 0,
        **more: Any,
    ) -> list[Event]:
        """A source says what the company is worth, as the price of a contract (PRICE-14).

        `more` are fields of the command that say it otherwise.
        """
        given: dict[str, Any] = {
            "value_e6": price * 10 ** (9 + self.market.size_decimals),
            "unit": "valuation",
            "share_count": 0,
            "share_class": "common",
            "size_e6": 0,
            "observed_ns": seen_ns or self.now,
            **more,
        }
        return self.run(SubmitObservation(OPERATORS[0], self.nonce(), 0, source, kind, **given))

    def propose(self, proposal: AnyCommand) -> int:
        """One key proposes; the proposal's number."""
        made = [event for event in self.run(proposal) if isinstance(event, ProposalMade)]
        assert len(made) == 1, "the proposal stands"
        return made[0].proposal_id

    def approve(self, number: int) -> None:
        """The other key approves."""
        self.run(DecideProposal(OPERATORS[1], self.nonce(), number, True))
