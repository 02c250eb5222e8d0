import { compare, minus, plus, typed, unscaled } from '../../numbers/decimal';
import { type Grid, priceDecimals, priceDown, priceUp } from '../../numbers/rounding';

/** The next price on the grid, up or down; from `near` where nothing has been typed. */
export function stepPrice(text: string, up: boolean, grid: Grid, near: string | null): string {
  const from = typed(text) ?? near;
  if (from === null || from.startsWith('-')) return text;
  const least = unscaled(1n, priceDecimals(grid));
  const next = up ? priceUp(plus(from, least), grid) : priceDown(minus(from, least), grid);
  return compare(next, '0') > 0 ? next : text;
}

/** One lot more or less, never below one. */
export function stepSize(text: string, up: boolean, grid: Grid): string {
  const lot = unscaled(1n, grid.szDecimals);
  const from = typed(text) ?? '0';
  const next = up ? plus(from, lot) : minus(from, lot);
  return compare(next, lot) >= 0 ? next : lot;
}
