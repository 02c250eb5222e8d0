"""How versions of a specification differ, and how a change joins what has changed meanwhile."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.schema.instrument import (
    ConversionPolicy,
    FundingPolicy,
    InstrumentSpec,
    InternalOracle,
    SyntheticIndex,
)

_GROUPS: Final = (ConversionPolicy, FundingPolicy, InternalOracle, SyntheticIndex)


def changed_names(base: InstrumentSpec, wanted: InstrumentSpec) -> list[str]:
    """Fields in which two versions differ, those of a group as `group.field`; not the version."""
    found: list[str] = []
    for name in base.__struct_fields__:
        ours, theirs = getattr(wanted, name), getattr(base, name)
        if name == "version" or ours == theirs:
            continue
        if isinstance(ours, _GROUPS) and type(ours) is type(theirs):
            found += [
                f"{name}.{inner}"
                for inner in ours.__struct_fields__
                if getattr(ours, inner) != getattr(theirs, inner)
            ]
        else:
            found.append(name)
    return found


def merged(
    in_force: InstrumentSpec, base: InstrumentSpec, wanted: InstrumentSpec
) -> InstrumentSpec:
    """The next version: what is in force, and what `wanted` changes of `base`."""
    changes: dict[str, Any] = {}
    for name in changed_names(base, wanted):
        group, _, field = name.rpartition(".")
        if not group:
            changes[name] = getattr(wanted, name)
            continue
        holder = changes.get(group, getattr(in_force, group))
        if holder is None:
            changes[group] = getattr(wanted, group)
        else:
            value = getattr(getattr(wanted, group), field)
            changes[group] = msgspec.structs.replace(holder, **{field: value})
    return msgspec.structs.replace(in_force, version=in_force.version + 1, **changes)
