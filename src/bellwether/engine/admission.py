"""Who may act, and only once: signers, agents, nonces and expiry (S2, S3 of the threat model)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.state.dex import Dex
from bellwether.engine.state.nonces import NonceWindow
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import Operator, Signer, User
from bellwether.schema import rejects
from bellwether.schema.commands import ActTogether
from bellwether.schema.events import CommandRefused
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_MS

DAY_MS: Final = 86_400_000
NONCE_PAST_MS: Final = 2 * DAY_MS
NONCE_FUTURE_MS: Final = DAY_MS


def admit(
    turn: Turn,
    signer: bytes,
    account_for: bytes,
    nonce: int,
    expires_after: int,
    by_master: bool,
    for_itself: bool = False,
) -> User | None:
    """The user a signed command acts for, its nonce used; or None and a CommandRefused.

    A key and its agents act for the account and for its sub-accounts; `for_itself` is what no
    sub-account does. Refusals before the nonce leave it unused: an unknown signer, a foreign
    account, a bad nonce. An expired action uses it. Of what several signers do together, the nonce
    has been used.
    """
    known = turn.venue.signers.get(signer)
    if known is None or known.revoked:
        return _refuse(turn, rejects.SIGNER_UNKNOWN, 0)
    if known.is_agent:
        if by_master:
            return _refuse(turn, rejects.MASTER_ONLY, 0)
        if known.has_expired(turn.time_ns):
            return _refuse(turn, rejects.AGENT_EXPIRED, 0)
    elif known.user.threshold > 0 and not turn.acts_together:
        return _refuse(turn, rejects.MULTI_SIG_REQUIRED, 0)
    user = known.user
    if account_for and account_for != user.address:
        sub = user.sub_accounts.get(account_for)
        if sub is None:
            return _refuse(turn, rejects.VAULT_UNKNOWN, 0)
        if for_itself:
            return _refuse(turn, rejects.SUB_ACCOUNT_MAY_NOT, 0)
        user = sub
    if not turn.acts_together and not _use_nonce(turn, known.nonces, nonce):
        return None
    if expires_after and turn.time_ns > expires_after * NS_PER_MS:
        return _refuse(turn, rejects.EXPIRED, expires_after)
    return user


def admit_together(turn: Turn, command: ActTogether) -> bool:
    """May these signers act for the account together? The sender's nonce is then used.

    The sender is one of the account's signers or an agent of one; approvals are of their own keys,
    each once and as many as the account asks for.
    """
    sender = turn.venue.signers.get(command.signer)
    reason = _together_refusal(turn, sender, command)
    user = turn.venue.users.get(command.account)
    if reason != rejects.ACCEPTED or sender is None or user is None:
        _refuse(turn, reason, 0 if user is None else user.threshold)
        return False
    if not _use_nonce(turn, sender.nonces, command.nonce):
        return False
    if command.expires_after and turn.time_ns > command.expires_after * NS_PER_MS:
        _refuse(turn, rejects.EXPIRED, command.expires_after)
        return False
    return True


def _together_refusal(turn: Turn, sender: Signer | None, command: ActTogether) -> int:
    if sender is None or sender.revoked:
        return rejects.SIGNER_UNKNOWN
    if sender.is_agent and 0 < sender.valid_until_ms * NS_PER_MS < turn.time_ns:
        return rejects.AGENT_EXPIRED
    user = turn.venue.users.get(command.account)
    if user is None or user.threshold == 0 or command.inner.signer != command.account:
        return rejects.NOT_MULTI_SIG
    if sender.user.address not in user.co_signers:
        return rejects.OUTER_SIGNER_FOREIGN
    seen: list[bytes] = []
    for key in command.approvers:
        if key not in user.co_signers:
            return rejects.CO_SIGNER_FOREIGN
        if key in seen:
            return rejects.CO_SIGNER_REPEATED
        seen.append(key)
    return rejects.ACCEPTED if len(seen) >= user.threshold else rejects.TOO_FEW_SIGNATURES


def admit_operator(
    turn: Turn, key: bytes, nonce: int, roles: int, or_else: bool = False
) -> Operator | None:
    """The operator whose key holds one of `roles`, its nonce used; or None and a refusal.

    `or_else` is another reason than a role why a key that is known may act.
    """
    operator = turn.venue.operators.get(key)
    if operator is None or (operator.roles & roles == 0 and not or_else):
        _refuse(turn, rejects.ROLE_MISSING, 0)
        return None
    if not _use_nonce(turn, operator.nonces, nonce):
        return None
    return operator


def admit_for_dex(
    turn: Turn, key: bytes, nonce: int, roles: int, dex: Dex | None, variant: str
) -> Operator | None:
    """The same, or the deployer of the dex (or one of its sub-deployers) with this action."""
    deploys = dex is not None and dex.deploys(key, variant)
    return admit_operator(turn, key, nonce, roles, deploys)


def _use_nonce(turn: Turn, nonces: NonceWindow, nonce: int) -> bool:
    if turn.venue.check_nonce_window:
        now_ms = div_down(turn.time_ns, NS_PER_MS)
        if nonce > now_ms + NONCE_FUTURE_MS:
            _refuse(turn, rejects.NONCE_TOO_HIGH, now_ms + NONCE_FUTURE_MS)
            return False
        if nonce < now_ms - NONCE_PAST_MS:
            _refuse(turn, rejects.NONCE_TOO_OLD, now_ms - NONCE_PAST_MS)
            return False
    reason = nonces.refusal(nonce)
    if reason != rejects.ACCEPTED:
        _refuse(turn, reason, nonces.floor())
        return False
    nonces.use(nonce)
    return True


def _refuse(turn: Turn, reason: int, detail: int) -> User | None:
    """Always None: a refused command acts for nobody."""
    turn.emit(CommandRefused(reason, detail))
    return None
