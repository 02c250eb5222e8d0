"""Events of a market's life: proposals, listing, settlement, change of units (LIFE, RULE-2)."""

from __future__ import annotations

from bellwether.schema.event import Event
from bellwether.schema.instrument import InstrumentSpec, MarginTier


class ProposalMade(Event, frozen=True, tag="proposed"):
    """A discretionary act waits for a second operator until `expires_ns` (RULE-2)."""

    proposal_id: int
    asset: int
    time_ns: int
    operator: bytes
    kind: str
    grounds: str
    text: str
    text_hash: bytes
    expires_ns: int


class ProposalDecided(Event, frozen=True, tag="decided"):
    """`outcome` is APPROVED, REJECTED or PROPOSAL_EXPIRED; `operator` is empty for the last."""

    proposal_id: int
    time_ns: int
    operator: bytes
    outcome: int


class Announced(Event, frozen=True, tag="announced"):
    """A text for everybody; `asset` -1 concerns the whole venue, `text_hash` is its SHA-256."""

    asset: int
    time_ns: int
    kind: str
    title: str
    text: str
    text_hash: bytes
    grounds: str
    effective_ns: int


class ExternalPriceTaken(Event, frozen=True, tag="price_taken"):
    """A bound source's price was recorded (PRICE-19)."""

    asset: int
    source: str
    price: int
    observed_ns: int
    session: int


class IndicationTaken(Event, frozen=True, tag="indicated"):
    """A bound source's indicative clearing price was recorded (LIFE-9)."""

    asset: int
    source: str
    price: int
    paired_shares: int
    observed_ns: int


class ExchangeHaltTaken(Event, frozen=True, tag="exchange_halted"):
    """A bound source says that the listing exchange has halted the share, or no longer does."""

    asset: int
    source: str
    halted: bool
    reason: str
    observed_ns: int


class ObservationTaken(Event, frozen=True, tag="observed"):
    """An observation was recorded (PRICE-14); `price_fine` is its price of one contract, adjusted
    for the share class. A held one looks like a split and waits for another source (PRICE-17)."""

    asset: int
    source: str
    kind: str
    value_e6: int
    unit: str
    price_fine: int
    observed_ns: int
    is_held: bool


class IndexPublished(Event, frozen=True, tag="index"):
    """The synthetic index was computed, or is frozen for a reason (PRICE-15 to PRICE-18).

    `inputs` are (source, kind, price fine, weight 10^-18) as they counted.
    """

    asset: int
    time_ns: int
    index_fine: int
    median_fine: int
    reason: int
    method_version: int
    inputs: tuple[tuple[str, str, int, int], ...]


class AuctionUncrossed(Event, frozen=True, tag="uncrossed"):
    """The call auction before the launch traded `lots` at one price; 0 if nothing did (LIFE-2)."""

    asset: int
    time_ns: int
    price: int
    lots: int


class ListingConfirmed(Event, frozen=True, tag="listing_confirmed"):
    """Two operators have confirmed the listing; conversion waits for external data (LIFE-7)."""

    asset: int
    time_ns: int
    exchange: str
    listed_as: str
    structure: str
    jurisdiction: str
    treatment: str
    cross_price: int
    cross_time_ns: int
    numerator: int
    denominator: int
    settled_e6: int


class EventAwaited(Event, frozen=True, tag="event_awaited"):
    """A confirmed listing waits for an event (LIFE-7): declared by `deadline_ns` the market is
    treated as `treatment` says, else as `otherwise` says. Until then it goes on as it was."""

    asset: int
    time_ns: int
    event: str
    condition: str
    deadline_ns: int
    treatment: str
    otherwise: str


class EventDecided(Event, frozen=True, tag="event_decided"):
    """The event was declared by two operators, or its deadline has passed; the listing is now
    treated as `treatment` says (LIFE-7). What is settled of it is paid at `cross_price`."""

    asset: int
    time_ns: int
    event: str
    happened: bool
    treatment: str
    cross_price: int
    cross_time_ns: int
    numerator: int
    denominator: int


class RampAdvanced(Event, frozen=True, tag="ramped"):
    """So much of the way from the old rules to the new ones has been gone (LIFE-8)."""

    asset: int
    time_ns: int
    weight_e12: int


class SpecificationChanged(Event, frozen=True, tag="spec"):
    """A new version of a market's specification is in force (INST-1)."""

    asset: int
    time_ns: int
    spec: InstrumentSpec


class MarketRebased(Event, frozen=True, tag="rebased"):
    """Sizes were multiplied and prices divided by numerator / denominator (LIFE-10).

    `index_e12` is the cumulative funding index and `absolute_e12` the hourly rate that accrues to
    it, both in the new units.
    """

    asset: int
    time_ns: int
    numerator: int
    denominator: int
    index_e12: str
    absolute_e12: int


class PositionRebased(Event, frozen=True, tag="position_rebased"):
    """`paid` is the profit on what did not fit a lot, paid in cash at the mark (LIFE-10)."""

    asset: int
    account: bytes
    start: int
    lots: int
    paid: int


class OrderRebased(Event, frozen=True, tag="order_rebased"):
    """A live order in the market's new units; its place in the queue is kept (LIFE-10)."""

    order_id: int
    account: bytes
    asset: int
    price: int
    lots: int
    trigger_price: int
    original_lots: int


class PositionSettled(Event, frozen=True, tag="position_settled"):
    """A position, or `lots` of it, ended at the settlement price, without fee (LIFE-4).

    `start` is what it was. A part ends so where a listing is treated as `composite` (LIFE-7).
    """

    trade_id: int
    asset: int
    account: bytes
    start: int
    lots: int
    price: int
    pnl: int


class MarketSettled(Event, frozen=True, tag="market_settled"):
    """Every position has ended at `price` (LIFE-4, LIFE-6)."""

    asset: int
    time_ns: int
    price: int
    method: int
    grounds: str


class ChangeScheduled(Event, frozen=True, tag="change_scheduled"):
    """An approved change of a specification comes into force at `effective_ns` (RULE-2)."""

    proposal_id: int
    asset: int
    time_ns: int
    effective_ns: int
    spec: InstrumentSpec


class ChangeLapsed(Event, frozen=True, tag="change_lapsed"):
    """An approved change could not come into force any more; `reason` is a number of a refusal."""

    proposal_id: int
    asset: int
    time_ns: int
    reason: int


class ShareCountRecorded(Event, frozen=True, tag="share_count"):
    """A line of the capital-structure ledger (LIFE-10, INST-6): how many shares a market is told to
    stand for from now on, who says so, as of when, and why.

    `kind` is `listing`, `revision` (of the estimate: only what is shown changes) or `rebase`, by
    numerator / denominator.
    """

    asset: int
    time_ns: int
    version: int
    kind: str
    price_unit: str
    share_count: int
    source: str
    as_of_ns: int
    grounds: str
    numerator: int
    denominator: int


class InputResolved(Event, frozen=True, tag="input_resolved"):
    """Two operators have accepted or rejected a recorded observation (RULE-4)."""

    asset: int
    time_ns: int
    source: str
    kind: str
    price_fine: int
    observed_ns: int
    accepted: bool


class MarginTableInserted(Event, frozen=True, tag="table_inserted"):
    """A dex has a table of margin tiers under this number."""

    dex: str
    number: int
    description: str
    tiers: tuple[MarginTier, ...]


class DeployerBound(Event, frozen=True, tag="deployer_bound"):
    """A key may send a dex's actions: all of them (`variant` empty), or one; or no more."""

    dex: str
    key: bytes
    variant: str
    allowed: bool


class FeeRecipientSet(Event, frozen=True, tag="recipient_set"):
    """This account gets the deployer's share of a dex's fees from now on (ORD-7)."""

    dex: str
    account: bytes


class MarketAnnotated(Event, frozen=True, tag="annotated"):
    """What is said of a market, for people."""

    asset: int
    time_ns: int
    category: str
    description: str
    display_name: str
    keywords: tuple[str, ...]


class DexDisabled(Event, frozen=True, tag="dex_disabled"):
    """Every market of a dex has been halted for good; each ends by its settlement."""

    dex: str
    time_ns: int
