"""Which handler a command about withdrawals has (RULE-9)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.state.turn import Turn
from bellwether.engine.withdrawals.payment import (
    approve_withdrawal,
    refuse_withdrawal,
    release_withdrawal,
)
from bellwether.engine.withdrawals.requests import request_withdrawal
from bellwether.engine.withdrawals.steering import pause_withdrawals
from bellwether.schema.commands import (
    ApproveWithdrawal,
    PauseWithdrawals,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    RequestWithdrawal,
)

Payout = (
    RequestWithdrawal | ApproveWithdrawal | ReleaseWithdrawal | RefuseWithdrawal | PauseWithdrawals
)
PAYOUTS: Final = (
    RequestWithdrawal,
    ApproveWithdrawal,
    ReleaseWithdrawal,
    RefuseWithdrawal,
    PauseWithdrawals,
)


def carry_out_payout(turn: Turn, command: Payout) -> None:
    """Hands the command to its handler."""
    if isinstance(command, RequestWithdrawal):
        request_withdrawal(turn, command)
    elif isinstance(command, ApproveWithdrawal):
        approve_withdrawal(turn, command)
    elif isinstance(command, ReleaseWithdrawal):
        release_withdrawal(turn, command)
    elif isinstance(command, RefuseWithdrawal):
        refuse_withdrawal(turn, command)
    else:
        pause_withdrawals(turn, command)
