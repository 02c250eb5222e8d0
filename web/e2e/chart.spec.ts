import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './test';
import { quote, trade } from './venue/liveliness';
import type { Venue } from './venue/venue';

interface Point {
  time: number;
  markPx: string;
}

async function open(page: Page, venue: Venue): Promise<void> {
  await page.goto('/#/market/CBRS');
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /^bid / }).first()).toBeVisible();
  expect(await venue.now()).toBeGreaterThan(0);
}

test('a price is explained by keyboard, with the numbers of the venue', async ({ page, venue }) => {
  await trade(venue, 4);
  await open(page, venue);
  const chart = page.getByRole('application');
  await chart.focus();
  await expect(async () => {
    await chart.press('End');
    await expect(page.getByText(/mark 1.*Enter explains/)).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await chart.press('ArrowLeft');
  await chart.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Why CBRS had this price' });
  const said = dialog.locator('time');
  await expect(said).toBeVisible();
  const time = Date.parse((await said.getAttribute('datetime')) ?? '');
  const asked = { coin: 'CBRS', startTime: time, endTime: time };
  const [point] = (await venue.info('markHistory', asked)) as Point[];
  const mark = dialog.getByRole('listitem').last();
  await expect(mark).toContainText(`= ${Number(point?.markPx)} USD`);
  await expect(dialog.getByText('the steps above lead to it')).toBeVisible();
  const command = `bellwether explain CBRS ${new Date(time + 1).toISOString()}`;
  await expect(dialog.getByText(command)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Change before' }).click();
  await expect(said).not.toHaveAttribute('datetime', new Date(time).toISOString());
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Table' }).click();
  await expect(page.getByRole('button', { name: 'Explain' }).first()).toBeVisible();
  await expectAccessible(page);
});

test('what is announced stands on the chart without a reload', async ({ page, venue }) => {
  await quote(venue);
  await trade(venue, 3);
  await open(page, venue);
  const said = { coin: 'CBRS', title: 'A filing', text: 'The company has filed with the SEC.' };
  await venue.operate(0, { kind: 'announce', ...said });
  const flag = page.getByRole('button', { name: /A filing/ });
  await flag.focus();
  await expect(page.getByRole('tooltip')).toContainText(said.text);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Announcements (2)' }).click();
  await expect(page.getByText(said.text)).toBeVisible();
  await expect(page.getByText('✓ hash verified')).toHaveCount(2);
});

test('what is switched off in the legend stays off', async ({ page, venue }) => {
  await quote(venue);
  await open(page, venue);
  const band = page.getByRole('button', { name: /^Band/ });
  await expect(band).toHaveAttribute('aria-pressed', 'true');
  await band.click();
  await page.reload();
  await expect(band).toHaveAttribute('aria-pressed', 'false');
});
