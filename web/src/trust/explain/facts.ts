import { unscaled } from '../../numbers/decimal';
import { marketSpec, marketStatus, markHistory, reAnchors, sampledMarks } from '../../wire/reads';
import type { MarkPoint } from '../../wire/types';
import type { Facts } from './explained';

/** What was in force at a moment; null before the launch. Throws what the wire throws. */
export async function factsAt(coin: string, ms: number): Promise<Facts | null> {
  const [row, spec, moved, status] = await Promise.all([
    inForce(coin, ms),
    marketSpec(coin),
    reAnchors(coin),
    marketStatus(coin),
  ]);
  if (!row) return null;
  const { oracle, index, price_unit: unit } = spec.specification;
  const last = moved.filter((one) => one.time <= row.time).at(-1);
  const bounds = last ?? (moved.length === 0 ? status : null);
  const { referencePx, bandLow, bandHigh } = bounds ?? {};
  return {
    row,
    before: await inForce(coin, row.time - 1),
    bounds:
      referencePx && bandLow && bandHigh
        ? { reference: referencePx, low: bandLow, high: bandHigh }
        : null,
    stepLimit: unscaled(BigInt(oracle.move_limit_e6), 6),
    clamp: index ? unscaled(BigInt(index.mark_width_e12), 12) : null,
    listed: LISTED.has(spec.preset),
    unit: unit === 'share' ? 'USD' : 'bn USD',
  };
}

const LISTED = new Set(['standard_equity', 'xstock']);
const SINCE_EVER = 2 ** 52;

async function inForce(coin: string, ms: number): Promise<MarkPoint | null> {
  const [row] = await sampledMarks(coin, 0, ms, SINCE_EVER);
  return row ?? null;
}

/** When the prices changed next after a time, within an hour; null for not. */
export async function nextChange(coin: string, ms: number): Promise<number | null> {
  const rows = await markHistory(coin, ms + 1, ms + 60_000);
  return rows[0]?.time ?? (await markHistory(coin, ms + 1, ms + 3_600_000))[0]?.time ?? null;
}
