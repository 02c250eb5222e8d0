"""Traders with more accounts than one: they open sub-accounts, fund them, and trade with them."""

from __future__ import annotations

from random import Random
from typing import Final

from bellwether.schema.commands import (
    AnyCommand,
    CreateSubAccount,
    NameAccount,
    TopUpIsolatedMargin,
    TransferBetweenDexes,
    UpdateLeverage,
)
from bellwether.testing.simulator.cast.board import Board
from bellwether.testing.simulator.cast.traders import Head, agent_key, trade, trader

_TRADES: Final = ("quote", "take", "take", "trigger", "twap", "settings", "odd")


def own(who: int, luck: Random, board: Board, head: Head) -> AnyCommand:
    """A command of an owner; one for an account of somebody else now and then."""
    subs = board.subs.get(trader(who), [])
    roll = luck.random()
    if not subs or roll < 0.03:
        return CreateSubAccount(*head, luck.choice(("carry", "hedge", "", "n" * 17)))
    others = [sub for found in board.subs.values() for sub in found]
    sub = luck.choice(subs if luck.random() < 0.95 else others)
    signer, _, nonce, expires = head
    for_sub = (signer, sub, nonce, expires)
    if roll < 0.06:
        return NameAccount(*head, luck.choice((sub, signer)), luck.choice(("", "other", "x" * 21)))
    if roll < 0.35:
        return _move(luck, head, for_sub)
    if roll < 0.42 and board.markets:
        asset = luck.choice(sorted(board.markets))
        if luck.random() < 0.5:
            return UpdateLeverage(*for_sub, asset, False, luck.randrange(1, 6))
        return TopUpIsolatedMargin(*for_sub, asset, luck.choice((0, 500_000, 2_000_000, 4_500_000)))
    if roll < 0.5 and signer in board.agents:
        for_sub = (agent_key(who), sub, nonce, expires)
    return trade(luck.choice(_TRADES), who, luck, board, for_sub)


def _move(luck: Random, head: Head, for_sub: Head) -> AnyCommand:
    """Money to a sub-account, most often, or back, now and then by way of another dex."""
    signer, sub = head[0], for_sub[1]
    source, target = luck.choice((("", ""), ("", ""), ("xyz", "xyz"), ("", "xyz"), ("xyz", "")))
    amount = luck.randrange(4 * 10**9)
    if luck.random() < 0.7:
        return TransferBetweenDexes(*head, sub, source, target, amount)
    return TransferBetweenDexes(*for_sub, signer, source, target, amount)
