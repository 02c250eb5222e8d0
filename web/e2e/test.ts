import { resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { startVenue } from './venue/process';
import { START, Venue } from './venue/venue';

/** What a page must not do; a test that provokes some of it says so beforehand. */
export interface Faults {
  /** Faults whose text fits are expected from now on. */
  allow(pattern: RegExp): void;
}

interface Options {
  /** Of `bellwether serve --dev`. */
  venueOptions: string[];
}

interface Fixtures {
  /** A venue of this test alone, on a manual clock unless its options say otherwise. */
  venue: Venue;
  faults: Faults;
}

const VIOLATION = 'Content Security Policy violation';

/** A dev world on a manual clock whose accounts have accepted nothing yet. */
export const ASKING = [
  ...['--clock', 'manual', '--start', START],
  ...['--genesis', resolve(import.meta.dirname, 'venue/asking.toml')],
];

/** Playwright's test with a real venue, and a page whose faults fail the test. */
export const test = base.extend<Options & Fixtures>({
  venueOptions: [['--clock', 'manual', '--start', START], { option: true }],

  venue: async ({ venueOptions }, use) => {
    const running = await startVenue(...venueOptions);
    await use(new Venue(running));
    await running.stop();
  },

  baseURL: async ({ venue }, use) => use(venue.url),

  faults: [
    async ({ context, venue }, use) => {
      const found: string[] = [];
      const allowed: RegExp[] = [];
      const origins = new Set([venue.url, new URL(venue.process.consoleUrl).origin]);
      const stranger = (url: string) => {
        const { origin, protocol } = new URL(url.replace(/^ws/, 'http'));
        if (protocol !== 'data:' && !origins.has(origin)) found.push(`request to ${url}`);
      };
      await context.addInitScript((words) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`${words}: ${event.violatedDirective} ${event.blockedURI}`);
        });
      }, VIOLATION);
      context.on('request', (request) => stranger(request.url()));
      context.on('page', (page) => page.on('websocket', (socket) => stranger(socket.url())));
      context.on('console', (said) => {
        if (said.type() === 'error') found.push(`console: ${said.text()}`);
      });
      context.on('weberror', (thrown) => found.push(`thrown: ${thrown.error().stack}`));
      await use({ allow: (pattern) => void allowed.push(pattern) });
      const left = found.filter((fault) => !allowed.some((pattern) => pattern.test(fault)));
      expect(left, 'faults of the page').toEqual([]);
    },
    { auto: true },
  ],
});

/** Fails with a line for each element that breaks a rule of WCAG 2.2 A or AA. */
export async function expectAccessible(page: Page): Promise<void> {
  // What the bar on top half covers has its full size elsewhere.
  await page.evaluate(() => scrollTo(0, 0));
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const lines = violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary ?? ''}`),
  );
  expect(lines, 'what axe finds').toEqual([]);
}

export { expect };
