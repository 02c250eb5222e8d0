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
