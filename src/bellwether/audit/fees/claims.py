"""Who may earn a part of the fees, and taking what was earned (ORD-7)."""

from __future__ import annotations

from bellwether.audit.payouts.signers import Signers
from bellwether.audit.things import User
from bellwether.schema import rejects
from bellwether.schema.commands import ApproveBuilderFee, ClaimRewards, SetFeeRecipient
from bellwether.schema.events import BuilderApproved, FeeRecipientSet, RewardsClaimed

MOST_BUILDERS, HIGHEST_FEE = 10, 100


class Claims(Signers):
    """Builders that an account approves, a deployer's recipient, and claims."""

    def is_agent(self, key: bytes) -> bool:
        """Was this key approved to sign for the account of another?"""
        signer = self.signers.get(key)
        return signer is not None and signer.is_agent

    def approve_builder(self, user: User, command: ApproveBuilderFee) -> None:
        """The account's own key lets a builder charge, up to 0.1 %."""
        builder, most = command.builder, command.most
        if not 0 <= most <= HIGHEST_FEE:
            self.command_refused(rejects.BUILDER_FEE_INVALID)
        elif self.is_agent(builder):
            self.command_refused(rejects.ADDRESS_IS_AGENT)
        elif builder not in user.builders and len(user.builders) >= MOST_BUILDERS:
            self.command_refused(rejects.TOO_MANY_BUILDERS)
        else:
            if most:
                self.user(builder)
                user.builders[builder] = most
            else:
                user.builders.pop(builder, None)
            self.script.say(BuilderApproved(user.address, builder, most))

    def claim_rewards(self, user: User, command: ClaimRewards) -> None:
        """What was set aside goes into the accounts, dex by dex."""
        earning = [dex for dex in user.cash if user.rewards.get(dex, 0) > 0]
        if not earning:
            self.command_refused(rejects.NO_REWARDS)
        for dex in earning:
            amount = user.rewards.pop(dex)
            user.cash[dex] += amount
            self.script.say(RewardsClaimed(user.address, dex, amount))

    def set_fee_recipient(self, command: SetFeeRecipient) -> None:
        """The deployer's own act: who gets its share of the dex's fees."""
        deploys = self.deploys_in(command.signer, command.dex, "setFeeRecipient")
        if not self.admit_operator(command.signer, command.nonce, 0, deploys):
            return
        dex = self.dexes[command.dex]
        if dex.deployer != command.signer:
            self.command_refused(rejects.ROLE_MISSING)
        elif self.is_agent(command.recipient):
            self.command_refused(rejects.ADDRESS_IS_AGENT)
        else:
            self.account(self.user(command.recipient), dex.name)
            dex.fee_recipient = command.recipient
            self.script.say(FeeRecipientSet(dex.name, command.recipient))
