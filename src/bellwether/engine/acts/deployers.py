"""What a dex's deployer may do alone: name keys for its actions, write margin tiers down.

Neither binds a market: tiers come into force by a change, which takes a second operator.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from bellwether.engine.admission import admit_for_dex
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import Operator
from bellwether.schema import rejects
from bellwether.schema.commands import InsertMarginTable, SetSubDeployers
from bellwether.schema.events import CommandRefused, DeployerBound, MarginTableInserted
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
