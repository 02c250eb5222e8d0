import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { quote } from './venue/liveliness';
import type { Venue } from './venue/venue';

const DAY_MS = 86_400_000;

async function open(page: Page): Promise<void> {
  await page.goto('/#/market/CBRS');
  await expect(header(page)).toContainText('Pre listing');
}

const header = (page: Page) => page.getByRole('region', { name: 'Market', exact: true });

/** Proposed by one operator, approved by another. */
async function decide(venue: Venue, act: Record<string, unknown>): Promise<void> {
  const { proposalId } = await venue.operate(0, act);
  await venue.operate(1, { kind: 'approve', proposalId });
}

/** A minute of outside prices from two sources. */
async function minute(venue: Venue, px: string): Promise<void> {
  for (let step = 0; step < 6; step += 1) {
    const time = await venue.now();
    for (const source of ['primary', 'consolidated']) {
      const price = { kind: 'externalPrice', coin: 'CBRS', source, px, time, session: 'regular' };
      await venue.operate(0, price);
    }
    await venue.advance(10_000);
  }
}

test('a listing converts the market before the eyes of who looks on', async ({ page, venue }) => {
  await open(page);
  await venue.advance(13.5 * DAY_MS);
  const crossTime = (await venue.now()) - 60_000;
  await decide(venue, {
    kind: 'confirmListing',
    coin: 'CBRS',
    exchange: 'XNAS',
    listedAs: 'CBRS',
    structure: 'ipo',
    crossPx: '180',
    crossTime,
  });
  await expect(page.getByRole('link', { name: 'Announcements (2)' })).toBeVisible();
  await minute(venue, '180');
  await expect(header(page)).toContainText('Converting');
  await minute(venue, '180');
  await expect(header(page)).toContainText('Listed');
  await expect(page.getByRole('link', { name: /Announcements \([34]\)/ })).toBeVisible();
});

test('a market without a listing settles, and the page says at what', async ({ page, venue }) => {
  await quote(venue);
  await open(page);
  await venue.advance(29 * DAY_MS);
  await expect(header(page)).toContainText('Settlement period');
  await expect(header(page)).toContainText('Settlement deadline');
  await venue.advance(61 * DAY_MS);
  await expect(header(page)).toContainText('Settled');
  const { settlementPx } = (await venue.info('marketStatus', { coin: 'CBRS' })) as {
    settlementPx: string;
  };
  await expect(page.getByText(`Settled at ${settlementPx}`, { exact: true })).toBeVisible();
});

test('a market that is listed meanwhile appears, and a halt says why', async ({ page, venue }) => {
  await page.goto('/#/');
  await expect(page.getByRole('link', { name: 'CBRS', exact: true })).toBeVisible();
  const spec = { preset: 'ipop', symbol: 'QNT', dex: '', issuer: 'Quantinuum', reference: '40' };
  const full = { ...spec, band: '0.25', size_decimals: 2 };
  await decide(venue, { kind: 'listMarket', spec: full, basis: 'Two trades at 39.5 and 40.5.' });
  await page.getByRole('link', { name: 'QNT', exact: true }).click();
  await expect(header(page)).toContainText('Quantinuum');
  await venue.operate(0, { kind: 'halt', coin: 'QNT', grounds: 'A rumour.' });
  await expect(page.getByText(/^Halted: orders rest, nothing matches/)).toBeVisible();
});
