import { quote } from '../e2e/venue/liveliness';
import type { Venue } from '../e2e/venue/venue';
import { coldBrowser, LEVEL, newPage } from './browser';
import { type Figure, median, rounded } from './figure';

const STARTS = 5;

interface Paints {
  readonly contentful: number;
  readonly meaningful: number;
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
  ];
}

async function paints(url: string): Promise<Paints> {
  const browser = await coldBrowser();
  try {
    const page = await newPage(browser);
    await page.addInitScript((level) => {
      // The frame after the one that found it has painted it.
      const look = () => {
        if (!document.querySelector(level)) requestAnimationFrame(look);
        else requestAnimationFrame(() => performance.mark('meaningful'));
      };
      requestAnimationFrame(look);
    }, LEVEL);
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName('meaningful').length > 0);
    return await page.evaluate(() => ({
      contentful: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
      meaningful: performance.getEntriesByName('meaningful')[0]?.startTime ?? Infinity,
    }));
  } finally {
    await browser.close();
  }
}
