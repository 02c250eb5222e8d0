import type { Means, Rules } from '../terms/terms';
import { initialMargin, maintenance, reducible } from './margin';

interface Filled {
  readonly buy: boolean;
  readonly lots: bigint;
  /** Atoms. */
  readonly px: bigint;
}

/**
 * Where a position would be liquidated once an order is filled, in atoms, nothing else moving: an
 * estimate (LIQ-1). Null where it would be flat, or no price would do it.
 */
export function liquidationAfter(
  means: Means,
  rules: Rules,
  mark: bigint,
  order: Filled,
): number | null {
  const { buy, lots } = order;
  const after = buy ? means.lots + lots : means.lots - lots;
  if (after === 0n) return null;
  const size = after < 0n ? -after : after;
  const { rate, offE6 } = maintenance(size * mark, rules);
  const equity = equityAfter(means, rules, mark, order);
  const others = means.isCross ? othersMaintenance(means, rules, mark) : 0;
  const slope = Number(after) - Number(size) * rate;
  if (slope === 0) return null;
  const price = (Number(after * mark) - equity + others - offE6) / slope;
  return price > 0 ? price : null;
}

/** A cross position stands on all of the equity; an isolated one on what goes into its margin. */
function equityAfter(means: Means, rules: Rules, mark: bigint, order: Filled): number {
  const { buy, lots, px } = order;
  const worse = buy ? px - mark : mark - px;
  const before = Number(means.equityE6);
  if (means.isCross) {
    const fee = (Number(lots * px) * Number(rules.takerFeeE9)) / 1e9;
    return before - Number(worse * lots) - fee;
  }
  const closes = reducible(means.lots, buy);
  const held = means.lots < 0n ? -means.lots : means.lots;
  const left = held === 0n ? 0 : 1 - Number(lots < closes ? lots : closes) / Number(held);
  const opening = lots - closes;
  if (opening <= 0n) return before * left;
  const margin = Number(initialMargin(opening * mark, means.leverage, rules));
  const gain = worse < 0n ? Number(-worse * opening) : 0;
  return before * left + margin + gain;
}

function othersMaintenance(means: Means, rules: Rules, mark: bigint): number {
  const size = means.lots < 0n ? -means.lots : means.lots;
  const { rate, offE6 } = maintenance(size * mark, rules);
  return Math.max(0, Number(means.crossMaintenanceE6) - (Number(size * mark) * rate - offE6));
}
