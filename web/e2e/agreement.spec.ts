import { checked } from '../src/ticket/checks/checked';
import { type Draft, EMPTY } from '../src/ticket/draft';
import { orderAction } from '../src/ticket/sending/orders';
import type { Resting, Terms } from '../src/ticket/terms/terms';
import { NOW, RULES, TERMS } from '../src/ticket/terms/testing';
import type { AssetData, Clearinghouse, OpenOrder } from '../src/wire/account';
import type { Book, MarketStatus } from '../src/wire/types';
import { expect, test } from './test';
import { quote } from './venue/liveliness';
import { devKey, type Venue } from './venue/venue';

const TRADER = 3;
const ORDERS = 120;

/** The same numbers each time: a generator of 32 bits (Marsaglia's xorshift). */
function luck(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** What the page would hold an order against, read from the venue. */
async function termsOf(venue: Venue): Promise<Terms> {
  const user = devKey('account', TRADER).address;
  const coin = 'CBRS';
  const status = (await venue.info('marketStatus', { coin })) as MarketStatus;
  const { levels } = (await venue.info('l2Book', { coin })) as Book;
  const able = (await venue.info('activeAssetData', { user, coin })) as AssetData;
  const state = (await venue.info('clearinghouseState', { user })) as Clearinghouse;
  const open = (await venue.info('frontendOpenOrders', { user })) as OpenOrder[];
  const szi = state.assetPositions[0]?.position.szi ?? '0';
  const resting = (side: 'A' | 'B'): Resting => {
    const mine = open.filter((one) => one.side === side && !one.isTrigger && !one.reduceOnly);
    const lots = (text: string) => BigInt(Math.round(Number(text) * 1000));
    return {
      lots: mine.reduce((sum, one) => sum + lots(one.sz), 0n),
      valueE6: mine.reduce((sum, one) => sum + lots(one.sz) * lots(one.limitPx), 0n),
    };
  };
  return {
    ...TERMS,
    rules: RULES,
    now: {
      ...NOW,
      phase: status.phase,
      markPx: status.markPx,
      oraclePx: status.oraclePx,
      openInterest: status.openInterest,
      capUsd: status.openInterestCap,
      effectiveCapUsd: status.effectiveOpenInterestCap,
      bids: levels[0],
      asks: levels[1],
    },
    means: {
      lots: BigInt(Math.round(Number(szi) * 1000)),
      buys: resting('B'),
      sells: resting('A'),
      own: open.map((one) => ({ buy: one.side === 'B', px: one.limitPx, sz: one.sz })),
      freeE6: BigInt(Math.round(Number(able.availableToTrade[0]) * 1e6)),
      leverage: able.leverage.value,
      isCross: false,
      openOrders: open.length,
      twaps: 0,
      most: able.maxTradeSzs,
      equityE6: 0n,
      crossMaintenanceE6: 0n,
    },
  };
}

function drafted(next: () => number, free: number): Draft {
  const pick = <T>(of: readonly T[]) => of[Math.floor(next() * of.length)] as T;
  const px = (172 + next() * 6).toFixed(pick([0, 1, 2]));
  const most = (free * 5) / Number(px);
  const sz = pick([next() * 3, most * (0.95 + next() * 0.1), 0.02 + next() * 0.1]).toFixed(3);
  return {
    ...EMPTY,
    buy: next() < 0.5,
    kind: pick(['limit', 'limit', 'limit', 'market']),
    px,
    sz,
    tif: pick(['Gtc', 'Ioc', 'Alo', 'Fok']),
    reduceOnly: next() < 0.15,
  };
}

test('ORD-5 what is foreseen is what the venue says, order by order', async ({ venue }) => {
  await quote(venue);
  const next = luck(20_260_501);
  const seen = { taken: 0, refused: 0 };
  const wrong: string[] = [];
  for (let turn = 0; turn < ORDERS; turn += 1) {
    const terms = await termsOf(venue);
    const draft = drafted(next, Number(terms.means?.freeE6 ?? 0n) / 1e6);
    const { order, reasons } = checked(draft, terms);
    const sendable = order ?? checked(draft, { ...terms, now: null, means: null }).order;
    const sent = sendable ?? { ...forced(draft), rungs: [] };
    const action = orderAction(0, draft, sent, RULES.grid);
    const { statuses } = (await venue.act(TRADER, { ...action })) as { statuses: object[] };
    const said = statuses[0] as { error?: string };
    if (Boolean(order) !== (said.error === undefined)) {
      wrong.push(`${JSON.stringify(draft)}: ${reasons.join()} against ${said.error}`);
    }
    if (order) seen.taken += 1;
    else seen.refused += 1;
    if (turn % 12 === 11) await clear(venue);
  }
  expect(wrong).toEqual([]);
  expect(Math.min(seen.taken, seen.refused), JSON.stringify(seen)).toBeGreaterThan(20);
});

/** An order that the page would not send, as it was typed. */
function forced(draft: Draft) {
  const px = draft.kind === 'market' ? (draft.buy ? '183.75' : '166.25') : draft.px;
  const none = { triggerPx: null, trail: null, takePx: null, stopPx: null, twap: null };
  return { ...none, px, sz: draft.sz };
}

/** Takes the trader's orders out, and gives the makers' book its levels back. */
async function clear(venue: Venue): Promise<void> {
  for (const account of [TRADER, 8]) {
    const user = devKey('account', account).address;
    const open = (await venue.info('frontendOpenOrders', { user })) as OpenOrder[];
    await venue.cancel(
      account,
      'CBRS',
      open.map((one) => one.oid),
    );
  }
  await quote(venue);
}
