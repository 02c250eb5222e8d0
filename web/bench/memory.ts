import type { CDPSession } from '@playwright/test';
import type { Venue } from '../e2e/venue/venue';
import { coldBrowser, LEVEL, newPage } from './browser';
import { type Figure, rounded, slope } from './figure';
import { held } from './held';

/** Until what is made once has been made: the first page of the chart, the lists that have a limit. */
const SETTLING_MS = 30_000;
/** Of the samples, before the line begins: until then the browser compiles what runs often. */
const WARMING = 0.25;
/** Two a minute, and enough of them for a line where the minutes are few. */
const A_MINUTE = 2;
const FEWEST = 6;
/** A page that is open for a day may have grown by so much. */
const GROWTH_A_DAY_MB = 30;
/** In fewer minutes the browser still compiles, and the line says nothing of a day. */
const TELLING_MINUTES = 15;

interface Sample {
  readonly minutes: number;
  readonly megabytes: number;
  readonly nodes: number;
}

/** Bytes of the page's own objects at a time. */
interface Own {
  readonly minutes: number;
  readonly bytes: number;
}

/** The page's heap after a collection, now and then over minutes of the demo, and a line through it. */
export async function memory(
  venue: Venue,
  minutes: number,
  say: (words: string) => void,
): Promise<Figure[]> {
  const browser = await coldBrowser();
  try {
    const page = await newPage(browser);
    await page.goto(venue.url);
    await page.waitForSelector(LEVEL, { timeout: 60_000 });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await page.waitForTimeout(SETTLING_MS);
    const count = Math.max(FEWEST, Math.ceil(minutes * A_MINUTE));
    const samples: Sample[] = [];
    const own: Own[] = [];
    const begun = performance.now();
    for (let turn = 0; turn <= count; turn += 1) {
      const due = begun + (turn * minutes * 60_000) / count;
      await page.waitForTimeout(Math.max(0, due - performance.now()));
      const sample = await sampled(session, (performance.now() - begun) / 60_000);
      samples.push(sample);
      if (turn === Math.floor(count * WARMING) || turn === count) {
        own.push({ minutes: sample.minutes, bytes: await held(session) });
      }
      say(`minute ${sample.minutes.toFixed(1)} of ${minutes}: ${sample.megabytes.toFixed(2)} MB`);
    }
    return [...figures(samples, minutes), ownFigure(own)];
  } finally {
    await browser.close();
  }
}

function figures(samples: readonly Sample[], minutes: number): Figure[] {
  const steady = samples.slice(Math.floor(samples.length * WARMING));
  const heaps = steady.map((one): [number, number] => [one.minutes, one.megabytes]);
  const { rate, error } = slope(heaps);
  const nodes = slope(steady.map((one): [number, number] => [one.minutes, one.nodes]));
  const workload =
    `the market page beside the demo for ${minutes} min, ${samples.length} times a collection first, ` +
    `from ${SETTLING_MS / 1000} s after the page was there`;
  const all = samples.map((one) => one.megabytes.toFixed(2)).join(', ');
  return [
    {
      name: 'heap at the end',
      value: rounded(samples.at(-1)?.megabytes ?? 0),
      unit: 'MB',
      bound: null,
      workload: `${workload}; MB: ${all}`,
    },
    {
      name: 'growth of the heap',
      value: Math.round(rate * 1_000 * 10) / 10,
      unit: 'kB/min',
      bound: minutes < TELLING_MINUTES ? null : Math.round((GROWTH_A_DAY_MB * 1_000) / (24 * 60)),
      workload: `slope of the line through the last ${steady.length} of them, least squares, ±${(error * 1_000).toFixed(1)} kB/min`,
    },
    {
      name: 'growth of the document',
      value: rounded(nodes.rate),
      unit: 'nodes/min',
      bound: null,
      workload: `the same of its nodes, ±${nodes.error.toFixed(2)}; ${samples.at(-1)?.nodes} at the end`,
    },
  ];
}

/** What of the growth is the page's: without code that the browser compiles, and its own lists. */
function ownFigure([first, last]: readonly Own[]): Figure {
  const [from, to] = [first ?? { minutes: 0, bytes: 0 }, last ?? { minutes: 0, bytes: 0 }];
  return {
    name: "growth of the page's own objects",
    value: Math.round((to.bytes - from.bytes) / (to.minutes - from.minutes) / 100) / 10,
    unit: 'kB/min',
    bound: null,
    workload:
      `two heap snapshots, minute ${from.minutes.toFixed(1)} and ${to.minutes.toFixed(1)}: ` +
      `objects, arrays, strings, functions, ${rounded(from.bytes / 1e6)} and ${rounded(to.bytes / 1e6)} MB`,
  };
}

async function sampled(session: CDPSession, minutes: number): Promise<Sample> {
  // Twice: what the first one ends can let go of more.
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { metrics } = await session.send('Performance.getMetrics');
  const nodes = metrics.find(({ name }) => name === 'Nodes')?.value ?? 0;
  return { minutes, megabytes: usedSize / 1e6, nodes };
}
