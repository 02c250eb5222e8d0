import { compare, minus, times, unscaled } from '../../numbers/decimal';
import { compact, fixed } from '../../numbers/format';
import type { Draft } from '../draft';
import type { Means, Now, Quote, Rules, Terms } from '../terms/terms';
import { claimed, divUp, reducible, takerFeeOf } from './margin';
import { because } from './refusals';

/** Phases in which orders are taken at all; the call auction has rules of its own. */
const TRADING = ['PRE_LISTING', 'LISTING_DAY', 'CONVERTING', 'LISTED', 'SETTLEMENT_PERIOD'];
const MOST_OPEN_ORDERS = 5_000;
const BASE_OPEN_ORDERS = 1_000;

/** One order as the engine would look at it. */
export interface Looked {
  readonly buy: boolean;
  readonly px: string;
  readonly sz: string;
}

/** Why the market takes no orders, or not of this kind, whatever has been typed; null if it does. */
export function closed(draft: Draft, now: Now): string | null {
  if (!TRADING.includes(now.phase) && now.phase !== 'AUCTION') return because('MARKET_NOT_TRADING');
  if (now.tradingStatus === 'halted') return because('TRADING_HALTED');
  if (now.tradingStatus === 'cancel_only') return because('CANCEL_ONLY_NOW');
  const rests = draft.kind === 'limit' || draft.kind === 'scale';
  if (now.phase === 'AUCTION' && !(rests && draft.tif === 'Gtc' && !draft.reduceOnly)) {
    return because('AUCTION_TAKES_LIMITS');
  }
  const postOnly = now.tradingStatus === 'post_only';
  if (postOnly && !(rests && draft.tif === 'Alo')) return because('POST_ONLY_NOW');
  return null;
}

/** What the account's open orders leave no place for. */
export function crowded(means: Means): string | null {
  if (means.openOrders >= MOST_OPEN_ORDERS) return because('TOO_MANY_OPEN_ORDERS');
  if (means.openOrders < BASE_OPEN_ORDERS) return null;
  return because('TOO_MANY_OPEN_ORDERS', 'One more for each 5M USD traded.');
}

/** What bounds of the price say to a limit. */
export function outside(order: Looked, now: Now, rules: Rules): string | null {
  if (now.oraclePx !== null) {
    const away = minus(order.px, now.oraclePx).replace('-', '');
    if (compare(times(away, '100'), times(now.oraclePx, '95')) > 0) return because('PRICE_TOO_FAR');
  }
  const { bandLow, bandHigh } = now;
  if (!rules.rejectsOutsideBand || bandLow === null || bandHigh === null) return null;
  if (compare(order.px, bandLow) >= 0 && compare(order.px, bandHigh) <= 0) return null;
  return because('OUTSIDE_BAND', `It goes from ${bandLow} to ${bandHigh}.`);
}

/** What the opposite side of the book says to the time in force. */
export function unmatched(
  order: Looked,
  draft: Draft,
  now: Now,
  means: Means | null,
): string | null {
  const against = order.buy ? now.asks : now.bids;
  if (against === null || now.phase === 'AUCTION') return null;
  const meets = against.filter((level) =>
    order.buy ? compare(level.px, order.px) <= 0 : compare(level.px, order.px) >= 0,
  );
  const tif = draft.kind === 'market' ? 'Market' : draft.tif;
  const best = against[0]?.px;
  if (now.awaitsPrices && tif !== 'Alo' && meets.length > 0) return because('PRICES_AWAITED');
  if (tif === 'Alo' && meets.length > 0) {
    return because('POST_ONLY_CROSSES', `The best ${order.buy ? 'ask' : 'bid'} is ${best}.`);
  }
  if (tif === 'Gtc' || tif === 'Alo') return null;
  const others = meets.filter((level) => ofOthers(level, order, means) > 0);
  if (others.length === 0) {
    if (best === undefined && tif === 'Market') return because('NO_LIQUIDITY');
    return because('NOTHING_TO_MATCH', best ? `The best is ${best}.` : '');
  }
  if (tif !== 'Fok' || meets.length === against.length) return null;
  const there = others.reduce((sum, level) => sum + ofOthers(level, order, means), 0);
  if (there > Number(order.sz) - 1e-9) return null;
  return because('NOT_FULLY_MATCHED', `There are ${Number(there.toFixed(8))}.`);
}

/** What stands at a level without the account's own orders: those are cancelled, not met. */
function ofOthers(level: Quote, order: Looked, means: Means | null): number {
  const own = (means?.own ?? []).filter(
    (one) => one.buy !== order.buy && compare(one.px, level.px) === 0,
  );
  const left = own.reduce((sum, one) => sum - Number(one.sz), Number(level.sz));
  return left > 1e-9 ? left : 0;
}

/** What caps on open interest and positions say to what an order opens. */
export function capped(order: Looked, terms: Terms, lots: bigint): string | null {
  const { now, means, rules } = terms;
  if (!now || !means) return null;
  const opening = lots - reducible(means.lots, order.buy);
  const oracle = Number(now.oraclePx ?? now.markPx ?? 0);
  const size = 10 ** rules.grid.szDecimals;
  if (opening > 0n) {
    const added = Number(opening) / size;
    const after = (Number(now.openInterest) + added) * oracle;
    const bySize = rules.openInterestLots > 0n ? Number(rules.openInterestLots) / size : null;
    if (after > Number(now.capUsd) || (bySize !== null && after > bySize * oracle)) {
      return because('OPEN_INTEREST_CAPPED', `The cap is ${compact(now.capUsd)} USD.`);
    }
    if (after > Number(now.effectiveCapUsd) && crosses(order, now)) {
      const words = `With the manipulation budget it is ${compact(now.effectiveCapUsd)} USD: post-only may.`;
      return because('OPEN_INTEREST_CAPPED', words);
    }
    const dex = Number(rules.dexCapE6) / 1e6;
    if (dex > 0 && Number(now.dexInterestUsd) + added * oracle > dex) {
      return because('DEX_INTEREST_CAPPED');
    }
    const resting = (order.buy ? means.buys : means.sells).lots;
    const position = (order.buy ? means.lots : -means.lots) + resting + lots;
    if (rules.positionLimitLots > 0n && position > rules.positionLimitLots) {
      const most = Number(rules.positionLimitLots) / size;
      return because('POSITION_LIMIT', `It is ${most} with all open orders filled.`);
    }
    const own = Number(reducible(means.lots, !order.buy)) / size;
    const owner = Number(rules.ownerCapE6) / 1e6;
    if (owner > 0 && (own + added) * oracle > owner) return because('OWNER_SHARE_REACHED');
  } else if (
    beyondOracle(order, oracle) &&
    Number(now.openInterest) * oracle >= Number(now.capUsd)
  ) {
    return because('BEYOND_ORACLE_AT_CAP');
  }
  return null;
}

function crosses(order: Looked, now: Now): boolean {
  const best = (order.buy ? now.asks : now.bids)?.[0]?.px;
  if (best === undefined) return false;
  return order.buy ? compare(order.px, best) >= 0 : compare(order.px, best) <= 0;
}

function beyondOracle(order: Looked, oracle: number): boolean {
  return order.buy ? Number(order.px) > oracle : Number(order.px) < oracle;
}

/** What margin says to one more order (MARG-4), and to new risk in a phase of the event clock. */
export function uncovered(
  order: { buy: boolean; lots: bigint; px: bigint },
  mark: bigint,
  terms: Terms,
): string | null {
  const { now, means, rules } = terms;
  if (!now || !means) return null;
  const needed = claimed(means, rules, mark, order);
  if (needed > means.freeE6) return because('INSUFFICIENT_MARGIN', shortBy(needed - means.freeE6));
  const opening = order.lots - reducible(means.lots, order.buy);
  const most = now.eventLeverage;
  if (most === null || means.leverage <= most || opening <= 0n) return null;
  const loss = (order.buy ? order.px - mark : mark - order.px) * opening;
  const asked =
    divUp(opening * mark, BigInt(most)) +
    takerFeeOf(opening * order.px, rules) +
    (loss > 0n ? loss : 0n);
  if (asked <= means.freeE6) return null;
  const words = `The event clock allows new risk at most ${most}×. ${shortBy(asked - means.freeE6)}`;
  return because('INSUFFICIENT_MARGIN', words);
}

function shortBy(missingE6: bigint): string {
  return `${fixed(unscaled(missingE6, 6), 2)} USD are missing.`;
}
