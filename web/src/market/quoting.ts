import { computed } from '@preact/signals';
import { grouped } from '../numbers/format';
import { billions, type Quoting, shareOf, valuationOf } from '../numbers/valuation';
import { status } from '../state/live';
import { spec } from '../state/markets';
import { quote } from '../state/preferences';

/** How the selected market is quoted. */
export const quoting = computed<Quoting>(() => ({
  unit: spec.value?.specification.price_unit === 'valuation' ? 'valuation' : 'share',
  shareCount: status.value?.value.shareCount ?? null,
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
