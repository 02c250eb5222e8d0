import type { Page } from '@playwright/test';
import type { Venue } from '../e2e/venue/venue';
import { coldBrowser, LEVEL, newPage } from './browser';
import { type Figure, rounded } from './figure';

const SECONDS = 20;
const A_SECOND = 50;
const MAKER = 5;
const MARKETS = [
  { coin: 'CBRS', middle: 175, step: 0.1 },
  { coin: 'ANTH', middle: 2078, step: 1 },
  { coin: 'xyz:SPCX', middle: 150, step: 0.1 },
] as const;

declare global {
  interface Window {
    longTasks: number[];
  }
}

/** Three pages, one for each market, while every book changes many times a second. */
export async function bookUpdates(venue: Venue): Promise<Figure[]> {
  await quotes(venue);
  const browser = await coldBrowser();
  try {
    const received = { count: 0 };
    const pages: Page[] = [];
    for (const { coin } of MARKETS) pages.push(await opened(venue.url, coin, browser, received));
    for (const page of pages) await page.evaluate(() => window.longTasks.splice(0));
    received.count = 0;
    const begun = performance.now();
    const changes = await stir(venue);
    const seconds = (performance.now() - begun) / 1000;
    const tasks: number[] = [];
    for (const page of pages) tasks.push(...(await page.evaluate(() => window.longTasks)));
    const asked = rounded(changes / seconds / MARKETS.length);
    const got = rounded(received.count / seconds / MARKETS.length);
    return [
      {
        name: 'longest task while the books change',
        value: Math.round(Math.max(0, ...tasks)),
        unit: 'ms',
        bound: 50,
        workload:
          `three pages, one for each of ${MARKETS.map((one) => one.coin).join(', ')}; ${rounded(seconds)} s, ` +
          `each book changed ${asked} times a second, ${got} book messages a second received; ` +
          `${tasks.length} tasks of more than 50 ms (0 ms: none)`,
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Ten levels a side, and in front of them the bid that will be changed. */
async function quotes(venue: Venue): Promise<void> {
  for (const [place, { coin, middle, step }] of MARKETS.entries()) {
    const wishes = Array.from({ length: 10 }, (_, level) => [
      { coin, side: 'buy', px: price(middle - (level + 3) * step), sz: '2' } as const,
      { coin, side: 'sell', px: price(middle + (level + 3) * step), sz: '2' } as const,
    ]).flat();
    await venue.orders(MAKER, wishes);
    const orders = [await changing(venue, place, 0)];
    await venue.act(MAKER, { type: 'order', orders, grouping: 'na' });
  }
}

/** The order of a market that changes, as it is at a turn. */
async function changing(venue: Venue, place: number, turn: number) {
  const { coin, middle, step } = MARKETS[place] ?? MARKETS[0];
  const a = await venue.assetOf(coin);
  const p = price(middle - (1 + (turn % 2)) * step);
  const s = String(2 + (turn % 9));
  return { a, b: true, p, s, r: false, t: { limit: { tif: 'Gtc' } }, c: named(place) };
}

/** The client's id of the order that changes. */
function named(place: number): string {
  return `0x${String(place + 1).padStart(32, '0')}`;
}

async function opened(
  url: string,
  coin: string,
  browser: Awaited<ReturnType<typeof coldBrowser>>,
  received: { count: number },
): Promise<Page> {
  const page = await newPage(browser);
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (payload.toString().startsWith('{"channel":"l2Book"')) received.count += 1;
    }),
  );
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      window.longTasks.push(...list.getEntries().map((entry) => entry.duration));
    }).observe({ entryTypes: ['longtask'] });
  });
  await page.goto(`${url}/#/market/${encodeURIComponent(coin)}`);
  await page.waitForSelector(LEVEL);
  return page;
}

/** Changes one order of each market at an even pace; answers how many changes were made. */
async function stir(venue: Venue): Promise<number> {
  const begun = performance.now();
  const answers: Promise<number>[] = [];
  for (let turn = 0; turn < SECONDS * A_SECOND; turn += 1) {
    const modifies = [];
    for (const place of MARKETS.keys()) {
      modifies.push({ oid: named(place), order: await changing(venue, place, turn) });
    }
    answers.push(changed(venue, modifies));
    const due = begun + ((turn + 1) * 1000) / A_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
  const changes = await Promise.all(answers);
  return changes.reduce((sum, count) => sum + count, 0);
}

async function changed(venue: Venue, modifies: unknown[]): Promise<number> {
  const data = await venue.act(MAKER, { type: 'batchModify', modifies });
  const statuses = data.statuses as { error?: string }[];
  return statuses.filter(({ error }) => error === undefined).length;
}

/** Steps are 0.1 or 1. */
function price(value: number): string {
  return String(Math.round(value * 10) / 10);
}
