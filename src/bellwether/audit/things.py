"""What the auditor keeps: keys, users, positions, orders, markets. Records without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from bellwether.schema import codes
from bellwether.schema.commands import AnyCommand
from bellwether.schema.instrument import InstrumentSpec


@dataclass(eq=False)
class Order:
    """A live order. `arrival` is its place in time among resting orders, 0 while not in a book.

    `best` is the best mark that a trailing stop has seen since it began to follow, 0 before;
    `held_until` (ns) is set while makers are protected from it (ORD-2).
    """

    order_id: int
    user: bytes
    asset: int
    is_buy: bool
    price: int
    lots: int
    original: int
    time_in_force: int
    reduce_only: bool
    client_id: bytes = b""
    trigger: int = 0
    trigger_price: int = 0
    is_position_tpsl: bool = False
    parent_id: int = 0
    is_waiting: bool = False
    arrival: int = 0
    filled: int = 0
    has_children: bool = False
    trail_atoms: int = 0
    trail_e6: int = 0
    best: int = 0
    placed_ns: int = 0
    held_until: int = 0
    trigger_by: int = 0
    builder: bytes = b""
    builder_e9: int = 0


@dataclass(eq=False)
class Position:
    """One user in one market. `cost` is the signed entry notional, `margin` the isolated margin.

    `resting` are the user's orders in the book that can add risk, by side and id; `stepped_ns`
    says when a first part was liquidated, 0 once it is above maintenance again.
    """

    user: bytes
    asset: int
    is_cross: bool
    leverage: int
    lots: int = 0
    cost: int = 0
    margin: int = 0
    funding_index: int = 0
    stepped_ns: int = 0
    resting: dict[bool, dict[int, Order]] = field(default_factory=lambda: {True: {}, False: {}})


@dataclass(eq=False)
class Dex:
    """A margin domain: its accounts in the order in which they were opened, their places in it, and
    the house's."""

    name: str
    number: int
    accounts: list[bytes] = field(default_factory=list)
    numbers: dict[bytes, int] = field(default_factory=dict)
    assets: list[int] = field(default_factory=list)
    fees: int = 0
    rounding: int = 0
    custody: int = 0
    pending: int = 0
    deployer: bytes = b""
    fee_recipient: bytes = b""
    is_disabled: bool = False
    deployers: set[tuple[str, bytes]] = field(default_factory=set)


@dataclass(eq=False)
class Prices:
    """Fine prices of a market (UNIT-4). `internal` stands beside the oracle while it is blended."""

    reference: int
    oracle: int
    mark: int
    low: int = 0
    high: int = 0
    basis: int = 0
    ups: int = 0
    downs: int = 0
    last_ns: int = -1
    internal: int | None = None


@dataclass(eq=False)
class Awaited:
    """What a confirmed listing waits for, and how it is treated with it and without (LIFE-7)."""

    event: str
    deadline_ns: int
    treatment: str
    otherwise: str


@dataclass(eq=False)
class Outside:
    """What was said of a listing, and of the share's price (LIFE-7, PRICE-19)."""

    latest: dict[str, tuple[int, int]] = field(default_factory=dict)
    taken: list[tuple[int, str]] = field(default_factory=list)
    indications: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    is_confirmed: bool = False
    is_external: bool = False
    cross_price: int = 0
    cross_ns: int = 0
    halts: dict[str, int] = field(default_factory=dict)
    awaited: Awaited | None = None
    ratio: Fraction = Fraction(1)
    settled_e6: int = 0
    ramp_since_ns: int = 0
    ramp_e12: int = 0
    delisting: tuple[int, int, int] | None = None
    """(since ns, held fine price, sum of price × ns) of the last hour (LIFE-12)."""


@dataclass(eq=False)
class Backstop:
    """A vault: its account (none before it was needed), capital from outside, last offer."""

    address: bytes = b""
    capital: int = 0
    sold_ns: int = 0


@dataclass(eq=False)
class Provider:
    """What an account takes over, as it has said (LIQ-3)."""

    accepts_long: bool
    accepts_short: bool
    most_lots: int
    most_position_lots: int
    edge_bp: int
    days: int


@dataclass(eq=False)
class Losses:
    """Who bears a market's losses. A forced fill at `quiet_price` is the last trade from
    `quiet_until_ns` on, unless there is another before (LIQ-6)."""

    fund: int = 0
    vault: Backstop = field(default_factory=Backstop)
    providers: dict[bytes, Provider] = field(default_factory=dict)
    quiet_price: int = 0
    quiet_until_ns: int = 0


@dataclass(eq=False)
class EventClock:
    """What a listing's news ask for (MARG-9): of new risk `risk_leverage` at most, of what is held
    `leverage`, 0 for no limit; `binds_ns` is when the former becomes the latter, 0 for it has."""

    phase: str = ""
    risk_leverage: int = 0
    leverage: int = 0
    binds_ns: int = 0


@dataclass(eq=False)
class Market:
    """One market. `rules` are those in force, `spec` the version that was announced.

    `book` has the resting orders of both sides, best and oldest first. `unseen` are trades that
    orders by the last trade are still to be shown, `due` the ids of those that one has reached.
    `budget_cap` follows the manipulation budget, -1 for none (MARG-8).
    """

    asset: int
    dex: str
    spec: InstrumentSpec
    rules: InstrumentSpec
    prices: Prices
    mark: int
    oracle: int
    phase: int = codes.ANNOUNCED
    status: int = codes.OPEN
    book: dict[bool, list[Order]] = field(default_factory=lambda: {True: [], False: []})
    triggers: dict[int, Order] = field(default_factory=dict)
    holders: dict[bytes, Position] = field(default_factory=dict)
    last_trade: int = 0
    unseen: list[int] = field(default_factory=list)
    due: list[int] = field(default_factory=list)
    look_again: bool = False
    budget_costs: tuple[tuple[int, int, int], ...] = ()
    budget_cap: int = -1
    event: EventClock = field(default_factory=EventClock)
    halt_cause: int = 0
    fed_ns: int = 0
    awaits_ns: int = 0
    launched_ns: int = 0
    twap_sum: int = 0
    twap_since_ns: int = 0
    twap_hours: list[tuple[int, int]] = field(default_factory=list)
    funding_index: int = 0
    funding_pool: int = 0
    funding_rest: Fraction = Fraction(0)
    absolute_e12: int = 0
    accrued_ns: int = 0
    accrued: Fraction = Fraction(0)
    premiums: list[int] = field(default_factory=list)
    premium_sum: int = 0
    samples: int = 0
    clearing: int = 0
    halt_window_ns: int = 0
    halt_ends_ns: int = 0
    reopens_ns: int = 0
    recent_marks: list[tuple[int, int]] = field(default_factory=list)
    outside: Outside = field(default_factory=Outside)
    losses: Losses = field(default_factory=Losses)
    new_risk_leverage: int = 0
    index_ns: int = 0
    frozen_since_ns: int = -1
    index_reason: int = 0
    is_stale: bool = False
    is_blind: bool = False
    known_index: bool = True
    sleeps: bool = False
    """Nothing moves until somebody touches the market: its updates are all alike."""
    next_update_ns: int = 0
    next_sample_ns: int = 0
    same_premium: int | None = 0


@dataclass(eq=False)
class Nonces:
    """The nonces that a key has used."""

    seen: list[int] = field(default_factory=list)


@dataclass(eq=False)
class Signer:
    """A key that may sign for a user: its own, or an agent's."""

    user: User
    is_agent: bool
    name: str = ""
    valid_until_ms: int = 0
    revoked: bool = False
    nonces: Nonces = field(default_factory=Nonces)


@dataclass(eq=False)
class User:
    """A user: cash by dex in the order in which the accounts were opened, volume, its switch.

    `subs` are its sub-accounts by address; `family` is the master's address, its own for a master.
    `filed` are addresses it has asked to be paid at, each with its time, oldest first.
    """

    address: bytes
    number: int = 0
    cash: dict[str, int] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    orders: dict[str, dict[int, Order]] = field(default_factory=dict)
    agents: dict[str, Signer] = field(default_factory=dict)
    volume: int = 0
    days: dict[int, int] = field(default_factory=dict)
    rewards: dict[str, int] = field(default_factory=dict)
    builders: dict[bytes, int] = field(default_factory=dict)
    cancel_at_ms: int = 0
    cancels_day: int = 0
    cancels_today: int = 0
    jurisdiction: str = ""
    client_class: str = ""
    owner: str = ""
    name: str = ""
    family: bytes = b""
    subs: dict[bytes, User] = field(default_factory=dict)
    accepted: set[bytes] = field(default_factory=set)
    is_pre_accepted: bool = False
    co_signers: set[bytes] = field(default_factory=set)
    threshold: int = 0
    filed: list[tuple[bytes, int]] = field(default_factory=list)


@dataclass(eq=False)
class Operator:
    """An operator's key."""

    roles: int
    nonces: Nonces = field(default_factory=Nonces)


@dataclass(eq=False)
class Proposal:
    """An act that waits for a second operator (RULE-2), or for its time."""

    number: int
    asset: int
    operator: bytes
    roles: int
    command: AnyCommand
    grounds: str
    text: str
    expires_ns: int


@dataclass(eq=False)
class Twap:
    """A TWAP order that runs (ORD-1); `sent` sub-orders are behind it, missed ones too."""

    number: int
    user: bytes
    asset: int
    is_buy: bool
    lots: int
    reduce_only: bool
    minutes: int
    randomize: bool
    sent: int = 0
    executed_lots: int = 0
    executed_e6: int = 0
    next_ns: int = 0
    trigger_price: int = 0
    trigger_above: bool = False
    stop_price: int = 0
    stop_above: bool = False
    is_waiting: bool = False
