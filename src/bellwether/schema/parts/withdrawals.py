"""Terms of withdrawals: how long money waits before it leaves, how much may leave in an hour."""

from __future__ import annotations

from typing import Final

import msgspec

HOUR_NS: Final = 3_600_000_000_000
MOST_E6: Final = 1 << 60
LONGEST_DELAY_NS: Final = 30 * 24 * HOUR_NS
MOST_APPROVALS: Final = 5


class AmountTerms(
    msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True
):
    """What holds for a withdrawal by its amount (RULE-9). Money is micro-USD, time nanoseconds.

    Above `delayed_above_e6` a withdrawal waits `delay_ns`; above `large_above_e6` it waits
    `large_delay_ns` and needs `large_approvals` keys. `account_hourly_e6` is what one account may
    ask for in an hour, `venue_hourly_e6` what may leave the venue in one.
    """

    least_e6: int = 1_000_000
    delayed_above_e6: int = 10_000_000_000
    delay_ns: int = HOUR_NS
    large_above_e6: int = 100_000_000_000
    large_delay_ns: int = 24 * HOUR_NS
    large_approvals: int = 2
    account_hourly_e6: int = 1_000_000_000_000
    venue_hourly_e6: int = 10_000_000_000_000


class WithdrawalTerms(AmountTerms, frozen=True):
    """What holds for every withdrawal of a venue (RULE-9).

    Nothing is paid to an address before `new_address_delay_ns` after the first request for it. The
    default is what holds in journals that do not name it: nothing waits for its address there.
    """

    new_address_delay_ns: int = 0

    def by_amount(self) -> AmountTerms:
        """What they say of amounts, without what they say of addresses."""
        return AmountTerms(*(getattr(self, name) for name in AmountTerms.__struct_fields__))

    def faults(self) -> list[str]:
        """What contradicts itself or no venue can mean, a sentence each; empty where all is well.

        A large amount never needs fewer than two keys.
        """
        amounts = {
            "least_e6": self.least_e6,
            "delayed_above_e6": self.delayed_above_e6,
            "large_above_e6": self.large_above_e6,
            "account_hourly_e6": self.account_hourly_e6,
            "venue_hourly_e6": self.venue_hourly_e6,
        }
        found = [
            f"{name} must lie between 1 and {MOST_E6}"
            for name, amount in amounts.items()
            if not 1 <= amount <= MOST_E6
        ]
        delays = {
            "delay_ns": self.delay_ns,
            "large_delay_ns": self.large_delay_ns,
            "new_address_delay_ns": self.new_address_delay_ns,
        }
        for name, delay in delays.items():
            if not 0 <= delay <= LONGEST_DELAY_NS:
                found.append(f"{name} must lie between 0 and {LONGEST_DELAY_NS}")
        if not 2 <= self.large_approvals <= MOST_APPROVALS:
            found.append(f"large_approvals must lie between 2 and {MOST_APPROVALS}")
        if self.delayed_above_e6 > self.large_above_e6 or self.delay_ns > self.large_delay_ns:
            found.append("what is large waits no less than what is small")
        if self.account_hourly_e6 > self.venue_hourly_e6:
            found.append("an account's hour holds no more than the venue's")
        return found


USUAL_TERMS: Final = WithdrawalTerms(new_address_delay_ns=24 * HOUR_NS)
"""What a venue is founded with unless its founder says otherwise."""
