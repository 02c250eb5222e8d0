"""Operators' acts on a small venue: proposed by one, decided by another."""

from __future__ import annotations

from bellwether.schema import codes
from bellwether.schema.commands import (
    AnyCommand,
    ConfirmListing,
    DecideProposal,
    RebaseMarket,
    ReportExchangeHalt,
    SettleMarket,
    SubmitExternalPrice,
)
from bellwether.schema.events import Event, ProposalMade
from bellwether.schema.instrument import InstrumentSpec
from tests.engine.small_venue import (
    OPERATOR,
    SECOND_NS,
    SECOND_OPERATOR,
    SOURCES,
    START_NS,
    SmallVenue,
    market,
    of_kind,
)

OUTSIDE_NS = START_NS + 2 * 3_600 * SECOND_NS
DEADLINE_NS = START_NS + 5 * 3_600 * SECOND_NS
"""Short dates: a life of five hours shows what one of ninety days does."""


def mortal(**more: object) -> InstrumentSpec:
    """A market with both dates and an expected exchange."""
    return market(
        outside_launch_time=OUTSIDE_NS,
        settlement_deadline=DEADLINE_NS,
        listing_exchange="XNAS",
        **more,
    )


def settlement(
    venue: SmallVenue,
    method: int = codes.TRANSACTION,
    price: int = 110_000,
    grounds: str = "acquired",
    text: str = "Acquired at 110 USD a share.",
) -> SettleMarket:
    venue.nonce += 1
    return SettleMarket(OPERATOR, venue.nonce, 0, method, price, 0, grounds, text)


def listing(venue: SmallVenue, **more: object) -> ConfirmListing:
    venue.nonce += 1
    given: dict[str, object] = {
        "exchange": "XNAS",
        "listed_as": "X",
        "structure": "ipo",
        "jurisdiction": "US",
        "cross_price": 110_000,
        "cross_time_ns": venue.time_ns,
        "treatment": "convert",
        "grounds": "",
        "announcement": "X has listed.",
        **more,
    }
    return ConfirmListing(OPERATOR, venue.nonce, 0, **given)  # type: ignore[arg-type]


def factor(
    venue: SmallVenue, numerator: int, denominator: int, grounds: str = "split"
) -> RebaseMarket:
    venue.nonce += 1
    return RebaseMarket(OPERATOR, venue.nonce, 0, numerator, denominator, grounds, "A split.")


def decide(
    venue: SmallVenue, proposal_id: int, who: bytes = SECOND_OPERATOR, approve: bool = True
) -> list[Event]:
    venue.nonce += 1
    return venue.run(DecideProposal(who, venue.nonce, proposal_id, approve))


def propose(venue: SmallVenue, command: AnyCommand) -> int:
    """The number of the proposal that a command becomes."""
    (made,) = of_kind(venue.run(command), ProposalMade)
    return made.proposal_id


def carry(venue: SmallVenue, command: AnyCommand) -> list[Event]:
    """Proposes and has it approved."""
    return decide(venue, propose(venue, command))


def price(
    venue: SmallVenue, source: str, atoms: int, seen_ns: int = 0, who: bytes = OPERATOR
) -> list[Event]:
    venue.nonce += 1
    seen = seen_ns or venue.time_ns
    return venue.run(
        SubmitExternalPrice(who, venue.nonce, 0, source, atoms, seen, codes.REGULAR_SESSION)
    )


def halt(
    venue: SmallVenue, source: str, halted: bool = True, seen_ns: int = 0, who: bytes = OPERATOR
) -> list[Event]:
    """A source says that the exchange has halted the share, or no longer does."""
    venue.nonce += 1
    seen = seen_ns or venue.time_ns
    return venue.run(ReportExchangeHalt(who, venue.nonce, 0, source, halted, "T1", seen))


def feed(venue: SmallVenue, atoms: int, rounds: int, seconds: int = 3) -> list[Event]:
    """All sources say the same, every few seconds."""
    events: list[Event] = []
    for _ in range(rounds):
        events += venue.wait(seconds)
        for source in SOURCES:
            events += price(venue, source, atoms)
    return events
