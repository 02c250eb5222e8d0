"""What is exported: tables with typed columns, and how each value reads (IFACE-9, RULE-7).

A row holds integers as the venue keeps them; `decimals_of` says how many of their digits stand
behind the point, so that a number is the same in every format.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS

TIME: Final = "time"
TEXT: Final = "text"
WHOLE: Final = "whole"
PRICE: Final = "price"
FINE: Final = "fine"
SIZE: Final = "size"
USD: Final = "usd"
RATE: Final = "rate"
WEIGHT: Final = "weight"

_FINE_DECIMALS: Final = 9
_FIXED_DECIMALS: Final = {USD: 6, RATE: 12, WEIGHT: 18}

Row = tuple[int | str | None, ...]


class Column(NamedTuple):
    """`kind` is one of the words above. A time is UTC nanoseconds; None is an absent value."""

    name: str
    kind: str


class Table(NamedTuple):
    name: str
    columns: tuple[Column, ...]


def _table(name: str, **columns: str) -> Table:
    return Table(name, tuple(Column(*column) for column in columns.items()))


TRADES: Final = _table(
    "trades",
    time=TIME,
    command=WHOLE,
    trade_id=WHOLE,
    taker_side=TEXT,
    price=PRICE,
    size=SIZE,
    value=USD,
    kind=TEXT,
)
MARKS: Final = _table(
    "marks",
    time=TIME,
    command=WHOLE,
    mark=PRICE,
    oracle=PRICE,
    component_oracle=PRICE,
    component_basis=PRICE,
    component_book=PRICE,
)
OBSERVATIONS: Final = _table(
    "observations",
    time=TIME,
    command=WHOLE,
    source=TEXT,
    kind=TEXT,
    value=USD,
    unit=TEXT,
    price=FINE,
    observed_at=TIME,
    state=TEXT,
)
EXTERNAL_PRICES: Final = _table(
    "external_prices",
    time=TIME,
    command=WHOLE,
    source=TEXT,
    price=PRICE,
    observed_at=TIME,
    session=TEXT,
)
INDEX: Final = _table(
    "index",
    time=TIME,
    command=WHOLE,
    index=FINE,
    median=FINE,
    frozen=TEXT,
    method_version=WHOLE,
)
INDEX_INPUTS: Final = _table(
    "index_inputs",
    time=TIME,
    command=WHOLE,
    source=TEXT,
    kind=TEXT,
    price=FINE,
    weight=WEIGHT,
)
FUNDING: Final = _table(
    "funding",
    time=TIME,
    command=WHOLE,
    rate=RATE,
    premium=RATE,
    samples=WHOLE,
    oracle=PRICE,
)
FUNDING_SAMPLES: Final = _table(
    "funding_samples",
    time=TIME,
    command=WHOLE,
    premium=RATE,
    impact_bid=FINE,
    impact_ask=FINE,
    oracle=FINE,
)
ANNOUNCEMENTS: Final = _table(
    "announcements",
    time=TIME,
    command=WHOLE,
    kind=TEXT,
    title=TEXT,
    text=TEXT,
    sha256=TEXT,
    grounds=TEXT,
    effective_at=TIME,
)
REBASES: Final = _table(
    "rebases",
    time=TIME,
    command=WHOLE,
    numerator=WHOLE,
    denominator=WHOLE,
)


def decimals_of(kind: str, spec: InstrumentSpec) -> int:
    """How many decimals a number of a kind has in a market; -1 for what is no decimal."""
    price_decimals = PRICE_AND_SIZE_DECIMALS - spec.size_decimals
    if kind == PRICE:
        return price_decimals
    if kind == FINE:
        return price_decimals + _FINE_DECIMALS
    if kind == SIZE:
        return spec.size_decimals
    return _FIXED_DECIMALS.get(kind, -1)


def absent_if(value: int, missing: int) -> int | None:
    """None for the number that stands for nothing."""
    return None if value == missing else value


def names(table: Table) -> list[str]:
    """The names of a table's columns."""
    return [column.name for column in table.columns]


def checked(table: Table, row: Row) -> Row:
    """The row, which has a value for each column."""
    assert len(row) == len(table.columns), f"a row of {table.name} has all columns"
    return row
