import { effect, signal, untracked } from '@preact/signals';
import type { Grid } from '../numbers/rounding';
import { marketSpec, marketStatus } from '../wire/reads';
import type { MarketSpec, MarketStatus } from '../wire/types';
import { fills, openOrders, positions, twaps } from './account';
import { announced } from './announcements';
import { status } from './live';
import { gridFrom, selectedCoin, spec } from './markets';

/** What the prices of a market are of, their grid, and its shares where somebody has stated them. */
export interface Pricing {
  readonly unit: 'share' | 'valuation';
  readonly shareCount: string | null;
  readonly grid: Grid;
}

/** By coin: the selected market, and those in which the account has something. */
export const pricings = signal<ReadonlyMap<string, Pricing>>(new Map());

const asked = new Set<string>();

/** Keeps the pricings of every market whose prices are on display. */
export function watchPricings(): void {
  effect(() => {
    const rules = spec.value;
    const now = status.value?.value ?? null;
    if (rules && rules.coin === selectedCoin.value) keep(rules, now);
  });
  effect(() => {
    for (const { coin } of [...positions.value, ...openOrders.value, ...fills.value]) learn(coin);
    for (const [, twap] of twaps.value) learn(twap.coin);
  });
  // A change of units or of rules is announced, and so is a new count of shares.
  effect(() => {
    if (announced.value.length === 0) return;
    const again = [...asked];
    asked.clear();
    untracked(() => again.forEach(learn));
  });
}

/** Reads the pricing of a market unless it has been asked for. */
export function learn(coin: string): void {
  if (asked.has(coin)) return;
  asked.add(coin);
  Promise.all([marketSpec(coin), marketStatus(coin)]).then(
    ([rules, now]) => keep(rules, now),
    () => asked.delete(coin),
  );
}

function keep({ coin, specification }: MarketSpec, now: MarketStatus | null): void {
  const known = pricings.peek();
  const before = known.get(coin);
  const found: Pricing = {
    unit: specification.price_unit === 'valuation' ? 'valuation' : 'share',
    shareCount:
      now?.coin === coin ? (now.shareCount?.toString() ?? null) : (before?.shareCount ?? null),
    grid: gridFrom(specification.size_decimals, specification.tick_atoms),
  };
  if (JSON.stringify(before) === JSON.stringify(found)) return;
  pricings.value = new Map(known).set(coin, found);
}
