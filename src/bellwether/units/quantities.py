"""The integer unit types and their scales (UNIT-1 to UNIT-5, UNIT-9)."""

from typing import Final, NewType

MicroUsd = NewType("MicroUsd", int)
"""Money: 10^-6 USD (UNIT-1)."""

Lots = NewType("Lots", int)
"""A size: 10^-d contracts, d = the market's size decimals; signed where a position (UNIT-2)."""

PriceAtoms = NewType("PriceAtoms", int)
"""A price: 10^-(6-d) USD, so that price times size is micro-USD exactly (UNIT-2)."""

FinePrice = NewType("FinePrice", int)
"""An averaged price: price atoms times 10^9 (UNIT-4)."""

RateE12 = NewType("RateE12", int)
"""A funding rate, premium or band: 10^-12 (UNIT-5)."""

FeeRateE9 = NewType("FeeRateE9", int)
"""A fee rate: 10^-9 (UNIT-5)."""

FractionE6 = NewType("FractionE6", int)
"""A margin fraction or share: 10^-6 (UNIT-5)."""

TimeNs = NewType("TimeNs", int)
"""UTC nanoseconds since 1970 (UNIT-9)."""

USD: Final[int] = 10**6
"""Micro-USD in one USD."""

FINE: Final[int] = 10**9
"""Fine-price units in one price atom."""

RATE_ONE: Final[int] = 10**12
"""A rate of one."""

FEE_ONE: Final[int] = 10**9
"""A fee rate of one."""

FRACTION_ONE: Final[int] = 10**6
"""A margin fraction of one."""

DECAY_ONE: Final[int] = 10**18
"""A decay of one (UNIT-7)."""

PRICE_AND_SIZE_DECIMALS: Final[int] = 6
"""Decimals of a price and of a size of the same market add up to this (UNIT-2)."""

MAX_SIZE_DECIMALS: Final[int] = 5

NS_PER_US: Final[int] = 10**3
NS_PER_MS: Final[int] = 10**6
NS_PER_S: Final[int] = 10**9
NS_PER_MINUTE: Final[int] = 60 * 10**9
NS_PER_HOUR: Final[int] = 3_600 * 10**9
NS_PER_DAY: Final[int] = 86_400 * 10**9

VALUATION_UNIT: Final = 1_000_000_000
"""A contract on a valuation is worth one USD for each so many USD of the company (INST-1)."""
