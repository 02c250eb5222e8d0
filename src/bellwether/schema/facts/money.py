"""Events of money that comes, moves and leaves (RULE-3, RULE-9). Amounts are micro-USD."""

from __future__ import annotations

from bellwether.schema.event import Event
from bellwether.schema.parts.withdrawals import AmountTerms


class Credited(Event, frozen=True, tag="credited"):
    account: bytes
    dex: str
    amount: int
    reference: str


class Debited(Event, frozen=True, tag="debited"):
    account: bytes
    dex: str
    amount: int
    reference: str


class Transferred(Event, frozen=True, tag="transferred"):
    source: bytes
    destination: bytes
    source_dex: str
    destination_dex: str
    amount: int
    nonce: int


class WithdrawalRequested(Event, frozen=True, tag="withdrawal_requested"):
    """Money has left the account and is kept apart; it is paid from `due_ns` on, once as many keys
    as `approvals` says have agreed."""

    withdrawal_id: int
    account: bytes
    destination: bytes
    dex: str
    amount: int
    nonce: int
    due_ns: int
    approvals: int


class WithdrawalApproved(Event, frozen=True, tag="withdrawal_approved"):
    withdrawal_id: int
    operator: bytes


class WithdrawalReleased(Event, frozen=True, tag="withdrawal_released"):
    """The custodian has paid; the money is the venue's no more."""

    withdrawal_id: int
    account: bytes
    dex: str
    amount: int
    operator: bytes
    reference: str


class WithdrawalRefused(Event, frozen=True, tag="withdrawal_refused"):
    """The money is back in the account."""

    withdrawal_id: int
    account: bytes
    dex: str
    amount: int
    operator: bytes
    grounds: str


class WithdrawalsPaused(Event, frozen=True, tag="withdrawals_paused"):
    operator: bytes
    grounds: str


class WithdrawalsResumed(Event, frozen=True, tag="withdrawals_resumed"):
    """Two operators have let money leave again."""


class WithdrawalTermsSet(Event, frozen=True, tag="withdrawal_terms_set"):
    """Two operators have set other terms; `NewAddressDelaySet` follows if that has changed, too."""

    terms: AmountTerms


class NewAddressDelaySet(Event, frozen=True, tag="new_address_delay_set"):
    """So long, in nanoseconds, an address waits from now on that is new to its account."""

    delay_ns: int
