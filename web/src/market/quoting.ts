import { computed } from '@preact/signals';
import { fixed, grouped } from '../numbers/format';
import { billions, type Quoting, shareOf, valuationOf } from '../numbers/valuation';
import { status } from '../state/live';
import { spec } from '../state/markets';
import { quote } from '../state/preferences';

/** How the selected market is quoted. */
export const quoting = computed<Quoting>(() => ({
  unit: spec.value?.specification.price_unit === 'valuation' ? 'valuation' : 'share',
  shareCount: status.value?.value.shareCount?.toString() ?? null,
}));

/** The unit that the market's own prices have. */
export const priceUnit = computed(() => (quoting.value.unit === 'share' ? 'USD' : 'bn USD'));

export interface Reading {
  text: string;
  unit: string;
  /** Worked out with an indicative share count. */
  indicative: boolean;
}

/** A price as the person wants to read it: as quoted where the other reading is not known. */
export function reading(px: string | null): Reading {
  const quoted = { text: grouped(px), unit: priceUnit.value, indicative: false };
  if (px === null || quote.value === quoting.value.unit) return quoted;
  const wanted = quote.value === 'share' ? shareOf : valuationOf;
  const other = wanted(px, quoting.value);
  if (other === null) return quoted;
  return quote.value === 'share'
    ? { text: grouped(other, 2), unit: 'USD', indicative: true }
    : { text: billions(other).replace(' bn USD', ''), unit: 'bn USD', indicative: true };
}

/** Whether both readings can be shown. */
export const bothKnown = computed(() => quoting.value.shareCount !== null);

/** What one unit of the market's price is in the reading that is shown: for pixels and estimates. */
export const readingFactor = computed(() => {
  const { unit, shareCount } = quoting.value;
  const shares = Number(shareCount);
  if (!shares || quote.value === unit) return 1;
  return unit === 'share' ? shares / 1e9 : 1e9 / shares;
});

/** The unit of the reading that is shown. */
export const shownUnit = computed(() => {
  if (readingFactor.value === 1) return priceUnit.value;
  return quote.value === 'share' ? 'USD' : 'bn USD';
});

const FIGURES = 6;

/** Decimals for prices near `px` in the reading that is shown; `own` where it is the market's. */
export function shownDecimals(px: string, own: number): number {
  if (readingFactor.value === 1) return own;
  const whole = Math.floor(Math.log10(Math.max(1, Number(px) * readingFactor.value))) + 1;
  return Math.max(0, FIGURES - whole);
}

/** A price in the reading that is shown, with so many decimals; an estimate where it is not quoted. */
export function shownPrice(px: string, decimals: number): string {
  if (readingFactor.value === 1) return fixed(px, decimals);
  return fixed((Number(px) * readingFactor.value).toFixed(decimals), decimals);
}
