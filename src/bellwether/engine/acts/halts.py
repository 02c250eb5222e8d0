"""Halts and resumptions (LIFE-11): by itself, by one operator for an hour, by two for longer."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit_for_dex
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import HALT_END, REOPENING
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import KeepHalted, SetTradingStatus
from bellwether.schema.events import CommandRefused, TradingStatusSet
from bellwether.units.quantities import FRACTION_ONE, NS_PER_HOUR

BETWEEN_NS: Final = 2 * NS_PER_HOUR
"""From the beginning of one operator's hour to the next one's: a market is never one key's."""


def set_trading_status(turn: Turn, command: SetTradingStatus) -> None:
    """One operator with the risk role halts a market for up to an hour, or resumes it.

    Orders stay where they are. A resumption goes through a post-only time.
    """
    market = turn.venue.markets.get(command.asset)
    dex = None if market is None else market.dex
    who = admit_for_dex(turn, command.signer, command.nonce, codes.RISK, dex, command.variant)
    if who is None:
        return
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    reason = status_refusal(turn, market, command.status)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    if command.status == codes.OPEN:
        _resume(turn, market, command.grounds)
        return
    if market.halt_ends_ns == 0:
        if turn.time_ns >= market.halt_window_ns + BETWEEN_NS:
            market.halt_window_ns = turn.time_ns
        _forget_reopening(turn, market)
        market.halt_ends_ns = halt_end_ns(turn, market)
        turn.venue.timers.add(market.halt_ends_ns, HALT_END, market.asset)
    _set(turn, market, command.status, command.grounds)


def status_refusal(turn: Turn, market: Market, status: int) -> int:
    """Why one operator may not halt or resume a market like this now."""
    if not codes.OPEN <= status <= codes.HALTED:
        return rejects.ALREADY_SO
    if market.phase >= codes.SETTLING:
        return rejects.PHASE_FORBIDS
    if market.dex.is_disabled:
        return rejects.DEX_DISABLED
    if status == codes.OPEN:
        is_open = market.status == codes.OPEN or market.reopens_ns > 0
        return rejects.ALREADY_SO if is_open else rejects.ACCEPTED
    if market.halt_ends_ns > 0:
        return rejects.ALREADY_SO if market.status == status else rejects.ACCEPTED
    if market.status != codes.OPEN and market.reopens_ns == 0:
        return rejects.ALREADY_SO if market.status == status else rejects.HALT_NEEDS_TWO
    since = turn.time_ns - market.halt_window_ns
    if market.halt_window_ns > 0 and NS_PER_HOUR <= since < BETWEEN_NS:
        return rejects.HALT_NEEDS_TWO
    return rejects.ACCEPTED


def halt_end_ns(turn: Turn, market: Market) -> int:
    """When a halt by one operator, that begins now or goes on, would end by itself."""
    if market.halt_ends_ns > 0:
        return market.halt_ends_ns
    is_new = turn.time_ns >= market.halt_window_ns + BETWEEN_NS
    return (turn.time_ns if is_new else market.halt_window_ns) + NS_PER_HOUR


def keeping_refusal(market: Market, command: KeepHalted) -> int:
    """Why two operators may not stop a market like this."""
    if market.phase >= codes.SETTLING:
        return rejects.PHASE_FORBIDS
    if market.dex.is_disabled:
        return rejects.DEX_DISABLED
    if not codes.POST_ONLY <= command.status <= codes.HALTED:
        return rejects.ALREADY_SO
    ends_by_itself = market.halt_cause != codes.BY_REQUEST or market.reopens_ns > 0
    if market.status == command.status and market.halt_ends_ns == 0 and not ends_by_itself:
        return rejects.ALREADY_SO
    return rejects.ACCEPTED if command.grounds else rejects.GROUNDS_MISSING


def keep_halted(turn: Turn, market: Market, command: KeepHalted) -> None:
    """Two operators stop a market until it is resumed."""
    _forget_halt(turn, market)
    _forget_reopening(turn, market)
    _set(turn, market, command.status, command.grounds)


def watch_mark(turn: Turn, market: Market) -> None:
    """Halts a market by itself whose mark has moved too far in too short a time (LIFE-11).

    The distance is taken from the lowest and the highest mark of the window before, each as a share
    of itself. After `halt_ns` the market resumes as from any halt, or when an operator resumes it.
    """
    rules = market.rules
    if rules.halt_move_e6 == 0 or market.status != codes.OPEN:
        return
    oldest = turn.time_ns - rules.halt_move_window_ns
    marks = [(at, mark) for at, mark in market.recent_marks if at >= oldest]
    marks.append((turn.time_ns, market.mark_price))
    market.recent_marks = marks
    lowest = min(mark for _, mark in marks)
    highest = max(mark for _, mark in marks)
    rose = (market.mark_price - lowest) * FRACTION_ONE > rules.halt_move_e6 * lowest
    fell = (highest - market.mark_price) * FRACTION_ONE > rules.halt_move_e6 * highest
    if not rose and not fell:
        return
    market.recent_marks = []
    _forget_reopening(turn, market)
    market.halt_ends_ns = turn.time_ns + rules.halt_ns
    turn.venue.timers.add(market.halt_ends_ns, HALT_END, market.asset)
    grounds = "automatic: the mark moved too far in too short a time"
    _set(turn, market, codes.HALTED, grounds, codes.MARK_MOVED)


def watch_feed(turn: Turn, market: Market) -> None:
    """Halts a market by itself that lives on prices from outside and has been without (LIFE-11).

    A market whose oracle is its own book lives on none. The halt lasts until they are back, or an
    operator resumes the market.
    """
    longest = market.rules.halt_feed_ns
    if longest == 0 or market.status != codes.OPEN:
        return
    if market.rules.index is None and not market.follows_external():
        return
    if turn.time_ns - market.fed_ns <= longest:
        return
    grounds = "automatic: prices from outside have been missing for too long"
    _set(turn, market, codes.HALTED, grounds, codes.FEED_FAILED)


def is_fed_again(turn: Turn, market: Market, target_fine: int) -> bool:
    """Of a halted market: has a price from outside ended the halt that its absence was?

    The time of any other halt is none in which the feed is missed.
    """
    if market.halt_cause != codes.FEED_FAILED:
        market.fed_ns = turn.time_ns
        return False
    if target_fine < 0:
        return False
    resume_fed(turn, market)
    return True


def resume_fed(turn: Turn, market: Market) -> None:
    """Prices from outside are back: the market resumes as from any halt."""
    _resume(turn, market, "prices from outside are back")


def reach_halt_end(turn: Turn, market: Market) -> None:
    """The hour of one operator, or the time of an automatic halt, is over."""
    market.halt_ends_ns = 0
    _resume(turn, market, "the time of the halt is over")


def reopen(turn: Turn, market: Market) -> None:
    """The post-only time of a resumption is over."""
    market.reopens_ns = 0
    _set(turn, market, codes.OPEN, "the post-only time is over")


def _resume(turn: Turn, market: Market, grounds: str) -> None:
    """Out of a stop through the post-only time; what was post-only all along opens at once."""
    _forget_halt(turn, market)
    market.fed_ns = turn.time_ns
    post_only_ns = market.spec.resume_post_only_ns
    if market.status == codes.POST_ONLY or post_only_ns == 0:
        _set(turn, market, codes.OPEN, grounds)
        return
    market.reopens_ns = turn.time_ns + post_only_ns
    turn.venue.timers.add(market.reopens_ns, REOPENING, market.asset)
    _set(turn, market, codes.POST_ONLY, grounds)


def _set(
    turn: Turn, market: Market, status: int, grounds: str, cause: int = codes.BY_REQUEST
) -> None:
    market.status = status
    market.halt_cause = cause
    market.epoch += 1
    market.recheck = True
    turn.emit(TradingStatusSet(market.asset, turn.time_ns, status, grounds, cause))


def _forget_halt(turn: Turn, market: Market) -> None:
    if market.halt_ends_ns > 0:
        turn.venue.timers.remove(market.halt_ends_ns, HALT_END, market.asset)
        market.halt_ends_ns = 0


def _forget_reopening(turn: Turn, market: Market) -> None:
    if market.reopens_ns > 0:
        turn.venue.timers.remove(market.reopens_ns, REOPENING, market.asset)
        market.reopens_ns = 0
