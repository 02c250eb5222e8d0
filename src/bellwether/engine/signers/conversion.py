"""An account that becomes one of several signers, and back (RULE-10)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.schema import rejects
from bellwether.schema.commands import ConvertToMultiSig
from bellwether.schema.events import CommandRefused, SignersSet

MOST_SIGNERS: Final = 10


def convert_to_multi_sig(turn: Turn, command: ConvertToMultiSig) -> None:
    """Names who signs for the account from now on. Whoever was an agent before is one no more."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True, True
    )
    if user is None:
        return
    reason = _refusal(turn, user, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason))
        return
    user.co_signers = command.signers
    user.threshold = command.threshold
    for agent in list(user.agents.values()):
        user.dismiss(agent)
    turn.emit(SignersSet(user.address, command.signers, command.threshold))


def _refusal(turn: Turn, user: User, command: ConvertToMultiSig) -> int:
    signers = command.signers
    if not signers and command.threshold == 0:
        return rejects.ACCEPTED if user.threshold > 0 else rejects.NOT_MULTI_SIG
    if len(signers) > MOST_SIGNERS or not 1 <= command.threshold <= len(signers):
        return rejects.SIGNERS_INVALID
    seen: list[bytes] = []
    for key in signers:
        if key in seen:
            return rejects.SIGNERS_INVALID
        if key not in turn.venue.users:
            return rejects.SIGNER_HAS_NO_ACCOUNT
        seen.append(key)
    return rejects.ACCEPTED
