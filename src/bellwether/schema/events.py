"""Events: what has happened. Past tense, one frozen struct each; views are built from these alone.

Addresses are 20 bytes. Prices are price atoms, sizes lots, money micro-USD, `*_fine` price atoms
times 10^9, `*_e12` rates; a cumulative index outgrows 64 bits and is decimal text. Time is that of
the command, except for timer events, which carry their own `time_ns`.
"""

from __future__ import annotations

import msgspec

from bellwether.schema.event import Event as Event
from bellwether.schema.facts.accounts import (
    AccountNamed as AccountNamed,
    AccountSet as AccountSet,
    AgentApproved as AgentApproved,
    BuilderApproved as BuilderApproved,
    CancelScheduled as CancelScheduled,
    DisclosureAccepted as DisclosureAccepted,
    DisclosurePublished as DisclosurePublished,
    IsolatedMarginUpdated as IsolatedMarginUpdated,
    LeverageUpdated as LeverageUpdated,
    RewardsClaimed as RewardsClaimed,
    ScheduledCancelRan as ScheduledCancelRan,
    SignersSet as SignersSet,
    SubAccountCreated as SubAccountCreated,
    SubAccountTransferred as SubAccountTransferred,
)
from bellwether.schema.facts.conditions import (
    BudgetEstimated as BudgetEstimated,
    EventMarginBound as EventMarginBound,
    EventPhaseEntered as EventPhaseEntered,
    PricesAwaited as PricesAwaited,
    ReAnchored as ReAnchored,
    TradingStatusSet as TradingStatusSet,
    VenueStatusSet as VenueStatusSet,
)
from bellwether.schema.facts.life import (
    Announced as Announced,
    AuctionUncrossed as AuctionUncrossed,
    ChangeLapsed as ChangeLapsed,
    ChangeScheduled as ChangeScheduled,
    DeployerBound as DeployerBound,
    DexDisabled as DexDisabled,
    EventAwaited as EventAwaited,
    EventDecided as EventDecided,
    ExchangeHaltTaken as ExchangeHaltTaken,
    ExternalPriceTaken as ExternalPriceTaken,
    FeeRecipientSet as FeeRecipientSet,
    IndexPublished as IndexPublished,
    IndicationTaken as IndicationTaken,
    InputResolved as InputResolved,
    ListingConfirmed as ListingConfirmed,
    MarginTableInserted as MarginTableInserted,
    MarketAnnotated as MarketAnnotated,
    MarketRebased as MarketRebased,
    MarketSettled as MarketSettled,
    ObservationTaken as ObservationTaken,
    OrderRebased as OrderRebased,
    PositionRebased as PositionRebased,
    PositionSettled as PositionSettled,
    ProposalDecided as ProposalDecided,
    ProposalMade as ProposalMade,
    RampAdvanced as RampAdvanced,
    ShareCountRecorded as ShareCountRecorded,
    SpecificationChanged as SpecificationChanged,
)
from bellwether.schema.facts.losses import (
    AssignmentSet as AssignmentSet,
    AutoDeleveraged as AutoDeleveraged,
    CapitalPaidIn as CapitalPaidIn,
    DeficitCovered as DeficitCovered,
    EquityStated as EquityStated,
    LiquidationFeePaid as LiquidationFeePaid,
    LiquidationStarted as LiquidationStarted,
    PositionTakenOver as PositionTakenOver,
)
from bellwether.schema.facts.money import (
    Credited as Credited,
    Debited as Debited,
    NewAddressDelaySet as NewAddressDelaySet,
    Transferred as Transferred,
    WithdrawalApproved as WithdrawalApproved,
    WithdrawalRefused as WithdrawalRefused,
    WithdrawalReleased as WithdrawalReleased,
    WithdrawalRequested as WithdrawalRequested,
    WithdrawalsPaused as WithdrawalsPaused,
    WithdrawalsResumed as WithdrawalsResumed,
    WithdrawalTermsSet as WithdrawalTermsSet,
)
from bellwether.schema.facts.timed import (
    OrderReleased as OrderReleased,
    TwapActivated as TwapActivated,
    TwapEnded as TwapEnded,
    TwapRebased as TwapRebased,
    TwapSliceSent as TwapSliceSent,
    TwapStarted as TwapStarted,
)
from bellwether.schema.instrument import InstrumentSpec


class CommandRefused(Event, frozen=True, tag="refused"):
    """The whole command was refused and changed nothing but, where admitted, the nonce.

    `detail` is what the number needs to be told: a nonce bound, an amount.
    """

    reason: int
    detail: int = 0


class OrderPlaced(Event, frozen=True, tag="placed"):
    """An order was accepted; what does not trade in this command rests, unless it is closed."""

    order_id: int
    account: bytes
    asset: int
    is_buy: bool
    price: int
    lots: int
    time_in_force: int
    reduce_only: bool
    client_order_id: bytes
    trigger: int
    trigger_price: int
    is_position_tpsl: bool
    parent_id: int
    original_lots: int
    trail_atoms: int = 0
    trail_e6: int = 0
    trigger_by: int = 0


class OrderRefused(Event, frozen=True, tag="order_refused"):
    """One order, cancel or modify of an action was refused; `asset` as given."""

    reason: int
    account: bytes
    asset: int
    order: OrderEcho | None = None
    best_bid: int = 0
    best_ask: int = 0


class OrderEcho(msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True):
    """What was asked for, so that a refused order can be looked up by its client id."""

    order_id: int
    is_buy: bool
    price: int
    lots: int
    time_in_force: int
    reduce_only: bool
    client_order_id: bytes
    trigger: int
    trigger_price: int
    trigger_by: int = 0


class OrderClosed(Event, frozen=True, tag="closed"):
    """An order ended with `lots` unfilled; `status` is one of the codes FILLED … DELISTED."""

    order_id: int
    account: bytes
    asset: int
    lots: int
    status: int


class OrderAmended(Event, frozen=True, tag="amended"):
    """An order shrank and kept its queue position; its id may be new (ORD-1, ORD-3)."""

    order_id: int
    previous_id: int
    account: bytes
    asset: int
    lots: int
    client_order_id: bytes


class OrderTriggered(Event, frozen=True, tag="triggered"):
    """A trigger fired at `price`, of the kind that it watches; the order is matched in the same
    command with `lots`.

    `trigger_price` is where it stood, which for a trailing stop nothing else tells.
    """

    order_id: int
    account: bytes
    asset: int
    price: int
    lots: int
    trigger_price: int


class OrderActivated(Event, frozen=True, tag="activated"):
    """A child of a filled parent (or of the position) now waits for its trigger with `lots`."""

    order_id: int
    account: bytes
    asset: int
    lots: int


class TradeExecuted(Event, frozen=True, tag="trade"):
    """Two orders met. `*_start` is the signed position before; `*_pnl` what was realised.

    `kind` is a trade code; fees are micro-USD, negative for a rebate, and hold what builders get.
    """

    trade_id: int
    asset: int
    price: int
    lots: int
    is_buy: bool
    taker_order_id: int
    maker_order_id: int
    taker: bytes
    maker: bytes
    taker_fee: int
    maker_fee: int
    taker_start: int
    maker_start: int
    taker_pnl: int
    maker_pnl: int
    kind: int = 0
    taker_builder_fee: int = 0
    maker_builder_fee: int = 0


class PricesPublished(Event, frozen=True, tag="prices"):
    """A published price changed (PRICE-5 … PRICE-8). Components are the three of PRICE-7."""

    asset: int
    time_ns: int
    oracle_price: int
    mark_price: int
    component_oracle: int
    component_basis: int
    component_book: int


class FundingPaid(Event, frozen=True, tag="funding"):
    """The hour's rate was settled (FUND-4); `index_e12` is the cumulative index after it."""

    asset: int
    time_ns: int
    rate_e12: int
    premium_e12: int
    samples: int
    oracle_price: int
    index_e12: str


class FundingSettled(Event, frozen=True, tag="funding_settled"):
    """A position's unsettled funding became collateral; `amount` is micro-USD received."""

    asset: int
    account: bytes
    lots: int
    amount: int
    index_e12: str


class PhaseChanged(Event, frozen=True, tag="phase"):
    asset: int
    time_ns: int
    phase: int


class DexOpened(Event, frozen=True, tag="dex_opened"):
    name: str
    number: int


class MarketListed(Event, frozen=True, tag="listed"):
    asset: int
    spec: InstrumentSpec


class OperatorBound(Event, frozen=True, tag="operator_bound"):
    key: bytes
    roles: int


class Acknowledged(Event, frozen=True, tag="ack"):
    """A command with nothing else to say was carried out."""


AnyEvent = (
    CommandRefused
    | OrderPlaced
    | OrderRefused
    | OrderClosed
    | OrderAmended
    | OrderTriggered
    | OrderActivated
    | TradeExecuted
    | AutoDeleveraged
    | LiquidationStarted
    | EquityStated
    | PositionTakenOver
    | DeficitCovered
    | LiquidationFeePaid
    | CapitalPaidIn
    | AssignmentSet
    | PricesPublished
    | ReAnchored
    | PricesAwaited
    | BudgetEstimated
    | EventPhaseEntered
    | EventMarginBound
    | FundingPaid
    | FundingSettled
    | Credited
    | Debited
    | Transferred
    | WithdrawalRequested
    | WithdrawalApproved
    | WithdrawalReleased
    | WithdrawalRefused
    | WithdrawalsPaused
    | WithdrawalsResumed
    | WithdrawalTermsSet
    | NewAddressDelaySet
    | SignersSet
    | AccountSet
    | SubAccountCreated
    | SubAccountTransferred
    | AccountNamed
    | DisclosureAccepted
    | DisclosurePublished
    | LeverageUpdated
    | IsolatedMarginUpdated
    | AgentApproved
    | BuilderApproved
    | RewardsClaimed
    | CancelScheduled
    | ScheduledCancelRan
    | OrderReleased
    | TwapStarted
    | TwapActivated
    | TwapSliceSent
    | TwapRebased
    | TwapEnded
    | TradingStatusSet
    | VenueStatusSet
    | PhaseChanged
    | ProposalMade
    | ProposalDecided
    | Announced
    | ExternalPriceTaken
    | IndicationTaken
    | ObservationTaken
    | IndexPublished
    | AuctionUncrossed
    | ExchangeHaltTaken
    | MarketAnnotated
    | DexDisabled
    | ListingConfirmed
    | EventAwaited
    | EventDecided
    | RampAdvanced
    | SpecificationChanged
    | MarketRebased
    | PositionRebased
    | OrderRebased
    | PositionSettled
    | MarketSettled
    | ChangeScheduled
    | ChangeLapsed
    | ShareCountRecorded
    | InputResolved
    | MarginTableInserted
    | DeployerBound
    | FeeRecipientSet
    | DexOpened
    | MarketListed
    | OperatorBound
    | Acknowledged
)
