"""What an account says of its sub-accounts, its name and a position's margin (RULE-5, MARG-5)."""

from __future__ import annotations

from bellwether.schema.command import Command


class CreateSubAccount(Command, frozen=True, tag="create_sub"):
    """Opens a further account of the signer's, with the same owner and a name (RULE-5)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    name: str


class NameAccount(Command, frozen=True, tag="name_account"):
    """Names the signer's `account` (20 bytes): its own, or one of its sub-accounts."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    account: bytes
    name: str


class TopUpIsolatedMargin(Command, frozen=True, tag="top_up"):
    """Adds margin to an isolated position until it stands at `leverage_e6` millionths (MARG-5)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    asset: int
    leverage_e6: int
