import { info } from './reads';

/** Shapes and reads of what a venue lets be checked. Prices and amounts are decimal text. */

export interface IndexInput {
  source: string;
  kind: string;
  value: string;
  unit: string;
  observedAt: number;
  weight: string;
  state: 'live' | 'held' | 'expired' | 'rejected';
  reason: string | null;
}

/** An index as it was published at a moment, with what counted in it (PRICE-18). */
export interface IndexThen {
  time: number;
  indexPx: string;
  medianPx: string | null;
  /** Why, or null. */
  frozen: string | null;
  methodVersion: number;
  /** Relative. */
  influenceCap: string;
  inputs: {
    source: string;
    kind: string;
    px: string;
    /** After the cap. */
    weight: string;
    observedAt: number | null;
  }[];
}

export interface CapitalStructure {
  coin: string;
  quote: { time: number; valuation: string | null; sharePx: string | null };
  history: CapitalEntry[];
  notice: string;
}

export interface CapitalEntry {
  time: number;
  version: number;
  kind: string;
  priceUnit: string;
  shareCount: number | null;
  source: string | null;
  asOf: number | null;
  grounds: string | null;
  numerator: number;
  denominator: number;
}

export interface Solvency {
  deposits: string;
  withdrawals: string;
  accounts: string;
  pendingWithdrawals: string;
  custody: string;
  feesPaid: string;
  insuranceFund: string;
  rounding: string;
  difference: string;
}

export interface Liquidation {
  time: number;
  liquidation: number;
  side: string;
  sz: string;
  notional: string;
}

export interface Exposure {
  coin: string;
  delay: number;
  time: number | null;
  markPx: string | null;
  buckets: { fromPx: string; toPx: string; longSz: string; shortSz: string }[];
  elsewhere: { longSz: string; shortSz: string } | null;
}

export interface Budget {
  coin: string;
  time: number | null;
  moves: { movePct: string; upUsd: string; downUsd: string; costUsd: string }[];
  multiple: string | null;
  openInterestCap: string;
  effectiveCap: string;
}

export function indexInputs(coin: string): Promise<IndexInput[]> {
  return info({ type: 'indexInputs', coin });
}

/** The newest index by a time, null before any. */
export function indexAt(coin: string, time: number): Promise<IndexThen | null> {
  return info({ type: 'indexAt', coin, time });
}

export function capitalStructure(coin: string): Promise<CapitalStructure> {
  return info({ type: 'capitalStructure', coin });
}

export function solvency(dex: string): Promise<Solvency> {
  return info({ type: 'solvency', dex });
}

export function liquidations(coin: string): Promise<Liquidation[]> {
  return info({ type: 'liquidations', coin });
}

export function exposure(coin: string): Promise<Exposure> {
  return info({ type: 'exposure', coin });
}

export function budget(coin: string): Promise<Budget> {
  return info({ type: 'manipulationBudget', coin });
}

/** A certificate by its number (LIQ-8), null where there is none or it is too early for the asker. */
export function certificate(id: number, user?: string): Promise<Record<string, unknown> | null> {
  return info({ type: 'certificate', id, ...(user ? { user } : {}) });
}
