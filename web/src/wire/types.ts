/** Shapes of what the venue answers, as far as the screen reads them. Prices are decimal text. */

export interface MarketStatus {
  coin: string;
  dex: string;
  preset: string;
  phase: string;
  tradingStatus: string;
  venueStatus?: { status: string; cause: string | null; since: number | null };
  markPx: string | null;
  oraclePx: string | null;
  indexPx: string | null;
  referencePx: string | null;
  bandLow: string | null;
  bandHigh: string | null;
  reAnchors: { up: number; down: number; max: number };
  fundingRate: string | null;
  predictedFunding: string | null;
  openInterest: string;
  openInterestCap: string;
  effectiveOpenInterestCap: string;
  launchTime: number | null;
  anticipatedListingTime: number | null;
  outsideLaunchTime: number | null;
  settlementDeadline: number | null;
  eventPhase: string | null;
  eventLeverage: number | null;
  haltCause: string | null;
  haltEndsTime: number | null;
  reopensTime: number | null;
  awaitsPricesSince: number | null;
  settlementPx: string | null;
  twapToDate: string | null;
  specVersion: number;
  manipulationBudget: { movePct: string; costUsd: string | null }[];
  insuranceFund: string;
  shareCount: string | null;
  shareCountAsOf: string | null;
  shareCountSource: string | null;
  impliedCap: string | null;
  auctionPx?: string | null;
  auctionSz?: string | null;
}

/** The parts of a specification that the screen computes with. */
export interface MarketSpec {
  coin: string;
  version: number;
  preset: string;
  specification: {
    issuer: string;
    description: string;
    size_decimals: number;
    tick_atoms: number;
    price_unit: string;
    max_leverage: number;
    taker_fee_e9: number;
    maker_fee_e9: number;
    min_order_value_e6: number;
    market_protection_e6: number;
    max_order_lots: number;
    position_limit_lots: number;
    open_interest_lots: number;
    dex_cap_e6: number;
    owner_cap_e6: number;
    tiers: { lower_bound_e6: number; max_leverage: number }[];
    whole_tiers: { lower_bound_e6: number; initial_e6: number; maintenance_e6: number }[];
    excluded_jurisdictions: string[];
    professional_jurisdictions: string[];
    oracle: { reject_outside_band: boolean };
  };
}

export interface UniverseEntry {
  name: string;
  szDecimals: number;
  maxLeverage: number;
  onlyIsolated?: boolean;
  marginMode?: string;
  isDelisted?: boolean;
}

export interface Context {
  funding: string;
  openInterest: string;
  prevDayPx: string;
  dayNtlVlm: string;
  oraclePx: string | null;
  markPx: string | null;
  midPx: string | null;
}

export interface Level {
  px: string;
  sz: string;
  n: number;
}

export interface Book {
  coin: string;
  time: number;
  levels: [Level[], Level[]];
}

export interface Trade {
  coin: string;
  side: 'A' | 'B';
  px: string;
  sz: string;
  time: number;
  tid: number;
}

export interface Candle {
  t: number;
  s: string;
  i: string;
  o: string;
  h: string;
  l: string;
  c: string;
  v: string;
}

export interface MarkPoint {
  time: number;
  markPx: string;
  oraclePx: string | null;
  components: (string | null)[];
}

export interface Announcement {
  seq: number;
  time: number;
  coin: string | null;
  kind: string;
  title: string;
  text: string;
  hash: string;
  grounds: string;
  effectiveTime: number;
}

export interface Disclosure {
  coin: string;
  required: boolean;
  version: number | null;
  hash: string | null;
  text: string | null;
  accepted?: boolean;
  acceptedAt?: number | null;
}

/** What the venue says of itself; a world for trying things out is `dev`. */
export interface Version {
  version: string;
  dev: boolean;
  clock: 'manual' | 'system';
  timeMs: number;
  /** Sources of signatures that it takes, `a` or `b`. */
  signatureSources: string[];
}
