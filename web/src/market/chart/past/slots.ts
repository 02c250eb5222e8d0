import type { Candle, MarkPoint, Rebase } from '../../../wire/types';

/** Mark and oracle in force at the end of a candle's time; floats, for pixels. */
export interface PricePoint {
  /** When the candle begins, ms. */
  readonly t: number;
  readonly mark: number;
  readonly oracle: number;
}

export const INTERVALS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
} as const;

export type Interval = keyof typeof INTERVALS;

/** A point for each candle's time in [from, to), out of prices in order; none before the first. */
export function slots(
  rows: readonly MarkPoint[],
  from: number,
  to: number,
  length: number,
  rebases: readonly Rebase[] = [],
): PricePoint[] {
  const found: PricePoint[] = [];
  let at = -1;
  for (let t = from; t < to; t += length) {
    while (at + 1 < rows.length && (rows[at + 1]?.time ?? 0) < t + length) at += 1;
    const row = rows[at];
    if (!row) continue;
    const factor = sinceFactor(row.time, rebases);
    const mark = Number(row.markPx) * factor;
    found.push({ t, mark, oracle: Number(row.oraclePx ?? row.markPx) * factor });
  }
  return found;
}

/** What a price of then is in today's units: published prices stay as they were (LIFE-10). */
export function sinceFactor(time: number, rebases: readonly Rebase[]): number {
  let factor = 1;
  for (const one of rebases) {
    if (time < one.time) factor *= Number(one.denominator) / Number(one.numerator);
  }
  return factor;
}

/** Joins rows by `t`; those that come later win. */
export function joined<T extends { t: number }>(a: readonly T[], b: readonly T[]): readonly T[] {
  const first = b[0];
  const last = a.at(-1);
  if (!first || !last) return a.length > 0 ? a : b;
  if (first.t > last.t) return [...a, ...b];
  if (first.t === last.t && b.length === 1) return [...a.slice(0, -1), first];
  const all = new Map([...a, ...b].map((row) => [row.t, row]));
  return [...all.values()].sort((x, y) => x.t - y.t);
}

/** The place of the last row at or before a time; -1 where all are later. */
export function placeOf(rows: readonly { t: number }[], ms: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.t ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** What a candle says, in words. */
export function candleWords(candle: Candle): string {
  return `open ${candle.o}, high ${candle.h}, low ${candle.l}, close ${candle.c}`;
}
