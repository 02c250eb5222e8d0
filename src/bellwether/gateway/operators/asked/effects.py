"""What an act of one key, or other terms, would change, and what is worth knowing before (RULE-5).

Values are as the wire has them: amounts in USD as decimal text.
"""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.acts.alone import ONE_PAYOUT
from bellwether.engine.acts.halts import halt_end_ns
from bellwether.engine.questions import withdrawable
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.state.venue import Venue
from bellwether.engine.withdrawals.payment import room_of_the_hour
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.money.withdrawals import shown_terms
from bellwether.gateway.operators.asked.payouts import changed_by_payout
from bellwether.schema import codes
from bellwether.schema.commands import (
    AnyCommand,
    Credit,
    Debit,
    KeepHalted,
    PauseWithdrawals,
    PayInCapital,
    ResolveInput,
    ResumeWithdrawals,
    SetAccount,
    SetTradingStatus,
    SetWithdrawalTerms,
)
from bellwether.units.clock_text import format_time_ns
from bellwether.units.quantities import NS_PER_S

_NEW: Final = "No account has this address yet: one is opened. Compare every digit of the address."


def changed(venue: Venue, command: AnyCommand) -> list[dict[str, Any]]:
    """Return `field`, `before` and `after` of what it changes; `before` is None for what is new."""
    if isinstance(command, Credit):
        return [_amount("cash", _cash(venue, command), command.amount_e6)]
    if isinstance(command, Debit):
        return [_amount("cash", _cash(venue, command), -command.amount_e6)]
    if isinstance(command, PayInCapital):
        return _paid_in(venue, command)
    if isinstance(command, ONE_PAYOUT):
        return changed_by_payout(venue, command)
    if isinstance(command, SetAccount):
        user = venue.users.get(command.user) or User(command.user, 0)
        return _differing(
            _attributes(user.jurisdiction, user.client_class, user.owner),
            _attributes(command.jurisdiction, command.client_class, command.owner),
        )
    if isinstance(command, SetWithdrawalTerms):
        return _differing(shown_terms(venue.payouts.terms), shown_terms(command.terms))
    if isinstance(command, PauseWithdrawals | ResumeWithdrawals):
        pauses = isinstance(command, PauseWithdrawals)
        return _differing({"paused": venue.payouts.is_paused}, {"paused": pauses})
    if isinstance(command, SetTradingStatus | KeepHalted):
        market = venue.markets[command.asset]
        status = command.status
        if status == codes.OPEN and _is_posted_first(market):
            status = codes.POST_ONLY
        return _differing(_status(market.status), _status(status))
    return []


def noted(venue: Venue, command: AnyCommand) -> list[str]:
    """Return sentences on what it would mean."""
    if isinstance(command, Credit):
        return _of_whom(venue.users.get(command.user))
    if isinstance(command, Debit):
        return _of_a_debit(venue, command)
    if isinstance(command, SetAccount):
        return _of_attributes(venue, command)
    if isinstance(command, SetTradingStatus):
        return _of_a_status(venue, venue.markets[command.asset], command.status)
    if isinstance(command, ResolveInput):
        return _of_an_input(venue.markets[command.asset], command)
    if isinstance(command, SetWithdrawalTerms):
        return _of_terms(venue, command)
    return []


def _of_terms(venue: Venue, command: SetWithdrawalTerms) -> list[str]:
    found, payouts = [], venue.payouts
    if waiting := len(payouts.pending):
        found.append(f"What waits already keeps its own terms: {waiting} now.")
    changes = command.terms.new_address_delay_ns != payouts.terms.new_address_delay_ns
    known = sum(len(filed) for filed in payouts.book.by_account.values())
    if changes and known:
        found.append(f"Addresses in a book keep the time they were given: {known} now.")
    return found


def _cash(venue: Venue, command: Credit | Debit) -> int | None:
    account = _account(venue, command)
    return None if account is None else account.cash.balance


def _account(venue: Venue, command: Credit | Debit) -> Account | None:
    user, dex = venue.users.get(command.user), venue.dex_by_name.get(command.dex)
    return None if user is None or dex is None else user.accounts.get(dex.number)


def _amount(field: str, before: int | None, more: int) -> dict[str, Any]:
    shown = None if before is None else render.usd(before)
    return {"field": field, "before": shown, "after": render.usd((before or 0) + more)}


def _paid_in(venue: Venue, command: PayInCapital) -> list[dict[str, Any]]:
    losses = venue.markets[command.asset].losses
    if command.is_backstop:
        return [_amount("backstopCapital", losses.vault_capital_e6, command.amount_e6)]
    return [_amount("insuranceFund", losses.fund.balance, command.amount_e6)]


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "before": before[name], "after": value}
        for name, value in after.items()
        if before[name] != value
    ]


def _attributes(jurisdiction: str, client_class: str, owner: str) -> dict[str, Any]:
    return {"jurisdiction": jurisdiction, "clientClass": client_class, "owner": owner}


def _status(status: int) -> dict[str, Any]:
    return {"tradingStatus": codes.STATUS_NAMES[status]}


def _is_posted_first(market: Market) -> bool:
    """Does a resumption go through a time in which orders may only be posted?"""
    return market.status != codes.POST_ONLY and market.spec.resume_post_only_ns > 0


def _of_a_status(venue: Venue, market: Market, status: int) -> list[str]:
    if status != codes.OPEN:
        end_ns = halt_end_ns(Turn(venue, venue.time_ns), market)
        return [f"It resumes by itself at {format_time_ns(end_ns)}."]
    if not _is_posted_first(market):
        return []
    seconds = market.spec.resume_post_only_ns // NS_PER_S
    return [f"For {seconds} s orders may only be posted, then it is open."]


def _of_an_input(market: Market, command: ResolveInput) -> list[str]:
    """How far it is from the index, in the market's own units."""
    place = (command.source, command.kind)
    seen = market.index.held.get(place) or market.index.accepted.get(place)
    prices = market.prices
    index = prices.internal_fine if prices.internal_fine >= 0 else prices.oracle_fine
    if seen is None or index < 0:
        return []
    value, present = render.fine_px(market, seen.price_fine), render.fine_px(market, index)
    return [f"It stands for {value} USD a contract; the index is {present} USD."]


def _of_whom(user: User | None) -> list[str]:
    if user is None:
        return [_NEW]
    if user.master is not None:
        return [f"This is a sub-account of {render.address(user.master.address)}."]
    return []


def _of_a_debit(venue: Venue, command: Debit) -> list[str]:
    room = render.usd(room_of_the_hour(Turn(venue, venue.time_ns)))
    notes = [f"Within this hour {room} USD may still leave the venue."]
    account = _account(venue, command)
    if account is not None:
        notes.append(f"Of its cash {render.usd(withdrawable(account))} USD are free.")
    return notes


def _of_attributes(venue: Venue, command: SetAccount) -> list[str]:
    """In which markets the account would be shut out, or let in."""
    user = venue.users.get(command.user)
    known = ("", "") if user is None else (user.jurisdiction, user.client_class)
    notes = [_NEW] if user is None else []
    if user is not None and user.sub_accounts:
        notes.append(f"Its {len(user.sub_accounts)} sub-accounts get the same.")
    shut: list[str] = []
    opened: list[str] = []
    for market in venue.markets.values():
        before = market.admits(*known)
        after = market.admits(command.jurisdiction, command.client_class)
        if before and not after:
            shut.append(market.name)
        elif after and not before:
            opened.append(market.name)
    if shut:
        notes.append(
            f"It may add no more risk in {', '.join(shut)}: orders that could are cancelled at"
            " once, positions stay and can be reduced."
        )
    if opened:
        notes.append(f"It may then add risk in {', '.join(opened)}.")
    return notes
