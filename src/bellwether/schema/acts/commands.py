"""Commands that act on markets of a running venue: listing, changes, phases, inputs (RULE-2)."""

from __future__ import annotations

from bellwether.schema.command import Command
from bellwether.schema.instrument import InstrumentSpec, MarginTier


class ListMarket(Command, frozen=True, tag="list_market"):
    """Proposes a market. `basis` is what its reference price rests on, dated (LIFE-2).

    A launch time of 0 is that of the approval. `variant` is the deployer's action, empty for an
    operator's act.
    """

    signer: bytes
    nonce: int
    spec: InstrumentSpec
    basis: str
    announcement: str
    variant: str = ""


class ChangeSpecification(Command, frozen=True, tag="change_spec"):
    """Proposes what differs between version `base` and `spec`, from `effective_ns` on (0: from the
    approval) (INST-1, RULE-2). `variant` is the deployer's action, empty for an operator's act."""

    signer: bytes
    nonce: int
    asset: int
    base: int
    spec: InstrumentSpec
    effective_ns: int
    grounds: str
    announcement: str
    variant: str = ""


class SetPhase(Command, frozen=True, tag="set_phase"):
    """Proposes a move along the table of phases (LIFE-1)."""

    signer: bytes
    nonce: int
    asset: int
    phase: int
    grounds: str
    announcement: str


class ResolveInput(Command, frozen=True, tag="resolve_input"):
    """Proposes to accept or reject a recorded observation, named by all that it is (RULE-4)."""

    signer: bytes
    nonce: int
    asset: int
    source: str
    kind: str
    value_e6: int
    observed_ns: int
    accept: bool
    grounds: str
    announcement: str


class KeepHalted(Command, frozen=True, tag="keep_halted"):
    """Proposes that a market stays as `status` says until it is resumed (LIFE-11, RULE-2)."""

    signer: bytes
    nonce: int
    asset: int
    status: int
    grounds: str
    announcement: str


class EnterEventPhase(Command, frozen=True, tag="event_phase"):
    """Proposes that a market enters a phase of its event clock (MARG-9, RULE-2)."""

    signer: bytes
    nonce: int
    asset: int
    phase: str
    grounds: str
    announcement: str


class InsertMarginTable(Command, frozen=True, tag="margin_table"):
    """A deployer writes down tiers that a later change can name; it binds no market."""

    signer: bytes
    nonce: int
    dex: str
    description: str
    tiers: tuple[MarginTier, ...]


class SetSubDeployers(Command, frozen=True, tag="sub_deployers"):
    """A deployer names keys that may send one of its actions: (variant, key, allowed)."""

    signer: bytes
    nonce: int
    dex: str
    changes: tuple[tuple[str, bytes, bool], ...]


class SetFeeRecipient(Command, frozen=True, tag="fee_recipient"):
    """A deployer names who gets its share of the dex's fees (ORD-7)."""

    signer: bytes
    nonce: int
    dex: str
    recipient: bytes


class PublishDisclosure(Command, frozen=True, tag="publish_disclosure"):
    """Writes down a text that a specification may then require (RULE-6)."""

    signer: bytes
    nonce: int
    version: int
    text: str


class AnnotateMarket(Command, frozen=True, tag="annotate"):
    """What a deployer says of a market, for people: nothing follows from it."""

    signer: bytes
    nonce: int
    asset: int
    category: str
    description: str
    display_name: str
    keywords: tuple[str, ...]
    variant: str = ""


class DisableDex(Command, frozen=True, tag="disable_dex"):
    """Proposes to halt every market of a dex for good and to list no more there."""

    signer: bytes
    nonce: int
    dex: str
    grounds: str
    announcement: str
    variant: str = ""


class ResumeVenue(Command, frozen=True, tag="resume"):
    """The venue was away until `resumed_ns`: its markets wait for fresh prices (PRICE-20a).

    The node submits it at its start, stamped with the time of the last command before, so that no
    timer of the time away runs without it.
    """

    resumed_ns: int


class SetVenueStatus(Command, frozen=True, tag="venue_status"):
    """What the venue's disk lets all markets take now (LIFE-13): OPEN, POST_ONLY or CANCEL_ONLY.

    The node submits it when it sees that the disk is slow or nearly full, and when it is well
    again; `cause` is DISK_SLOW or DISK_LOW, and BY_REQUEST where the venue is open.
    """

    status: int
    cause: int
    grounds: str
