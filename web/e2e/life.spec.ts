import type { Page } from '@playwright/test';
import { expect, test } from './test';
import type { Venue } from './venue/venue';

const HOUR_MS = 3_600_000;

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
  const crossTime = await venue.now();
  const listing = { coin: 'CBRS', exchange: 'XNAS', listedAs: 'CBRS', structure: 'ipo' };
  await venue.advance(60_000);
  await decide(venue, { kind: 'confirmListing', ...listing, crossPx: '188', crossTime });
  await expect(page.getByRole('link', { name: 'Announcements (2)' })).toBeVisible();
  await minute(venue, '188');
  await expect(header(page)).toContainText('Converting');
  await minute(venue, '188');
  await expect(header(page)).toContainText('Listed');
});

test('a market appears, halts and settles while somebody looks on', async ({ page, venue }) => {
  await page.goto('/#/');
  await expect(page.getByRole('link', { name: 'CBRS', exact: true })).toBeVisible();
  const now = await venue.now();
  const spec = { preset: 'ipop', symbol: 'QNT', dex: '', issuer: 'Quantinuum', reference: '40' };
  const dates = { outsideLaunchTime: now + HOUR_MS, settlementDeadline: now + 2 * HOUR_MS };
  const basis = 'Two secondary trades at 39.5 and 40.5 USD, 2026-04-28 and 2026-04-29.';
  const shares = { shareCount: 250_000_000, shareCountSource: 'S-1 of 2026-04-20' };
  const full = { ...spec, ...dates, ...shares, band: '0.25', size_decimals: 2 };
  await decide(venue, { kind: 'listMarket', spec: full, basis });
  await page.getByRole('link', { name: 'QNT', exact: true }).click();
  await expect(header(page)).toContainText('Quantinuum');
  await expect(header(page)).toContainText('Outside Launch Date');
  await venue.orders(8, [{ coin: 'QNT', side: 'buy', px: '39.9', sz: '5' }]);
  await page.getByRole('button', { name: 'Valuation' }).click();
  await expect(page.getByText('Price (bn USD)')).toBeVisible();
  await expect(page.getByRole('button', { name: /^bid 39\.9/ })).toContainText('9.9750');
  await venue.operate(0, { kind: 'halt', coin: 'QNT', grounds: 'A rumour.' });
  await expect(page.getByText(/^Halted: orders rest, nothing matches/)).toBeVisible();
  await venue.operate(0, { kind: 'resume', coin: 'QNT' });
  await venue.advance(HOUR_MS);
  await expect(header(page)).toContainText('Settlement period');
  await venue.advance(HOUR_MS);
  await expect(header(page)).toContainText('Settled');
  const status = (await venue.info('marketStatus', { coin: 'QNT' })) as { settlementPx: string };
  const { settlementPx } = status;
  const ofCompany = (Number(settlementPx) / 4).toFixed(4);
  await expect(page.getByText(`Settled at ${ofCompany} bn USD`, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Share' }).click();
  const ofShare = page.getByText(`Settled at ${Number(settlementPx).toFixed(2)}`);
  await expect(ofShare).toBeVisible();
});
