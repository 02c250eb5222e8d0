"""What a specification says about losses (LIQ-2, LIQ-3, LIQ-5)."""

from __future__ import annotations

from typing import Final

import msgspec

HYPERCORE: Final = "hypercore"
EQUITY_PROTECTION: Final = "kraken"
POLICIES: Final = (HYPERCORE, EQUITY_PROTECTION)
RANKINGS: Final = ("ranked", "pro_rata")

SMALLEST_EDGE_BP: Final = 75
LARGEST_EDGE_BP: Final = 250
"""How far off the mark a provider takes a position over, basis points (LIQ-3)."""


class LossPolicy(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Shares are millionths, money micro-USD, times ns.

    `step_e6` of a position goes first: of one above `step_notional_e6` and then nothing for
    `cooldown_ns` (`hypercore`), or of any that is just below maintenance (`kraken`). A vault takes
    positions over while it has lost less than `backstop_loss_limit_e6`; 0 is a market without one.
    The fund pays for fills up to `covered_e6` beyond best price and mark; it gets `fee_e9` (10^-9)
    of the notional of forced fills.
    """

    step_e6: int = 200_000
    step_notional_e6: int = 100_000_000_000
    cooldown_ns: int = 30_000_000_000
    backstop_loss_limit_e6: int = 0
    covered_e6: int = 50_000
    fee_e9: int = 0


def loss_faults(policy: str, adl: str, losses: LossPolicy) -> list[str]:
    """Everything about losses that contradicts itself (INST-7)."""
    found: list[str] = []
    if policy not in POLICIES:
        found.append(f"liquidation_policy must be one of {', '.join(POLICIES)}")
    if adl not in RANKINGS:
        found.append(f"adl must be one of {', '.join(RANKINGS)}")
    if not 0 < losses.step_e6 <= 10**6:
        found.append("losses.step_e6 must lie between 0 and 1, 0 excluded")
    if not 0 <= losses.covered_e6 < 10**6:
        found.append("losses.covered_e6 must lie between 0 and 100 %, the latter excluded")
    if not 0 <= losses.fee_e9 <= 10**8:
        found.append("losses.fee_e9 must lie between 0 and 10 %")
    amounts = {
        "losses.step_notional_e6": losses.step_notional_e6,
        "losses.cooldown_ns": losses.cooldown_ns,
        "losses.backstop_loss_limit_e6": losses.backstop_loss_limit_e6,
    }
    return found + [f"{name} must not be negative" for name, value in amounts.items() if value < 0]
