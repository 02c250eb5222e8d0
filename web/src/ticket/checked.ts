import { compare, isZero, scaled, times, typed, unscaled } from '../numbers/decimal';
import { type Grid, priceDown, priceUp, sizeDown } from '../numbers/rounding';
import type { Draft } from './draft';

/** What a draft is held against. */
export interface Terms {
  readonly grid: Grid;
  readonly markPx: string | null;
  /** USD. */
  readonly minValue: string;
  readonly leverage: number;
  /** A share of the value. */
  readonly takerFee: string;
}

export interface Sendable {
  readonly px: string;
  readonly sz: string;
  /** USD, exact. */
  readonly value: string;
  /** USD, estimates: margin at the leverage in force, and the fee if it takes. */
  readonly margin: string;
  readonly fee: string;
}

export interface Checked {
  readonly order: Sendable | null;
  /** Why it would be refused, one sentence each; empty also while nothing is entered. */
  readonly reasons: readonly string[];
}

/** Market orders may end this far beyond the mark, in hundredths. */
export const REACH_PERCENT = 5n;

/** Turns what was typed into what would be sent, or says why it would be refused. */
export function checked(draft: Draft, terms: Terms): Checked {
  const sz = size(draft, terms);
  const px = draft.kind === 'limit' ? limit(draft, terms) : reach(draft, terms);
  const reasons = [px, sz].flatMap((field) => ('reason' in field ? [field.reason] : []));
  if (!('text' in px) || !('text' in sz)) return { order: null, reasons: reasons.filter(Boolean) };
  const value = times(px.text, sz.text);
  if (!draft.reduceOnly && compare(value, terms.minValue) < 0) {
    return { order: null, reasons: [`An order is worth at least ${terms.minValue} USD.`] };
  }
  const margin = (Number(value) / terms.leverage).toFixed(2);
  const fee = (Number(value) * Number(terms.takerFee)).toFixed(4);
  return { order: { px: px.text, sz: sz.text, value, margin, fee }, reasons: [] };
}

type Field = { text: string } | { reason: string };

function size(draft: Draft, { grid }: Terms): Field {
  if (draft.sz.trim() === '') return { reason: '' };
  const entered = typed(draft.sz);
  if (entered === null || entered.startsWith('-')) return { reason: 'The size is not a number.' };
  const text = sizeDown(entered, grid);
  if (text !== entered) return { reason: `Sizes here have ${grid.szDecimals} decimals.` };
  return isZero(text) ? { reason: 'The size is zero.' } : { text };
}

function limit(draft: Draft, { grid }: Terms): Field {
  if (draft.px.trim() === '') return { reason: '' };
  const entered = typed(draft.px);
  if (entered === null || entered.startsWith('-')) return { reason: 'The price is not a number.' };
  if (isZero(entered)) return { reason: 'The price is zero.' };
  const below = priceDown(entered, grid);
  const above = priceUp(entered, grid);
  if (below === above) return { text: entered };
  return { reason: `Prices here go in steps: ${below} or ${above}.` };
}

/** The limit of a market order, rounded so that it never reaches further than it says. */
function reach(draft: Draft, { grid, markPx }: Terms): Field {
  if (markPx === null) return { reason: 'There is no mark price yet: use a limit order.' };
  const factor = unscaled(100n + (draft.buy ? REACH_PERCENT : -REACH_PERCENT), 2);
  const furthest = times(markPx, factor);
  return { text: draft.buy ? priceDown(furthest, grid) : priceUp(furthest, grid) };
}

/** 10^-6 USD of the specification as decimal text. */
export function usdOf(units: number): string {
  return unscaled(BigInt(units), 6);
}

/** 10^-9 of the specification as a share. */
export function shareOf(units: number): string {
  return unscaled(scaled(String(units), 0), 9);
}
