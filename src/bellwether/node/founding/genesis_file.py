"""Founding a venue from a file: JSON or TOML, a preset and its differences for each market."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from bellwether.node.errors import GenesisInvalid
from bellwether.node.founding.fields import Fields
from bellwether.schema import codes
from bellwether.schema.commands import Genesis, GenesisAccount
from bellwether.schema.disclosures import is_shipped
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.parts.withdrawals import USUAL_TERMS, WithdrawalTerms
from bellwether.schema.presets import PRESETS
from bellwether.units.quantities import MAX_SIZE_DECIMALS, PRICE_AND_SIZE_DECIMALS

ROLES: Final[dict[str, int]] = {
    "lister": codes.LISTER,
    "pricer": codes.PRICER,
    "risk": codes.RISK,
    "settler": codes.SETTLER,
    "auditor": codes.AUDITOR,
    "custodian": codes.CUSTODIAN,
    "compliance": codes.COMPLIANCE,
}
USD_DECIMALS: Final = 6
NS_PER_S: Final = 1_000_000_000
RATE_DECIMALS: Final = 12
LONGEST_SOURCE: Final = 64


def load_genesis(path: Path, start_ns: int, *, check_nonce_window: bool = True) -> Genesis:
    """A venue described in JSON or TOML. Raises GenesisInvalid, which names the field.

    Prices and amounts are decimal text in USD, bands fractions as text, times ISO 8601; a market is
    a preset and what differs from it; without `launch` it launches at `start_ns`.
    """
    world = Fields(_read(path), "")
    dexes = tuple(world.texts("dexes", [""]))
    genesis = Genesis(
        dexes=dexes,
        markets=tuple(_market(market, start_ns, dexes) for market in world.tables("markets")),
        operators=tuple(_operator(entry) for entry in world.tables("operators")),
        accounts=tuple(_account(entry, dexes) for entry in world.tables("accounts")),
        check_nonce_window=check_nonce_window,
        dev=world.flag("dev", False),
        deployers=tuple(_deployer(entry, dexes) for entry in world.tables("deployers")),
        requires_disclosures=world.flag("requires_disclosures", False),
        sources=_sources(world),
        withdrawals=_withdrawals(world),
    )
    world.done()
    return genesis


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise GenesisInvalid("", f"{path} can not be read: {error.strerror}") from error
    except ValueError as error:
        raise GenesisInvalid("", f"{path} is not {path.suffix[1:] or 'JSON'}: {error}") from error
    if not isinstance(content, dict):
        raise GenesisInvalid("", f"{path} must hold one object")
    return content


def _market(fields: Fields, start_ns: int, dexes: tuple[str, ...]) -> InstrumentSpec:
    """A preset and its differences; money, prices and times as people write them."""
    preset = fields.text("preset")
    if preset not in PRESETS:
        raise fields.fault("preset", f"{preset!r} is none of {', '.join(sorted(PRESETS))}")
    dex = _known_dex(fields, dexes)
    symbol = fields.text("symbol")
    if dex and not symbol.startswith(f"{dex}:"):
        raise fields.fault("symbol", f"a market of the dex {dex!r} is named '{dex}:…'")
    decimals = fields.whole("size_decimals", PRESETS[preset].size_decimals)
    if not 0 <= decimals <= MAX_SIZE_DECIMALS:
        raise fields.fault("size_decimals", f"must lie between 0 and {MAX_SIZE_DECIMALS}")
    changes: dict[str, Any] = {
        "symbol": symbol,
        "dex": dex,
        "size_decimals": decimals,
        "reference_atoms": fields.amount("reference", PRICE_AND_SIZE_DECIMALS - decimals),
        "launch_time": fields.time("launch", start_ns),
        "anticipated_listing_time": fields.time("anticipated_listing", 0),
        "outside_launch_time": fields.time("outside_launch", 0),
        "settlement_deadline": fields.time("settlement_deadline", 0),
    }
    if fields.has("band"):
        changes["oracle"] = {"band_e12": fields.amount("band", RATE_DECIMALS)}
    return apply_differences(PRESETS[preset], changes, fields.rest(), fields.name(""))


def apply_differences(
    base: InstrumentSpec, changes: dict[str, Any], more: dict[str, Any], where: str
) -> InstrumentSpec:
    """`base` with the fields of both mappings, checked as a whole. Raises GenesisInvalid.

    `oracle` and `funding` hold mappings of their own fields.
    """
    values: dict[str, Any] = msgspec.to_builtins(base)
    for field, value in (*changes.items(), *more.items()):
        inner = values.get(field)
        if field not in values:
            raise GenesisInvalid(f"{where}{field}", "is not a field of a specification")
        if isinstance(inner, dict) and value is not None:
            if not isinstance(value, dict):
                raise GenesisInvalid(f"{where}{field}", f"expected an object, not {value!r}")
            for unknown in sorted(value.keys() - inner.keys()):
                raise GenesisInvalid(f"{where}{field}.{unknown}", "is not a field of it")
            values[field] = inner | value
        else:
            values[field] = value
    try:
        spec = msgspec.convert(values, InstrumentSpec)
    except msgspec.ValidationError as error:
        raise GenesisInvalid(where.rstrip("."), str(error)) from error
    faults = spec.faults()
    if spec.disclosure is not None and not is_shipped(spec.disclosure):
        faults.append("disclosure is no version and hash of a text that ships")
    if faults:
        raise GenesisInvalid(where.rstrip("."), "; ".join(faults))
    return spec


def _known_dex(fields: Fields, dexes: tuple[str, ...]) -> str:
    dex = fields.text("dex", "")
    if dex not in dexes:
        raise fields.fault("dex", f"{dex!r} is not one of the dexes of this venue")
    return dex


def _operator(fields: Fields) -> tuple[bytes, int]:
    address = fields.address("address")
    roles = 0
    for role in fields.texts("roles"):
        if role not in ROLES:
            raise fields.fault("roles", f"{role!r} is none of {', '.join(ROLES)}")
        roles |= ROLES[role]
    fields.done()
    return address, roles


def _deployer(fields: Fields, dexes: tuple[str, ...]) -> tuple[str, bytes]:
    """The key that may send the HIP-3 actions of a dex."""
    dex = _known_dex(fields, dexes)
    if not dex:
        raise fields.fault("dex", "the main dex has no deployer")
    address = fields.address("address")
    fields.done()
    return dex, address


def _sources(world: Fields) -> tuple[tuple[str, bytes], ...]:
    """By name, the keys that speak for sources of prices and valuations."""
    bound: dict[str, bytes] = {}
    for entry in world.tables("sources"):
        name = entry.text("name")
        if not 0 < len(name) <= LONGEST_SOURCE:
            raise entry.fault("name", f"expected 1 to {LONGEST_SOURCE} characters")
        if name in bound:
            raise entry.fault("name", f"{name!r} is there twice")
        bound[name] = entry.address("address")
        entry.done()
    return tuple(bound.items())


def _withdrawals(world: Fields) -> WithdrawalTerms:
    """The terms on which money leaves; what the file does not name is as everywhere."""
    if not world.has("withdrawals"):
        return USUAL_TERMS
    given = world.take("withdrawals", dict, "an object", None)
    fields = Fields(given, "withdrawals")
    changes: dict[str, int] = {}
    for name in ("least", "delayed_above", "large_above", "account_hourly", "venue_hourly"):
        if fields.has(name):
            changes[f"{name}_e6"] = fields.amount(name, USD_DECIMALS)
    for name in ("delay", "large_delay", "new_address_delay"):
        if fields.has(f"{name}_seconds"):
            changes[f"{name}_ns"] = fields.whole(f"{name}_seconds") * NS_PER_S
    if fields.has("large_approvals"):
        changes["large_approvals"] = fields.whole("large_approvals")
    fields.done()
    terms = msgspec.structs.replace(USUAL_TERMS, **changes)
    if faults := terms.faults():
        raise world.fault("withdrawals", "; ".join(faults))
    return terms


def _account(fields: Fields, dexes: tuple[str, ...]) -> GenesisAccount:
    address = fields.address("address")
    jurisdiction = fields.text("jurisdiction", "XX")
    client_class = fields.text("client_class", "retail")
    balances: list[tuple[str, int]] = []
    for balance in fields.tables("balances"):
        balances.append((_known_dex(balance, dexes), balance.amount("amount", USD_DECIMALS)))
        balance.done()
    fields.done()
    return GenesisAccount(address, jurisdiction, client_class, tuple(balances))
