import { compare, scaled, times, typed, unscaled } from '../../numbers/decimal';
import { priceDecimals } from '../../numbers/rounding';
import { type Draft, waits } from '../draft';
import type { Terms } from '../terms/terms';
import { isText, sizeOf } from './entered';
import { FEWEST, ladderPrices, ladderSizes, MOST, type Rung } from './ladder';
import { liquidationAfter } from './liquidation';
import { claimed, divUp, reducible } from './margin';
import { attached, sentPrice, trailOf, triggerPrice } from './prices';
import { because } from './refusals';
import { capped, closed, crowded, type Looked, outside, uncovered, unmatched } from './standing';
import { checkedTwap, type TwapTerms } from './twap';

/** What would be sent, as text that is signed, and what it would cost. */
export interface Sendable {
  readonly px: string;
  readonly sz: string;
  readonly triggerPx: string | null;
  /** USD, or a share of the price, by the draft's unit. */
  readonly trail: string | null;
  readonly takePx: string | null;
  readonly stopPx: string | null;
  readonly twap: TwapTerms | null;
  readonly rungs: readonly Rung[];
}

/** What an order would cost; known also of one that would be refused. */
export interface Cost {
  /** Contracts, as they would be sent. */
  readonly sz: string;
  /** USD, exact. */
  readonly value: string;
  /** USD, estimates: what it claims of the free collateral, and the fee as taker and as maker. */
  readonly margin: string | null;
  readonly takerFee: string;
  readonly makerFee: string;
  /** An estimate; null where there is none. */
  readonly liquidationPx: string | null;
}

export interface Checked {
  readonly order: Sendable | null;
  readonly cost: Cost | null;
  /** Why it would be refused, one sentence each; empty also while nothing is entered. */
  readonly reasons: readonly string[];
}

/** Turns what was typed into what would be sent, or says why it would be refused. */
export function checked(draft: Draft, terms: Terms): Checked {
  const shut = terms.now ? closed(draft, terms.now) : null;
  if (shut) return { order: null, cost: null, reasons: [shut] };
  const px = sentPrice(draft, terms);
  const sz = sizeOf(draft, isText(px) ? px.text : null, terms);
  const waiting = draft.kind === 'stop' || draft.kind === 'profit';
  const trigger = waiting ? triggerPrice(draft, terms) : null;
  const trail = draft.kind === 'trail' ? trailOf(draft, terms) : null;
  const both = attached(draft, isText(px) && draft.kind === 'limit' ? px.text : null, terms);
  const twap = draft.kind === 'twap' ? checkedTwap(draft, terms) : null;
  const fields = [trigger, trail, px, sz, twap].filter((field) => field !== null);
  const wrong = [...fields, ...both].flatMap((one) => ('reason' in one ? [one.reason] : []));
  const said = [...new Set(wrong.filter(Boolean))];
  const missing = fields.some((field) => 'reason' in field) || noneOf(draft, both);
  if (!isText(px) || !isText(sz)) return { order: null, cost: null, reasons: said };
  const looked = { buy: draft.buy, px: px.text, sz: sz.text };
  const rungs = draft.kind === 'scale' ? ladder(draft, px.text, sz.text, terms) : [];
  if (typeof rungs === 'string') {
    return { order: null, cost: null, reasons: rungs ? [...said, rungs] : said };
  }
  const cost = costOf(draft, looked, rungs, terms);
  if (said.length > 0 || missing) return { order: null, cost, reasons: said };
  const refused = refusal(draft, looked, rungs, terms);
  if (refused) return { order: null, cost, reasons: [refused] };
  const [take, stop] = both.map((field) => (isText(field) ? field.text : null));
  return {
    order: {
      ...looked,
      triggerPx: trigger && isText(trigger) ? trigger.text : null,
      trail: trail && isText(trail) ? trail.text : null,
      takePx: take ?? null,
      stopPx: stop ?? null,
      twap: twap && 'minutes' in twap ? twap : null,
      rungs,
    },
    cost,
    reasons: [],
  };
}

/** Attached, but neither of the two prices is there yet. */
function noneOf(draft: Draft, both: readonly object[]): boolean {
  return both.length > 0 && !(draft.takePx.trim() || draft.stopPx.trim());
}

/** The orders of a ladder, or why there are none (empty while something is missing). */
function ladder(draft: Draft, first: string, total: string, terms: Terms): Rung[] | string {
  const { grid, minValueE6 } = terms.rules;
  const end = sentPrice({ ...draft, px: draft.lastPx }, terms);
  if (!isText(end)) return end.reason;
  const count = Number(draft.count);
  const skew = typed(draft.skew);
  if (!Number.isInteger(count) || count < FEWEST || count > MOST) {
    return `A scale order has ${FEWEST} to ${MOST} orders.`;
  }
  if (skew === null || Number(skew) <= 0 || Number(skew) > 100) {
    return 'The last size is 0.01 to 100 times the first.';
  }
  const prices = ladderPrices(first, end.text, count, grid, draft.buy);
  const sizes = ladderSizes(total, count, skew, grid);
  if (new Set(prices).size < count) {
    return `${count} prices do not fit between ${first} and ${end.text}: take fewer orders.`;
  }
  const rungs = prices.map((px, index) => ({ px, sz: sizes[index] ?? '0' }));
  const least = unscaled(minValueE6, 6);
  if (!draft.reduceOnly && rungs.some((rung) => compare(times(rung.px, rung.sz), least) < 0)) {
    return because('VALUE_TOO_SMALL', `Each of the ${count} is worth at least ${least} USD.`);
  }
  return rungs;
}

/** The first refusal in the engine's order of precedence, as things stand; null for none. */
function refusal(draft: Draft, order: Looked, rungs: readonly Rung[], terms: Terms): string | null {
  const { now, means, rules } = terms;
  const least = unscaled(rules.minValueE6, 6);
  const small = !draft.reduceOnly && draft.kind !== 'twap' && compare(worth(order), least) < 0;
  if (small && rungs.length === 0) return because('VALUE_TOO_SMALL', `It is ${least} USD here.`);
  const full = means ? crowded(means) : null;
  if (full) return full;
  const holds = means ? reducible(means.lots, order.buy) : 0n;
  if (draft.reduceOnly && means && holds === 0n) {
    return because('REDUCE_ONLY_INCREASES', 'There is no position that it would reduce.');
  }
  if (!now || waits(draft) || draft.kind === 'twap') return null;
  const lots = scaled(order.sz, rules.grid.szDecimals);
  const edge = { ...order, px: furthest(draft.buy, order.px, rungs) };
  const plain = outside(edge, now, rules) ?? unmatched(edge, draft, now, means);
  if (plain || draft.reduceOnly || now.markPx === null) return plain;
  const { mark, px } = atoms(order.px, now.markPx, terms);
  const asked = { buy: order.buy, lots, px: rungs.length ? averageOf(rungs, lots) : px };
  return capped(edge, terms, lots) ?? uncovered(asked, mark, terms);
}

/** The price of a ladder that reaches furthest; of one order its own. */
function furthest(buy: boolean, px: string, rungs: readonly Rung[]): string {
  return rungs.reduce((far, rung) => (compare(rung.px, far) > 0 === buy ? rung.px : far), px);
}

/** Atoms, rounded up: what the rungs are worth over what they hold. */
function averageOf(rungs: readonly Rung[], lots: bigint): bigint {
  const value = rungs.reduce((sum, rung) => sum + scaled(worth(rung), 6), 0n);
  return divUp(value, lots);
}

function costOf(draft: Draft, order: Looked, rungs: readonly Rung[], terms: Terms): Cost {
  const { now, means, rules } = terms;
  const value = rungs.length
    ? unscaled(
        rungs.reduce((sum, rung) => sum + scaled(worth(rung), 6), 0n),
        6,
      )
    : worth({ px: costPrice(draft, order, terms), sz: order.sz });
  const fee = (rate: string) => (Number(value) * Number(rate)).toFixed(4);
  const fees = {
    sz: order.sz,
    value,
    takerFee: fee(terms.takerFee),
    makerFee: fee(terms.makerFee),
  };
  if (!means || now?.markPx == null) return { ...fees, margin: null, liquidationPx: null };
  const lots = scaled(order.sz, rules.grid.szDecimals);
  const { mark, px } = atoms(costPrice(draft, order, terms), now.markPx, terms);
  const asked = { buy: order.buy, lots, px: rungs.length ? averageOf(rungs, lots) : px };
  const margin = draft.reduceOnly ? 0n : claimed(means, rules, mark, asked);
  const at = liquidationAfter(means, rules, mark, asked);
  const decimals = priceDecimals(rules.grid);
  const liquidationPx = at === null ? null : (at / 10 ** decimals).toFixed(decimals);
  return { ...fees, margin: unscaled(margin, 6), liquidationPx };
}

/** Orders without a limit are reckoned at the price at which they are likely to trade. */
function costPrice(draft: Draft, order: Looked, { now }: Terms): string {
  if (draft.kind === 'market') {
    const best = (draft.buy ? now?.asks : now?.bids)?.[0]?.px;
    return best ?? now?.markPx ?? order.px;
  }
  if (draft.kind === 'twap' || draft.kind === 'trail') return now?.markPx ?? order.px;
  if ((draft.kind === 'stop' || draft.kind === 'profit') && !draft.atLimit) {
    return typed(draft.triggerPx) ?? order.px;
  }
  return order.px;
}

function worth(order: { px: string; sz: string }): string {
  return times(order.px, order.sz);
}

function atoms(price: string, markPx: string, { rules }: Terms): { mark: bigint; px: bigint } {
  const decimals = priceDecimals(rules.grid);
  return { mark: scaled(markPx, decimals), px: scaled(price, decimals) };
}
