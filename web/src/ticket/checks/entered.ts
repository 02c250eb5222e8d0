import { isZero, typed } from '../../numbers/decimal';
import { type Grid, isOnPriceGrid, priceDown, priceUp, sizeDown } from '../../numbers/rounding';
import type { Draft } from '../draft';
import type { Terms } from '../terms/terms';
import { because } from './refusals';

/** A field as it would be sent, why it would be refused, or empty. */
export type Field = { text: string } | { reason: string };

export const BLANK: Field = { reason: '' };

export function isText(field: Field): field is { text: string } {
  return 'text' in field;
}

/** A price on the grid; one that is off it is not moved, its neighbours are named. */
export function gridPrice(text: string, what: string, grid: Grid): Field {
  if (text.trim() === '') return BLANK;
  const px = typed(text);
  if (px === null) return { reason: `The ${what} is not a number.` };
  if (px.startsWith('-') || isZero(px)) return { reason: because('PRICE_INVALID') };
  if (isOnPriceGrid(px, grid)) return { text: px };
  const below = priceDown(px, grid);
  const above = priceUp(px, grid);
  const near = isZero(below) ? above : `${below} or ${above}`;
  return { reason: because('PRICE_OFF_TICK', `Near it: ${near}.`) };
}

export function priceOf(text: string, what: string, { rules }: Terms): Field {
  return gridPrice(text, what, rules.grid);
}

/** A size in contracts; amounts in USD and shares of what fits are rounded down to a lot. */
export function sizeOf(draft: Draft, px: string | null, terms: Terms): Field {
  if (draft.sz.trim() === '') return BLANK;
  const entered = typed(draft.sz);
  if (entered === null || entered.startsWith('-')) return { reason: 'The size is not a number.' };
  const { grid, maxOrderLots } = terms.rules;
  let text = entered;
  if (draft.sizeUnit === 'usd') {
    if (px === null) return BLANK;
    text = sizeDown((Number(entered) / Number(px)).toFixed(12), grid);
  } else if (draft.sizeUnit === 'percent') {
    const most = mostOf(draft, px, terms);
    if (most === null) return { reason: 'How much fits is not known yet: enter contracts.' };
    if (Number(entered) > 100) return { reason: 'More than 100 % does not fit.' };
    text = sizeDown(((most * Number(entered)) / 100).toFixed(12), grid);
  } else if (sizeDown(entered, grid) !== entered) {
    return { reason: because('SIZE_INVALID', `Sizes here have ${grid.szDecimals} decimals.`) };
  }
  if (isZero(text)) return { reason: because('SIZE_ZERO') };
  const most = Number(maxOrderLots) / 10 ** grid.szDecimals;
  if (most > 0 && Number(text) > most) {
    return { reason: because('SIZE_TOO_LARGE', `The largest is ${most}.`) };
  }
  return { text };
}

/** The largest order in contracts, an estimate: what margin allows, or what is there to reduce. */
export function mostOf(
  draft: Draft,
  px: string | null,
  { means, now, rules }: Terms,
): number | null {
  if (!means) return null;
  const held = Number(means.lots) / 10 ** rules.grid.szDecimals;
  if (draft.reduceOnly) return Math.max(0, draft.buy ? -held : held);
  const most = Number(means.most[draft.buy ? 0 : 1]);
  const mark = Number(now?.markPx ?? 0);
  const dearer = px === null || mark === 0 ? 1 : Math.max(1, Number(px) / mark);
  // Beyond the mark the loss counts in full, beside margin at the leverage.
  const share = dearer === 1 ? 1 : 1 / (1 + (dearer - 1) * (means.leverage + 1));
  return most * share * 0.999;
}
