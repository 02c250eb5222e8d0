"""Capital for the waterfall (LIQ-5): the custodian has received it for a fund or a vault."""

from __future__ import annotations

from bellwether.engine.admission import admit_operator
from bellwether.engine.handlers.operators import MOST_HELD_E6
from bellwether.engine.liquidation.waterfall.backstop import vault_account
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import PayInCapital
from bellwether.schema.events import CapitalPaidIn, CommandRefused


def pay_in_capital(turn: Turn, command: PayInCapital) -> None:
    """Enters money for a market's insurance fund, or for its backstop vault."""
    if admit_operator(turn, command.signer, command.nonce, codes.CUSTODIAN) is None:
        return
    reason = paying_in_refusal(turn, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    venue = turn.venue
    market = venue.markets[command.asset]
    venue.references[command.reference] = turn.time_ns
    target = market.losses.fund
    address = b""
    if command.is_backstop:
        vault = vault_account(turn, market)
        target = vault.cash
        address = vault.user.address
        market.losses.vault_capital_e6 += command.amount_e6
    market.dex.ledger.deposit(target, command.amount_e6)
    turn.emit(
        CapitalPaidIn(
            market.asset,
            address,
            command.amount_e6,
            command.reference,
        )
    )


def paying_in_refusal(turn: Turn, command: PayInCapital) -> int:
    """Why the money is not entered."""
    market = turn.venue.markets.get(command.asset)
    if market is None:
        return rejects.MARKET_UNKNOWN
    if market.phase == codes.SETTLED:
        return rejects.PHASE_FORBIDS
    if command.is_backstop and market.spec.losses.backstop_loss_limit_e6 == 0:
        return rejects.NO_BACKSTOP
    amount = command.amount_e6
    if amount <= 0 or amount > MOST_HELD_E6 + market.dex.ledger.custody.balance:
        return rejects.AMOUNT_INVALID
    if command.reference in turn.venue.references:
        return rejects.REFERENCE_USED
    return rejects.ACCEPTED
