"""What a market knows about losses: its fund, its backstop vault, its providers (LIQ-2 … LIQ-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.ledger.ledger import LedgerAccount
from bellwether.units.division import mul_div_down, mul_div_half_even

if TYPE_CHECKING:
    from bellwether.engine.state.account import Account


@final
class LossBook:
    """`fund` is the insurance fund (micro-USD). `vault` is the backstop's account, None before it
    was needed; `vault_capital_e6` is what was paid into it from outside and `sold_ns` when it last
    offered inventory. `providers` are by account number.

    `quiet_price` (price atoms) is that of the last forced fill, which becomes the market's last
    trade at `quiet_until_ns` unless an ordinary one comes first (LIQ-6); 0 for none.
    """

    __slots__ = (
        "fund",
        "providers",
        "quiet_price",
        "quiet_until_ns",
        "sold_ns",
        "vault",
        "vault_capital_e6",
    )

    def __init__(self) -> None:
        self.fund: LedgerAccount = LedgerAccount()
        self.vault: Account | None = None
        self.vault_capital_e6: int = 0
        self.sold_ns: int = 0
        self.providers: dict[int, Provider] = {}
        self.quiet_price: int = 0
        self.quiet_until_ns: int = 0

    def reserved_e6(self, account: Account, loss_limit_e6: int) -> int:
        """What the account may not lose: 0, but for the vault all its capital beyond the limit."""
        if account is not self.vault or self.vault_capital_e6 <= loss_limit_e6:
            return 0
        return self.vault_capital_e6 - loss_limit_e6

    def rescale(self, a: int, b: int) -> None:
        """Sizes times a / b, prices divided by it (LIFE-10); no provider is left without a lot."""
        self.quiet_price = mul_div_half_even(self.quiet_price, b, a)
        for provider in self.providers.values():
            provider.most_lots = max(1, mul_div_down(provider.most_lots, a, b))
            provider.most_position_lots = max(1, mul_div_down(provider.most_position_lots, a, b))


@final
class Provider:
    """What an account takes over (LIQ-3); the fields are those of SetAssignment."""

    __slots__ = (
        "accepts_long",
        "accepts_short",
        "days",
        "edge_bp",
        "most_lots",
        "most_position_lots",
    )

    def __init__(
        self,
        accepts_long: bool,
        accepts_short: bool,
        most_lots: int,
        most_position_lots: int,
        edge_bp: int,
        days: int,
    ) -> None:
        self.accepts_long: bool = accepts_long
        self.accepts_short: bool = accepts_short
        self.most_lots: int = most_lots
        self.most_position_lots: int = most_position_lots
        self.edge_bp: int = edge_bp
        self.days: int = days
