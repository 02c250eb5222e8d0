"""Who may earn a part of the fees, and taking what was earned (ORD-7)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit, admit_for_dex
from bellwether.engine.state.turn import Turn
from bellwether.schema import rejects
from bellwether.schema.commands import ApproveBuilderFee, ClaimRewards, SetFeeRecipient
from bellwether.schema.events import (
    BuilderApproved,
    CommandRefused,
    FeeRecipientSet,
    RewardsClaimed,
)

MOST_BUILDERS: Final = 10
HIGHEST_FEE: Final = 100
"""Tenths of a basis point: 0.1 % of a fill."""
RATE_OF_A_TENTH_E9: Final = 10_000
"""A tenth of a basis point as a rate of 10^-9."""


def approve_builder_fee(turn: Turn, command: ApproveBuilderFee) -> None:
    """Lets a builder charge; the account's own key only."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True, True
    )
    if user is None:
        return
    builders = user.builders
    if not 0 <= command.most <= HIGHEST_FEE:
        turn.emit(CommandRefused(rejects.BUILDER_FEE_INVALID))
        return
    if turn.venue.is_agent(command.builder):
        turn.emit(CommandRefused(rejects.ADDRESS_IS_AGENT))
        return
    if command.builder not in builders and len(builders) >= MOST_BUILDERS:
        turn.emit(CommandRefused(rejects.TOO_MANY_BUILDERS))
        return
    if command.most > 0:
        turn.venue.user(command.builder)
        builders[command.builder] = command.most
    else:
        builders.pop(command.builder, None)
    turn.emit(BuilderApproved(user.address, command.builder, command.most))


def claim_rewards(turn: Turn, command: ClaimRewards) -> None:
    """Moves what was set aside into the user's account in each dex."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    earning = [account for account in user.accounts.values() if account.reward_e6 > 0]
    if not earning:
        turn.emit(CommandRefused(rejects.NO_REWARDS))
        return
    for account in earning:
        amount = account.reward_e6
        ledger = account.dex.ledger
        ledger.move(ledger.shares, account.cash, amount)
        account.reward_e6 = 0
        account.claimed_e6 += amount
        account.freshen()
        turn.emit(RewardsClaimed(user.address, account.dex.name, amount))


def set_fee_recipient(turn: Turn, command: SetFeeRecipient) -> None:
    """Names the account that gets the deployer's share; the deployer's own act only."""
    dex = turn.venue.dex_by_name.get(command.dex)
    who = admit_for_dex(turn, command.signer, command.nonce, 0, dex, "setFeeRecipient")
    if who is None or dex is None:
        return
    if who.key != dex.deployer:
        turn.emit(CommandRefused(rejects.ROLE_MISSING))
        return
    if turn.venue.is_agent(command.recipient):
        turn.emit(CommandRefused(rejects.ADDRESS_IS_AGENT))
        return
    dex.fee_recipient = dex.account(turn.venue.user(command.recipient))
    turn.emit(FeeRecipientSet(dex.name, command.recipient))
