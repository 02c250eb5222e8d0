import { computed } from '@preact/signals';
import { fixed, grouped } from '../../numbers/format';
import { decimalsNear } from '../../numbers/rounding';
import { priceUnitOf } from '../../numbers/valuation';
import { contexts, selectedCoin } from '../../state/markets';
import { quote } from '../../state/preferences';
import { type Pricing, pricings } from '../../state/pricings';

/** A price for people. */
export interface Reading {
  text: string;
  unit: string;
  /** Worked out with an indicative share count: an estimate. */
  indicative: boolean;
}

const FIGURES = 6;

/** How the selected market is quoted; null until its rules have been read. */
export const pricing = computed(() => pricings.value.get(selectedCoin.value ?? '') ?? null);

/** The unit that the selected market's own prices have. */
export const priceUnit = computed(() => priceUnitOf(pricing.value?.unit));

/** Whether both readings can be shown. */
export const bothKnown = computed(() => Number(pricing.value?.shareCount) > 0);

/** Whether the selected market's prices are shown in the other reading. */
export const isOtherShown = computed(() => isOther(pricing.value));

/** What one unit of the market's price is in the reading that is shown: for pixels and estimates. */
export const readingFactor = computed(() => shownFactor(pricing.value));

/** The unit of the reading that is shown. */
export const shownUnit = computed(() => unitOf(pricing.value));

/** Decimals of all prices of the selected market in the reading that is shown. */
export const shownDecimals = computed(() => decimalsOfCoin(selectedCoin.value ?? ''));

/**
 * A price of any market as the person wants to read it, with as many decimals as the market's prices
 * have where the mark is. An `exact` one, on the grid, has more of them if it needs more.
 */
export function priceOf(coin: string, px: string | null, exact = false): Reading {
  const known = pricings.value.get(coin) ?? null;
  const unit = px === null ? '' : unitOf(known);
  const decimals = decimalsOfCoin(coin, px);
  if (px !== null && isOther(known)) {
    const text = fixed((Number(px) * shownFactor(known)).toFixed(decimals), decimals);
    return { text, unit, indicative: true };
  }
  const isWhole = exact || known === null;
  return { text: isWhole ? grouped(px, decimals) : fixed(px, decimals), unit, indicative: false };
}

/** A price of the selected market. */
export function reading(px: string | null): Reading {
  return priceOf(selectedCoin.value ?? '', px);
}

/** A price with its unit as one text, for sentences. */
export function priceWords(coin: string, px: string | null, exact = false): string {
  const { text, unit } = priceOf(coin, px, exact);
  return unit ? `${text} ${unit}` : text;
}

/** Whether prices are shown in the reading that is not the market's own. */
function isOther(known: Pricing | null): boolean {
  return known !== null && quote.value !== known.unit && Number(known.shareCount) > 0;
}

function unitOf(known: Pricing | null): string {
  return priceUnitOf(isOther(known) ? quote.value : known?.unit);
}

function shownFactor(known: Pricing | null): number {
  if (known === null || !isOther(known)) return 1;
  const shares = Number(known.shareCount);
  return known.unit === 'share' ? shares / 1e9 : 1e9 / shares;
}

/** Near the mark, or near `px` until there is one: so that no price of a market jumps in width. */
function decimalsOfCoin(coin: string, px: string | null = null): number {
  const known = pricings.value.get(coin) ?? null;
  const near = contexts.value.get(coin)?.value.markPx ?? px;
  if (known === null || near === null) return 0;
  if (!isOther(known)) return decimalsNear(near, known.grid);
  const shown = Number(near) * shownFactor(known);
  const whole = Math.floor(Math.log10(Math.max(1, shown))) + 1;
  return Math.max(0, FIGURES - whole);
}
