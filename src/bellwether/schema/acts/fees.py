"""What an account says of the fees that others take or give (ORD-7)."""

from __future__ import annotations

from bellwether.schema.command import Command


class ApproveBuilderFee(Command, frozen=True, tag="approve_builder"):
    """A builder may charge up to `most` tenths of a basis point; 0 takes it back (ORD-7)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    builder: bytes
    most: int


class ClaimRewards(Command, frozen=True, tag="claim_rewards"):
    """Takes what was earned as a builder or deployer into the accounts, dex by dex."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
