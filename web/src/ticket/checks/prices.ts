import { compare, times, typed, unscaled } from '../../numbers/decimal';
import { type Grid, priceDown, priceUp } from '../../numbers/rounding';
import { type Draft, hasLimit, waits } from '../draft';
import type { Terms } from '../terms/terms';
import { BLANK, type Field, isText, priceOf } from './entered';
import { because } from './refusals';

/** Market orders may end this far beyond the mark, triggered ones beyond their trigger, 10^-6. */
export const REACH_E6 = 50_000n;
export const TRIGGERED_REACH_E6 = 100_000n;
const ONE_E6 = 1_000_000n;
const TWAP_REACH_E6 = 30_000n;

/** The price that is sent: what was typed, or how far an order without one may reach. */
export function sentPrice(draft: Draft, terms: Terms): Field {
  if (hasLimit(draft)) return priceOf(draft.px, 'price', terms);
  if (draft.kind === 'stop' || draft.kind === 'profit') {
    const at = triggerPrice(draft, terms);
    return isText(at)
      ? { text: beyond(at.text, draft.buy, TRIGGERED_REACH_E6, terms.rules.grid) }
      : BLANK;
  }
  const mark = terms.now?.markPx ?? null;
  if (mark === null) return { reason: 'There is no mark price yet: use a limit order.' };
  if (draft.kind !== 'trail')
    return { text: beyond(mark, draft.buy, reachOf(draft.kind, terms), terms.rules.grid) };
  const start = trailStart(draft, mark);
  return start === null
    ? BLANK
    : { text: beyond(start, draft.buy, TRIGGERED_REACH_E6, terms.rules.grid) };
}

/** How far beyond the mark an order without a price trades: not beyond the market's protection. */
export function reachOf(kind: Draft['kind'], { rules }: Terms): bigint {
  if (kind === 'twap') return TWAP_REACH_E6;
  const { protectionE6 } = rules;
  return protectionE6 > 0n && protectionE6 < REACH_E6 ? protectionE6 : REACH_E6;
}

/** Rounded so that an order never reaches further than it says. */
export function beyond(px: string, buy: boolean, reachE6: bigint, grid: Grid): string {
  const furthest = times(px, unscaled(ONE_E6 + (buy ? reachE6 : -reachE6), 6));
  return buy ? priceDown(furthest, grid) : priceUp(furthest, grid);
}

/** Where a trailing stop's trigger is when it begins to wait. */
function trailStart(draft: Draft, mark: string): string | null {
  const distance = typed(draft.trail);
  if (distance === null) return null;
  const away =
    draft.trailUnit === 'usd' ? Number(distance) : (Number(mark) * Number(distance)) / 100;
  const start = draft.buy ? Number(mark) + away : Number(mark) - away;
  return start > 0 ? start.toFixed(6) : null;
}

/** Whether an order that waits begins when the watched price rises to it. */
export function firesOnRise(buy: boolean, kind: 'stop' | 'profit'): boolean {
  return (kind === 'stop') === buy;
}

/** A trigger on the grid that has not been reached yet. */
export function triggerPrice(draft: Draft, terms: Terms): Field {
  const field = priceOf(draft.triggerPx, 'trigger price', terms);
  if (!isText(field) || (draft.kind !== 'stop' && draft.kind !== 'profit')) return field;
  return waitingAt(field.text, firesOnRise(draft.buy, draft.kind), draft.triggerBy, terms);
}

export function waitingAt(
  px: string,
  onRise: boolean,
  by: Draft['triggerBy'],
  { now }: Terms,
): Field {
  if (!now) return { text: px };
  const index = now.indexPx ?? now.oraclePx;
  const watched = { mark: now.markPx, index, last: now.tradePx ?? now.markPx }[by];
  if (watched === null) return { text: px };
  const ahead = compare(px, watched);
  if (onRise ? ahead > 0 : ahead < 0) return { text: px };
  const side = onRise ? 'above' : 'below';
  return {
    reason: because('TRIGGER_PRICE_INVALID', `It has to lie ${side} the ${NAME[by]}, ${watched}.`),
  };
}

const NAME = { mark: 'mark', index: 'index', last: 'last trade' } as const;

/** The distance of a trailing stop: USD, or a share of the price. */
export function trailOf(draft: Draft, { now }: Terms): Field {
  if (draft.trail.trim() === '') return BLANK;
  const distance = typed(draft.trail);
  if (distance === null || Number(distance) <= 0) return { reason: because('TRAIL_INVALID') };
  const most = draft.trailUnit === 'percent' ? 100 : Number(now?.markPx ?? Number.MAX_VALUE);
  if (Number(distance) >= most) return { reason: because('TRAIL_INVALID') };
  return { text: draft.trailUnit === 'percent' ? times(distance, '0.01') : distance };
}

/** Take-profit and stop that come with an order, each where it can wait once that is filled. */
export function attached(draft: Draft, px: string | null, terms: Terms): Field[] {
  if (!draft.attach || waits(draft) || draft.kind === 'twap' || draft.kind === 'scale') return [];
  const entry = px ?? terms.now?.markPx ?? null;
  const one = (text: string, name: string, above: boolean): Field => {
    const field = priceOf(text, name, terms);
    if (!isText(field) || entry === null) return field;
    const ahead = compare(field.text, entry);
    if (above ? ahead > 0 : ahead < 0) return field;
    const where = above ? 'above' : 'below';
    return {
      reason: because('TRIGGER_PRICE_INVALID', `The ${name} has to lie ${where} ${entry}.`),
    };
  };
  return [one(draft.takePx, 'take-profit', draft.buy), one(draft.stopPx, 'stop', !draft.buy)];
}
