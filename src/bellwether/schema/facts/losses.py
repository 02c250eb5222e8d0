"""Events of losses: who could not meet a requirement, and who took what (LIQ)."""

from __future__ import annotations

from bellwether.schema.event import Event


class AutoDeleveraged(Event, frozen=True, tag="adl"):
    """A liquidated position was closed against the opposite side without the book (LIQ-4)."""

    trade_id: int
    asset: int
    price: int
    lots: int
    is_buy: bool
    account: bytes
    counterparty: bytes
    account_start: int
    counterparty_start: int
    account_pnl: int
    counterparty_pnl: int


class PositionTakenOver(Event, frozen=True, tag="taken_over"):
    """A liquidated position, or a part of it, went to somebody who takes such on (LIQ-2, LIQ-3).

    `kind` is a takeover code: the market's backstop vault, or a provider who opted in.
    `amount_e6` is what the account handed over beside it (negative: what it was relieved of).
    """

    trade_id: int
    asset: int
    price: int
    lots: int
    is_buy: bool
    account: bytes
    counterparty: bytes
    account_start: int
    counterparty_start: int
    account_pnl: int
    counterparty_pnl: int
    kind: int
    amount_e6: int


class DeficitCovered(Event, frozen=True, tag="deficit"):
    """A liquidated or settled account was given what it owed, micro-USD (LIQ-5).

    The market's insurance fund paid, or (`by_venue`) the venue out of the fees it has collected.
    """

    asset: int
    account: bytes
    amount_e6: int
    by_venue: bool = False


class LiquidationFeePaid(Event, frozen=True, tag="liquidation_fee"):
    """What a forced fill brought the market's insurance fund, micro-USD (LIQ-5)."""

    asset: int
    account: bytes
    amount_e6: int


class LiquidationStarted(Event, frozen=True, tag="liquidation"):
    """Equity at mark fell below maintenance (LIQ-1); the inputs are those of the decision."""

    asset: int
    account: bytes
    lots: int
    mark_price: int
    equity: int
    maintenance: int
    is_cross: bool
    liquidation_id: int


class EquityStated(Event, frozen=True, tag="equity"):
    """The equity of a liquidated or deleveraged account, to be added up by anyone (LIQ-8).

    `role` is LIQUIDATED or DELEVERAGED. `collateral_e6` is cash, or the margin of an isolated
    position. `rows` are (asset, lots, entry notional, mark, unsettled funding, maintenance margin)
    of each position that answers; equity is the collateral and the sum of
    lots x mark - entry notional + funding. `reserved_e6` is what a vault may not lose.
    """

    liquidation_id: int
    asset: int
    account: bytes
    role: int
    collateral_e6: int
    rows: tuple[tuple[int, int, int, int, int, int], ...]
    equity_e6: int
    maintenance_e6: int
    reserved_e6: int = 0


class CapitalPaidIn(Event, frozen=True, tag="capital"):
    """Money from outside for a market's insurance fund, or for its vault: its account is named."""

    asset: int
    account: bytes
    amount_e6: int
    reference: str


class AssignmentSet(Event, frozen=True, tag="assignment_set"):
    """An account takes liquidated positions over from now on, or no more (LIQ-3)."""

    account: bytes
    asset: int
    accepts_long: bool
    accepts_short: bool
    most_lots: int
    most_position_lots: int
    edge_bp: int
    days: int
