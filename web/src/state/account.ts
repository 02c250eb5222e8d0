import { batch, computed, signal } from '@preact/signals';
import type { AssetData, Clearinghouse, Fill, OpenOrder, Position } from '../wire/account';
import { follow } from '../wire/follow';
import { type Aged, aged } from './aged';
import { nextFrame } from './frame';
import { markets, selectedCoin } from './markets';

/** By dex. */
export const states = signal<ReadonlyMap<string, Aged<Clearinghouse>>>(new Map());
export const ordersByDex = signal<ReadonlyMap<string, readonly OpenOrder[]>>(new Map());
/** Newest first, at most FILLS_KEPT; older ones are read page by page. */
export const fills = signal<readonly Fill[]>([]);
/** What the account can trade in the selected market: leverage, largest sizes. */
export const assetData = signal<Aged<AssetData> | null>(null);

export const positions = computed<readonly Position[]>(() =>
  [...states.value.values()].flatMap((held) =>
    held.value.assetPositions.map((entry) => entry.position),
  ),
);

export const openOrders = computed<readonly OpenOrder[]>(() =>
  [...ordersByDex.value.values()].flat().sort((a, b) => b.timestamp - a.timestamp),
);

/** Own resting orders of the selected market, for the book and the chart. */
export const ownOrders = computed(() =>
  openOrders.value.filter((order) => order.coin === selectedCoin.value),
);

const FILLS_KEPT = 200;

/** Follows an account in every dex until the returned function is called. */
export function followAccount(user: string): () => void {
  forget();
  const dexes = new Set(markets.peek().map((market) => market.dex));
  const same = (data: { user: string }) => data.user.toLowerCase() === user.toLowerCase();
  const ends = [...dexes].flatMap((dex) => [
    follow<{ user: string; dex: string; clearinghouseState: Clearinghouse }>(
      { type: 'clearinghouseState', user, dex },
      (data) => same(data) && data.dex === dex,
      (data) =>
        nextFrame(`state ${dex}`, () => {
          states.value = new Map(states.peek()).set(dex, aged(data.clearinghouseState));
        }),
    ),
    follow<{ user: string; dex: string; orders: OpenOrder[] }>(
      { type: 'openOrders', user, dex },
      (data) => same(data) && data.dex === dex,
      (data) =>
        nextFrame(`orders ${dex}`, () => {
          ordersByDex.value = new Map(ordersByDex.peek()).set(dex, data.orders);
        }),
    ),
  ]);
  ends.push(
    follow<{ user: string; fills: Fill[] }>({ type: 'userFills', user }, same, fillListener()),
  );
  return () => {
    for (const end of ends) end();
    forget();
  };
}

/** Follows what an account can trade in one market. */
export function followAssetData(user: string, coin: string): () => void {
  assetData.value = null;
  return follow<AssetData>(
    { type: 'activeAssetData', user, coin },
    (data) => data.coin === coin && data.user.toLowerCase() === user.toLowerCase(),
    (data) =>
      nextFrame('asset data', () => {
        assetData.value = aged(data);
      }),
  );
}

function fillListener(): (data: { fills: Fill[] }) => void {
  let fresh: Fill[] = [];
  return (data) => {
    fresh.push(...data.fills);
    nextFrame('fills', () => {
      const key = (fill: Fill) => `${fill.tid} ${fill.oid} ${fill.side}`;
      const known = new Set(fills.peek().map(key));
      const added = fresh.filter((fill) => !known.has(key(fill)));
      fresh = [];
      if (added.length === 0) return;
      fills.value = [...added, ...fills.peek()]
        .sort((a, b) => b.time - a.time || b.tid - a.tid)
        .slice(0, FILLS_KEPT);
    });
  };
}

function forget(): void {
  batch(() => {
    states.value = new Map();
    ordersByDex.value = new Map();
    fills.value = [];
    assetData.value = null;
  });
}
