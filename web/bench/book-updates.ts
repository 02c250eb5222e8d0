import type { CDPSession, Page } from '@playwright/test';
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
    /** The newest book as the venue sent it, and the socket that it came by. */
    lastBook: { socket: WebSocket; text: string };
    /** How many books the page has been sent again. */
    pushed: number;
  }
}

const COINS = MARKETS.map((one) => one.coin).join(', ');

/**
 * Three pages, one for each market. First every book changes many times a second, and the venue sends
 * what it sends: a subscriber gets ten books a second. Then each page is handed fifty.
 */
export async function bookUpdates(venue: Venue): Promise<Figure[]> {
  await quotes(venue);
  const browser = await coldBrowser();
  try {
    const received = { count: 0 };
    const pages: Page[] = [];
    for (const { coin } of MARKETS) pages.push(await opened(venue.url, coin, browser, received));
    await tasksOf(pages);
    received.count = 0;
    const begun = performance.now();
    const changes = await stir(venue);
    const seconds = (performance.now() - begun) / 1000;
    const streamed = await tasksOf(pages);
    const asked = rounded(changes / seconds / MARKETS.length);
    const got = rounded(received.count / seconds / MARKETS.length);
    const sessions = await Promise.all(pages.map(watched));
    const before = await Promise.all(sessions.map(workOf));
    const pushed = await push(pages);
    const handed = await tasksOf(pages);
    const after = await Promise.all(sessions.map(workOf));
    const spent = after.map((ms, place) => ms - (before[place] ?? 0));
    const each = pushed / pages.length / SECONDS;
    return [
      longest('longest task while the books change', streamed, [
        `three pages, one for each of ${COINS}; ${rounded(seconds)} s, each book changed ${asked} `,
        `times a second, ${got} book messages a second received`,
      ]),
      longest('longest task at 50 books a second', handed, [
        `the same pages, each handed ${rounded(each)} changed books a second for ${SECONDS} s`,
      ]),
      {
        name: 'work of the page for one book',
        value: rounded(spent.reduce((sum, ms) => sum + ms, 0) / pushed),
        unit: 'ms',
        bound: null,
        workload: 'processor time of the main thread in those seconds, over the books handed',
      },
    ];
  } finally {
    await browser.close();
  }
}

function longest(name: string, tasks: readonly number[], words: readonly string[]): Figure {
  return {
    name,
    value: Math.round(Math.max(0, ...tasks)),
    unit: 'ms',
    bound: 50,
    workload: `${words.join('')}; ${tasks.length} tasks of more than 50 ms (0 ms: none)`,
  };
}

/** The long tasks since the last question, of all pages. */
async function tasksOf(pages: readonly Page[]): Promise<number[]> {
  const found: number[] = [];
  for (const page of pages) found.push(...(await page.evaluate(() => window.longTasks.splice(0))));
  return found;
}

/** Time that the main thread of a page has worked, ms: it does not count while others run. */
async function workOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? 0) * 1000;
}

async function watched(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return session;
}

/** Has each page hear its own book fifty times a second, another size each time; answers how often. */
async function push(pages: readonly Page[]): Promise<number> {
  const work = async (page: Page) =>
    page.evaluate(
      async ([seconds, aSecond]) => {
        const { socket, text } = window.lastBook;
        const message = JSON.parse(text);
        window.pushed = 0;
        const begun = performance.now();
        await new Promise<void>((resolve) => {
          const timer = setInterval(() => {
            const passed = performance.now() - begun;
            if (passed >= seconds * 1000) {
              clearInterval(timer);
              resolve();
              return;
            }
            if (window.pushed >= (passed / 1000) * aSecond) return;
            window.pushed += 1;
            message.data.time += 1;
            for (const side of message.data.levels) {
              const level = side[window.pushed % side.length];
              level.sz = `${1 + (window.pushed % 9)}.0`;
            }
            socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
          }, 4);
        });
        return window.pushed;
      },
      [SECONDS, A_SECOND] as const,
    );
  const counts = await Promise.all(pages.map(work));
  return counts.reduce((sum, count) => sum + count, 0);
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
    window.WebSocket = class extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given);
        this.addEventListener('message', ({ data, isTrusted }) => {
          if (isTrusted && String(data).startsWith('{"channel":"l2Book"')) {
            window.lastBook = { socket: this, text: data };
          }
        });
      }
    };
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
