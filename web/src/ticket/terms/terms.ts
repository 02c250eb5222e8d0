import type { Grid } from '../../numbers/rounding';

/** The rules of a market as far as orders meet them; amounts in micro-USD, sizes in lots. */
export interface Rules {
  readonly grid: Grid;
  readonly minValueE6: bigint;
  readonly maxOrderLots: bigint;
  readonly positionLimitLots: bigint;
  readonly openInterestLots: bigint;
  readonly dexCapE6: bigint;
  readonly ownerCapE6: bigint;
  /** Market orders end so far from the mark, 10^-6; 0 for wherever the page says. */
  readonly protectionE6: bigint;
  readonly rejectsOutsideBand: boolean;
  readonly maxLeverage: number;
  readonly isolatedOnly: boolean;
  readonly tiers: readonly Tier[];
  readonly wholeTiers: readonly WholeTier[];
  /** What the fee part of margin counts with, 10^-9. */
  readonly takerFeeE9: bigint;
}

/** From this notional on, so much leverage (MARG-3). */
export interface Tier {
  readonly fromE6: bigint;
  readonly maxLeverage: number;
}

/** The tier of the whole position applies to all of it; shares 10^-6. */
export interface WholeTier {
  readonly fromE6: bigint;
  readonly initialE6: bigint;
  readonly maintenanceE6: bigint;
}

/** The market as it is now; null where it is not known, or too old to be held against anybody. */
export interface Now {
  readonly phase: string;
  readonly tradingStatus: string;
  readonly awaitsPrices: boolean;
  readonly markPx: string | null;
  readonly oraclePx: string | null;
  readonly indexPx: string | null;
  readonly tradePx: string | null;
  readonly bandLow: string | null;
  readonly bandHigh: string | null;
  readonly openInterest: string;
  readonly capUsd: string;
  readonly effectiveCapUsd: string;
  /** Open interest of the whole dex at its oracles, USD; an estimate. */
  readonly dexInterestUsd: string;
  readonly eventLeverage: number | null;
  /** Best first; null where the book is not known. */
  readonly bids: readonly Quote[] | null;
  readonly asks: readonly Quote[] | null;
}

export interface Quote {
  readonly px: string;
  readonly sz: string;
}

export interface OwnQuote extends Quote {
  readonly buy: boolean;
}

/** Resting orders of one side that can add risk: lots, and lots times price in micro-USD. */
export interface Resting {
  readonly lots: bigint;
  readonly valueE6: bigint;
}

/** What the account brings to this market. */
export interface Means {
  /** Signed lots. */
  readonly lots: bigint;
  readonly buys: Resting;
  readonly sells: Resting;
  /** All own orders in the book: nobody trades with himself. */
  readonly own: readonly OwnQuote[];
  /** What new orders can still claim, micro-USD. */
  readonly freeE6: bigint;
  readonly leverage: number;
  readonly isCross: boolean;
  readonly openOrders: number;
  readonly twaps: number;
  /** Largest orders by margin alone, at the mark: buy, sell. */
  readonly most: readonly [string, string];
  /** Equity that stands behind the position (all of the dex if cross), micro-USD. */
  readonly equityE6: bigint;
  /** Maintenance margin of all cross positions, micro-USD. */
  readonly crossMaintenanceE6: bigint;
}

/** What a draft is held against. */
export interface Terms {
  readonly rules: Rules;
  readonly now: Now | null;
  readonly means: Means | null;
  /** The account's own rates as shares; the market's base rates until they are known. */
  readonly takerFee: string;
  readonly makerFee: string;
}
