import { quote } from '../e2e/venue/liveliness';
import type { Venue } from '../e2e/venue/venue';
import { coldBrowser, LEVEL, newPage } from './browser';
import { type Figure, median, rounded } from './figure';

const STARTS = 5;
/** What follows the first picture has come by then: dates, estimates, the chart's overlays. */
const SETTLED_MS = 3_000;
/** Of a page that holds still, as browsers' makers put it (Cumulative Layout Shift, "good"). */
const STILL = 0.1;

interface Paints {
  readonly contentful: number;
  readonly meaningful: number;
  readonly chart: number;
  /** Questions to the venue until then, files of the page among them. */
  readonly requests: number;
  /** How far what is there is moved by what comes later, as Chromium adds it up. */
  readonly shift: number;
}

declare global {
  interface Window {
    shift: number;
  }
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
    {
      name: 'layout shift',
      value: Math.round(Math.max(...all.map((one) => one.shift)) * 1_000) / 1_000,
      unit: '',
      bound: STILL,
      workload: `the same, the largest; added up until ${SETTLED_MS / 1000} s after the chart was drawn`,
    },
  ];
}

async function paints(url: string): Promise<Paints> {
  const browser = await coldBrowser();
  try {
    const page = await newPage(browser);
    await page.addInitScript((level) => {
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          window.shift += (entry as PerformanceEntry & { value: number }).value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
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
    await page.waitForTimeout(SETTLED_MS);
    return await page.evaluate(() => {
      const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Infinity;
      const meaningful = at('meaningful');
      const asked = performance
        .getEntriesByType('resource')
        .filter((entry) => entry.startTime < meaningful);
      const contentful = at('first-contentful-paint');
      const chart = at('chart');
      return { contentful, meaningful, chart, requests: asked.length + 2, shift: window.shift };
    });
  } finally {
    await browser.close();
  }
}
