"""Operators' acts with one field wrong: refused by name, or carried out whole (IFACE-7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.operators.acts import ACTS
from bellwether.schema.commands import DecideProposal
from bellwether.schema.events import ProposalMade
from bellwether.schema.wire import encode_commands
from tests.views.world import START_MS, World, operator

GOOD: Final[dict[str, dict[str, Any]]] = {
    "externalPrice": {
        "coin": "CBRS",
        "source": "primary",
        "px": "190.0",
        "time": START_MS,
        "session": "regular",
    },
    "observe": {
        "coin": "ANTH",
        "source": "alpha",
        "observation": {
            "kind": "secondary_trade",
            "value": "2078000000000.0",
            "unit": "per_share",
            "shareCount": 10_000_000_000,
            "shareClass": "preferred",
            "size": "1000000.0",
            "observedAt": START_MS,
        },
    },
    "confirmListing": {
        "coin": "CBRS",
        "exchange": "XNAS",
        "listedAs": "CBRS",
        "structure": "ipo",
        "crossPx": "190.0",
        "crossTime": START_MS,
    },
    "exchangeHalt": {
        "coin": "CBRS",
        "source": "primary",
        "halted": True,
        "reason": "T1",
        "time": START_MS,
    },
    "declareEvent": {
        "coin": "CBRS",
        "event": "spac_closing",
        "grounds": "it has closed",
        "crossPx": "190.0",
        "crossTime": START_MS,
    },
    "indicativeAuction": {
        "coin": "CBRS",
        "source": "primary",
        "px": "190.0",
        "pairedVolume": "1000000",
        "time": START_MS,
    },
    "settle": {"coin": "CBRS", "method": "transaction", "px": "190.0", "grounds": "acquired"},
    "rebase": {"coin": "CBRS", "numerator": 5, "denominator": 1, "grounds": "split"},
    "disableDex": {"dex": "xyz", "grounds": "its deployer is gone"},
    "publishDisclosure": {"version": 2, "text": "Our own words."},
    "announce": {"coin": "CBRS", "title": "Hello", "text": "World"},
    "listMarket": {
        "spec": {
            "preset": "ipop",
            "symbol": "xyz:NEW",
            "dex": "xyz",
            "reference": "40",
            "band": "0.2",
            "sizeDecimals": 2,
            "maxLeverage": 5,
            "marginTiers": [{"lowerBound": "0", "maxLeverage": 5}],
            "marginMode": "strictIsolated",
            "launchTime": START_MS + 60_000,
            "outsideLaunchTime": START_MS + 120_000,
            "settlement_deadline": "2026-07-30T00:00:00Z",
            "openInterestCap": "1000000",
            "positionLimit": "1000",
            "timeLock": 1_000,
            "shareCount": 1_000_000,
            "shareCountSource": "S-1",
            "oracle": {"max_re_anchors": 3},
            "conversion": {"min_external_sources": 3},
            "excluded_jurisdictions": ["US"],
        },
        "basis": "Secondary trades at 40 USD, 2026-04-30.",
        "announcement": "A new market.",
    },
    "changeSpec": {
        "coin": "CBRS",
        "changes": {
            "band": "0.2",
            "openInterestCap": "5000000.5",
            "outsideLaunchTime": START_MS + 120_000,
            "funding": {"multiplier_e6": 7_000},
            "tiers": [{"lower_bound_e6": 0, "max_leverage": 5}],
            "max_order_lots": 5_000,
        },
        "effectiveTime": START_MS + 1,
        "grounds": "Because.",
        "announcement": "A change.",
    },
    "setPhase": {"coin": "CBRS", "phase": "SETTLEMENT_PERIOD", "grounds": "Because."},
    "eventPhase": {"coin": "CBRS", "phase": "filed", "grounds": "Because."},
    "resolveInput": {
        "coin": "ANTH",
        "source": "alpha",
        "observationKind": "secondary_trade",
        "decision": "reject",
        "observedAt": START_MS,
        "grounds": "It was a slip.",
    },
    "approve": {"proposalId": 1},
    "reject": {"proposalId": 1},
    "halt": {"coin": "CBRS", "status": "halted", "grounds": "why", "beyondHour": True},
    "resume": {"coin": "CBRS"},
    "credit": {"user": "0x" + "11" * 20, "dex": "", "amount": "5", "reference": "r"},
    "debit": {"user": "0x" + "11" * 20, "dex": "", "amount": "5", "reference": "r"},
    "approveWithdrawal": {"id": 1},
    "releaseWithdrawal": {"id": 1, "reference": "r"},
    "refuseWithdrawal": {"id": 1, "grounds": "Because."},
    "pauseWithdrawals": {"grounds": "Because."},
    "resumeWithdrawals": {"grounds": "Because.", "announcement": "It goes on."},
    "withdrawalTerms": {
        "grounds": "Because.",
        "announcement": "Other terms.",
        "least": "2",
        "delayedAbove": "5",
        "delayMs": 60_000,
        "largeAbove": "50",
        "largeDelayMs": 120_000,
        "largeApprovals": 3,
        "accountHourly": "100",
        "venueHourly": "1000",
    },
    "payIn": {"coin": "CBRS", "target": "insurance", "amount": "5", "reference": "r"},
    "setAccount": {"user": "0x" + "11" * 20, "jurisdiction": "CH", "clientClass": "retail"},
}
WRONG: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**53,
    2**63 - 1,
    2**63,
    "",
    "0",
    "-1",
    "1e9",
    "NaN",
    "999999999999999999999999",
    "0.000000001",
    "٣",
    "x" * 20_000,
    "\x00",
    [],
    {},
    [[]],
)
MARKETS: Final = frozenset({"listMarket", "changeSpec", "setPhase", "eventPhase", "resolveInput"})
"""What is accepted of these is approved too, and time passes: nothing falls over later."""


def mutations(kind: str) -> Iterator[dict[str, Any]]:
    """The act with one field, at any depth, left out or replaced."""
    act = {"kind": kind, **GOOD[kind]}
    for name, value in GOOD[kind].items():
        yield {field: kept for field, kept in act.items() if field != name}
        for wrong in WRONG:
            yield {**act, name: wrong}
        if isinstance(value, dict):
            for inner in value:
                yield {**act, name: {f: kept for f, kept in value.items() if f != inner}}
                for wrong in WRONG:
                    yield {**act, name: {**value, inner: wrong}}


def test_every_act_is_tried() -> None:
    assert set(GOOD) == set(ACTS)


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_a_wrong_field_is_refused_or_the_act_is_whole(kind: str) -> None:
    world = World()
    world.apply(ACTS["observe"](GOOD["observe"], operator(0), world.nonce(), world.engine.venue))
    tried = refused = 0
    for act in mutations(kind):
        tried += 1
        try:
            command = ACTS[kind](act, operator(0), world.nonce(), world.engine.venue)
            encode_commands([(0, command)])
        except (Refused, WrongShape) as fault:
            assert str(fault) or getattr(fault, "text", "")
            refused += 1
            continue
        except OverflowError:
            continue  # the sequencer refuses it: a number beyond 64 bits (CommandUnfit)
        made = [e for e in world.apply(command) if isinstance(e, ProposalMade)]
        if made and kind in MARKETS:
            approval = DecideProposal(operator(1), world.nonce(), made[0].proposal_id, True)
            world.apply(approval)
            world.advance(10)
        world.engine.audit()
    assert refused > tried // 3
    world.views.close()
