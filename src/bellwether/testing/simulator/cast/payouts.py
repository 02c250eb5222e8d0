"""Money that leaves, and accounts of several signers: asked for, approved, paid, paused."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec

from bellwether.schema.commands import (
    ActTogether,
    AnyCommand,
    ApproveWithdrawal,
    ConvertToMultiSig,
    Noop,
    PauseWithdrawals,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    RequestWithdrawal,
    ResumeWithdrawals,
    SetWithdrawalTerms,
    TransferBetweenDexes,
    UserCommand,
)
from bellwether.schema.parts.withdrawals import WithdrawalTerms
from bellwether.testing.simulator.cast.board import Board
from bellwether.testing.simulator.cast.traders import Head, trader

USD: Final = 10**6
SECOND_NS: Final = 10**9
TERMS: Final = WithdrawalTerms(
    USD,
    50 * USD,
    10 * SECOND_NS,
    300 * USD,
    60 * SECOND_NS,
    2,
    4_000 * USD,
    6_000 * USD,
    30 * SECOND_NS,
)
"""Terms under which everything happens to traders of little means within minutes."""


def ask(who: int, luck: Random, board: Board, head: Head) -> AnyCommand:
    """A trader asks for money, and now and then lets others sign for him, or these do."""
    signed_for = board.signers.get(trader(who))
    if signed_for is not None:
        return _together(trader(who), signed_for, luck, head)
    if luck.random() < 0.08:
        return _convert(luck, head)
    return _request(luck, head)


def _request(luck: Random, head: Head) -> RequestWithdrawal:
    dollars = luck.choice((0, 1, 5, 20, 60, 250, 400, 3_000, 50_000))
    to = luck.choice((head[0], head[0], b"\xab" * 20, b"\xac" * 20, bytes(20)))
    dex = luck.choice(("", "", "", "xyz", "none"))
    return RequestWithdrawal(*head, to, dex, dollars * USD + luck.randrange(2))


def _convert(luck: Random, head: Head) -> ConvertToMultiSig:
    keys = [trader(number) for number in luck.sample(range(12), luck.choice((1, 2, 3, 5)))]
    if luck.random() < 0.1:
        keys.append(keys[0])
    return ConvertToMultiSig(*head, tuple(keys), luck.randrange(len(keys) + 1))


def _together(
    account: bytes, signed_for: tuple[tuple[bytes, ...], int], luck: Random, head: Head
) -> AnyCommand:
    """Mostly enough of them; sometimes too few, a stranger, or the own key alone."""
    keys, threshold = signed_for
    _, _, nonce, expires = head
    inner_head = (account, b"", nonce, expires)
    inner: UserCommand = _request(luck, inner_head)
    roll = luck.randrange(10)
    if roll == 0:
        return inner
    if roll < 4:
        inner = ConvertToMultiSig(*inner_head, (), 0)
    elif roll == 4:
        inner = TransferBetweenDexes(*inner_head, luck.choice(keys), "", "", luck.randrange(10**7))
    elif roll == 5:
        inner = Noop(*inner_head)
    approvers = luck.sample(keys, threshold)
    if luck.random() < 0.15:
        approvers = luck.choice((approvers[1:], approvers + approvers[:1], [trader(11)]))
    sender = luck.choice(keys)
    return ActTogether(sender, account, nonce, expires, tuple(approvers), inner)


def handle(key: bytes, nonce: int, luck: Random, board: Board) -> AnyCommand:
    """What the custodian and the operators do with what waits."""
    waiting = sorted(board.waiting)
    number = luck.choice(waiting) if waiting and luck.random() < 0.95 else luck.randrange(1, 20)
    roll = luck.randrange(40)
    if roll == 0:
        return PauseWithdrawals(key, nonce, luck.choice(("a leak", "")))
    if roll < 4:
        return ResumeWithdrawals(key, nonce, "found", "Withdrawals go on.")
    if roll < 6:
        terms = msgspec.structs.replace(
            TERMS,
            delayed_above_e6=luck.choice((20, 80)) * USD,
            new_address_delay_ns=luck.choice((0, 30, 90)) * SECOND_NS,
        )
        return SetWithdrawalTerms(key, nonce, terms, "Because.", "Other terms.")
    if roll < 8:
        return RefuseWithdrawal(key, nonce, number, luck.choice(("unknown address", "")))
    if roll < 20:
        return ApproveWithdrawal(key, nonce, number)
    return ReleaseWithdrawal(key, nonce, number, f"{luck.randrange(400)}")
