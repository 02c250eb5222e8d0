import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Venue } from '../e2e/venue/venue';
import { coldBrowser, LEVEL, newPage } from './browser';
import { type Figure, rounded } from './figure';

const ASSETS = resolve(import.meta.dirname, '../../src/bellwether/gateway/screen/built/assets');

/** JavaScript as it goes over the wire: what the first page loads, and all there is. */
export async function javascript(venue: Venue): Promise<Figure[]> {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
  const packed = scripts.map(
    (name) => gzipSync(readFileSync(resolve(ASSETS, name)), { level: 9 }).length,
  );
  const all = packed.reduce((sum, bytes) => sum + bytes, 0);
  return [
    {
      name: 'JavaScript of the market page, compressed',
      value: rounded((await loaded(venue.url)) / 1000),
      unit: 'kB',
      bound: 350,
      workload: 'encoded bodies of all scripts that the page loads until its book is there',
    },
    {
      name: 'JavaScript of all pages, compressed',
      value: rounded(all / 1000),
      unit: 'kB',
      bound: 350,
      workload: `${scripts.length} built files, gzip -9, those loaded on demand and the console's too`,
    },
  ];
}

async function loaded(url: string): Promise<number> {
  const browser = await coldBrowser();
  try {
    const page = await newPage(browser);
    await page.goto(url);
    await page.waitForSelector(LEVEL);
    return await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter((entry) => new URL(entry.name).pathname.endsWith('.js'))
        .reduce((sum, entry) => sum + entry.encodedBodySize, 0),
    );
  } finally {
    await browser.close();
  }
}
