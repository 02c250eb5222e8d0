"""Whose signatures a `multiSig` action bears (§3.1 of the API notes, RULE-10).

The sender signs the whole action without its type; each of the others signs what is asked for,
together with the account it is for and the sender's address. How the account's signers are bound
together is the engine's business.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from bellwether.engine.state.user import User
from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import signing
from bellwether.gateway.hyperliquid.decode import Envelope, MultiSig, Signature, address_of
from bellwether.gateway.hyperliquid.recovery import Recoverer
from bellwether.gateway.hyperliquid.signing import USER_SIGNED

BOTH_CHAINS = (("Testnet", "b"), ("Mainnet", "a"))
OWN_CHAIN = (("Testnet", "b"),)
"""What a signature names its chain by: user-signed and L1 actions."""

_ABSTRACTIONS = {"i": "disabled", "u": "unifiedAccount", "p": "portfolioMargin"}
"""On the wire a letter stands for the word that was signed."""


class Party(NamedTuple):
    """Who sends, for which account, and who has signed: addresses of 20 bytes."""

    sender: bytes
    account: bytes
    approvers: tuple[bytes, ...]


async def party_of(
    envelope: Envelope,
    action: MultiSig,
    user: User | None,
    recoverer: Recoverer,
    takes_mainnet: bool,
) -> Party:
    """Recovers every signer; `user` is the account's, None where there is none such.

    Raises Refused where the sender has not signed, and WrongShape.
    """
    payload = action.payload
    account = address_of(payload.multi_sig_user, "action.payload.multiSigUser")
    sender = address_of(payload.outer_signer, "action.payload.outerSigner")
    chains = BOTH_CHAINS if takes_mainnet else OWN_CHAIN
    await _check_sender(envelope, sender, recoverer, chains)
    messages = _messages(envelope, account, sender, chains)
    known = () if user is None else user.co_signers
    approvers = [
        await _approver(signature, messages, known, recoverer) for signature in action.signatures
    ]
    return Party(sender, account, tuple(approvers))


async def _check_sender(
    envelope: Envelope, sender: bytes, recoverer: Recoverer, chains: tuple[tuple[str, str], ...]
) -> None:
    """The whole action is signed by who is named as its sender."""
    hashed = {name: value for name, value in envelope.action.items() if name != "type"}
    fields = {
        **envelope.action,
        "multiSigActionHash": signing.keccak(_payload(hashed, envelope)),
        "nonce": envelope.nonce,
    }
    signature = _bytes_of(envelope.signature)
    for chain, _ in chains:
        digest = signing.user_signed_digest({**fields, "hyperliquidChain": chain})
        if await recoverer.recover(signing.digest_message(digest), signature) == sender:
            return
    raise Refused(f"Multi-sig outer signer 0x{sender.hex()} has not signed this action.")


async def _approver(
    signature: Signature, messages: list[bytes], known: tuple[bytes, ...], recoverer: Recoverer
) -> bytes:
    """Of the possible chains, the one by which a signer of the account is found."""
    stranger = b""
    for message in messages:
        address = await recoverer.recover(message, _bytes_of(signature))
        if address in known:
            return address
        stranger = stranger or address
    return stranger


def _messages(
    envelope: Envelope, account: bytes, sender: bytes, chains: tuple[tuple[str, str], ...]
) -> list[bytes]:
    """What the account's signers sign, for each chain that may be meant."""
    inner: dict[str, Any] = envelope.action["payload"]["action"]
    names = ("0x" + account.hex(), "0x" + sender.hex())
    if inner.get("type") not in USER_SIGNED:
        payload = _payload([*names, inner], envelope)
        return [signing.agent_message(payload, source) for _, source in chains]
    if inner.get("hyperliquidChain") not in [chain for chain, _ in chains]:
        raise WrongShape(f"hyperliquidChain: expected {' or '.join(chain for chain, _ in chains)}")
    if inner.get("time", inner.get("nonce")) != envelope.nonce:
        raise Refused("Nonce mismatch.")
    fields = {**inner, "payloadMultiSigUser": names[0], "outerSigner": names[1]}
    if inner["type"] == "userSetAbstraction":
        word = inner.get("abstraction")
        fields["abstraction"] = _ABSTRACTIONS.get(word, word) if isinstance(word, str) else word
    return [signing.digest_message(signing.user_signed_digest(fields, signing.TOGETHER))]


def _payload(hashed: Any, envelope: Envelope) -> bytes:
    vault = envelope.vault_address
    return signing.connection_payload(
        msgspec.msgpack.encode(hashed),
        envelope.nonce,
        None if vault is None else address_of(vault, "vaultAddress"),
        envelope.expires_after,
    )


def _bytes_of(signature: Signature) -> bytes:
    return signing.signature_bytes(signature.r, signature.s, signature.v)
