"""Events of the conditions under which a market trades: status, fresh prices, budget."""

from __future__ import annotations

from bellwether.schema.event import Event


class PricesAwaited(Event, frozen=True, tag="awaited"):
    """After a restart a market waits for prices seen at `since_ns` or later; 0 where they have come
    and it trades again (PRICE-20a)."""

    asset: int
    time_ns: int
    since_ns: int


class BudgetEstimated(Event, frozen=True, tag="budget"):
    """What moving the mark would cost (MARG-8): (move 10^-6, up, down), micro-USD, -1 where the
    book cannot; `cap_e6` is the cap on open interest that follows, -1 for none."""

    asset: int
    time_ns: int
    costs: tuple[tuple[int, int, int], ...]
    cap_e6: int


class TradingStatusSet(Event, frozen=True, tag="status_set"):
    """A market's trading status changed; `cause` is one of the codes BY_REQUEST … FEED_FAILED."""

    asset: int
    time_ns: int
    status: int
    grounds: str
    cause: int = 0


class VenueStatusSet(Event, frozen=True, tag="venue_status_set"):
    """What all markets take has changed with the venue's disk (LIFE-13); `cause` is DISK_SLOW or
    DISK_LOW, BY_REQUEST where the venue is open again."""

    time_ns: int
    status: int
    cause: int
    grounds: str


class EventPhaseEntered(Event, frozen=True, tag="event_entered"):
    """A market entered a phase of its event clock (MARG-9): new risk has `max_leverage` at most, 0
    for no limit of its own, and so have existing positions from `binds_ns` on."""

    asset: int
    time_ns: int
    phase: str
    max_leverage: int
    binds_ns: int


class EventMarginBound(Event, frozen=True, tag="event_margin"):
    """The leverage that the event clock allows now holds for every position, 0 for no limit."""

    asset: int
    time_ns: int
    max_leverage: int


class ReAnchored(Event, frozen=True, tag="re_anchored"):
    """The discovery reference moved (PRICE-11): `direction` is +1 or -1, or 0 where external prices
    have come or gone and the counters are 0 again."""

    asset: int
    time_ns: int
    direction: int
    reference_fine: int
    band_low_fine: int
    band_high_fine: int
