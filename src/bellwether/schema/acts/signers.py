"""Accounts with several signers: becoming one (§3.1 of the dialect)."""

from __future__ import annotations

from bellwether.schema.command import Command


class ConvertToMultiSig(Command, frozen=True, tag="convert_multi_sig"):
    """From now on `threshold` of `signers` (20 bytes each) act together for the account.

    No signers and a threshold of 0 give it back to its own key.
    """

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    signers: tuple[bytes, ...]
    threshold: int
