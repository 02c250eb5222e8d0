"""Who may act, and only once: signers, agents, nonces and expiry (S2, S3 of the threat model)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.state.dex import Dex
from bellwether.engine.state.nonces import NonceWindow
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import Operator, User
from bellwether.schema import rejects
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
    account, a bad nonce. An expired action uses it.
    """
    known = turn.venue.signers.get(signer)
    if known is None or known.revoked:
        return _refuse(turn, rejects.SIGNER_UNKNOWN, 0)
    if known.is_agent:
        if by_master:
            return _refuse(turn, rejects.MASTER_ONLY, 0)
        if known.has_expired(turn.time_ns):
            return _refuse(turn, rejects.AGENT_EXPIRED, 0)
    user = known.user
    if account_for and account_for != user.address:
        sub = user.sub_accounts.get(account_for)
        if sub is None:
            return _refuse(turn, rejects.VAULT_UNKNOWN, 0)
        if for_itself:
            return _refuse(turn, rejects.SUB_ACCOUNT_MAY_NOT, 0)
        user = sub
    if not _use_nonce(turn, known.nonces, nonce):
        return None
    if expires_after and turn.time_ns > expires_after * NS_PER_MS:
        return _refuse(turn, rejects.EXPIRED, expires_after)
    return user


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
