"""A change of units (LIFE-10): sizes times k, prices by k = a/b, nobody richer or poorer."""

from __future__ import annotations

from math import gcd
from typing import Final

import msgspec

from bellwether.book.order import Order
from bellwether.book.trailing import Trail
from bellwether.engine.conversion.ramp import keep_ramp
from bellwether.engine.fills import settle_funding
from bellwether.engine.index.state import IndexBook, Observation
from bellwether.engine.life.specification import change_specification
from bellwether.engine.liquidation.waterfall.fund import cover_deficit
from bellwether.engine.orders import close, rest, take_exposure
from bellwether.engine.pricing import accrue_twap, publish_prices
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.life import Delisting, Listing
from bellwether.engine.state.market import Market
from bellwether.engine.state.triggers import fires_on_rise
from bellwether.engine.state.turn import Turn
from bellwether.engine.twap.ending import rebase_twaps
from bellwether.schema import codes, rejects
from bellwether.schema.commands import RebaseMarket
from bellwether.schema.events import MarketRebased, OrderRebased, PositionRebased
from bellwether.schema.instrument import InstrumentSpec, SyntheticIndex
from bellwether.units.division import div_down, mul_div_down, mul_div_half_even, mul_div_up
from bellwether.units.fine_price import HIGHEST_FINE
from bellwether.units.quantities import VALUATION_UNIT
from bellwether.units.tick import price_on_tick_down, price_on_tick_up

LARGEST_TERM: Final = 10**12
UNIT_CHANGE: Final = "unit_change"
MOST_LOTS: Final = 1 << 53
FEWEST_MARK_ATOMS: Final = 100
"""Below that a price has too few digits left to trade by."""


def rebase_refusal(market: Market, command: RebaseMarket) -> int:
    """Why a market may not be rebased by this factor now."""
    if not market.is_trading():
        return rejects.PHASE_FORBIDS
    if command.grounds not in codes.REBASE_GROUNDS:
        return rejects.GROUNDS_INVALID
    a, b = command.numerator, command.denominator
    if not 0 < a <= LARGEST_TERM or not 0 < b <= LARGEST_TERM or a == b:
        return rejects.FACTOR_INVALID
    if mul_div_half_even(market.mark_price, b, a) < FEWEST_MARK_ATOMS:
        return rejects.FACTOR_INVALID
    if market.long_lots * a >= MOST_LOTS * b or not _prices_stay(market, a, b):
        return rejects.FACTOR_INVALID
    if rebased_specification(market.spec, a, b, command.grounds).faults():
        return rejects.FACTOR_INVALID
    return rejects.ACCEPTED


def _prices_stay(market: Market, a: int, b: int) -> bool:
    """Whether each price on record still is one that can be recorded."""
    book, prices = market.index, market.prices
    highest = max(prices.mark_fine, prices.oracle_fine, prices.internal_fine)
    for observations in (book.accepted, book.held, book.rejected):
        for observation in observations.values():
            highest = max(highest, observation.price_fine)
    return mul_div_half_even(highest, b, a) <= HIGHEST_FINE


def unit_change_refusal(market: Market, command: RebaseMarket) -> int:
    """Why operators may not change the unit so; a listing brings its own ratio (LIFE-7)."""
    if command.grounds != UNIT_CHANGE:
        return rejects.ACCEPTED
    spec = market.spec
    if spec.price_unit != "valuation":
        return rejects.GROUNDS_INVALID
    is_share = _is_share_of_valuation(spec, command.numerator, command.denominator)
    return rejects.ACCEPTED if is_share else rejects.FACTOR_INVALID


def _is_share_of_valuation(spec: InstrumentSpec, a: int, b: int) -> bool:
    """From valuation/10^9 to a share: the factor is the share count over 10^9 (LIFE-10).

    The count is the ledger's; where it has none, the factor says how many (whole) shares there are.
    """
    if a <= 0 or b <= 0:
        return False
    if spec.share_count > 0:
        return a * VALUATION_UNIT == b * spec.share_count
    return div_down(a * VALUATION_UNIT, b) * b == a * VALUATION_UNIT


def rebased_specification(
    spec: InstrumentSpec, a: int, b: int, grounds: str = ""
) -> InstrumentSpec:
    """The next version, with prices, share count, limits on sizes and unit in the new units.

    A market on a valuation becomes one on a share, of which there are as many as before.
    """
    shares = spec.share_count
    unit = spec.price_unit
    if unit != "valuation":
        shares = mul_div_half_even(shares, a, b)
    elif grounds == UNIT_CHANGE:
        unit = "share"
        if shares == 0:
            shares = div_down(a * VALUATION_UNIT, b)
    return msgspec.structs.replace(
        spec,
        version=spec.version + 1,
        reference_atoms=mul_div_half_even(spec.reference_atoms, b, a),
        share_count=shares,
        price_unit=unit,
        position_limit_lots=_limit(spec.position_limit_lots, a, b),
        open_interest_lots=_limit(spec.open_interest_lots, a, b),
        max_order_lots=_limit(spec.max_order_lots, a, b),
        index=_rebased_index(spec.index, a, b),
    )


def _rebased_index(index: SyntheticIndex | None, a: int, b: int) -> SyntheticIndex | None:
    """The impact prices are taken at the same worth as before (PRICE-2)."""
    if index is None:
        return None
    return msgspec.structs.replace(index, impact_lots=_limit(index.impact_lots, a, b))


def _limit(lots: int, a: int, b: int) -> int:
    """A limit stays a limit: 0 means that there is none."""
    scaled = mul_div_down(lots, a, b)
    return 1 if lots > 0 and scaled == 0 else scaled


def rebase(turn: Turn, market: Market, command: RebaseMarket) -> None:
    """Puts book, positions, prices and sums into the new units, in one command."""
    a, b = command.numerator, command.denominator
    turn.touch(market)
    _end_what_does_not_fit(turn, market, a, b)
    bids = market.book.orders(True)
    asks = market.book.orders(False)
    _take_out(market, bids)
    _take_out(market, asks)
    # Trades of this command are in the old units, as the triggers are now.
    market.triggers.collect_due()
    holdings = [market.holders[number] for number in sorted(market.holders)]
    for holding in holdings:
        settle_funding(turn, holding)
    worths = [holding.unrealized() for holding in holdings]
    accrue_twap(turn, market)
    _scale_prices(market, a, b)
    index, rate = str(market.funding_index_e12), market.funding_absolute_e12
    turn.emit(MarketRebased(market.asset, turn.time_ns, a, b, index, rate))
    spec = rebased_specification(market.spec, a, b, command.grounds)
    change_specification(turn, market, spec, command.grounds, a, b)
    keep_ramp(turn, market)
    _scale_positions(turn, market, holdings, worths, a, b)
    for account in market.dex.accounts:
        _scale_orders(turn, market, account, a, b)
    rebase_twaps(turn, market, a, b)
    if command.grounds == UNIT_CHANGE and market.listing.is_confirmed:
        _scale_ratio(market.listing, a, b)
    _put_back(market, bids)
    _put_back(market, asks)
    publish_prices(turn, market)


def _scale_ratio(listing: Listing, a: int, b: int) -> None:
    """A contract in smaller units stands for fewer listed shares; a split is of both (LIFE-7)."""
    numerator, denominator = listing.numerator * b, listing.denominator * a
    common = gcd(numerator, denominator)
    listing.numerator = div_down(numerator, common)
    listing.denominator = div_down(denominator, common)


def _end_what_does_not_fit(turn: Turn, market: Market, a: int, b: int) -> None:
    """Orders of which no lot or no price would be left are cancelled with this reason."""
    for account in market.dex.accounts:
        for order in list(account.orders.values()):
            if order.asset != market.asset or order.order_id not in account.orders:
                continue
            lots = mul_div_down(order.lots, a, b)
            if lots > 0 and _new_price(market, order, order.price, a, b) > 0:
                continue
            order.filled_lots = mul_div_down(order.filled_lots, a, b)
            close(turn, account, order, codes.REBASED_CANCELED)


def _new_price(market: Market, order: Order, price: int, a: int, b: int) -> int:
    """A limit in the new units, on the tick: a buyer never pays more, a seller never gets less."""
    if order.is_buy:
        return price_on_tick_down(
            mul_div_down(price, b, a), market.size_decimals, market.tick_atoms
        )
    exact = mul_div_down(price, b, a)
    if exact * a < price * b:
        exact += 1
    return price_on_tick_up(exact, market.size_decimals, market.tick_atoms)


def _new_trigger(market: Market, order: Order, a: int, b: int) -> int:
    """A trigger in the new units: it does not fire earlier than before."""
    exact = mul_div_down(order.trigger_price, b, a)
    if fires_on_rise(order):
        if exact * a < order.trigger_price * b:
            exact += 1
        return price_on_tick_up(exact, market.size_decimals, market.tick_atoms)
    lower = price_on_tick_down(exact, market.size_decimals, market.tick_atoms)
    return lower if lower > 0 else 1


def _scale_trail(order: Order, trail: Trail, a: int, b: int) -> None:
    """Distance and best price in the new units, so that it does not fire earlier than before."""
    trail.atoms = mul_div_up(trail.atoms, b, a)
    if order.is_buy:
        trail.best = mul_div_up(trail.best, b, a)
    else:
        trail.best = mul_div_down(trail.best, b, a)


def _take_out(market: Market, orders: list[Order]) -> None:
    for order in orders:
        market.book.remove(order)
        take_exposure(holder(order), order, order.lots)


def _put_back(market: Market, orders: list[Order]) -> None:
    """In their old order: who came first at a price comes first at the new one."""
    for order in orders:
        rest(holder(order), order)


def _scale_orders(turn: Turn, market: Market, account: Account, a: int, b: int) -> None:
    for order in account.orders.values():
        if order.asset != market.asset:
            continue
        waits = order.trigger != codes.NO_TRIGGER and not order.waiting
        is_due = order.order_id in market.triggers.due
        if waits:
            market.triggers.remove(order)
        order.price = _new_price(market, order, order.price, a, b)
        order.lots = mul_div_down(order.lots, a, b)
        order.original_lots = mul_div_down(order.original_lots, a, b)
        order.filled_lots = mul_div_down(order.filled_lots, a, b)
        if order.trigger != codes.NO_TRIGGER and order.trail is None:
            order.trigger_price = _new_trigger(market, order, a, b)
        trail = order.trail
        if trail is not None:
            _scale_trail(order, trail, a, b)
        if waits:
            market.triggers.insert(order, market.mark_price)
            order.trigger_price = market.triggers.trigger_price(order)
            if is_due:
                market.triggers.due[order.order_id] = True
        turn.emit(
            OrderRebased(
                order.order_id,
                account.user.address,
                market.asset,
                order.price,
                order.lots,
                order.trigger_price,
                order.original_lots,
            )
        )


def _scale_prices(market: Market, a: int, b: int) -> None:
    """Reference, oracle, mark, TWAP sum and funding index, each half to even."""
    prices = market.prices
    prices.reference_fine = mul_div_half_even(prices.reference_fine, b, a)
    prices.oracle_fine = mul_div_half_even(prices.oracle_fine, b, a)
    prices.mark_fine = mul_div_half_even(prices.mark_fine, b, a)
    prices.basis_fine = mul_div_half_even(prices.basis_fine, b, a)
    prices.ipd_fine = mul_div_half_even(prices.ipd_fine, b, a)
    prices.set_band(market.spec.oracle.band_e12)
    market.oracle_price = prices.oracle_atoms()
    market.fit_caps()
    market.mark_price = prices.mark_atoms()
    if market.last_trade_price > 0:
        last = mul_div_half_even(market.last_trade_price, b, a)
        market.last_trade_price = last if last > 0 else 1
    market.twap_sum = mul_div_half_even(market.twap_sum, b, a)
    market.recent_marks = []
    market.twap_hours = [(at, mul_div_half_even(s, b, a)) for at, s in market.twap_hours]
    market.funding_index_e12 = mul_div_half_even(market.funding_index_e12, b, a)
    listing = market.listing
    listing.latest = {}
    listing.taken = []
    listing.indications = {}
    if prices.internal_fine >= 0:
        prices.internal_fine = mul_div_half_even(prices.internal_fine, b, a)
    if listing.delisting is not None:
        _scale_delisting(listing.delisting, a, b)
    market.accrual_rest = 0
    market.funding_absolute_e12 = mul_div_half_even(market.funding_absolute_e12, b, a)
    _scale_index(market.index, a, b)
    market.losses.rescale(a, b)


def _scale_delisting(delisting: Delisting, a: int, b: int) -> None:
    delisting.price_fine = mul_div_half_even(delisting.price_fine, b, a)
    delisting.weighted_sum = mul_div_half_even(delisting.weighted_sum, b, a)


def _scale_index(book: IndexBook, a: int, b: int) -> None:
    """Observations are brought into the new units; the step limits begin anew."""
    for observations in (book.accepted, book.held, book.rejected):
        for place, old in list(observations.items()):
            price = mul_div_half_even(old.price_fine, b, a)
            observations[place] = Observation(
                old.source, old.kind, old.value_e6, old.unit, price, old.observed_ns
            )
    book.minute = []
    book.hour = []


def _scale_positions(
    turn: Turn, market: Market, holdings: list[Holding], worths: list[int], a: int, b: int
) -> None:
    """Both sides keep equal totals: what is left of whole lots goes to the largest remainders."""
    longs = _new_sizes([h for h in holdings if h.lots > 0], market.long_lots, a, b)
    shorts = _new_sizes([h for h in holdings if h.lots < 0], market.short_lots, a, b)
    market.long_lots = mul_div_down(market.long_lots, a, b)
    market.short_lots = mul_div_down(market.short_lots, a, b)
    for i in range(len(holdings)):
        holding = holdings[i]
        number = holding.account.number
        size = longs[number] if holding.lots > 0 else shorts[number]
        _scale_position(turn, holding, size, worths[i], a, b)
    for account in market.dex.accounts:
        found = account.user.holdings.get(market.asset)
        if found is not None:
            found.funding_index = market.funding_index_e12


def _new_sizes(holdings: list[Holding], total: int, a: int, b: int) -> dict[int, int]:
    """Lots by account number: whole lots, then one more to the largest remainders, lower first."""
    sizes: dict[int, int] = {}
    remainders: list[tuple[int, int]] = []
    left = mul_div_down(total, a, b)
    for holding in holdings:
        lots = holding.lots if holding.lots > 0 else -holding.lots
        whole = mul_div_down(lots, a, b)
        sizes[holding.account.number] = whole
        remainders.append((whole * b - lots * a, holding.account.number))
        left -= whole
    remainders.sort()
    for i in range(left):
        sizes[remainders[i][1]] += 1
    return sizes


def _scale_position(turn: Turn, holding: Holding, size: int, worth: int, a: int, b: int) -> None:
    """The profit on what does not fit a lot is paid; the rest of it stays in the position."""
    market = holding.market
    start = holding.lots
    before = start if start > 0 else -start
    dropped = before * a - size * b
    paid = 0
    if size == 0:
        paid = worth
    elif dropped > 0:
        paid = div_down(worth * dropped, before * a)
    holding.lots = size if start > 0 else -size
    cost = holding.lots * market.mark_price - worth + paid
    market.cost_total += cost - holding.cost
    holding.cost = cost
    ledger = market.dex.ledger
    cash = holding.account.cash
    if holding.is_cross:
        ledger.move(market.clearing, cash, paid)
    else:
        ledger.move(market.clearing, holding.margin, paid)
    if size == 0:
        market.holders.pop(holding.account.number, None)
        holding.funding_since_open = 0
        if holding.margin.balance > 0:
            ledger.move(holding.margin, cash, holding.margin.balance)
        if holding.position_tpsl > 0:
            turn.flattened.append(holding)
        cover_deficit(turn, holding)
    holding.account.freshen()
    address = holding.account.user.address
    turn.emit(PositionRebased(market.asset, address, start, holding.lots, paid))
