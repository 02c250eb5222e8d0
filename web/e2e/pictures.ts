import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { enter, open } from './operator';
import { expect, test } from './test';
import { trade } from './venue/liveliness';
import { devKey, type Venue } from './venue/venue';

/** The guide's pictures, made anew by `npm run pictures`: the same venue, the same trades. */
const FOLDER = resolve(import.meta.dirname, '../../docs/guide/pictures');

const VIEWS = [
  { name: 'market-dark', colorScheme: 'dark', width: 1440, height: 900 },
  { name: 'market-light', colorScheme: 'light', width: 1440, height: 900 },
  { name: 'market-phone', colorScheme: 'dark', width: 390, height: 844 },
] as const;

async function picture(page: Page, name: string, height?: number): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  await page.screenshot({
    path: resolve(FOLDER, `${name}.png`),
    animations: 'disabled',
    caret: 'hide',
    ...(height ? { clip: { x: 0, y: 0, width, height } } : {}),
  });
}

/** Where the last card of a page ends, and a margin. */
function endOf(page: Page): Promise<number> {
  return page.getByRole('main').evaluate((main) => {
    const ends = [...main.children].map((one) => one.getBoundingClientRect().bottom);
    return Math.ceil(Math.min(window.innerHeight, Math.max(...ends) + 8));
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

const CONSOLE = [
  { name: 'proposals', waits: 'Approve 1…' },
  { name: 'halts', waits: 'a look at fills' },
  { name: 'risk', waits: 'Stress' },
  { name: 'feeds', waits: '1 held back' },
  { name: 'withdrawals', waits: 'Refuse 1…' },
  { name: 'audit', waits: 'A key is missing.' },
] as const;

test('pictures of the console’s pages', async ({ page, venue }) => {
  await trade(venue, 30);
  await venue.orders(0, [{ side: 'buy', px: '185', sz: '20', tif: 'Ioc' }]);
  await busy(venue);
  await page.clock.setFixedTime(await venue.now());
  await page.setViewportSize({ width: 1280, height: 680 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await enter(page, venue, 'operator 1');
  for (const { name, waits } of CONSOLE) {
    await open(page, name);
    await expect(page.getByText(waits).first()).toBeVisible();
    await page.waitForLoadState('networkidle');
    await picture(page, `console-${name}`, await endOf(page));
  }
});

/** A day on which operators have something of everything to do. */
async function busy(venue: Venue): Promise<void> {
  const observe = async (source: string, value: string) => {
    const seen = { kind: 'secondary_trade', unit: 'valuation', observedAt: await venue.now() };
    const observation = { ...seen, value };
    await venue.operate(0, { kind: 'observe', coin: 'ANTH', source, observation });
  };
  for (const source of ['alpha', 'beta', 'gamma']) await observe(source, '2078000000000');
  await venue.advance(60_000);
  await observe('alpha', '415600000000');
  const changes = { open_interest_cap_e6: 90_000_000_000_000 };
  await venue.operate(0, { kind: 'changeSpec', coin: 'CBRS', changes, grounds: 'A calmer start.' });
  await venue.operate(2, { kind: 'halt', coin: 'xyz:SPCX', grounds: 'a look at fills' });
  await venue.withdraw(1, devKey('account', 1).address, '25000');
  await venue.withdraw(2, `0x${'5a'.repeat(20)}`, '150000.5', '100000');
  await venue.operate(2, { kind: 'pauseWithdrawals', grounds: 'A key is missing.' });
}
