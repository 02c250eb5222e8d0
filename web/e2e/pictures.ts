import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { trade } from './venue/liveliness';

/** The guide's pictures, made anew by `npm run pictures`: the same venue, the same trades. */
const FOLDER = resolve(import.meta.dirname, '../../docs/guide/pictures');

const VIEWS = [
  { name: 'market-dark', colorScheme: 'dark', width: 1440, height: 900 },
  { name: 'market-light', colorScheme: 'light', width: 1440, height: 900 },
  { name: 'market-phone', colorScheme: 'dark', width: 390, height: 844 },
] as const;

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({
    path: resolve(FOLDER, `${name}.png`),
    animations: 'disabled',
    caret: 'hide',
  });
}

test('pictures of the market page', async ({ page, venue }) => {
  await trade(venue, 90);
  await venue.orders(0, [
    { side: 'buy', px: '185', sz: '2', tif: 'Ioc' },
    { side: 'sell', px: '178.25', sz: '1' },
  ]);
  await page.clock.setFixedTime(await venue.now());
  for (const { name, colorScheme, width, height } of VIEWS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto('/');
    await connect(page);
    await expect(page.getByText('Live', { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: /^bid / }).first()).toBeVisible();
    await expect(page.getByRole('application').locator('canvas').first()).toBeVisible();
    await page.waitForLoadState('networkidle');
    await picture(page, name);
  }
});

const OTHERS = [
  { name: 'markets', path: '/#/', waits: 'Cerebras Systems' },
  { name: 'trust', path: '/#/trust/CBRS', waits: 'oracle: time constant' },
  { name: 'explanation', path: '/#/market/CBRS', waits: 'the steps above lead to it' },
] as const;

test('pictures of the pages beside it', async ({ page, venue }) => {
  await trade(venue, 30);
  await page.clock.setFixedTime(await venue.now());
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  for (const { name, path, waits } of OTHERS) {
    await page.goto(path);
    if (name === 'explanation') {
      await page.getByRole('application').press('ArrowLeft');
      await page.getByRole('button', { name: /^Explain the price of/ }).click();
    }
    await expect(page.getByText(waits).first()).toBeVisible();
    await page.waitForLoadState('networkidle');
    await picture(page, name);
  }
});

/** As dev account 0, unless the tab still is. */
async function connect(page: Page): Promise<void> {
  const known = await page.evaluate(() => sessionStorage.length > 0);
  if (known) return;
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  await page.getByRole('button', { name: 'Dev account 0' }).click();
}

test('picture of the console', async ({ page, venue }) => {
  await venue.orders(1, [{ side: 'sell', px: '175', sz: '2000' }]);
  await venue.orders(0, [{ side: 'buy', px: '175', sz: '2000', tif: 'Ioc' }]);
  await page.clock.setFixedTime(await venue.now());
  await page.setViewportSize({ width: 1280, height: 960 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/console/#/acts/settle/CBRS');
  await page.getByRole('button', { name: 'operator 0' }).click();
  await page.getByLabel('Method').selectOption('transaction');
  await page.getByLabel(/^Settlement price/).fill('240');
  await page.getByLabel('Grounds').selectOption('acquired');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await expect(page.getByText('1 account is ruined')).toBeVisible();
  await picture(page, 'console-settle');
});
