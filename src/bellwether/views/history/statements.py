"""Statements of an account: all that changed its balances, in order, with the running balance.

A line's amount is what it did to the balance of a dex (`day_sums` says what a balance is), so the
balance before plus all amounts is the balance after, to the micro-dollar (IFACE-8, FUND-4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from bellwether.views.history import adjustments, fills, ledger_updates
from bellwether.views.history.adjustments import AdjustmentRow, Adjustments
from bellwether.views.history.day_sums import DaySums, dex_of
from bellwether.views.history.fills import FillRow, Fills
from bellwether.views.history.funding import Funding, PaymentRow
from bellwether.views.history.ledger_updates import LedgerRow, LedgerUpdates
from bellwether.views.history.volumes import MS_PER_DAY

EVERYTHING: Final = 1 << 62

_ADJUSTMENT_KINDS: Final[dict[int, str]] = {
    adjustments.REBASE: "rebase",
    adjustments.CONVERSION: "conversion",
    adjustments.DEFICIT_COVERED: "deficitCovered",
    adjustments.MARGIN_HANDED_OVER: "marginHandedOver",
    adjustments.LIQUIDATION_FEE: "liquidationFee",
    adjustments.CAPITAL: "capital",
}
_FILL_KINDS: Final[dict[int, str]] = {
    fills.NORMAL: "fill",
    fills.LIQUIDATION: "liquidationFill",
    fills.DELEVERAGING: "autoDeleveraging",
    fills.SETTLEMENT: "settlement",
    fills.TAKEOVER: "takeover",
}
_OF_POSITIONS: Final = (adjustments.REBASE, adjustments.CONVERSION)
_MONEY: Final = 0
_FUNDING: Final = 1
_LIQUIDATION: Final = 2
_FILL: Final = 3
_ADJUSTMENT: Final = 4
_DEFICIT: Final = 5
"""Within one command funding is settled before a fill changes the position, and a deficit is what
all the rest has left."""


class Line(NamedTuple):
    """One line: `amount` and `balance` in micro-USD, `asset` -1 where no market is concerned.

    `lots` is the size of a fill (`side` 1 bought, -1 sold), else the signed position after it.
    `amount` of a fill is `pnl` less `fee`. `price` and `rate_e12` are 0 where there is none, and
    `reference` is the custodian's, of a deposit or a withdrawal, or the withdrawal's number.
    """

    time_ms: int
    seq: int
    rank: int
    number: int
    dex: int
    kind: str
    asset: int
    side: int
    lots: int
    price: int
    pnl: int
    fee: int
    rate_e12: int
    amount: int
    balance: int
    reference: str = ""


class Statement(NamedTuple):
    """Lines from one time on, all of each millisecond; `opening` and `closing` are balances by dex.

    `next_ms` is where to go on, 0 when nothing is left in the range.
    """

    opening: dict[int, int]
    lines: list[Line]
    closing: dict[int, int]
    next_ms: int


Select = Callable[[int, int], list[Line]]
"""Lines up to a time (inclusive), at most about so many, oldest first."""


class Statements:
    """Puts the histories of an account together; keeps nothing itself."""

    def __init__(
        self,
        fills_view: Fills,
        funding: Funding,
        money: LedgerUpdates,
        adjusted: Adjustments,
        sums: DaySums,
    ) -> None:
        self._fills = fills_view
        self._funding = funding
        self._money = money
        self._adjusted = adjusted
        self._sums = sums

    def between(self, address: bytes, start_ms: int, end_ms: int, most: int) -> Statement:
        """Return at most about `most` lines of the range (inclusive): whole milliseconds only."""
        day_ms = start_ms - start_ms % MS_PER_DAY
        opening = dict.fromkeys(self._sums.dexes.values(), 0)
        opening.update(self._sums.until(address, start_ms // MS_PER_DAY))
        if start_ms > day_ms:
            self._add_up(opening, address, day_ms, start_ms - 1)
        found, next_ms = self._lines(address, start_ms, end_ms, most)
        balances = dict(opening)
        lines: list[Line] = []
        for line in found:
            balances[line.dex] += line.amount
            lines.append(line._replace(balance=balances[line.dex]))
        return Statement(opening, lines, balances, next_ms)

    def _add_up(self, balances: dict[int, int], address: bytes, start_ms: int, end_ms: int) -> None:
        """Adds what happened in a part of a day."""
        for asset, amount in self._fills.sums(address, start_ms, end_ms):
            balances[dex_of(asset)] += amount
        for asset, amount in self._funding.sums(address, start_ms, end_ms):
            balances[dex_of(asset)] += amount
        for money in self._money.oldest(address, start_ms, end_ms, EVERYTHING):
            for line in _updates(money, self._sums.dexes):
                balances[line.dex] += line.amount
        for row in self._adjusted.oldest(address, start_ms, end_ms, EVERYTHING):
            balances[dex_of(row.asset)] += row.amount

    def _lines(
        self, address: bytes, start_ms: int, end_ms: int, most: int
    ) -> tuple[list[Line], int]:
        """Lines without balances, in order, and the time from which on they are left out."""
        number = self._sums.dexes
        cut = end_ms + 1
        parts: list[list[Line]] = []
        selections: tuple[Select, ...] = (
            lambda end, limit: [
                _fill(row) for row in self._fills.oldest(address, limit, start_ms, end)
            ],
            lambda end, limit: [
                _payment(row) for row in self._funding.payments(address, start_ms, end, limit)
            ],
            lambda end, limit: [
                line
                for row in self._money.oldest(address, start_ms, end, limit)
                for line in _updates(row, number)
            ],
            lambda end, limit: [
                _adjustment(row) for row in self._adjusted.oldest(address, start_ms, end, limit)
            ],
        )
        for select in selections:
            found = select(end_ms, most + 1)
            if len(found) > most:
                last_ms = found[-1].time_ms
                # The last millisecond may be there in part: it is left for later, or read whole.
                if last_ms == found[0].time_ms:
                    found = select(last_ms, EVERYTHING)
                    last_ms += 1
                cut = min(cut, last_ms)
            parts.append(found)
        lines = sorted(line for part in parts for line in part if line.time_ms < cut)
        if len(lines) > most:
            cut = lines[most].time_ms
            if cut == lines[0].time_ms:
                cut += 1
            lines = [line for line in lines if line.time_ms < cut]
        return lines, cut if cut <= end_ms else 0


def _fill(row: FillRow) -> Line:
    is_others = row.kind == fills.LIQUIDATION and row.user != row.liquidated
    return Line(
        row.time_ms,
        row.seq,
        _FILL,
        2 * row.tid + row.crossed,
        dex_of(row.asset),
        "fill" if is_others else _FILL_KINDS[row.kind],
        row.asset,
        1 if row.is_buy else -1,
        row.lots,
        row.price,
        row.pnl,
        row.fee,
        0,
        row.pnl - row.fee,
        0,
    )


def _payment(row: PaymentRow) -> Line:
    where = (row.time_ms, row.seq, _FUNDING, row.asset, dex_of(row.asset), "funding", row.asset)
    return Line(*where, 0, row.lots, 0, 0, 0, row.rate_e12, row.amount, 0)


def _adjustment(row: AdjustmentRow) -> Line:
    rank = _ADJUSTMENT if row.kind in _OF_POSITIONS else _DEFICIT
    kind = _ADJUSTMENT_KINDS[row.kind]
    where = (row.time_ms, row.seq, rank, row.number, dex_of(row.asset), kind, row.asset)
    return Line(*where, 0, row.lots, 0, 0, 0, 0, row.amount, 0)


def _updates(row: LedgerRow, dexes: dict[str, int]) -> Iterator[Line]:
    """A transfer inside an account is two lines: one dex less, the other more."""
    if row.kind == ledger_updates.LIQUIDATION:
        where = (row.time_ms, row.seq, _LIQUIDATION, row.number, dex_of(row.asset), "liquidation")
        yield Line(*where, row.asset, 0, row.lots, 0, 0, 0, 0, 0, 0)
        return
    entries = {
        ledger_updates.DEPOSIT: [("deposit", row.source_dex, row.amount)],
        ledger_updates.WITHDRAWAL: [("withdrawal", row.source_dex, -row.amount)],
        ledger_updates.RETURNED: [("withdrawalReturned", row.source_dex, row.amount)],
        ledger_updates.REWARDS: [("rewards", row.source_dex, row.amount)],
    }.get(row.kind, [])
    moves = row.kind in (ledger_updates.SEND, ledger_updates.WITHIN)
    if moves and row.source == row.user:
        entries.append(("transferOut", row.source_dex, -row.amount))
    if moves and row.destination == row.user:
        entries.append(("transferIn", row.destination_dex, row.amount))
    for place, (kind, dex, amount) in enumerate(entries):
        which = (row.time_ms, row.seq, _MONEY, 2 * row.number + place, dexes[dex], kind)
        yield Line(*which, -1, 0, 0, 0, 0, 0, 0, amount, 0, row.reference)
