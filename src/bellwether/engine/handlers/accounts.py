"""Account settings: leverage, margin, agents, transfers (MARG-2, MARG-5, MARG-6, MARG-10)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit
from bellwether.engine.fills import settle_funding
from bellwether.engine.margin import cross_equity, cross_initial, free_collateral, requirement
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import Signer, User
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    ApproveAgent,
    Noop,
    TopUpIsolatedMargin,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import (
    Acknowledged,
    AgentApproved,
    CommandRefused,
    IsolatedMarginUpdated,
    LeverageUpdated,
    SubAccountTransferred,
    Transferred,
)
from bellwether.units.division import mul_div_up

MOST_NAMED_AGENTS: Final = 3
MORE_AGENTS_A_SUB_ACCOUNT: Final = 2
LONGEST_AGENT_NAME: Final = 16
WITHDRAWAL_FLOOR_PERCENT: Final = 10
LEVERAGE_ONE: Final = 1_000_000


def noop(turn: Turn, command: Noop) -> None:
    """Uses up a nonce."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is not None:
        turn.emit(Acknowledged())


def update_leverage(turn: Turn, command: UpdateLeverage) -> None:
    """Chooses leverage and margin mode of a market (MARG-2, MARG-10)."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    reason = _leverage_refusal(turn, user, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    market = turn.venue.markets[command.asset]
    holding = market.dex.account(user).holding(market)
    settle_funding(turn, holding)
    holding.leverage = command.leverage
    holding.is_cross = command.is_cross
    missing = 0 if holding.is_cross else _missing_margin(holding)
    if missing > 0:
        market.dex.ledger.move(holding.account.cash, holding.margin, missing)
    holding.account.freshen()
    turn.emit(LeverageUpdated(user.address, command.asset, command.is_cross, command.leverage))


def _missing_margin(holding: Holding) -> int:
    """What an isolated position lacks of its initial margin; 0 when it lacks nothing."""
    if holding.lots == 0:
        return 0
    missing = holding.initial() - holding.margin.balance - holding.worth()
    return missing if missing > 0 else 0


def _leverage_refusal(turn: Turn, user: User, command: UpdateLeverage) -> int:
    market = turn.venue.markets.get(command.asset)
    if market is None:
        return rejects.MARKET_UNKNOWN
    if not 1 <= command.leverage <= market.max_leverage:
        return rejects.LEVERAGE_INVALID
    if command.is_cross and market.spec.margin_mode != codes.CROSS:
        return rejects.CROSS_NOT_ALLOWED
    account = user.accounts.get(market.dex.number)
    holding = None if account is None else account.user.holdings.get(market.asset)
    if account is None or holding is None:
        return rejects.ACCEPTED
    if holding.is_cross != command.is_cross and (holding.lots != 0 or holding.open_orders > 0):
        return rejects.MODE_HAS_POSITION
    before = holding.leverage
    if holding.lots != 0 and command.leverage > market.margin_table.max_leverage(
        holding.notional()
    ):
        return rejects.LEVERAGE_INVALID
    holding.leverage = command.leverage
    covered = _still_covered(account, holding)
    holding.leverage = before
    return rejects.ACCEPTED if covered else rejects.INSUFFICIENT_MARGIN


def _still_covered(account: Account, holding: Holding) -> bool:
    missing = 0 if holding.is_cross else _missing_margin(holding)
    return missing + requirement(account) <= cross_equity(account)


def update_isolated_margin(turn: Turn, command: UpdateIsolatedMargin) -> None:
    """Adds margin to an isolated position, or takes some out where the market lets (MARG-5)."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    reason = _isolated_refusal(turn, user, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    market = turn.venue.markets[command.asset]
    holding = market.dex.account(user).holding(market)
    market.dex.ledger.move(holding.account.cash, holding.margin, command.amount_e6)
    holding.account.freshen()
    turn.emit(IsolatedMarginUpdated(user.address, command.asset, command.amount_e6))


def _isolated_refusal(turn: Turn, user: User, command: UpdateIsolatedMargin) -> int:
    market = turn.venue.markets.get(command.asset)
    if market is None:
        return rejects.MARKET_UNKNOWN
    account = user.accounts.get(market.dex.number)
    holding = None if account is None else account.user.holdings.get(market.asset)
    if account is None or holding is None or holding.lots == 0 or holding.is_cross:
        return rejects.NO_POSITION
    amount = command.amount_e6
    if amount == 0:
        return rejects.AMOUNT_INVALID
    if amount > 0:
        enough = amount <= free_collateral(account)
        return rejects.ACCEPTED if enough else rejects.BALANCE_TOO_SMALL
    if market.spec.margin_mode == codes.STRICT_ISOLATED:
        return rejects.MARGIN_REMOVAL_REFUSED
    left = holding.margin.balance + amount
    enough = left >= 0 and left + holding.worth() >= holding.initial()
    return rejects.ACCEPTED if enough else rejects.MARGIN_TOO_SMALL


def top_up_isolated_margin(turn: Turn, command: TopUpIsolatedMargin) -> None:
    """Adds what an isolated position lacks to stand at the leverage asked for (MARG-5)."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    holding = user.holdings.get(command.asset)
    reason = rejects.ACCEPTED
    amount = 0
    if command.asset not in turn.venue.markets:
        reason = rejects.MARKET_UNKNOWN
    elif holding is None or holding.lots == 0 or holding.is_cross:
        reason = rejects.NO_POSITION
    elif command.leverage_e6 <= 0:
        reason = rejects.LEVERAGE_INVALID
    else:
        wanted = mul_div_up(holding.notional(), LEVERAGE_ONE, command.leverage_e6)
        amount = wanted - holding.margin.balance - holding.worth()
        if amount <= 0:
            reason = rejects.LEVERAGE_REACHED
        elif amount > free_collateral(holding.account):
            reason = rejects.BALANCE_TOO_SMALL
    if holding is None or reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    holding.market.dex.ledger.move(holding.account.cash, holding.margin, amount)
    holding.account.freshen()
    turn.emit(IsolatedMarginUpdated(user.address, command.asset, amount))


def approve_agent(turn: Turn, command: ApproveAgent) -> None:
    """Lets another key sign for the account and its sub-accounts.

    The same name replaces the agent before it; agents whose time is over are dismissed.
    """
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True, True
    )
    if user is None:
        return
    reason = _agent_refusal(turn, user, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason))
        return
    for before in list(user.agents.values()):
        if before.name == command.name or before.has_expired(turn.time_ns):
            user.dismiss(before)
    agent = Signer(command.agent, user, True)
    agent.name = command.name
    agent.valid_until_ms = command.valid_until_ms
    user.agents[command.name] = agent
    turn.venue.signers[command.agent] = agent
    turn.emit(AgentApproved(user.address, command.agent, command.name, command.valid_until_ms))


def _agent_refusal(turn: Turn, user: User, command: ApproveAgent) -> int:
    if len(command.name) > LONGEST_AGENT_NAME:
        return rejects.AGENT_NAME_INVALID
    if command.agent in turn.venue.signers or command.agent in turn.venue.operators:
        return rejects.AGENT_ADDRESS_TAKEN
    named = 0
    for name, agent in user.agents.items():
        if name and name != command.name and not agent.has_expired(turn.time_ns):
            named += 1
    most = MOST_NAMED_AGENTS + MORE_AGENTS_A_SUB_ACCOUNT * len(user.sub_accounts)
    if command.name and named >= most:
        return rejects.TOO_MANY_AGENTS
    return rejects.ACCEPTED


def withdrawable(account: Account) -> int:
    """Free cash that leaves max(initial margin, 10 % of cross notional) behind (MARG-6)."""
    initial = cross_initial(account)
    notional = 0
    for holding in account.held:
        if holding.is_cross:
            notional += holding.notional()
    floor = mul_div_up(notional, WITHDRAWAL_FLOOR_PERCENT, 100)
    equity = cross_equity(account)
    free = free_collateral(account)
    above = equity - (floor if floor > initial else initial)
    least = above if above < free else free
    cash = account.cash.balance
    least = least if least < cash else cash
    return least if least > 0 else 0


def transfer_between_dexes(turn: Turn, command: TransferBetweenDexes) -> None:
    """Moves collateral between dexes or to another account; the custodian's money stays put."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True
    )
    if user is None:
        return
    venue = turn.venue
    source = venue.dex_by_name.get(command.source_dex)
    target = venue.dex_by_name.get(command.destination_dex)
    if source is None or target is None:
        turn.emit(CommandRefused(rejects.DEX_UNKNOWN))
        return
    if command.amount_e6 <= 0:
        turn.emit(CommandRefused(rejects.AMOUNT_INVALID))
        return
    if source is target and command.destination == user.address:
        turn.emit(CommandRefused(rejects.SEND_TO_ITSELF))
        return
    account = user.accounts.get(source.number)
    if account is None or withdrawable(account) < command.amount_e6:
        turn.emit(CommandRefused(rejects.BALANCE_TOO_SMALL))
        return
    if venue.is_agent(command.destination):
        turn.emit(CommandRefused(rejects.ADDRESS_IS_AGENT))
        return
    owner = venue.user(command.destination)
    receiver = target.account(owner)
    if source is target:
        source.ledger.move(account.cash, receiver.cash, command.amount_e6)
    else:
        source.ledger.withdraw(account.cash, command.amount_e6)
        target.ledger.deposit(receiver.cash, command.amount_e6)
    account.freshen()
    if source is target and source.number == 0 and owner.is_kin(user):
        turn.emit(
            SubAccountTransferred(user.address, owner.address, command.amount_e6, command.nonce)
        )
        return
    turn.emit(
        Transferred(
            user.address,
            command.destination,
            command.source_dex,
            command.destination_dex,
            command.amount_e6,
            command.nonce,
        )
    )
