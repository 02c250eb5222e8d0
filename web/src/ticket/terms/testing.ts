import type { Means, Now, Rules, Terms } from './terms';

/** A market and an account for tests: CBRS of the dev world, quoted at 174.5 and 175.5. */
export const RULES: Rules = {
  grid: { szDecimals: 3, tick: null },
  minValueE6: 10_000_000n,
  maxOrderLots: 0n,
  positionLimitLots: 0n,
  openInterestLots: 0n,
  dexCapE6: 0n,
  ownerCapE6: 0n,
  protectionE6: 0n,
  rejectsOutsideBand: false,
  maxLeverage: 5,
  isolatedOnly: true,
  tiers: [{ fromE6: 0n, maxLeverage: 5 }],
  wholeTiers: [],
  takerFeeE9: 900_000n,
};

export const NOW: Now = {
  phase: 'PRE_LISTING',
  tradingStatus: 'open',
  awaitsPrices: false,
  markPx: '175',
  oraclePx: '175',
  indexPx: null,
  tradePx: null,
  bandLow: '131.25',
  bandHigh: '218.75',
  openInterest: '0.0',
  capUsd: '100000000.0',
  effectiveCapUsd: '100000000.0',
  dexInterestUsd: '0.00',
  eventLeverage: null,
  bids: [{ px: '174.5', sz: '4' }],
  asks: [
    { px: '175.5', sz: '4' },
    { px: '176', sz: '10' },
  ],
};

export function means(change: Partial<Means>): Means {
  return {
    lots: 0n,
    buys: { lots: 0n, valueE6: 0n },
    sells: { lots: 0n, valueE6: 0n },
    own: [],
    freeE6: 100_000_000_000n,
    leverage: 5,
    isCross: false,
    openOrders: 0,
    twaps: 0,
    most: ['2844.343', '2844.343'],
    equityE6: 0n,
    crossMaintenanceE6: 0n,
    ...change,
  };
}

export const TERMS: Terms = {
  rules: RULES,
  now: NOW,
  means: means({}),
  takerFee: '0.0009',
  makerFee: '0.0003',
};
