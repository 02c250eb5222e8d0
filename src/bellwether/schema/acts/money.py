"""Commands about money that comes, moves and leaves (RULE-3, RULE-9)."""

from __future__ import annotations

from bellwether.schema.command import Command
from bellwether.schema.parts.withdrawals import WithdrawalTerms


class TransferBetweenDexes(Command, frozen=True, tag="transfer"):
    """Moves collateral of one owner from dex to dex, or to another account."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    destination: bytes
    source_dex: str
    destination_dex: str
    amount_e6: int


class Credit(Command, frozen=True, tag="credit"):
    """A deposit seen by the custodian; `reference` is unique (RULE-3)."""

    signer: bytes
    nonce: int
    user: bytes
    dex: str
    amount_e6: int
    reference: str


class Debit(Command, frozen=True, tag="debit"):
    """A withdrawal paid by the custodian; leaves MARG-6's requirement in the account."""

    signer: bytes
    nonce: int
    user: bytes
    dex: str
    amount_e6: int
    reference: str


class RequestWithdrawal(Command, frozen=True, tag="withdraw"):
    """The account's owner asks for money to be paid to `destination` (20 bytes) (RULE-9)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    destination: bytes
    dex: str
    amount_e6: int


class ApproveWithdrawal(Command, frozen=True, tag="approve_withdrawal"):
    """One of the keys that a large withdrawal needs agrees to it."""

    signer: bytes
    nonce: int
    withdrawal_id: int


class ReleaseWithdrawal(Command, frozen=True, tag="release_withdrawal"):
    """The custodian has paid a withdrawal out; `reference` is unique."""

    signer: bytes
    nonce: int
    withdrawal_id: int
    reference: str


class RefuseWithdrawal(Command, frozen=True, tag="refuse_withdrawal"):
    """The custodian does not pay: the money returns to its account."""

    signer: bytes
    nonce: int
    withdrawal_id: int
    grounds: str


class PauseWithdrawals(Command, frozen=True, tag="pause_withdrawals"):
    """One operator stops all money from leaving."""

    signer: bytes
    nonce: int
    grounds: str


class ResumeWithdrawals(Command, frozen=True, tag="resume_withdrawals"):
    """Proposes that money may leave again (RULE-2)."""

    signer: bytes
    nonce: int
    grounds: str
    announcement: str


class SetWithdrawalTerms(Command, frozen=True, tag="withdrawal_terms"):
    """Proposes other terms; what waits already keeps its own (RULE-2)."""

    signer: bytes
    nonce: int
    terms: WithdrawalTerms
    grounds: str
    announcement: str
