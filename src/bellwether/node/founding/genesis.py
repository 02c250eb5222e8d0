"""The founding command of the dev world (IFACE-1)."""

from __future__ import annotations

from typing import Final

from bellwether.node.founding.dev_keys import DEV_ACCOUNTS, DEV_OPERATORS, dev_address
from bellwether.schema import codes
from bellwether.schema.commands import Genesis, GenesisAccount
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.parts.withdrawals import USUAL_TERMS
from bellwether.schema.presets import specify
from bellwether.units.quantities import NS_PER_DAY, USD

DEV_BALANCE_E6: Final = 100_000 * USD
DEV_DEXES: Final = ("", "xyz")
DEV_SOURCES: Final = ("consolidated", "primary", "overnight", "alpha", "beta", "gamma", "delta")
_ANTICIPATED_DAYS: Final = 14
_OUTSIDE_LAUNCH_DAYS: Final = 29
_DEADLINE_DAYS: Final = 90
"""From the start day: 1 May to 15 May, 30 May and 30 July, as the dates of IFACE-1 lie."""


def dev_genesis(start_ns: int, *, check_nonce_window: bool = True) -> Genesis:
    """The dev world with its markets launched at `start_ns`, dates counted from that day."""
    day_ns = start_ns - start_ns % NS_PER_DAY
    cbrs = specify(
        "ipop",
        "CBRS",
        "",
        issuer="Cerebras Systems",
        description="One future share of Cerebras Systems",
        size_decimals=3,
        reference_atoms=175_000,
        oracle={"band_e12": 250_000_000_000},
        launch_time=start_ns,
        anticipated_listing_time=day_ns + _ANTICIPATED_DAYS * NS_PER_DAY,
        outside_launch_time=day_ns + _OUTSIDE_LAUNCH_DAYS * NS_PER_DAY,
        settlement_deadline=day_ns + _DEADLINE_DAYS * NS_PER_DAY,
        listing_exchange="XNAS",
    )
    anth = _premarket("ANTH", "Anthropic", 20_780_000, start_ns)
    openai = _premarket("OPENAI", "OpenAI", 16_450_000, start_ns)
    spcx = specify(
        "ipop",
        "xyz:SPCX",
        "xyz",
        issuer="Space Exploration Technologies",
        description="One future share of SpaceX",
        size_decimals=2,
        reference_atoms=1_500_000,
        oracle={"band_e12": 200_000_000_000},
        launch_time=start_ns,
    )
    return Genesis(
        dexes=DEV_DEXES,
        markets=(cbrs, anth, openai, spcx),
        operators=_dev_operators(),
        accounts=tuple(_dev_account(number) for number in range(DEV_ACCOUNTS)),
        check_nonce_window=check_nonce_window,
        dev=True,
        sources=tuple((name, dev_address("operator", 0)) for name in DEV_SOURCES),
        deployers=(("xyz", dev_address("operator", 0)),),
        withdrawals=USUAL_TERMS,
    )


def _premarket(symbol: str, issuer: str, first_index: int, start_ns: int) -> InstrumentSpec:
    """A market quoted in the company's value over 10^9."""
    return specify(
        "premarket",
        symbol,
        "",
        issuer=issuer,
        description=f"The value of {issuer} over 10^9",
        reference_atoms=first_index,
        launch_time=start_ns,
    )


def _dev_operators() -> tuple[tuple[bytes, int], ...]:
    operators = [
        (dev_address("operator", number), codes.EVERY_OPERATOR_ROLE)
        for number in range(DEV_OPERATORS)
    ]
    operators.append((dev_address("custodian"), codes.CUSTODIAN))
    operators.append((dev_address("compliance"), codes.COMPLIANCE))
    return tuple(operators)


def _dev_account(number: int) -> GenesisAccount:
    balances = tuple((dex, DEV_BALANCE_E6) for dex in DEV_DEXES)
    return GenesisAccount(dev_address("account", number), "XX", "retail", balances)
