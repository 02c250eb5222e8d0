import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { become, enter, look, open } from './operator';
import { expect, expectAccessible, test } from './test';
import { devKey, START, type Venue } from './venue/venue';

/** A wallet as browsers have them (EIP-1193) with operator 2's key, which signs whatever it is shown. */
async function injectWallet(page: Page): Promise<void> {
  const key = devKey('operator', 2);
  await page.exposeFunction('signTyped', (text: string) => key.signTypedData(JSON.parse(text)));
  await page.addInitScript((address) => {
    const { signTyped } = window as unknown as { signTyped: (text: string) => Promise<string> };
    const request = async (asked: { method: string; params: string[] }) =>
      asked.method === 'eth_signTypedData_v4' ? signTyped(asked.params[1] ?? '') : [address];
    Object.assign(window, { ethereum: { request } });
  }, key.address);
}

async function positions(venue: Venue): Promise<void> {
  await venue.orders(1, [{ side: 'sell', px: '175', sz: '2000' }]);
  await venue.orders(0, [{ side: 'buy', px: '175', sz: '2000', tif: 'Ioc' }]);
}

test('two operators change the rules of a market', async ({ page, venue }) => {
  await enter(page, venue, 'operator 0');
  await open(page, 'acts', 'changeSpec', 'CBRS');
  await page.getByLabel('Field 1').selectOption('openInterestCap');
  await page.getByLabel('New value 1').fill('20000000');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await expect(page.getByRole('alert')).toHaveText('Say why.');
  await expect(page.getByLabel('Grounds')).toBeFocused();
  await page.getByLabel('Grounds').fill('Thin books.');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  const before = page.getByRole('region', { name: 'Before you sign' });
  await expect(before.getByText('100,000,000')).toBeVisible();
  await expect(before.getByText('20,000,000 USD', { exact: true })).toBeVisible();
  const hash = await before.locator('code').innerText();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Sign and propose' }).click();
  await expect(page.getByText('Proposal 1 waits.')).toBeVisible();

  await open(page, 'proposals');
  await expect(page.getByRole('button', { name: 'Approve 1…' })).toBeDisabled();
  await become(page, 'operator 1');
  const card = page.getByRole('article', { name: 'Proposal 1' });
  await expect(card.getByText(hash)).toBeVisible();
  await expect(card.getByText('as the proposer saw them')).toBeVisible();
  await expectAccessible(page);
  await card.getByRole('button', { name: 'Approve 1…' }).click();
  await page.getByRole('button', { name: 'Sign the approval' }).click();
  await expect(page.getByText('Nothing waits')).toBeVisible();
  const status = (await venue.info('marketSpec', { coin: 'CBRS' })) as { pending: unknown[] };
  const spec = (await venue.info('marketStatus', { coin: 'CBRS' })) as { openInterestCap: string };
  expect(status.pending.length === 1 || spec.openInterestCap === '20000000.0').toBe(true);
  await open(page, 'audit');
  await page.getByRole('tab', { name: 'Proposals decided' }).click();
  await expect(page.getByRole('row', { name: /CBRS Change the rules approved/ })).toBeVisible();
  await expectAccessible(page);
});

test('a settlement shows what it pays before two operators sign it', async ({ page, venue }) => {
  await positions(venue);
  await enter(page, venue, 'operator 0');
  await open(page, 'acts', 'settle', 'CBRS');
  await page.getByLabel('Method').selectOption('transaction');
  await page.getByLabel('Grounds').selectOption('acquired');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  const price = page.getByLabel(/^Settlement price/);
  await expect(page.getByRole('alert')).toHaveText('Enter something.');
  await price.fill('240.12345');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await expect(page.getByRole('alert')).toHaveText('CBRS has prices of at most 3 decimals');
  await expect(price).toBeFocused();
  await price.fill('240');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  const before = page.getByRole('region', { name: 'Before you sign' });
  await expect(before.getByRole('row', { name: /Gain of those that gain/ })).toContainText(
    '130,000.00',
  );
  await expect(before.getByText('1 account is ruined and would owe 60,000.00 USD.')).toBeVisible();
  await page.getByRole('button', { name: 'Sign and propose' }).click();
  await expect(page.getByText('Proposal 1 waits.')).toBeVisible();

  await venue.operate(2, { kind: 'halt', coin: 'CBRS', grounds: 'a look' });
  await open(page, 'proposals');
  await become(page, 'operator 1');
  await expect(page.getByText('Stale')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve 1…' })).toBeDisabled();
  await page.getByRole('button', { name: 'Reject 1…' }).click();
  await page.getByRole('button', { name: 'Sign the rejection' }).click();
  await expect(page.getByText('Nothing waits')).toBeVisible();

  const act = { kind: 'settle', coin: 'CBRS', method: 'transaction', grounds: 'acquired' };
  await venue.operate(2, { ...act, px: '180' });
  await page.getByRole('button', { name: 'Approve 2…' }).click();
  await expect(page.getByText('At 180 USD: longs gain 10,000.00')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Sign the approval' }).click();
  await expect(page.getByText('Proposal 2 is approved')).toBeVisible();
  const status = (await venue.info('marketStatus', { coin: 'CBRS' })) as { settlementPx: string };
  expect(status.settlementPx).toBe('180.0');
});

test('risk, feeds, halts and withdrawals show what is at stake and act on it', async ({
  page,
  venue,
}) => {
  await positions(venue);
  const observation = {
    kind: 'secondary_trade',
    value: '2100000000000',
    unit: 'valuation',
    observedAt: await venue.now(),
  };
  await venue.operate(0, { kind: 'observe', coin: 'ANTH', source: 'alpha', observation });
  await enter(page, venue, 'operator 1');
  await open(page, 'risk');
  const stress = page.getByRole('region', { name: 'Stress of CBRS' });
  await expect(stress.getByRole('row', { name: /^−50 %/ })).toContainText('105,000.00');
  await expectAccessible(page);
  await open(page, 'feeds');
  await page.getByRole('link', { name: 'Reject' }).click();
  await expect(page.getByLabel('Source')).toHaveValue('alpha');
  await page.getByLabel('Grounds').fill('A typing error, says alpha.');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await page.getByRole('button', { name: 'Sign and propose' }).click();
  await expect(page.getByText('Proposal 1 waits.')).toBeVisible();
  await open(page, 'withdrawals');
  await page.getByRole('button', { name: 'Pause all…' }).click();
  await page.getByLabel('Grounds').fill('A key is missing.');
  const pause = await look(page);
  await expect(pause.getByRole('row', { name: /^Withdrawals paused/ })).toContainText('noyes');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Sign and pause' }).click();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await open(page, 'halts');
  await page.getByRole('link', { name: 'Halt CBRS for an hour' }).click();
  await page.getByLabel('Status').selectOption('halted');
  await page.getByLabel('Grounds').fill('The feed is down.');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await expect(page.getByText(/at once, for an hour at most/)).toBeVisible();
  await page.getByRole('button', { name: 'Sign and carry out' }).click();
  await open(page, 'halts');
  const row = page.getByRole('row', { name: /^CBRS/ });
  await expect(row).toContainText('halted');
  await expect(row).toContainText(/in (59:|1 h)/);
  await expectAccessible(page);
  await become(page, 'operator 2');
  await page.getByRole('link', { name: 'Resume CBRS' }).click();
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await page.getByRole('button', { name: 'Sign and carry out' }).click();
  await open(page, 'halts');
  await expect(row).toContainText(/post only|open/);
});

test.describe('at an address of its own', () => {
  test.use({ venueOptions: ['--clock', 'manual', '--start', START, '--console-port', '0'] });

  test('a key file signs in, and a wallet that signs for any chain', async ({ page, venue }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bellwether-keys-'));
    const files = { operator: join(folder, 'operator.key'), nobody: join(folder, 'nobody.key') };
    const { keccak256, stringToBytes } = await import('viem');
    writeFileSync(files.operator, `${keccak256(stringToBytes('bellwether dev operator 1'))}\n`);
    writeFileSync(files.nobody, keccak256(stringToBytes('bellwether dev account 1')));
    await injectWallet(page);
    await page.goto(venue.process.consoleUrl);
    await page.getByLabel('A key file').setInputFiles(files.nobody);
    await expect(page.getByRole('alert')).toContainText('holds no role');
    await expectAccessible(page);
    await page.getByLabel('A key file').setInputFiles(files.operator);
    await expect(page.getByTitle(devKey('operator', 1).address)).toContainText('settler');
    await expect(page.getByText('Nothing waits')).toBeVisible();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Try the wallet' }).click();
    await expect(page.getByTitle(devKey('operator', 2).address)).toContainText('wallet');
    expect((await page.request.get(`${venue.url}/console/`)).status()).toBe(404);
    rmSync(folder, { recursive: true });
  });
});
