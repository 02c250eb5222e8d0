"""What a dex's deployer may do: name keys for its actions, write margin tiers and words down.

None of that binds a market: tiers come into force by a change, which takes a second operator. So
does the end of a dex.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from bellwether.engine.acts.halts import keep_halted
from bellwether.engine.admission import admit_for_dex
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import Operator
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AnnotateMarket,
    DisableDex,
    InsertMarginTable,
    KeepHalted,
    SetSubDeployers,
)
from bellwether.schema.events import (
    CommandRefused,
    DeployerBound,
    DexDisabled,
    MarginTableInserted,
    MarketAnnotated,
)
from bellwether.schema.instrument import MarginTier

MOST_TABLES: Final = 1_000
MOST_KEYS: Final = 100
"""Sub-deployers of one action."""


def insert_margin_table(turn: Turn, command: InsertMarginTable) -> None:
    """Writes tiers down under the dex's next number."""
    dex = turn.venue.dex_by_name.get(command.dex)
    who = admit_for_dex(turn, command.signer, command.nonce, 0, dex, "insertMarginTable")
    if who is None or dex is None:
        return
    reason = rejects.ACCEPTED
    if not tiers_are_sound(command.tiers):
        reason = rejects.TABLE_INVALID
    elif len(dex.margin_tables) >= MOST_TABLES:
        reason = rejects.DEX_FULL
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason))
        return
    number = len(dex.margin_tables)
    dex.margin_tables.append((command.description, command.tiers))
    turn.emit(MarginTableInserted(dex.name, number, command.description, command.tiers))


def tiers_are_sound(tiers: tuple[MarginTier, ...]) -> bool:
    """From 0 on, rising in notional, falling in leverage, within what any market may have."""
    if not 0 < len(tiers) <= 50 or tiers[0].lower_bound_e6 != 0:
        return False
    for lower, upper in pairwise(tiers):
        if upper.lower_bound_e6 <= lower.lower_bound_e6:
            return False
        if upper.max_leverage >= lower.max_leverage:
            return False
    return tiers[0].max_leverage <= 50 and tiers[-1].max_leverage >= 1


def set_sub_deployers(turn: Turn, command: SetSubDeployers) -> None:
    """Names keys for single actions, or takes them off; the deployer's own act only."""
    dex = turn.venue.dex_by_name.get(command.dex)
    who = admit_for_dex(turn, command.signer, command.nonce, 0, dex, "setSubDeployers")
    if who is None or dex is None:
        return
    if who.key != dex.deployer:
        turn.emit(CommandRefused(rejects.ROLE_MISSING))
        return
    for variant, _, _ in command.changes:
        if len(dex.sub_deployers.get(variant, [])) + len(command.changes) > MOST_KEYS:
            turn.emit(CommandRefused(rejects.DEX_FULL))
            return
    for variant, key, allowed in command.changes:
        _bind(turn, dex, variant, key, allowed)


def _bind(turn: Turn, dex: Dex, variant: str, key: bytes, allowed: bool) -> None:
    keys = dex.sub_deployers.setdefault(variant, [])
    if allowed == (key in keys):
        return
    if allowed:
        keys.append(key)
        if key not in turn.venue.operators:
            turn.venue.operators[key] = Operator(key, 0)
    else:
        keys.remove(key)
    turn.emit(DeployerBound(dex.name, key, variant, allowed))


def annotate(turn: Turn, command: AnnotateMarket) -> None:
    """Words about a market, by a lister or the deployer; the newest stand."""
    market = turn.venue.markets.get(command.asset)
    dex = None if market is None else market.dex
    roles, variant = codes.LISTER, command.variant
    if admit_for_dex(turn, command.signer, command.nonce, roles, dex, variant) is None:
        return
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    words = (command.category, command.description, command.display_name, command.keywords)
    if market.annotation == words:
        turn.emit(CommandRefused(rejects.ALREADY_SO, command.asset))
        return
    market.annotation = words
    turn.emit(MarketAnnotated(market.asset, turn.time_ns, *words))


def disabling_refusal(turn: Turn, command: DisableDex) -> int:
    """Why a dex may not be disabled: the main dex is the venue's own."""
    dex = turn.venue.dex_by_name.get(command.dex)
    if dex is None or not command.dex:
        return rejects.DEX_UNKNOWN
    if dex.is_disabled:
        return rejects.ALREADY_SO
    return rejects.ACCEPTED if command.grounds else rejects.GROUNDS_MISSING


def disable_dex(turn: Turn, command: DisableDex) -> None:
    """Halts every market that has not ended, for good. Positions stay until each is settled."""
    dex = turn.venue.dex_by_name[command.dex]
    for market in dex.markets:
        is_kept = market.status == codes.HALTED and market.halt_ends_ns == 0
        if market.phase < codes.SETTLING and not is_kept:
            stop = KeepHalted(b"", 0, market.asset, codes.HALTED, command.grounds, "")
            keep_halted(turn, market, stop)
    dex.is_disabled = True
    turn.emit(DexDisabled(dex.name, turn.time_ns))
