import { batch, computed, signal } from '@preact/signals';
import { unscaled } from '../numbers/decimal';
import type { Grid } from '../numbers/rounding';
import { follow } from '../wire/follow';
import { marketSpec, metas, specificationIndex } from '../wire/reads';
import type { Context, MarketSpec } from '../wire/types';
import { type Aged, aged } from './aged';
import { nextFrame } from './frame';

/** What does not change while a market is looked at, except by a new version of its rules. */
export interface Market {
  readonly coin: string;
  readonly dex: string;
  readonly asset: number;
  readonly szDecimals: number;
  readonly maxLeverage: number;
  readonly isolatedOnly: boolean;
  /** Whether margin once put in stays there (MARG-5). */
  readonly strictIsolated?: boolean;
  readonly delisted: boolean;
}

export const markets = signal<readonly Market[]>([]);
/** Phases by coin, as of the last look at `specificationIndex`. */
export const phases = signal<ReadonlyMap<string, string>>(new Map());
/** By coin: mark, oracle, volume, open interest of every market, streamed. */
export const contexts = signal<ReadonlyMap<string, Aged<Context>>>(new Map());
export const selectedCoin = signal<string | null>(null);
/** The specification in force of the selected market. */
export const spec = signal<MarketSpec | null>(null);

export const market = computed(
  () => markets.value.find((entry) => entry.coin === selectedCoin.value) ?? null,
);

/** The grid that the selected market's prices and sizes are on. */
export const grid = computed<Grid | null>(() => {
  const chosen = market.value;
  if (!chosen) return null;
  return gridFrom(chosen.szDecimals, spec.value?.specification.tick_atoms ?? 0);
});

/** A grid from a specification's fields. */
export function gridFrom(szDecimals: number, tickAtoms: number): Grid {
  const tick = tickAtoms ? unscaled(BigInt(tickAtoms), 6 - szDecimals) : null;
  return { szDecimals, tick };
}

/** The grid of any market; throws what the wire throws. */
export async function gridOf(coin: string): Promise<Grid> {
  const { specification } = await marketSpec(coin);
  return gridFrom(specification.size_decimals, specification.tick_atoms);
}

const BUILDER_DEXES = 100_000;
const PER_DEX = 10_000;
const RELOAD_MS = 1_000;

/** Reads all markets in one turn of questions; throws what the wire throws. */
export async function loadMarkets(): Promise<void> {
  const [found, index] = await Promise.all([metas(), specificationIndex()]);
  const dexOf = new Map(index.map((row) => [row.coin, row.dex]));
  const listed: Market[] = [];
  found.forEach(({ universe }, number) => {
    universe.forEach((entry, position) => {
      listed.push({
        coin: entry.name,
        dex: dexOf.get(entry.name) ?? '',
        asset: number === 0 ? position : BUILDER_DEXES + number * PER_DEX + position,
        szDecimals: entry.szDecimals,
        maxLeverage: entry.maxLeverage,
        isolatedOnly: entry.onlyIsolated === true,
        strictIsolated: entry.marginMode === 'strictIsolated',
        delisted: entry.isDelisted === true,
      });
    });
  });
  batch(() => {
    phases.value = new Map(index.map((row) => [row.coin, row.phase]));
    markets.value = listed;
    if (heardLast) hearContexts(heardLast);
  });
}

let reading: Promise<void> | undefined;

/** Reads all markets again; asked for while it reads, it reads once more and no oftener. */
export function reloadMarkets(): void {
  if (reading) return;
  const wait = new Promise((resolve) => setTimeout(resolve, RELOAD_MS));
  reading = Promise.all([loadMarkets().catch(() => undefined), wait]).then(() => {
    reading = undefined;
  });
}

interface AllContexts {
  ctxs: [string, Context[]][];
}

/** Contexts have no names: those that come before the markets are kept until these are known. */
let heardLast: AllContexts | null = null;

/** Follows the context of every market. */
export function followContexts(): () => void {
  return follow<AllContexts>(
    { type: 'allDexsAssetCtxs' },
    () => true,
    (all) => nextFrame('contexts', () => hearContexts(all)),
  );
}

function hearContexts(all: AllContexts): void {
  heardLast = all;
  if (markets.peek().length === 0) return;
  const heard = new Map<string, Aged<Context>>();
  for (const [dex, rows] of all.ctxs) {
    const of = markets.peek().filter((entry) => entry.dex === dex);
    if (rows.length > of.length) reloadMarkets();
    rows.forEach((context, position) => {
      const coin = of[position]?.coin;
      if (coin) heard.set(coin, aged(context));
    });
  }
  contexts.value = heard;
}

export async function loadSpec(coin: string): Promise<void> {
  const read = await marketSpec(coin);
  if (selectedCoin.peek() === coin) spec.value = read;
}
