import { venueNow } from '../../time/clock';
import type { Fill, LedgerUpdate, PastOrder, PastTwap, Payment } from '../../wire/account';
import { info } from '../../wire/reads';
import type { ReadBack } from './usePages';

/** As many rows as the venue answers at once. */
const MOST_FILLS = 2_000;
const MOST_ROWS = 500;
/** Rows that are worth a look. */
const PAGE = 50;
const HOUR_MS = 3_600_000;
const FIRST_WINDOW_MS = 96 * HOUR_MS;

interface Timed {
  time: number;
}

/** Fills from the newest back. */
export function fillsOf(user: string): ReadBack<Fill> {
  return async (until) => {
    const rows = await info<Fill[]>({
      type: 'userFillsByTime',
      user,
      startTime: 0,
      ...(until < Number.MAX_SAFE_INTEGER ? { endTime: until } : {}),
      reversed: true,
    });
    return { rows, next: rows.length < MOST_FILLS ? null : oldest(rows) - 1 };
  };
}

export function ordersOf(user: string): ReadBack<PastOrder> {
  return async () => ({ rows: await info({ type: 'historicalOrders', user }), next: null });
}

export function twapsOf(user: string): ReadBack<PastTwap> {
  return async () => ({ rows: await info({ type: 'twapHistory', user }), next: null });
}

export function fundingOf(user: string): ReadBack<Payment> {
  return windows((startTime, endTime) => info({ type: 'userFunding', user, startTime, endTime }));
}

export function ledgerOf(user: string): ReadBack<LedgerUpdate> {
  return windows((startTime, endTime) =>
    info({ type: 'userNonFundingLedgerUpdates', user, startTime, endTime }),
  );
}

/**
 * Reads that answer the oldest rows of a range go back window by window, until there is a page of
 * rows: halved while an answer is full, wider where there is little.
 */
export function windows<Row extends Timed>(
  read: (startTime: number, endTime: number) => Promise<Row[]>,
): ReadBack<Row> {
  let width = FIRST_WINDOW_MS;
  return async (until) => {
    const found: Row[] = [];
    let end = Math.min(until, venueNow() + HOUR_MS);
    while (end >= 0 && found.length < PAGE) {
      const start = Math.max(0, end - width);
      const rows = await read(start, end);
      if (rows.length >= MOST_ROWS && width > 1) {
        width = Math.ceil(width / 2);
        continue;
      }
      found.push(...rows.sort((a, b) => b.time - a.time));
      end = start - 1;
      if (rows.length < PAGE) width *= 16;
    }
    return { rows: found, next: end < 0 ? null : end };
  };
}

function oldest(rows: readonly Timed[]): number {
  return rows.reduce((least, row) => Math.min(least, row.time), Number.MAX_SAFE_INTEGER);
}
