"""What is said of a company, and what is proposed for its market (LIFE, PRICE-14, PRICE-19)."""

from __future__ import annotations

from bellwether.schema.command import Command


class SubmitExternalPrice(Command, frozen=True, tag="external_price"):
    """A share's price as a bound source saw it at `observed_ns` (PRICE-19)."""

    signer: bytes
    nonce: int
    asset: int
    source: str
    price: int
    observed_ns: int
    session: int
    variant: str = ""


class SubmitIndication(Command, frozen=True, tag="indicate"):
    """An exchange's indicative clearing price before the opening cross, and the shares that would
    trade at it (LIFE-9)."""

    signer: bytes
    nonce: int
    asset: int
    source: str
    price: int
    paired_shares: int
    observed_ns: int


class ReportExchangeHalt(Command, frozen=True, tag="exchange_halt"):
    """The listing exchange has halted the share, or it trades again, as a bound source saw it."""

    signer: bytes
    nonce: int
    asset: int
    source: str
    halted: bool
    reason: str
    observed_ns: int


class SubmitObservation(Command, frozen=True, tag="observe"):
    """What a company is said to be worth, by whom and how it was seen (PRICE-14).

    `value_e6` is micro-USD: of the whole company (unit `valuation`) or of one of `share_count`
    shares (`per_share`). `size_e6` is what was traded or offered, 0 where there is nothing.
    """

    signer: bytes
    nonce: int
    asset: int
    source: str
    kind: str
    value_e6: int
    unit: str
    share_count: int
    share_class: str
    size_e6: int
    observed_ns: int


class ConfirmListing(Command, frozen=True, tag="confirm_listing"):
    """Proposes that a listing has happened, with its opening cross or first trade (LIFE-7).

    A contract stands for numerator / denominator listed shares; a numerator of 0 says nothing of
    it. With the treatment `composite`, `settled_e6` of every position settles at the cross.

    With the treatment `trigger` nothing happens before `event`, as `condition` describes it, is
    declared: then the market is treated as `after` says. If `deadline_ns` comes first, it is
    treated as `otherwise` says.
    """

    signer: bytes
    nonce: int
    asset: int
    exchange: str
    listed_as: str
    structure: str
    jurisdiction: str
    cross_price: int
    cross_time_ns: int
    treatment: str
    grounds: str
    announcement: str
    numerator: int = 0
    denominator: int = 1
    settled_e6: int = 0
    event: str = ""
    condition: str = ""
    deadline_ns: int = 0
    after: str = ""
    otherwise: str = ""


class DeclareEvent(Command, frozen=True, tag="declare_event"):
    """Proposes that the event which a listing waits for has happened (LIFE-7).

    `cross_price` is what the share first traded at after it, 0 where nothing is settled at that.
    """

    signer: bytes
    nonce: int
    asset: int
    event: str
    cross_price: int
    cross_time_ns: int
    grounds: str
    announcement: str


class SettleMarket(Command, frozen=True, tag="settle"):
    """Proposes an alternative settlement (LIFE-6). `price` and `window_ns` 0 where not used."""

    signer: bytes
    nonce: int
    asset: int
    method: int
    price: int
    window_ns: int
    grounds: str
    announcement: str


class RebaseMarket(Command, frozen=True, tag="rebase"):
    """Proposes to multiply sizes and divide prices by numerator / denominator (LIFE-10)."""

    signer: bytes
    nonce: int
    asset: int
    numerator: int
    denominator: int
    grounds: str
    announcement: str
