"""Dexes and markets in a snapshot."""

from __future__ import annotations

from typing import Any

import msgspec

from bellwether.engine.conversion.ramp import ramped_specification
from bellwether.engine.index.state import Observation
from bellwether.engine.limits.clocked import clocked_rules
from bellwether.engine.snapshot.losses import dump_losses, restore_losses
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.holding import holder
from bellwether.engine.state.life import AwaitedEvent, CapitalEntry, Delisting, Listing
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.schema.instrument import InstrumentSpec, MarginTier


def dump_dex(dex: Dex) -> list[Any]:
    ledger = dex.ledger
    return [
        dex.number,
        dex.name,
        ledger.custody.balance,
        ledger.fees.balance,
        ledger.rounding.balance,
        str(ledger.deposits),
        str(ledger.withdrawals),
        dex.deployer,
        [[variant, keys] for variant, keys in dex.sub_deployers.items()],
        dex.margin_tables,
        ledger.shares.balance,
        b"" if dex.fee_recipient is None else dex.fee_recipient.user.address,
        dex.is_disabled,
        ledger.pending.balance,
    ]


def restore_dex(venue: Venue, row: list[Any]) -> None:
    dex = Dex(row[0], row[1])
    ledger = dex.ledger
    ledger.custody.balance = row[2]
    ledger.fees.balance = row[3]
    ledger.rounding.balance = row[4]
    ledger.deposits = int(row[5])
    ledger.withdrawals = int(row[6])
    dex.deployer = row[7]
    for variant, keys in row[8]:
        dex.sub_deployers[variant] = list(keys)
    for description, tiers in row[9]:
        dex.margin_tables.append(
            (description, msgspec.convert(tuple(tiers), tuple[MarginTier, ...]))
        )
    ledger.shares.balance = row[10]
    dex.is_disabled = row[12]
    ledger.pending.balance = row[13]
    venue.dexes.append(dex)
    venue.dex_by_name[dex.name] = dex


def dump_market(market: Market) -> list[Any]:
    prices = market.prices
    return [
        market.asset,
        market.dex.number,
        market.versions,
        [
            market.phase,
            market.status,
            market.oracle_price,
            market.mark_price,
            market.last_trade_price,
            market.long_lots,
            market.short_lots,
            market.cost_total,
            market.clearing.balance,
            market.funding_account.balance,
            market.funding_remainder,
            str(market.funding_index_e12),
            market.funding_rate_e12,
            market.funding_settled_ns,
            market.premium_sum,
            market.premium_samples,
            str(market.twap_sum),
            market.twap_since_ns,
            market.launched_ns,
            market.impact_bid_fine,
            market.impact_ask_fine,
            market.impact_version == market.book.version,
            market.recheck,
            market.epoch,
            market.settlement_price,
            market.settled_ns,
            market.new_risk_leverage,
            market.recent_marks,
            [[at, str(total)] for at, total in market.twap_hours],
        ],
        [
            prices.reference_fine,
            prices.oracle_fine,
            prices.mark_fine,
            prices.basis_fine,
            prices.ipd_fine,
            prices.up_count,
            prices.down_count,
            prices.last_time_ns,
            prices.band_low_fine,
            prices.band_high_fine,
            prices.internal_fine,
        ],
        list(market.holders),
        _dump_queue(market, True),
        _dump_queue(market, False),
        _dump_listing(market.listing),
        _dump_index(market),
        [
            market.halt_window_ns,
            market.halt_ends_ns,
            market.reopens_ns,
            market.halt_cause,
            market.fed_ns,
            market.awaits_ns,
        ],
        _dump_limits(market),
        [_dump_capital(entry) for entry in market.capital],
        list(market.triggers.due),
        market.annotation,
        dump_losses(market.losses),
    ]


def _dump_limits(market: Market) -> list[Any]:
    return [
        market.budget_costs,
        market.budget_cap_e6,
        market.budget_ns,
        market.event_phase,
        market.event_risk_leverage,
        market.event_leverage,
        market.event_binds_ns,
    ]


def _dump_queue(market: Market, is_buy: bool) -> list[Any]:
    queue = market.book.orders(is_buy)
    return [[holder(order).account.number, order.order_id] for order in queue]


def restore_market(venue: Venue, row: list[Any]) -> None:
    dex = venue.dexes[row[1]]
    versions = msgspec.convert(row[2], list[InstrumentSpec])
    market = Market(row[0], dex, versions[-1])
    market.versions = versions
    numbers = row[3]
    market.phase = numbers[0]
    market.status = numbers[1]
    market.oracle_price = numbers[2]
    market.mark_price = numbers[3]
    market.last_trade_price = numbers[4]
    market.long_lots = numbers[5]
    market.short_lots = numbers[6]
    market.cost_total = numbers[7]
    market.clearing.balance = numbers[8]
    market.funding_account.balance = numbers[9]
    market.funding_remainder = numbers[10]
    market.funding_index_e12 = int(numbers[11])
    market.funding_rate_e12 = numbers[12]
    market.funding_settled_ns = numbers[13]
    market.premium_sum = numbers[14]
    market.premium_samples = numbers[15]
    market.twap_sum = int(numbers[16])
    market.twap_since_ns = numbers[17]
    market.launched_ns = numbers[18]
    market.impact_bid_fine = numbers[19]
    market.impact_ask_fine = numbers[20]
    market.recheck = numbers[22]
    market.epoch = numbers[23]
    market.settlement_price = numbers[24]
    market.settled_ns = numbers[25]
    market.new_risk_leverage = numbers[26]
    market.recent_marks = [(at, mark) for at, mark in numbers[27]]
    market.twap_hours = [(at, int(total)) for at, total in numbers[28]]
    _restore_prices(market, row[4])
    _restore_listing(market.listing, row[8])
    _restore_limits(market, row[11])
    _restore_index(market, row[9])
    market.halt_window_ns = row[10][0]
    market.halt_ends_ns = row[10][1]
    market.reopens_ns = row[10][2]
    market.halt_cause = row[10][3]
    market.fed_ns = row[10][4]
    market.awaits_ns = row[10][5]
    for fields in row[12]:
        market.capital.append(_restore_capital(fields))
    if row[14] is not None:
        category, description, name, keywords = row[14]
        market.annotation = (category, description, name, tuple(keywords))
    dex.markets.append(market)
    venue.markets[market.asset] = market
    venue.market_by_name[market.name] = market
    if market.accrues:
        venue.accruing.append(market)


def _restore_limits(market: Market, row: list[Any]) -> None:
    """Budget and event clock, and the rules that the market goes by."""
    market.budget_costs = [(move, up, down) for move, up, down in row[0]]
    market.budget_cap_e6 = row[1]
    market.budget_ns = row[2]
    market.event_phase = row[3]
    market.event_risk_leverage = row[4]
    market.event_leverage = row[5]
    market.event_binds_ns = row[6]
    rules = market.spec
    if market.listing.ramp_e12 > 0:
        rules = ramped_specification(rules, market.listing.ramp_e12)
    market.adopt(clocked_rules(rules, market.event_leverage))


def _restore_prices(market: Market, row: list[Any]) -> None:
    prices = market.prices
    prices.reference_fine = row[0]
    prices.oracle_fine = row[1]
    prices.mark_fine = row[2]
    prices.basis_fine = row[3]
    prices.ipd_fine = row[4]
    prices.up_count = row[5]
    prices.down_count = row[6]
    prices.last_time_ns = row[7]
    prices.band_low_fine = row[8]
    prices.band_high_fine = row[9]
    prices.internal_fine = row[10]


def restore_queues(market: Market, row: list[Any]) -> None:
    """Holders, book and loss book in their order, once accounts and orders are there."""
    accounts = market.dex.accounts
    restore_losses(market.losses, accounts, row[15])
    for number in row[5]:
        holding = accounts[number].user.holdings[market.asset]
        market.holders[number] = holding
        holding.freshen()
    for side in (row[6], row[7]):
        for owner, order_id in side:
            market.book.insert(accounts[owner].orders[order_id])
    for order_id in row[13]:
        market.triggers.due[order_id] = True
    market.impact_version = market.book.version if row[3][21] else -1


def _dump_listing(listing: Listing) -> list[Any]:
    return [
        listing.is_confirmed,
        listing.is_external,
        listing.exchange,
        listing.listed_as,
        listing.structure,
        listing.jurisdiction,
        listing.treatment,
        listing.cross_price,
        listing.cross_time_ns,
        [[source, price, seen_ns] for source, (price, seen_ns) in listing.latest.items()],
        listing.taken,
        [[source, *seen] for source, seen in listing.indications.items()],
        listing.numerator,
        listing.denominator,
        listing.settled_e6,
        listing.ramp_since_ns,
        listing.ramp_e12,
        _dump_delisting(listing.delisting),
        _dump_awaited(listing.awaited),
        [[source, *halt] for source, halt in listing.halts.items()],
    ]


def _dump_awaited(awaited: AwaitedEvent | None) -> list[Any] | None:
    if awaited is None:
        return None
    return [
        awaited.event,
        awaited.condition,
        awaited.deadline_ns,
        awaited.treatment,
        awaited.otherwise,
    ]


def _dump_delisting(delisting: Delisting | None) -> list[Any] | None:
    if delisting is None:
        return None
    return [
        delisting.started_ns,
        delisting.since_ns,
        delisting.price_fine,
        str(delisting.weighted_sum),
    ]


def _restore_listing(listing: Listing, row: list[Any]) -> None:
    listing.is_confirmed = row[0]
    listing.is_external = row[1]
    listing.exchange = row[2]
    listing.listed_as = row[3]
    listing.structure = row[4]
    listing.jurisdiction = row[5]
    listing.treatment = row[6]
    listing.cross_price = row[7]
    listing.cross_time_ns = row[8]
    for source, price, seen_ns in row[9]:
        listing.latest[source] = (price, seen_ns)
    listing.taken = [(seen_ns, source) for seen_ns, source in row[10]]
    for source, price, paired, seen_ns in row[11]:
        listing.indications[source] = (price, paired, seen_ns)
    listing.numerator = row[12]
    listing.denominator = row[13]
    listing.settled_e6 = row[14]
    listing.ramp_since_ns = row[15]
    listing.ramp_e12 = row[16]
    if row[17] is not None:
        listing.delisting = Delisting(row[17][0], row[17][2])
        listing.delisting.since_ns = row[17][1]
        listing.delisting.weighted_sum = int(row[17][3])
    if row[18] is not None:
        listing.awaited = AwaitedEvent(row[18][0], row[18][1], row[18][2])
        listing.awaited.treatment = row[18][3]
        listing.awaited.otherwise = row[18][4]
    for source, since_ns, reason in row[19]:
        listing.halts[source] = (since_ns, reason)


def _dump_capital(entry: CapitalEntry) -> list[Any]:
    return [
        entry.time_ns,
        entry.version,
        entry.kind,
        entry.price_unit,
        entry.share_count,
        entry.source,
        entry.as_of_ns,
        entry.grounds,
        entry.numerator,
        entry.denominator,
    ]


def _restore_capital(row: list[Any]) -> CapitalEntry:
    entry = CapitalEntry(row[0], row[1], row[2], row[3])
    entry.share_count = row[4]
    entry.source = row[5]
    entry.as_of_ns = row[6]
    entry.grounds = row[7]
    entry.numerator = row[8]
    entry.denominator = row[9]
    return entry


def _dump_index(market: Market) -> list[Any]:
    book = market.index
    return [
        list(book.accepted.values()),
        list(book.held.values()),
        book.computed_ns,
        book.reason,
        book.frozen_since_ns,
        book.minute,
        book.hour,
        market.is_stale,
        market.is_blind,
        market.premiums,
        market.funding_absolute_e12,
        market.accrued_ns,
        str(market.accrual_rest),
        list(book.rejected.values()),
    ]


def _restore_index(market: Market, row: list[Any]) -> None:
    book = market.index
    for fields in row[0]:
        accepted = Observation(*fields)
        book.accepted[(accepted.source, accepted.kind)] = accepted
    for fields in row[1]:
        held = Observation(*fields)
        book.held[(held.source, held.kind)] = held
    book.computed_ns = row[2]
    book.reason = row[3]
    book.frozen_since_ns = row[4]
    book.minute = [(until, low, high) for until, low, high in row[5]]
    book.hour = [(until, low, high) for until, low, high in row[6]]
    market.is_stale = row[7]
    market.is_blind = row[8]
    market.premiums = row[9]
    market.funding_absolute_e12 = row[10]
    market.accrued_ns = row[11]
    market.accrual_rest = int(row[12])
    for fields in row[13]:
        rejected = Observation(*fields)
        book.rejected[(rejected.source, rejected.kind)] = rejected
