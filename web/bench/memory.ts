import type { CDPSession } from '@playwright/test';
import type { Venue } from '../e2e/venue/venue';
import { coldBrowser, LEVEL, newPage } from './browser';
import { type Figure, rounded } from './figure';

const SETTLING_MS = 10_000;
const SAMPLES = 6;

/** The page's heap after a collection, before and after minutes of the demo. */
export async function memory(venue: Venue, minutes: number): Promise<Figure[]> {
  const browser = await coldBrowser();
  try {
    const page = await newPage(browser);
    await page.goto(venue.url);
    await page.waitForSelector(LEVEL, { timeout: 60_000 });
    const session = await page.context().newCDPSession(page);
    await page.waitForTimeout(SETTLING_MS);
    const heaps = [await heap(session)];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await page.waitForTimeout((minutes * 60_000) / SAMPLES);
      heaps.push(await heap(session));
    }
    const [first = 0] = heaps;
    const last = heaps.at(-1) ?? 0;
    const workload =
      `the market page beside the demo for ${minutes} min; collected first, ` +
      `MB: ${heaps.map((bytes) => rounded(bytes / 1e6)).join(', ')}`;
    return [
      { name: 'heap at the end', value: rounded(last / 1e6), unit: 'MB', bound: null, workload },
      {
        name: 'growth of the heap',
        value: rounded((last - first) / 1e6),
        unit: 'MB',
        bound: null,
        workload:
          'from ten seconds after the page was there; a curve that is flat is what is wanted',
      },
    ];
  } finally {
    await browser.close();
  }
}

async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}
