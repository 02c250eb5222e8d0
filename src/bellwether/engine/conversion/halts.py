"""The listing exchange halts the share, and lets it trade again (PRICE-19)."""

from __future__ import annotations

from bellwether.engine.admission import admit_operator
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ReportExchangeHalt
from bellwether.schema.events import CommandRefused, ExchangeHaltTaken


def take_exchange_halt(turn: Turn, command: ReportExchangeHalt) -> None:
    """Records what a bound source says; while it says halted its own price is not fresh.

    So a source can leave itself out and nobody else. A price that it sees later says that the share
    trades again, whether or not a resumption was told.
    """
    if admit_operator(turn, command.signer, command.nonce, codes.PRICER) is None:
        return
    market = turn.venue.markets.get(command.asset)
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    reason = _refusal(turn, market, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    if command.halted:
        market.listing.halts[command.source] = (command.observed_ns, command.reason)
    else:
        del market.listing.halts[command.source]
    turn.emit(
        ExchangeHaltTaken(
            command.asset, command.source, command.halted, command.reason, command.observed_ns
        )
    )


def _refusal(turn: Turn, market: Market, command: ReportExchangeHalt) -> int:
    if turn.venue.sources.get(command.source) != command.signer:
        return rejects.SOURCE_UNBOUND
    if market.phase > codes.SETTLEMENT_PERIOD:
        return rejects.PHASE_FORBIDS
    halted = market.listing.halts.get(command.source)
    if command.observed_ns > turn.time_ns:
        return rejects.OBSERVATION_TIME_INVALID
    if halted is not None and command.observed_ns < halted[0]:
        return rejects.OBSERVATION_TIME_INVALID
    seen = market.listing.latest.get(command.source)
    if command.halted and seen is not None and command.observed_ns < seen[1]:
        return rejects.OBSERVATION_TIME_INVALID
    return rejects.ACCEPTED if command.halted != (halted is not None) else rejects.ALREADY_SO
