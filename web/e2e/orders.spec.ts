import { expect, expectAccessible, test } from './test';
import { connect, tab, ticket } from './trader';
import { quote } from './venue/liveliness';

const MINUTE_MS = 60_000;

test('orders by keyboard, every kind of order, and histories', async ({ page, venue }) => {
  await quote(venue);
  await connect(page, 1);
  const form = ticket(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await form.getByLabel('Price', { exact: true }).fill('174.9');
  await form.getByLabel('Size', { exact: true }).fill('1');
  await page.locator('#main').focus();
  await page.keyboard.press('b');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(form.getByLabel('Price', { exact: true })).toHaveValue('174.91');
  await expect(form.getByLabel('Size', { exact: true })).toHaveValue('1.001');
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('button', { name: 'bid 174.91, size 1.001, yours 1.001' }),
  ).toBeVisible();
  await page.locator('#main').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();

  await form.getByRole('tab', { name: 'Stop / TWAP' }).click();
  const kind = form.getByLabel('Order', { exact: true });
  const reduce = form.getByLabel('Reduce only');
  const send = async (side: 'Buy' | 'Sell') => {
    await form.getByRole('button', { name: `${side} CBRS` }).click();
    await expect(form.getByLabel('Size', { exact: true })).toHaveValue('');
  };
  await reduce.uncheck();
  await form.getByLabel('Trigger').fill('180');
  await form.getByLabel('By', { exact: true }).selectOption('last');
  await form.getByLabel('Size', { exact: true }).fill('1');
  await send('Buy');
  await kind.selectOption('trail');
  await form.getByLabel('Distance', { exact: true }).fill('2.5');
  await form.getByLabel('Size', { exact: true }).fill('1');
  await send('Buy');
  await kind.selectOption('scale');
  await reduce.uncheck();
  await form.getByLabel('First price').fill('160');
  await form.getByLabel('Last price').fill('164');
  await form.getByLabel('Size', { exact: true }).fill('5');
  await send('Buy');
  await tab(page, /^Open orders/);
  const orders = page.getByRole('region', { name: 'Open orders' });
  await expect(orders.getByRole('row')).toHaveCount(8);
  await expect(orders).toContainText('Last price');
  const trailing = orders.getByRole('row', { name: /Trailing stop market/ });
  await expect(trailing).toContainText('trails the mark by 2.5 %');
  await trailing.getByRole('button', { name: /^Amend/ }).click();
  await trailing.getByLabel(/^Distance of order/).fill('4');
  await trailing.getByRole('button', { name: /^Save/ }).click();
  await expect(trailing).toContainText('trails the mark by 4 %');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel all 7' }).click();
  await expect(page.getByText('No open order')).toBeVisible();

  await kind.selectOption('twap');
  await form.getByLabel('Minutes').fill('5');
  await form.getByLabel('Size', { exact: true }).fill('3');
  await send('Buy');
  await tab(page, /^TWAP/);
  const twaps = page.getByRole('region', { name: 'TWAP orders' });
  await venue.advance(2 * MINUTE_MS);
  await expect(twaps).toContainText('%');
  await twaps.getByRole('button', { name: /^End TWAP/ }).click();
  await expect(page.getByText('No TWAP order runs')).toBeVisible();

  await venue.advance(60 * MINUTE_MS);
  await tab(page, /^Funding/);
  await expect(page.getByRole('region', { name: 'Funding' }).getByRole('row')).toHaveCount(2);
  await tab(page, /^Balances/);
  await page.getByRole('button', { name: 'Transfer…' }).click();
  await page.getByLabel('Amount').fill('250');
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Transfer' }).click();
  await expect(page.getByText('250 USD are in xyz')).toBeVisible();
  await page.getByRole('button', { name: 'Withdraw…' }).click();
  await page.getByLabel('Amount').fill('100');
  const own = await page.getByLabel('To this address').inputValue();
  await page.getByLabel('To this address').fill(`0x${'ab'.repeat(20)}`);
  await expect(page.getByText('nothing is paid there for 24 h')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Ask for it' }).click();
  await expect(page.getByText('100 USD are asked for')).toBeVisible();
  await page.getByRole('button', { name: 'Withdraw…' }).click();
  await expect(page.getByRole('list', { name: 'Asked for' })).toContainText('waits until');
  await page.getByLabel('To this address').fill(`0x${'ab'.repeat(20)}`);
  await expect(page.getByText('Nothing is paid to this address before')).toBeVisible();
  await page.getByLabel('To this address').fill(own);
  await expect(page.getByText('Nothing is paid to this address before')).toBeHidden();
  await page.getByLabel('Amount').fill('50');
  await page.getByRole('button', { name: 'Ask for it' }).click();
  await expect(page.getByText('50 USD are asked for')).toBeVisible();
  await tab(page, /^Ledger/);
  await expect(page.getByRole('region', { name: 'Ledger' })).toContainText('Withdraw');
});
