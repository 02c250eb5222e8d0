import { compare, scaled, typed, unscaled } from '../../numbers/decimal';
import type { Draft } from '../draft';
import type { Terms } from '../terms/terms';
import { isText, priceOf, sizeOf } from './entered';
import { because } from './refusals';

export interface TwapTerms {
  readonly minutes: number;
  /** The mark at which it begins, and from which side. */
  readonly begin: { readonly px: string; readonly above: boolean } | null;
  readonly endPx: string | null;
}

const LEAST_MINUTES = 5;
const MOST_MINUTES = 10_080;
const MOST_TWAPS = 20;
/** A sub-order every 30 s, and one at the start. */
export const SLICES_A_MINUTE = 2;

/** What a TWAP order asks beside its size; a reason where it would be refused. */
export function checkedTwap(draft: Draft, terms: Terms): TwapTerms | { reason: string } {
  const minutes = Number(draft.minutes);
  const fits = Number.isInteger(minutes) && minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES;
  if (!fits) return { reason: because('TWAP_DURATION_INVALID') };
  if ((terms.means?.twaps ?? 0) >= MOST_TWAPS) return { reason: because('TOO_MANY_TWAPS') };
  const mark = terms.now?.markPx ?? null;
  const sz = sizeOf(draft, mark, terms);
  if (isText(sz) && mark !== null) {
    const least = terms.rules.minValueE6 * BigInt(minutes);
    const value = scaled(sz.text, terms.rules.grid.szDecimals) * scaled(mark, 6);
    if (value < least * 10n ** BigInt(terms.rules.grid.szDecimals)) {
      const words = `That is ${unscaled(least, 6)} USD for ${minutes} minutes.`;
      return { reason: because('TWAP_VALUE_TOO_SMALL', words) };
    }
  }
  const begin = optional(draft.beginPx, 'price to begin at', terms);
  const end = optional(draft.endPx, 'price to end at', terms);
  for (const field of [begin, end]) {
    if (field && !isText(field)) return { reason: field.reason };
  }
  const beginPx = begin && isText(begin) ? begin.text : null;
  const endPx = end && isText(end) ? end.text : null;
  if (mark !== null && (beginPx === mark || (beginPx === null && endPx === mark))) {
    return { reason: because('TWAP_PRICE_INVALID') };
  }
  const above = beginPx !== null && mark !== null && compare(beginPx, mark) > 0;
  return { minutes, begin: beginPx === null ? null : { px: beginPx, above }, endPx };
}

function optional(text: string, what: string, terms: Terms) {
  return typed(text) === null && text.trim() === '' ? null : priceOf(text, what, terms);
}
