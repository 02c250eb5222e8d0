"""A specification as people write it: a preset or a version, and what differs (INST-2, INST-7).

A name in camelCase has the units of the wire: milliseconds, decimal text, rates relative. A name as
`marketSpec` shows it has the units of `marketSpec`. Every fault is listed at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, final

import msgspec

from bellwether.gateway.faults import Refused
from bellwether.schema import codes
from bellwether.schema.acts.limits import limit_faults
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.presets import PRESETS
from bellwether.units.clock_text import TimeError, parse_time_ns
from bellwether.units.quantities import (
    MAX_SIZE_DECIMALS,
    NS_PER_MS,
    PRICE_AND_SIZE_DECIMALS,
)
from bellwether.units.text import DecimalError, parse_decimal

SHOWN: Final = 64
Converter = Callable[[Any, str, int], Any]
"""Value, unit and the market's size decimals to a field's value; raises ValueError."""
MARGIN_MODES: Final = {
    "cross": codes.CROSS,
    "noCross": codes.NO_CROSS,
    "strictIsolated": codes.STRICT_ISOLATED,
}


class Wire(NamedTuple):
    """Where a name of the wire goes, and in which units it comes."""

    field: str
    unit: str


_TIMES: Final = ("launch_time", "anticipated_listing_time", "outside_launch_time")
WIRE: Final[dict[str, Wire]] = {
    "reference": Wire("reference_atoms", "price"),
    "referencePx": Wire("reference_atoms", "price"),
    "band": Wire("oracle.band_e12", "12"),
    "openInterestCap": Wire("open_interest_cap_e6", "6"),
    "minOrderValue": Wire("min_order_value_e6", "6"),
    "positionLimit": Wire("position_limit_lots", "size"),
    "maxOrderSize": Wire("max_order_lots", "size"),
    "takerFee": Wire("taker_fee_e9", "9"),
    "makerFee": Wire("maker_fee_e9", "9"),
    "feeTiers": Wire("fee_tiers", "fees"),
    "fundingMultiplier": Wire("funding.multiplier_e6", "6"),
    "interestRate": Wire("funding.interest_e12", "12"),
    "fundingCap": Wire("funding.cap_e12", "12"),
    "marginMode": Wire("margin_mode", "mode"),
    "marginTiers": Wire("tiers", "tiers"),
    "timeLock": Wire("time_lock_ns", "ms"),
    "resumePostOnly": Wire("resume_post_only_ns", "ms"),
    "settlementPeriod": Wire("settlement_period_ns", "ms"),
    "settlementDeadline": Wire("settlement_deadline", "time"),
    "shareCountAsOf": Wire("share_count_as_of", "time"),
    "launchTime": Wire("launch_time", "time"),
    "anticipatedListingTime": Wire("anticipated_listing_time", "time"),
    "outsideLaunchTime": Wire("outside_launch_time", "time"),
    "launch": Wire("launch_time", "time"),
    "anticipated_listing": Wire("anticipated_listing_time", "time"),
    "outside_launch": Wire("outside_launch_time", "time"),
}
"""Names of the wire that are not a field's own name in camelCase, or have other units."""
_DATES: Final = frozenset({*_TIMES, "settlement_deadline", "share_count_as_of"})


def listed_specification(given: dict[str, Any], where: str) -> InstrumentSpec:
    """The first version of a market: `preset` and differences. Raises Refused with all faults."""
    preset = given.get("preset")
    if not isinstance(preset, str) or preset not in PRESETS:
        shown = preset[:SHOWN] if isinstance(preset, str) else "nothing"
        raise Refused(f"{where}.preset: `{shown}` is none of {', '.join(sorted(PRESETS))}")
    rest = {name: value for name, value in given.items() if name != "preset"}
    for name in ("symbol", "dex"):
        if not isinstance(rest.setdefault(name, ""), str):
            raise Refused(f"{where}.{name}: expected a text")
    return differing(PRESETS[preset], rest, where, is_listing=True)


def differing(
    base: InstrumentSpec, given: dict[str, Any], where: str, is_listing: bool = False
) -> InstrumentSpec:
    """`base` with the fields given. Raises Refused, which lists every fault."""
    reading = _Reading(base, where)
    decimals = given.get("size_decimals", given.get("sizeDecimals", base.size_decimals))
    if isinstance(decimals, int) and 0 <= decimals <= MAX_SIZE_DECIMALS:
        reading.size_decimals = decimals
    for name, value in given.items():
        reading.take(name, value)
    return reading.result(is_listing)


@final
class _Reading:
    """Fields taken one by one; what is wrong with each is remembered, not raised."""

    def __init__(self, base: InstrumentSpec, where: str) -> None:
        self._base = base
        self._where = where
        self._values: dict[str, Any] = msgspec.to_builtins(base)
        self._original: dict[str, Any] = msgspec.to_builtins(base)
        self._faults: list[str] = []
        self._given: set[str] = set()
        self.size_decimals = base.size_decimals

    def take(self, name: str, value: Any) -> None:
        wire = WIRE.get(name)
        try:
            if wire is not None:
                self._put(name, wire.field, self._converted(wire.unit, value))
                return
            field = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
            if field in _DATES and isinstance(value, str):
                value = _instant(value)
            if isinstance(value, dict) and isinstance(self._original.get(field), dict):
                for inner, inner_value in value.items():
                    self._put(f"{name}.{inner}", f"{field}.{inner}", inner_value)
                return
            self._put(name, field, value)
        except (DecimalError, TimeError, ValueError) as error:
            self._fault(name, str(error))

    def _put(self, name: str, field: str, value: Any) -> None:
        """A value under a field, alone first, so that each fault names its own."""
        group, _, inner = field.rpartition(".")
        if field == "version" or (group or inner) not in self._original:
            self._fault(name, "is not a field of a specification")
            return
        if group:
            holder = self._original[group]
            if not isinstance(holder, dict) or inner not in holder:
                self._fault(name, "is not a field of a specification")
                return
            changed: Any = {**self._values[group], inner: value}
            alone = {**self._original, group: {**holder, inner: value}}
        else:
            changed, alone = value, {**self._original, inner: value}
        try:
            msgspec.convert(alone, InstrumentSpec)
        except msgspec.ValidationError as error:
            text = str(error).partition(" - at `$")[0]
            self._fault(name, text[:1].lower() + text[1:])
            return
        if group:
            self._values[group] = changed
        else:
            self._values[inner] = changed
        self._given.add(field)

    def _fault(self, name: str, text: str) -> None:
        self._faults.append(f"{self._where}.{name[:SHOWN]}: {text[:300]}")

    def _converted(self, unit: str, value: Any) -> Any:
        convert: Converter = _CONVERTERS.get(unit, _decimal)
        return convert(value, unit, self.size_decimals)

    def result(self, is_listing: bool) -> InstrumentSpec:
        if "max_leverage" in self._given and not {"tiers"} & self._given:
            tiers = self._values["tiers"]
            if len(tiers) == 1:
                self._values["tiers"] = [{**tiers[0], "max_leverage": self._values["max_leverage"]}]
        spec = msgspec.convert(self._values, InstrumentSpec)
        if is_listing and "reference_atoms" not in self._given:
            self._fault("reference", "expected the initial reference price")
        found = [*spec.faults(), *limit_faults(spec)]
        if spec.conversion.becomes not in PRESETS:
            found.append(f"conversion.becomes must be one of {', '.join(sorted(PRESETS))}")
        faults = self._faults + [f"{self._where}: {fault}" for fault in dict.fromkeys(found)]
        if faults:
            raise Refused("; ".join(faults))
        return spec


def _text_of(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a decimal number as text")
    return value


def _decimal(value: Any, unit: str, size_decimals: int) -> int:
    return parse_decimal(_text_of(value), int(unit))


def _price(value: Any, unit: str, size_decimals: int) -> int:
    return parse_decimal(_text_of(value), PRICE_AND_SIZE_DECIMALS - size_decimals)


def _size(value: Any, unit: str, size_decimals: int) -> int:
    return parse_decimal(_text_of(value), size_decimals)


def _milliseconds(value: Any, unit: str, size_decimals: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("expected whole milliseconds")
    return value * NS_PER_MS


def _time(value: Any, unit: str, size_decimals: int) -> int:
    if isinstance(value, str):
        return _instant(value)
    return _milliseconds(value, unit, size_decimals)


def _instant(text: str) -> int:
    return parse_time_ns(text)


def _mode(value: Any, unit: str, size_decimals: int) -> int:
    if not isinstance(value, str) or value not in MARGIN_MODES:
        raise ValueError(f"expected one of {', '.join(MARGIN_MODES)}")
    return MARGIN_MODES[value]


def _tiers(value: Any, unit: str, size_decimals: int) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError("expected a list of objects with lowerBound and maxLeverage")
    return [
        {
            "lower_bound_e6": parse_decimal(_text_of(row.get("lowerBound")), 6),
            "max_leverage": row.get("maxLeverage"),
        }
        for row in value
    ]


def _fees(value: Any, unit: str, size_decimals: int) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError("expected a list of objects with ntlCutoff, cross and add")
    return [
        {
            "volume_e6": parse_decimal(_text_of(row.get("ntlCutoff")), 6),
            "taker_e9": parse_decimal(_text_of(row.get("cross")), 9),
            "maker_e9": parse_decimal(_text_of(row.get("add")), 9),
        }
        for row in value
    ]


_CONVERTERS: Final[dict[str, Converter]] = {
    "price": _price,
    "size": _size,
    "ms": _milliseconds,
    "time": _time,
    "mode": _mode,
    "tiers": _tiers,
    "fees": _fees,
}
