import type { MarketStatus } from '../wire/types';

export interface MarketDate {
  readonly label: string;
  /** The same where there is little room. */
  readonly short: string;
  readonly ms: number;
}

const DATES = [
  ['Launch', 'Launch', 'launchTime'],
  ['Anticipated listing', 'Listing', 'anticipatedListingTime'],
  ['Outside Launch Date', 'Outside date', 'outsideLaunchTime'],
  ['Settlement deadline', 'Deadline', 'settlementDeadline'],
] as const;

/** What comes next in the life of a market, nearest first; what is past is left out. */
export function comingDates(status: MarketStatus, venueMs: number): readonly MarketDate[] {
  const found: MarketDate[] = [];
  for (const [label, short, field] of DATES) {
    const ms = status[field];
    if (ms !== null && ms > venueMs) found.push({ label, short, ms });
  }
  return found.sort((a, b) => a.ms - b.ms);
}

/** `PRE_LISTING` → `Pre listing`. */
export function phaseWords(phase: string): string {
  const words = phase.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
