/** Shapes of an account's state. Amounts are USD, sizes contracts, both decimal text. */

export interface Position {
  coin: string;
  szi: string;
  leverage: { type: 'isolated' | 'cross'; value: number; rawUsd?: string };
  entryPx: string;
  positionValue: string;
  unrealizedPnl: string;
  returnOnEquity: string;
  liquidationPx: string | null;
  marginUsed: string;
  maxLeverage: number;
  cumFunding: { allTime: string; sinceOpen: string; sinceChange: string };
}

export interface Clearinghouse {
  marginSummary: { accountValue: string; totalNtlPos: string; totalMarginUsed: string };
  crossMarginSummary: { accountValue: string; totalNtlPos: string; totalMarginUsed: string };
  crossMaintenanceMarginUsed: string;
  withdrawable: string;
  assetPositions: { type: string; position: Position }[];
  time: number;
}

export interface OpenOrder {
  coin: string;
  side: 'A' | 'B';
  limitPx: string;
  sz: string;
  origSz: string;
  oid: number;
  timestamp: number;
  isTrigger: boolean;
  triggerPx: string;
  triggerCondition: string;
  isPositionTpsl: boolean;
  reduceOnly: boolean;
  orderType: string;
  tif: string | null;
  cloid: string | null;
  /** Exits that begin to wait once this order is filled. */
  children?: OpenOrder[];
}

/** What of a waiting order the dialect's form has no keys for. */
export interface OrderTrigger {
  coin: string;
  oid: number;
  triggerBy: 'mark' | 'index' | 'last';
  trailPx: string | null;
  trailRate: string | null;
}

export interface PastOrder {
  order: OpenOrder;
  status: string;
  statusTimestamp: number;
}

export interface Twap {
  coin: string;
  side: 'A' | 'B';
  sz: string;
  executedSz: string;
  executedNtl: string;
  minutes: number;
  reduceOnly: boolean;
  randomize: boolean;
  timestamp: number;
  stopPx: string | null;
  trigger: { px: string; above: boolean } | null;
}

/** `time` is in seconds. */
export interface PastTwap {
  time: number;
  state: Twap;
  status: { status: string };
  twapId: number;
}

export interface Payment {
  time: number;
  hash: string;
  delta: { type: 'funding'; coin: string; usdc: string; szi: string; fundingRate: string };
}

export interface LedgerUpdate {
  time: number;
  hash: string;
  delta: { type: string; usdc?: string; amount?: string; [field: string]: unknown };
}

/** The schedule of a market, and the user's own rates in it. */
export interface UserFees {
  feeSchedule: { cross: string; add: string };
  userCrossRate: string;
  userAddRate: string;
}

/** Where a position would be liquidated; only its owner is told (LIQ-7). */
export interface LiquidationPrice {
  coin: string;
  szi: string;
  liquidationPx: string | null;
  isOutsideBounds: boolean;
}

export interface Agent {
  address: string;
  name: string;
  validUntil: number | null;
}

/** Money that was asked for and has not left, or how it ended. */
export interface Withdrawal {
  id: number;
  time: number;
  dex: string;
  destination: string;
  amount: string;
  state: string;
  releaseTime: number;
}

export interface Fill {
  coin: string;
  px: string;
  sz: string;
  side: 'A' | 'B';
  time: number;
  dir: string;
  closedPnl: string;
  oid: number;
  crossed: boolean;
  fee: string;
  startPosition: string;
  twapId: number | null;
  liquidation?: { method: string };
  tid: number;
}

export interface AssetData {
  user: string;
  coin: string;
  leverage: { type: 'isolated' | 'cross'; value: number };
  maxTradeSzs: [string, string];
  availableToTrade: [string, string];
  markPx: string;
}
