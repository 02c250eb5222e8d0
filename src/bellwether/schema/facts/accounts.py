"""Events of accounts: attributes, settings, agents and the dead man's switch."""

from __future__ import annotations

from bellwether.schema.event import Event


class AccountSet(Event, frozen=True, tag="account_set"):
    account: bytes
    jurisdiction: str
    client_class: str
    owner: str


class SubAccountCreated(Event, frozen=True, tag="sub_created"):
    """A further account of `master`'s, with its attributes, owner and agents (RULE-5)."""

    master: bytes
    account: bytes
    name: str


class SubAccountTransferred(Event, frozen=True, tag="sub_transferred"):
    """Collateral of the main dex has moved between two accounts of one master."""

    source: bytes
    destination: bytes
    amount: int
    nonce: int


class AccountNamed(Event, frozen=True, tag="account_named"):
    """An account's name; empty where it has none any more."""

    account: bytes
    name: str


class DisclosureAccepted(Event, frozen=True, tag="disclosure_accepted"):
    """An account accepted a version of a text by its SHA-256; `asset` is where it was read."""

    account: bytes
    asset: int
    version: int
    text_hash: bytes


class DisclosurePublished(Event, frozen=True, tag="disclosure_published"):
    """A text that specifications may require from now on, with its SHA-256 (32 bytes)."""

    time_ns: int
    operator: bytes
    version: int
    text_hash: bytes
    text: str


class LeverageUpdated(Event, frozen=True, tag="leverage_updated"):
    account: bytes
    asset: int
    is_cross: bool
    leverage: int


class IsolatedMarginUpdated(Event, frozen=True, tag="isolated_margin_updated"):
    account: bytes
    asset: int
    amount: int


class AgentApproved(Event, frozen=True, tag="agent_approved"):
    account: bytes
    agent: bytes
    name: str
    valid_until_ms: int


class SignersSet(Event, frozen=True, tag="signers_set"):
    """`threshold` of `signers` act together for the account; no signers: its own key does."""

    account: bytes
    signers: tuple[bytes, ...]
    threshold: int


class BuilderApproved(Event, frozen=True, tag="builder_approved"):
    """A builder may charge up to `most` tenths of a basis point from now on (ORD-7)."""

    account: bytes
    builder: bytes
    most: int


class RewardsClaimed(Event, frozen=True, tag="rewards_claimed"):
    """What was earned as a builder or deployer in a dex is in the account, micro-USD."""

    account: bytes
    dex: str
    amount: int


class CancelScheduled(Event, frozen=True, tag="cancel_scheduled"):
    account: bytes
    time_ms: int


class ScheduledCancelRan(Event, frozen=True, tag="cancel_ran"):
    """The dead man's switch of an account fired; its orders end in the same command."""

    account: bytes
    time_ns: int
