import { compact } from '../numbers/format';
import type { MarketStatus } from '../wire/types';

/** The change over a day as a share: an estimate to look at. */
export function dayChange(mark: string | null, dayAgo: string | null): string | null {
  const before = Number(dayAgo);
  if (mark === null || !before) return null;
  return (Number(mark) / before - 1).toFixed(6);
}

export interface InterestUse {
  interest: string;
  cap: string;
  share: number;
  percent: string;
}

/** Open interest at the mark against the cap in force, USD. */
export function interestUse(status: MarketStatus): InterestUse {
  const interest = Number(status.openInterest) * Number(status.markPx ?? 0);
  const cap = Number(status.effectiveOpenInterestCap);
  const share = cap > 0 ? Math.min(1, interest / cap) : 0;
  return {
    interest: compact(interest.toFixed(2)),
    cap: compact(status.effectiveOpenInterestCap),
    share,
    percent: `${(share * 100).toFixed(1)} %`,
  };
}

/** What the smallest move of the published estimate would cost. */
export function budgetWords(status: MarketStatus): string {
  const move = status.manipulationBudget[0];
  if (!move) return 'no estimate yet';
  return `${move.movePct} %: ${compact(move.costUsd)} USD`;
}
