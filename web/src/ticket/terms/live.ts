import { computed } from '@preact/signals';
import { scaled } from '../../numbers/decimal';
import { assetData, openOrders, positions, states, twaps } from '../../state/account';
import { isStale } from '../../state/aged';
import { rates } from '../../state/fees';
import { book, context, status, trades } from '../../state/live';
import { contexts, grid, type Market, market, markets, spec } from '../../state/markets';
import type { MarketSpec } from '../../wire/types';
import type { Means, Now, Resting, Rules, Terms } from './terms';

/** The market and the account of this moment, for checks; null until the rules have been read. */
export const terms = computed<Terms | null>(() => {
  const rules = rulesOf(market.value, spec.value);
  const own = rates();
  if (!rules || !own) return null;
  return { rules, now: present(), means: means(rules), takerFee: own.taker, makerFee: own.maker };
});

function rulesOf(chosen: Market | null, read: MarketSpec | null): Rules | null {
  const on = grid.value;
  if (!chosen || !read || !on) return null;
  const said = read.specification;
  return {
    grid: on,
    minValueE6: BigInt(said.min_order_value_e6),
    maxOrderLots: BigInt(said.max_order_lots),
    positionLimitLots: BigInt(said.position_limit_lots),
    openInterestLots: BigInt(said.open_interest_lots),
    dexCapE6: BigInt(said.dex_cap_e6),
    ownerCapE6: BigInt(said.owner_cap_e6),
    protectionE6: BigInt(said.market_protection_e6),
    rejectsOutsideBand: said.oracle.reject_outside_band,
    maxLeverage: said.max_leverage,
    isolatedOnly: chosen.isolatedOnly,
    tiers: said.tiers.map((tier) => ({
      fromE6: BigInt(tier.lower_bound_e6),
      maxLeverage: tier.max_leverage,
    })),
    wholeTiers: said.whole_tiers.map((tier) => ({
      fromE6: BigInt(tier.lower_bound_e6),
      initialE6: BigInt(tier.initial_e6),
      maintenanceE6: BigInt(tier.maintenance_e6),
    })),
    takerFeeE9: BigInt(said.taker_fee_e9),
  };
}

function present(): Now | null {
  const heard = status.value;
  const ctx = context.value;
  if (!heard || isStale(heard) || isStale(ctx)) return null;
  const { value } = heard;
  const levels = isStale(book.value) ? null : (book.value?.value.levels ?? null);
  return {
    phase: value.phase,
    tradingStatus: value.tradingStatus,
    awaitsPrices: value.awaitsPricesSince !== null,
    markPx: ctx?.value.markPx ?? value.markPx,
    oraclePx: ctx?.value.oraclePx ?? value.oraclePx,
    indexPx: value.indexPx,
    tradePx: trades.value[0]?.px ?? null,
    bandLow: value.bandLow,
    bandHigh: value.bandHigh,
    openInterest: value.openInterest,
    capUsd: value.openInterestCap,
    effectiveCapUsd: value.effectiveOpenInterestCap,
    dexInterestUsd: dexInterest(value.dex),
    eventLeverage: value.eventLeverage,
    bids: levels?.[0] ?? null,
    asks: levels?.[1] ?? null,
  };
}

/** At the oracles of all markets of the dex: an estimate. */
function dexInterest(dex: string): string {
  const coins = markets.value.filter((one) => one.dex === dex);
  const sum = coins.reduce((total, { coin }) => {
    const found = contexts.value.get(coin)?.value;
    return total + Number(found?.openInterest ?? 0) * Number(found?.oraclePx ?? 0);
  }, 0);
  return sum.toFixed(2);
}

function means(rules: Rules): Means | null {
  const chosen = market.value;
  const able = assetData.value;
  const state = chosen ? states.value.get(chosen.dex) : undefined;
  if (!chosen || !able || !state || isStale(able) || isStale(state)) return null;
  const position = positions.value.find((one) => one.coin === chosen.coin);
  const summary = state.value.crossMarginSummary;
  const isCross = able.value.leverage.type === 'cross';
  const { szDecimals } = rules.grid;
  return {
    lots: position ? scaled(position.szi, szDecimals) : 0n,
    buys: resting('B', chosen.coin, szDecimals),
    sells: resting('A', chosen.coin, szDecimals),
    own: openOrders.value
      .filter((order) => order.coin === chosen.coin && !order.isTrigger)
      .map((order) => ({ buy: order.side === 'B', px: order.limitPx, sz: order.sz })),
    freeE6: scaled(able.value.availableToTrade[0], 6),
    leverage: able.value.leverage.value,
    isCross,
    openOrders: openOrders.value.length,
    twaps: twaps.value.length,
    most: able.value.maxTradeSzs,
    equityE6: isCross ? scaled(summary.accountValue, 6) : scaled(position?.marginUsed ?? '0', 6),
    crossMaintenanceE6: scaled(state.value.crossMaintenanceMarginUsed, 6),
  };
}

/** Orders in the book that can add risk; what waits or only reduces claims nothing. */
function resting(side: 'A' | 'B', coin: string, szDecimals: number): Resting {
  let lots = 0n;
  let valueE6 = 0n;
  for (const order of openOrders.value) {
    if (order.coin !== coin || order.side !== side || order.isTrigger || order.reduceOnly) continue;
    const part = scaled(order.sz, szDecimals);
    lots += part;
    valueE6 += part * scaled(order.limitPx, 6 - szDecimals);
  }
  return { lots, valueE6 };
}
