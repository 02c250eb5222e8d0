"""A short life in which much happens: what auditor and engine are tried with."""

from __future__ import annotations

import msgspec

from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrders,
    Credit,
    DecideProposal,
    Noop,
    OrderRequest,
    PlaceOrders,
    PlaceTwap,
    RebaseMarket,
    SettleMarket,
    SetTradingStatus,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import Event
from bellwether.testing import strategies as drawn
from bellwether.testing.side_by_side import SideBySide

SECOND_OPERATOR = b"\xdc" * 20
TICK, MARK = drawn.TICK, drawn.REFERENCE


class Life:
    """One venue of the small world, driven by short words; `both` keeps what was done."""

    def __init__(self) -> None:
        rules = (codes.STP_CANCEL_MAKER, codes.STP_DECREMENT)
        genesis = drawn.small_world(rules, 0, "ipop")
        second = (SECOND_OPERATOR, codes.EVERY_OPERATOR_ROLE)
        genesis = msgspec.structs.replace(genesis, operators=(*genesis.operators, second))
        self.both = SideBySide(genesis, drawn.START_NS)
        self.nonce = 1_000

    def head(self, trader: int) -> tuple[bytes, bytes, int, int]:
        self.nonce += 1
        return drawn.TRADERS[trader], b"", self.nonce, 0

    def place(self, trader: int, *orders: OrderRequest) -> list[Event]:
        return self.both.run(PlaceOrders(*self.head(trader), orders))

    def trade(self, asset: int, buyer: int, seller: int, price: int, lots: int) -> None:
        """The buyer bids more than the seller asks; the seller's price is the price."""
        self.place(seller, OrderRequest(asset, False, price, lots))
        self.place(buyer, OrderRequest(asset, True, price + 3 * TICK, lots, codes.IOC))

    def pull(self, asset: int, price: int, seconds: int = 3) -> None:
        """The richest quotes around a price for a while, and takes it back."""
        for is_buy in (True, False):
            at = price + (-TICK if is_buy else TICK)
            self.place(drawn.RICHEST, OrderRequest(asset, is_buy, at, 5_000))
        self.wait(seconds)
        mine = [o for o in self.both.orders if o.user == drawn.TRADERS[drawn.RICHEST]]
        cancels = tuple((order.asset, order.order_id) for order in mine)
        self.both.run(CancelOrders(*self.head(drawn.RICHEST), cancels))

    def wait(self, seconds: int) -> None:
        self.both.run(AdvanceTime(), seconds * drawn.SECOND_NS)

    def approve(self, act: AnyCommand) -> None:
        self.both.run(act)
        self.nonce += 1
        number = self.both.auditor.next_proposal_id - 1
        self.both.run(DecideProposal(SECOND_OPERATOR, self.nonce, number, True))


def live() -> SideBySide:
    """Trades, refusals, funding, a liquidation, a sliced order, a halt, a rebase, an end."""
    life = Life()
    run, place = life.both.run, life.place
    for asset in (0, 1):
        run(UpdateLeverage(*life.head(0), asset, asset == 0, 5))
        life.trade(asset, 0, 3, MARK, 330)
        life.trade(asset, 2, 3, MARK + TICK, 777)
    # Two of one price: the older is met first.
    for trader in (1, 2):
        place(trader, OrderRequest(1, True, MARK - 2 * TICK, 300))
    place(3, OrderRequest(1, False, MARK - 2 * TICK, 450, codes.IOC))
    place(1, OrderRequest(0, True, MARK, 9_000))
    place(3, OrderRequest(0, False, MARK + 5 * TICK, 700), OrderRequest(0, True, MARK, 123))
    place(3, OrderRequest(0, True, MARK + 5 * TICK, 200, codes.IOC))
    place(2, OrderRequest(0, False, MARK + 9 * TICK, 5_000, codes.GTC, True))
    used = life.head(1)
    run(Noop(*used))
    run(Noop(*used))
    run(TransferBetweenDexes(*life.head(2), drawn.TRADERS[0], "", "other", 10**6))
    run(Credit(drawn.CUSTODIAN, 1, drawn.TRADERS[1], "", 5 * 10**6, "wire 1"))
    run(UpdateIsolatedMargin(*life.head(2), 1, 1_234_567))
    life.pull(0, MARK + 12 * TICK, 30)
    life.pull(1, MARK + 7 * TICK, 3_600)
    life.trade(0, 2, 3, MARK + 12 * TICK, 111)
    life.trade(1, 3, 2, MARK + 7 * TICK, 222)
    run(PlaceTwap(*life.head(3), 0, True, 2_000, False, 5, False))
    place(4, OrderRequest(0, False, MARK + 15 * TICK, 2_000))
    life.wait(95)
    life.nonce += 1
    run(SetTradingStatus(drawn.OPERATOR, life.nonce, 0, codes.HALTED, "a look"))
    life.wait(30)
    life.nonce += 1
    run(SetTradingStatus(drawn.OPERATOR, life.nonce, 0, codes.OPEN, "all is well"))
    life.wait(300)
    # Closed far from the mark: the loss is more than the margin that is released.
    place(4, OrderRequest(1, True, MARK - 250 * TICK, 200))
    place(2, OrderRequest(1, False, MARK - 250 * TICK, 200, codes.IOC, True))
    for away in (20, 40, 200, 60, 80, 100, 120, 140, 160, 180, 220):
        life.pull(1, MARK - away * TICK)
    life.nonce += 1
    split = RebaseMarket(drawn.OPERATOR, life.nonce, 0, 7, 3, "dilution", "Seven for three.")
    life.approve(split)
    life.wait(3_600)
    life.nonce += 1
    end = SettleMarket(
        drawn.OPERATOR, life.nonce, 0, codes.WIND_DOWN, 0, 0, "wind_down", "It ends here."
    )
    life.approve(end)
    life.wait(60)
    return life.both
