/** One price, two readings: of a share, and of the whole company (INST-6). */

import { grouped } from './format';

/** `2,078 bn USD`, `45.3 bn USD`. */
export function billions(usd: string | null): string {
  if (usd === null) return '–';
  return `${grouped(String(Number((Number(usd) / 1e9).toPrecision(6))))} bn USD`;
}

/** The unit of prices that a specification's `price_unit` says. */
export function priceUnitOf(unit: string | undefined): string {
  return unit === 'valuation' ? 'bn USD' : 'USD';
}
