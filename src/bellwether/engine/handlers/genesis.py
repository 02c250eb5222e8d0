"""The founding of a venue: dexes, markets, operators, first accounts (INST-1, IFACE-1)."""

from __future__ import annotations

from bellwether.engine.acts.capital import LISTING, record_capital
from bellwether.engine.handlers.disclosures import knows_text
from bellwether.engine.life.launch import launch
from bellwether.engine.life.settlement import settlement_deadline_ns
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import (
    AUCTION_START,
    LAUNCH,
    OUTSIDE_LAUNCH,
    SETTLEMENT_DEADLINE,
)
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import Operator
from bellwether.schema import codes, rejects
from bellwether.schema.commands import Genesis
from bellwether.schema.events import (
    AccountSet,
    CommandRefused,
    Credited,
    DeployerBound,
    DexOpened,
    MarketListed,
    OperatorBound,
)
from bellwether.schema.instrument import InstrumentSpec


def found(turn: Turn, command: Genesis) -> None:
    """Founds the venue; refused as a whole if it exists or a specification has a fault."""
    venue = turn.venue
    if venue.founded:
        turn.emit(CommandRefused(rejects.GENESIS_DONE))
        return
    for spec in command.markets:
        if spec.faults() or spec.dex not in command.dexes or not knows_text(venue, spec):
            turn.emit(CommandRefused(rejects.SPECIFICATION_INVALID))
            return
    for name, _ in command.deployers:
        if name not in command.dexes:
            turn.emit(CommandRefused(rejects.DEX_UNKNOWN))
            return
    if command.withdrawals.faults():
        turn.emit(CommandRefused(rejects.TERMS_INVALID))
        return
    venue.founded = True
    venue.payouts.terms = command.withdrawals
    venue.dev = command.dev
    venue.pre_accepts = command.dev and not command.requires_disclosures
    venue.check_nonce_window = command.check_nonce_window
    for name in command.dexes:
        dex = Dex(len(venue.dexes), name)
        venue.dexes.append(dex)
        venue.dex_by_name[name] = dex
        turn.emit(DexOpened(name, dex.number))
    for key, roles in command.operators:
        venue.operators[key] = Operator(key, roles)
        turn.emit(OperatorBound(key, roles))
    for name, key in command.sources:
        venue.sources[name] = key
    for name, key in command.deployers:
        venue.dex_by_name[name].deployer = key
        if key not in venue.operators:
            venue.operators[key] = Operator(key, 0)
        turn.emit(DeployerBound(name, key, "", True))
    for spec in command.markets:
        list_market(turn, spec)
    for account in command.accounts:
        user = venue.user(account.user)
        user.jurisdiction = account.jurisdiction
        user.client_class = account.client_class
        turn.emit(AccountSet(account.user, account.jurisdiction, account.client_class, ""))
        for dex_name, amount in account.balances:
            dex = venue.dex_by_name[dex_name]
            dex.ledger.deposit(dex.account(user).cash, amount)
            turn.emit(Credited(account.user, dex_name, amount, "genesis"))


def next_asset(dex: Dex) -> int:
    """The id of the dex's next market."""
    asset = len(dex.markets)
    if dex.number > 0:
        asset += codes.FIRST_NAMED_DEX_ASSET + dex.number * codes.ASSETS_PER_DEX
    return asset


def list_market(turn: Turn, spec: InstrumentSpec) -> None:
    """Lists a market under the next asset id of its dex; it launches at its launch time."""
    venue = turn.venue
    dex = venue.dex_by_name[spec.dex]
    asset = next_asset(dex)
    market = Market(asset, dex, spec)
    market.day = venue.day
    dex.markets.append(market)
    venue.markets[asset] = market
    venue.market_by_name[spec.symbol] = market
    if market.accrues:
        venue.accruing.append(market)
    turn.emit(MarketListed(asset, spec))
    if spec.share_count > 0:
        record_capital(turn, market, LISTING, "", 1, 1)
    if spec.outside_launch_time > 0:
        venue.timers.add(spec.outside_launch_time, OUTSIDE_LAUNCH, asset)
    deadline = settlement_deadline_ns(spec)
    if deadline > 0:
        venue.timers.add(deadline, SETTLEMENT_DEADLINE, asset)
    if spec.launch_time <= turn.time_ns:
        launch(turn, market)
    else:
        venue.timers.add(spec.launch_time, LAUNCH, asset)
        if spec.auction_ns > 0:
            starts = spec.launch_time - spec.auction_ns
            now = turn.time_ns
            venue.timers.add(starts if starts > now else now, AUCTION_START, asset)
