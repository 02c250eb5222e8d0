"""Accounts that several keys sign for together (RULE-10)."""

from __future__ import annotations

from bellwether.audit.arithmetic import MS_NS
from bellwether.audit.payouts.withdrawals import Payouts
from bellwether.audit.things import Signer, User
from bellwether.schema import rejects
from bellwether.schema.commands import ActTogether, ConvertToMultiSig
from bellwether.schema.events import SignersSet

MOST_SIGNERS = 10


class Signers(Payouts):
    """Who may sign for whom, where one key is not enough."""

    def convert(self, user: User, command: ConvertToMultiSig) -> None:
        """One to ten signers with accounts of their own, or none: the own key again."""
        keys, threshold = command.signers, command.threshold
        if not keys and threshold == 0:
            if not user.threshold:
                self.command_refused(rejects.NOT_MULTI_SIG)
                return
        elif len(keys) > MOST_SIGNERS or not 0 < threshold <= len(keys):
            self.command_refused(rejects.SIGNERS_INVALID)
            return
        for place, key in enumerate(keys):
            if key in keys[:place]:
                self.command_refused(rejects.SIGNERS_INVALID)
                return
            if key not in self.users:
                self.command_refused(rejects.SIGNER_HAS_NO_ACCOUNT)
                return
        user.co_signers, user.threshold = set(keys), threshold
        for agent in user.agents.values():
            agent.revoked = True
        user.agents.clear()
        self.script.say(SignersSet(user.address, keys, threshold))

    def admit_together(self, command: ActTogether) -> bool:
        """Do enough of the account's signers agree, and does one of them send it?"""
        sender = self.signers.get(command.signer)
        user = self.users.get(command.account)
        reason = self.together_refusal(sender, user, command)
        if sender is None or reason:
            self.command_refused(reason, 0 if user is None else user.threshold)
            return False
        if not self.use_nonce(sender.nonces, command.nonce):
            return False
        if command.expires_after and self.now > command.expires_after * MS_NS:
            self.command_refused(rejects.EXPIRED, command.expires_after)
            return False
        return True

    def together_refusal(
        self, sender: Signer | None, user: User | None, command: ActTogether
    ) -> int:
        """What stands against acting together; the nonce is not used then."""
        if sender is None or sender.revoked:
            return rejects.SIGNER_UNKNOWN
        if sender.is_agent and 0 < sender.valid_until_ms * MS_NS < self.now:
            return rejects.AGENT_EXPIRED
        if user is None or not user.threshold or command.inner.signer != command.account:
            return rejects.NOT_MULTI_SIG
        if sender.user.address not in user.co_signers:
            return rejects.OUTER_SIGNER_FOREIGN
        for place, key in enumerate(command.approvers):
            if key not in user.co_signers:
                return rejects.CO_SIGNER_FOREIGN
            if key in command.approvers[:place]:
                return rejects.CO_SIGNER_REPEATED
        enough = len(command.approvers) >= user.threshold
        return rejects.ACCEPTED if enough else rejects.TOO_FEW_SIGNATURES
