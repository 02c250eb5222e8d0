"""Commands: what may happen to a venue. Imperative names, one frozen struct each (ORD, RULE).

Signed commands carry the recovered `signer` (20 bytes), the `account_for` address (20 bytes, or
empty when the signer acts for itself or its master), the `nonce` (ms) and `expires_after` (ms, 0 =
never). Prices are price atoms and sizes lots of the market; `codes.UNREPRESENTABLE` stands for a
value given with more digits than the unit holds. Time is not here: the sequencer stamps it.
"""

from __future__ import annotations

import msgspec

from bellwether.schema.acts.accounts import (
    CreateSubAccount as CreateSubAccount,
    NameAccount as NameAccount,
    TopUpIsolatedMargin as TopUpIsolatedMargin,
)
from bellwether.schema.acts.commands import (
    AnnotateMarket as AnnotateMarket,
    ChangeSpecification as ChangeSpecification,
    DisableDex as DisableDex,
    EnterEventPhase as EnterEventPhase,
    InsertMarginTable as InsertMarginTable,
    KeepHalted as KeepHalted,
    ListMarket as ListMarket,
    PublishDisclosure as PublishDisclosure,
    ResolveInput as ResolveInput,
    ResumeVenue as ResumeVenue,
    SetFeeRecipient as SetFeeRecipient,
    SetPhase as SetPhase,
    SetSubDeployers as SetSubDeployers,
    SetVenueStatus as SetVenueStatus,
)
from bellwether.schema.acts.fees import (
    ApproveBuilderFee as ApproveBuilderFee,
    ClaimRewards as ClaimRewards,
)
from bellwether.schema.acts.life import (
    ConfirmListing as ConfirmListing,
    DeclareEvent as DeclareEvent,
    RebaseMarket as RebaseMarket,
    ReportExchangeHalt as ReportExchangeHalt,
    SettleMarket as SettleMarket,
    SubmitExternalPrice as SubmitExternalPrice,
    SubmitIndication as SubmitIndication,
    SubmitObservation as SubmitObservation,
)
from bellwether.schema.acts.losses import (
    PayInCapital as PayInCapital,
    SetAssignment as SetAssignment,
)
from bellwether.schema.acts.money import (
    ApproveWithdrawal as ApproveWithdrawal,
    Credit as Credit,
    Debit as Debit,
    PauseWithdrawals as PauseWithdrawals,
    RefuseWithdrawal as RefuseWithdrawal,
    ReleaseWithdrawal as ReleaseWithdrawal,
    RequestWithdrawal as RequestWithdrawal,
    ResumeWithdrawals as ResumeWithdrawals,
    SetWithdrawalTerms as SetWithdrawalTerms,
    TransferBetweenDexes as TransferBetweenDexes,
)
from bellwether.schema.acts.signers import ConvertToMultiSig as ConvertToMultiSig
from bellwether.schema.command import Command as Command
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.parts.withdrawals import WithdrawalTerms


class OrderRequest(
    msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True
):
    """One order of an action. `client_order_id` is 16 bytes or empty.

    A stop with `trail_atoms` (price atoms) or `trail_e6` (millionths of the price) follows the mark
    at this distance; its `trigger_price` is 0, for the venue derives it (ORD-1). `trigger_by` is
    the price that a trigger watches: the mark, the index or the last trade.
    """

    asset: int
    is_buy: bool
    price: int
    lots: int
    time_in_force: int = 1
    reduce_only: bool = False
    client_order_id: bytes = b""
    trigger: int = 0
    trigger_price: int = 0
    trail_atoms: int = 0
    trail_e6: int = 0
    trigger_by: int = 0


class PlaceOrders(Command, frozen=True, tag="place"):
    """`builder` (20 bytes or empty) asks for `builder_fee` tenths of a basis point of each fill."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    orders: tuple[OrderRequest, ...]
    grouping: int = 0
    builder: bytes = b""
    builder_fee: int = 0


class CancelOrders(Command, frozen=True, tag="cancel"):
    """`cancels` holds pairs of asset and order id."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    cancels: tuple[tuple[int, int], ...]


class CancelByClientId(Command, frozen=True, tag="cancel_cloid"):
    """`cancels` holds pairs of asset and client order id."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    cancels: tuple[tuple[int, bytes], ...]


class ModifyRequest(
    msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True
):
    """Replaces the order named by `order_id`, or by `client_order_id` where that is given."""

    order_id: int
    client_order_id: bytes
    order: OrderRequest


class ModifyOrders(Command, frozen=True, tag="modify"):
    """`renew_id`: the amended order gets a new id (Hyperliquid) or keeps its own (Kraken)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    modifies: tuple[ModifyRequest, ...]
    renew_id: bool = True


class ScheduleCancel(Command, frozen=True, tag="schedule_cancel"):
    """Dead man's switch at `time_ms`; 0 takes it away (ORD-1)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    time_ms: int


class PlaceTwap(Command, frozen=True, tag="twap"):
    """An order worked off in sub-orders every 30 s over so many minutes (ORD-1).

    With a trigger price it begins once the mark is there, or above (below) it; once it runs, a mark
    that reaches the stop price ends it. Both are price atoms, 0 where there is none.
    """

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    asset: int
    is_buy: bool
    lots: int
    reduce_only: bool
    minutes: int
    randomize: bool
    trigger_price: int = 0
    trigger_above: bool = False
    stop_price: int = 0


class CancelTwap(Command, frozen=True, tag="twap_cancel"):
    """Ends a running TWAP order."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    asset: int
    twap_id: int


class UpdateLeverage(Command, frozen=True, tag="leverage"):
    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    asset: int
    is_cross: bool
    leverage: int


class UpdateIsolatedMargin(Command, frozen=True, tag="isolated_margin"):
    """Moves `amount_e6` micro-USD into (or, negative, out of) an isolated position (MARG-5)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    asset: int
    amount_e6: int


class ApproveAgent(Command, frozen=True, tag="approve_agent"):
    """`valid_until_ms` 0 = no expiry; an empty name is the single unnamed slot."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    agent: bytes
    name: str
    valid_until_ms: int


class Noop(Command, frozen=True, tag="noop"):
    """Uses up a nonce and does nothing else."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int


class AcceptDisclosure(Command, frozen=True, tag="accept_disclosure"):
    """The account accepts the text with this SHA-256 (32 bytes) that `asset` requires (RULE-6)."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    asset: int
    text_hash: bytes


class SetAccount(Command, frozen=True, tag="set_account"):
    """Compliance attributes of an account (RULE-5)."""

    signer: bytes
    nonce: int
    user: bytes
    jurisdiction: str
    client_class: str
    owner: str


class SetTradingStatus(Command, frozen=True, tag="set_status"):
    """Halts a market for up to an hour, or resumes it (LIFE-11).

    `variant` is the deployer's action, empty for an operator's act.
    """

    signer: bytes
    nonce: int
    asset: int
    status: int
    grounds: str
    variant: str = ""


class Announce(Command, frozen=True, tag="announce"):
    """Says something to everybody; `asset` -1 concerns the whole venue (RULE-7)."""

    signer: bytes
    nonce: int
    asset: int
    title: str
    text: str
    effective_ns: int


class DecideProposal(Command, frozen=True, tag="decide"):
    """A different operator approves or rejects what was proposed (RULE-2)."""

    signer: bytes
    nonce: int
    proposal_id: int
    approve: bool


class AdvanceTime(Command, frozen=True, tag="time"):
    """Lets every timer up to the stamped time run."""


class GenesisAccount(
    msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True
):
    user: bytes
    jurisdiction: str
    client_class: str
    balances: tuple[tuple[str, int], ...]


class Genesis(Command, frozen=True, tag="genesis"):
    """Founds a venue: always the first command, never a later one. `sources` binds the name of a
    price source to the key that speaks for it, `deployers` the name of a dex to its deployer's.
    Accounts of a dev world have accepted every disclosure, unless `requires_disclosures` has them
    asked like all others (RULE-6). `withdrawals` are the terms on which money leaves (RULE-9)."""

    dexes: tuple[str, ...]
    markets: tuple[InstrumentSpec, ...]
    operators: tuple[tuple[bytes, int], ...]
    accounts: tuple[GenesisAccount, ...]
    check_nonce_window: bool = True
    dev: bool = False
    sources: tuple[tuple[str, bytes], ...] = ()
    deployers: tuple[tuple[str, bytes], ...] = ()
    requires_disclosures: bool = False
    withdrawals: WithdrawalTerms = WithdrawalTerms()


OperatorCommand = (
    Credit
    | Debit
    | PayInCapital
    | ApproveWithdrawal
    | ReleaseWithdrawal
    | RefuseWithdrawal
    | PauseWithdrawals
    | ResumeWithdrawals
    | SetWithdrawalTerms
    | SetAccount
    | SetTradingStatus
    | SubmitExternalPrice
    | SubmitIndication
    | ReportExchangeHalt
    | SubmitObservation
    | ConfirmListing
    | DeclareEvent
    | SettleMarket
    | RebaseMarket
    | ListMarket
    | ChangeSpecification
    | SetPhase
    | ResolveInput
    | KeepHalted
    | EnterEventPhase
    | InsertMarginTable
    | SetSubDeployers
    | SetFeeRecipient
    | PublishDisclosure
    | AnnotateMarket
    | DisableDex
    | Announce
    | DecideProposal
)

UserCommand = (
    PlaceOrders
    | CancelOrders
    | CancelByClientId
    | ModifyOrders
    | ScheduleCancel
    | PlaceTwap
    | CancelTwap
    | UpdateLeverage
    | UpdateIsolatedMargin
    | ApproveAgent
    | ApproveBuilderFee
    | ClaimRewards
    | TransferBetweenDexes
    | CreateSubAccount
    | NameAccount
    | TopUpIsolatedMargin
    | RequestWithdrawal
    | ConvertToMultiSig
    | Noop
    | AcceptDisclosure
    | SetAssignment
)
"""What an account's owner or an agent may ask for."""


class ActTogether(Command, frozen=True, tag="together"):
    """Several signers of `account` ask for one thing: `signer` sends it and its nonce counts,
    `approvers` are the keys whose signatures came with it. `inner` names the account as its signer.
    """

    signer: bytes
    account: bytes
    nonce: int
    expires_after: int
    approvers: tuple[bytes, ...]
    inner: UserCommand


NodeCommand = AdvanceTime | ResumeVenue | SetVenueStatus
"""What the node says by itself."""

AnyCommand = UserCommand | ActTogether | OperatorCommand | NodeCommand | Genesis
