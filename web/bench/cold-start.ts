import { quote } from '../e2e/venue/liveliness';
import type { Venue } from '../e2e/venue/venue';
import { coldBrowser, LEVEL, newPage } from './browser';
import { type Figure, median, rounded } from './figure';

const STARTS = 5;

interface Paints {
  readonly contentful: number;
  readonly meaningful: number;
  readonly chart: number;
  /** Questions to the venue until then, files of the page among them. */
  readonly requests: number;
}

/** Until something, and until the market with its book is on the screen. */
export async function coldStart(venue: Venue): Promise<Figure[]> {
  await quote(venue);
  const all: Paints[] = [];
  for (let start = 0; start < STARTS; start += 1) all.push(await paints(venue.url));
  const workload = `${STARTS} new browsers, each opens / on loopback: from navigation, median`;
  const figure = (name: string, ms: number[], bound: number | null): Figure => {
    const worst = Math.round(Math.max(...ms));
    return {
      name,
      value: Math.round(median(ms)),
      unit: 'ms',
      bound,
      workload: `${workload} (slowest ${worst} ms)`,
    };
  };
  return [
    figure(
      'first contentful paint',
      all.map((one) => one.contentful),
      null,
    ),
    figure(
      'first meaningful paint (order book painted)',
      all.map((one) => rounded(one.meaningful)),
      1000,
    ),
    figure(
      'chart drawn',
      all.map((one) => one.chart),
      null,
    ),
    {
      name: 'requests before the order book is painted',
      value: median(all.map((one) => one.requests)),
      unit: '',
      bound: null,
      workload: `${STARTS} new browsers, median; files, reads and the socket`,
    },
  ];
}

async function paints(url: string): Promise<Paints> {
  const browser = await coldBrowser();
  try {
    const page = await newPage(browser);
    await page.addInitScript((level) => {
      // The frame after the one that found it has painted it.
      const look = (what: string, name: string) => {
        if (!document.querySelector(what)) requestAnimationFrame(() => look(what, name));
        else requestAnimationFrame(() => performance.mark(name));
      };
      requestAnimationFrame(() => look(level, 'meaningful'));
      requestAnimationFrame(() => look('[role="application"] canvas', 'chart'));
    }, LEVEL);
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByType('mark').length > 1);
    return await page.evaluate(() => {
      const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Infinity;
      const meaningful = at('meaningful');
      const asked = performance
        .getEntriesByType('resource')
        .filter((entry) => entry.startTime < meaningful);
      const contentful = at('first-contentful-paint');
      return { contentful, meaningful, chart: at('chart'), requests: asked.length + 2 };
    });
  } finally {
    await browser.close();
  }
}
