"""Why an act that takes one key would be refused: asked before it is sent, and changes nothing."""

from __future__ import annotations

from typing import Final

from bellwether.engine.acts.halts import status_refusal
from bellwether.engine.handlers.disclosures import publication_refusal
from bellwether.engine.handlers.operators import (
    attributes_refusal,
    credit_refusal,
    debit_refusal,
)
from bellwether.engine.liquidation.waterfall.capital import paying_in_refusal
from bellwether.engine.state.turn import Turn
from bellwether.engine.withdrawals.payment import (
    WATCHING,
    approving_refusal,
    releasing_refusal,
    returning_refusal,
)
from bellwether.engine.withdrawals.steering import pausing_refusal
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    Announce,
    ApproveWithdrawal,
    Credit,
    Debit,
    PauseWithdrawals,
    PayInCapital,
    PublishDisclosure,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    SetAccount,
    SetTradingStatus,
)
from bellwether.schema.events import CommandRefused

OnePayout = ApproveWithdrawal | ReleaseWithdrawal | RefuseWithdrawal
ONE_PAYOUT: Final = (ApproveWithdrawal, ReleaseWithdrawal, RefuseWithdrawal)
"""What is about a single withdrawal."""

Alone = (
    Credit
    | Debit
    | PayInCapital
    | SetAccount
    | SetTradingStatus
    | PauseWithdrawals
    | OnePayout
    | Announce
    | PublishDisclosure
)
ALONE: Final = (
    Credit,
    Debit,
    PayInCapital,
    SetAccount,
    SetTradingStatus,
    PauseWithdrawals,
    ApproveWithdrawal,
    ReleaseWithdrawal,
    RefuseWithdrawal,
    Announce,
    PublishDisclosure,
)
"""What can be asked beforehand."""


def roles_of(command: Alone) -> int:
    """The roles of which its key needs one."""
    if isinstance(command, Credit | Debit | PayInCapital | ReleaseWithdrawal):
        return codes.CUSTODIAN
    if isinstance(command, ApproveWithdrawal | RefuseWithdrawal):
        return WATCHING
    if isinstance(command, SetAccount):
        return codes.COMPLIANCE
    if isinstance(command, SetTradingStatus):
        return codes.RISK
    if isinstance(command, PauseWithdrawals):
        return codes.RISK | codes.SETTLER | codes.CUSTODIAN
    if isinstance(command, Announce):
        return codes.LISTER
    return codes.LISTER | codes.COMPLIANCE


def refusal_alone(turn: Turn, command: Alone) -> CommandRefused | None:
    """Why the engine would refuse it now, its key's role and nonce apart."""
    if isinstance(command, Credit):
        return credit_refusal(turn, command)
    if isinstance(command, Debit):
        return debit_refusal(turn, command)
    if isinstance(command, SetAccount):
        return attributes_refusal(turn, command)
    if isinstance(command, ONE_PAYOUT):
        return _payout_refusal(turn, command)
    reason = rejects.ACCEPTED
    if isinstance(command, PayInCapital):
        reason = paying_in_refusal(turn, command)
    elif isinstance(command, SetTradingStatus):
        market = turn.venue.markets[command.asset]
        reason = status_refusal(turn, market, command.status)
    elif isinstance(command, PauseWithdrawals):
        reason = pausing_refusal(turn, command)
    elif isinstance(command, PublishDisclosure):
        reason = publication_refusal(turn.venue, command)
    return None if reason == rejects.ACCEPTED else CommandRefused(reason)


def _payout_refusal(turn: Turn, command: OnePayout) -> CommandRefused | None:
    if isinstance(command, ApproveWithdrawal):
        return approving_refusal(turn, command)
    if isinstance(command, ReleaseWithdrawal):
        return releasing_refusal(turn, command)
    return returning_refusal(turn, command)
