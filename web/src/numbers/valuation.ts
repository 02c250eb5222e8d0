/** One price, two readings: of a share, and of the whole company (INST-6). */

import { times } from './decimal';
import { grouped, shifted } from './format';

/** How a market is quoted, and its fully diluted shares where somebody has stated them. */
export interface Quoting {
  readonly unit: 'share' | 'valuation';
  readonly shareCount: string | null;
}

/** The valuation in whole USD: exact, null where the share count is not known. */
export function valuationOf(px: string, quoting: Quoting): string | null {
  if (quoting.unit === 'valuation') return shifted(px, 9);
  return quoting.shareCount === null ? null : times(px, quoting.shareCount);
}

/** The price of a share: an estimate, null where the share count is not known. */
export function shareOf(px: string, quoting: Quoting): string | null {
  if (quoting.unit === 'share') return px;
  if (quoting.shareCount === null || Number(quoting.shareCount) === 0) return null;
  return ((Number(px) * 1e9) / Number(quoting.shareCount)).toFixed(2);
}

/** `2,078 bn USD`, `45.3 bn USD`. */
export function billions(usd: string | null): string {
  if (usd === null) return '–';
  return `${grouped(String(Number((Number(usd) / 1e9).toPrecision(6))))} bn USD`;
}

/** The unit of prices that a specification's `price_unit` says. */
export function priceUnitOf(unit: string | undefined): string {
  return unit === 'valuation' ? 'bn USD' : 'USD';
}
