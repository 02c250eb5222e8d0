"""Acts on markets as commands: listing, changes, phases, held inputs, longer halts (RULE-2)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from bellwether.engine.acts.changes import CONVERSION, FIXED, UNDER_WAY, UNTIL_LAUNCH
from bellwether.engine.acts.inputs import recorded
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid.decode import Moment, convert
from bellwether.gateway.operators import texts
from bellwether.gateway.operators.fields import (
    SHOWN,
    Announcement,
    Grounds,
    Name,
    Word,
    market_of,
    nanoseconds,
    one_of,
)
from bellwether.gateway.operators.specification import differing, listed_specification
from bellwether.schema import codes
from bellwether.schema.acts.versions import changed_names
from bellwether.schema.commands import (
    AnyCommand,
    ChangeSpecification,
    DisableDex,
    EnterEventPhase,
    KeepHalted,
    ListMarket,
    ResolveInput,
    SetPhase,
)
from bellwether.schema.instrument import InstrumentSpec

Reason = Annotated[Grounds, Meta(min_length=1)]
_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class ListAct(Struct, frozen=True):
    """`basis` says what the reference price rests on, with dates (LIFE-2)."""

    spec: dict[str, Any]
    basis: Reason
    announcement: Announcement = ""


class ChangeAct(Struct, frozen=True, rename="camel"):
    coin: Word
    changes: dict[str, Any]
    grounds: Reason
    effective_time: Moment = 0
    announcement: Announcement = ""


class PhaseAct(Struct, frozen=True):
    coin: Word
    phase: str
    grounds: Reason
    announcement: Announcement = ""


class DisableAct(Struct, frozen=True):
    dex: Name
    grounds: Reason
    announcement: Announcement = ""


class EventAct(Struct, frozen=True):
    coin: Word
    phase: Name
    grounds: Reason
    announcement: Announcement = ""


class ResolveAct(Struct, frozen=True, rename="camel"):
    """`observed_at` absent is the observation that is on record now."""

    coin: Word
    source: Name
    observation_kind: Name
    decision: Literal["accept", "reject"]
    grounds: Reason
    observed_at: Moment | None = None
    announcement: Announcement = ""


def disable_dex(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Every market of a dex is halted for good."""
    wanted = convert(act, DisableAct, "act")
    one_of(wanted.dex, [dex.name for dex in venue.dexes if dex.name], "act.dex")
    text = wanted.announcement or texts.disable_text(wanted.dex, wanted.grounds)
    return DisableDex(signer, nonce, wanted.dex, wanted.grounds, text)


def list_market(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Raises Refused and WrongShape, as all of these do."""
    wanted = convert(act, ListAct, "act")
    if _DATED.search(wanted.basis) is None:
        raise Refused("act.basis: expected what the reference price rests on, with dates")
    spec = listed_specification(wanted.spec, "act.spec")
    refuse_listing(spec, venue, "act.spec")
    text = wanted.announcement or texts.list_text(spec)
    return ListMarket(signer, nonce, spec, wanted.basis, text)


def refuse_listing(spec: InstrumentSpec, venue: Venue, where: str) -> None:
    """What is wrong with a new market in this venue, by name. Raises Refused."""
    if spec.dex not in venue.dex_by_name:
        known = ", ".join(f"`{name}`" for name in venue.dex_by_name)
        raise Refused(f"{where}.dex: there is no dex `{spec.dex[:SHOWN]}`, only {known}")
    if spec.symbol in venue.market_by_name:
        raise Refused(f"{where}.symbol: there is a market `{spec.symbol}` already")
    for name in ("launch_time", "outside_launch_time", "settlement_deadline"):
        date = getattr(spec, name)
        if 0 < date < venue.time_ns:
            raise Refused(f"{where}.{name}: expected a time that has not passed")


def change_spec(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """The changes are those of the version in force now."""
    wanted = convert(act, ChangeAct, "act")
    market = market_of(wanted.coin, venue)
    if not wanted.changes:
        raise Refused("act.changes: expected at least one field of the specification")
    spec = differing(market.spec, wanted.changes, "act.changes")
    effective_ns = nanoseconds(wanted.effective_time)
    if 0 < effective_ns < venue.time_ns:
        raise Refused("act.effectiveTime: expected a time that has not passed")
    return change_command(
        market, spec, signer, nonce, effective_ns, wanted.grounds, wanted.announcement
    )


def change_command(
    market: Market,
    spec: InstrumentSpec,
    signer: bytes,
    nonce: int,
    effective_ns: int,
    grounds: str,
    announcement: str,
    variant: str = "",
    where: str = "act.changes",
) -> AnyCommand:
    """Refuses by name what does not change in place. Raises Refused."""
    before = market.spec
    names = changed_names(before, spec)
    if not names:
        raise Refused(f"{where}: that is how {market.name} is already")
    for name in names:
        if name in FIXED:
            raise Refused(f"{where}.{name}: does not change in place{_instead(name)}")
        if name in UNTIL_LAUNCH and market.phase != codes.ANNOUNCED:
            raise Refused(f"{where}.{name}: does not change after the launch")
        if name.startswith(CONVERSION) and market.phase in UNDER_WAY:
            raise Refused(f"{where}.{name}: the conversion is under way or over")
    text = announcement or texts.change_text(before, spec, names, grounds)
    return ChangeSpecification(
        signer,
        nonce,
        market.asset,
        before.version,
        spec,
        effective_ns,
        grounds,
        text,
        variant,
    )


def _instead(name: str) -> str:
    if name in ("price_unit", "size_decimals"):
        return "; another unit is a rebase"
    if name in ("preset", "funding.policy", "index", "index.source"):
        return "; it comes with a conversion"
    return ""


def set_phase(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Phases are the names of chapter 07 in upper snake case."""
    wanted = convert(act, PhaseAct, "act")
    market = market_of(wanted.coin, venue)
    name = one_of(wanted.phase, codes.PHASE_NAMES, "act.phase")
    text = wanted.announcement or texts.phase_text(market.name, name, wanted.grounds)
    phase = codes.PHASE_NAMES.index(name)
    return SetPhase(signer, nonce, market.asset, phase, wanted.grounds, text)


def enter_event_phase(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Phases of the event clock have the names of MARG-9."""
    wanted = convert(act, EventAct, "act")
    market = market_of(wanted.coin, venue)
    phase = one_of(wanted.phase, codes.EVENT_PHASES, "act.phase")
    text = wanted.announcement or texts.event_phase_text(market, phase, wanted.grounds)
    return EnterEventPhase(signer, nonce, market.asset, phase, wanted.grounds, text)


def resolve_input(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Names an observation on record: nobody types a value (RULE-4)."""
    wanted = convert(act, ResolveAct, "act")
    market = market_of(wanted.coin, venue)
    found = recorded(market, wanted.source, wanted.observation_kind)
    if found is None:
        raise Refused(
            f"act.source: there is no {wanted.observation_kind} of {wanted.source} on record"
            f" for {market.name}"
        )
    at_ns = found.observed_ns
    if wanted.observed_at is not None and wanted.observed_at != at_ns // 1_000_000:
        raise Refused(
            f"act.observedAt: expected {at_ns // 1_000_000}, the time of the one on record"
        )
    accept = wanted.decision == "accept"
    text = wanted.announcement or texts.resolution_text(market.name, found, accept, wanted.grounds)
    return ResolveInput(
        signer,
        nonce,
        market.asset,
        wanted.source,
        wanted.observation_kind,
        found.value_e6,
        at_ns,
        accept,
        wanted.grounds,
        text,
    )


def keep_halted(
    market: Market, signer: bytes, nonce: int, status: int, grounds: str, announcement: str
) -> AnyCommand:
    """A halt beyond an hour."""
    text = announcement or texts.halt_text(market.name, codes.STATUS_NAMES[status], grounds)
    return KeepHalted(signer, nonce, market.asset, status, grounds, text)
