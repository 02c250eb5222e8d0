import { scaled, unscaled } from '../../numbers/decimal';
import { type Grid, priceDecimals, priceDown, priceUp } from '../../numbers/rounding';

/** One limit order of a scale order. */
export interface Rung {
  readonly px: string;
  readonly sz: string;
}

export const FEWEST = 2;
/** As many as one action holds. */
export const MOST = 100;

/** Prices at equal distances; a buyer never pays more and a seller never gets less than that. */
export function ladderPrices(
  start: string,
  end: string,
  count: number,
  grid: Grid,
  buy: boolean,
): string[] {
  const decimals = priceDecimals(grid);
  const first = scaled(start, decimals);
  const steps = BigInt(count - 1);
  const span = scaled(end, decimals) - first;
  return Array.from({ length: count }, (_, index) => {
    const exact = first * steps + span * BigInt(index);
    const atoms = buy ? exact / steps : -(-exact / steps);
    const text = unscaled(atoms, decimals);
    return buy ? priceDown(text, grid) : priceUp(text, grid);
  });
}

/** Sizes that add up to the total, the last `skew` times the first; the rest goes to the largest. */
export function ladderSizes(total: string, count: number, skew: string, grid: Grid): string[] {
  const lots = scaled(total, grid.szDecimals);
  const one = 10n ** 8n;
  const last = scaled(skew, 8);
  const steps = BigInt(count - 1);
  const shares = Array.from(
    { length: count },
    (_, index) => one * steps + (last - one) * BigInt(index),
  );
  const sum = shares.reduce((a, b) => a + b, 0n);
  const whole = shares.map((share) => (lots * share) / sum);
  const rest = shares.map((share) => (lots * share) % sum);
  const over = lots - whole.reduce((a, b) => a + b, 0n);
  const order = shares.map((_, index) => index);
  order.sort((a, b) => compare(rest[b], rest[a]) || a - b);
  for (const index of order.slice(0, Number(over))) whole[index] = (whole[index] ?? 0n) + 1n;
  return whole.map((part) => unscaled(part, grid.szDecimals));
}

function compare(a = 0n, b = 0n): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
