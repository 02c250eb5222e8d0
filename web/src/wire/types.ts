/** Shapes of what the venue answers, as far as the screen reads them. Prices are decimal text. */

export interface MarketStatus {
  coin: string;
  dex: string;
  preset: string;
  phase: string;
  tradingStatus: string;
  /** Absent where the venue does not tell (LIFE-13). */
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
  eventBindsTime: number | null;
  haltCause: string | null;
  haltEndsTime: number | null;
  reopensTime: number | null;
  awaitsPricesSince: number | null;
  awaitedEvent: AwaitedEvent | null;
  exchangeHalts: { source: string; since: number | null; reason: string }[];
  settlementPx: string | null;
  twapToDate: string | null;
  specVersion: number;
  manipulationBudget: { movePct: string; costUsd: string | null }[];
  insuranceFund: string;
  backstop: Backstop | null;
  shareCount: number | null;
  shareCountAsOf: number | null;
  shareCountSource: string | null;
  impliedCap: string | null;
  auctionPx?: string | null;
  auctionSz?: string | null;
}

/** What a confirmed listing waits for (LIFE-7). */
export interface AwaitedEvent {
  event: string;
  condition: string;
  deadline: number;
  treatment: string;
  otherwise: string;
  exchange: string;
  listedAs: string;
}

/** The vault of a market that has one (LIQ-2). */
export interface Backstop {
  address: string | null;
  capital: string;
  lossLimit: string;
  equity: string;
  szi: string;
}

/** A change of units: sizes times, prices divided by numerator / denominator (LIFE-10). */
export interface Rebase {
  time: number;
  numerator: number;
  denominator: number;
}

/** A move of the discovery reference (PRICE-11). */
export interface ReAnchor {
  time: number;
  direction: 'up' | 'down' | 'outside';
  referencePx: string;
  bandLow: string;
  bandHigh: string;
}

/** A market, or with null the whole venue, takes something else from then on. */
export interface StatusChange {
  time: number;
  seq: number;
  coin: string | null;
  status: 'open' | 'post_only' | 'cancel_only' | 'halted';
  /** Null where somebody asked for it, or where it ended. */
  cause: 'mark_moved' | 'feed_failed' | 'disk_slow' | 'disk_low' | null;
  grounds: string;
}

/** A specification, with the parts named that the screen computes with. */
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
    oracle: {
      reject_outside_band: boolean;
      move_limit_e6: number;
      band_e12: number;
      time_constant_ns: number;
    };
    index: { mark_width_e12: number } | null;
    [field: string]: unknown;
  };
  differences: { field: string; preset: unknown; value: unknown }[];
  versions: number[];
  pending: PendingChange[];
  afterListing: Record<string, unknown>;
  rebases: Rebase[];
}

/** An approved change whose time has not come. */
export interface PendingChange {
  proposalId: number;
  effectiveTime: number;
  changes: Record<string, unknown>;
  grounds: string;
  text: string;
}

export interface UniverseEntry {
  name: string;
  szDecimals: number;
  maxLeverage: number;
  onlyIsolated?: boolean;
  marginMode?: string;
  isDelisted?: boolean;
}

/** A row of the index of specifications. */
export interface IndexEntry {
  coin: string;
  dex: string;
  phase: string;
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
