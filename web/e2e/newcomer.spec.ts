import { fixed } from '../src/numbers/format';
import { ASKING, expect, expectAccessible, test } from './test';
import { connect, tab, ticket } from './trader';
import { quote } from './venue/liveliness';

const MINUTE_MS = 60_000;

test.use({ venueOptions: ASKING });

test('a newcomer accepts, places, amends, cancels, fills, and a stop triggers', async ({
  page,
  venue,
}) => {
  await venue.accept('CBRS', 8, 9);
  await quote(venue);
  await connect(page, 0);
  const form = ticket(page);

  await form.getByRole('button', { name: 'Read and accept first' }).click();
  await expect(page.getByRole('dialog')).toContainText('What you should know');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'I have read it and accept' }).click();
  await expect(page.getByText('The venue has recorded')).toBeVisible();

  await form.getByLabel('Price', { exact: true }).fill('170.001');
  await expect(form.getByText('Near it: 170 or 170.01.')).toBeVisible();
  await form.getByLabel('Price', { exact: true }).fill('170');
  await form.getByLabel('Size', { exact: true }).fill('10000');
  await expect(form.getByText(/The margin does not cover the order/)).toBeVisible();
  await form.getByLabel('Size', { exact: true }).fill('2');
  await form.getByRole('button', { name: 'Buy CBRS' }).click();
  await expect(page.getByText('Order rests', { exact: true })).toBeVisible();

  await tab(page, /^Open orders/);
  const orders = page.getByRole('region', { name: 'Open orders' });
  await orders.getByRole('button', { name: /^Amend/ }).click();
  await orders.getByLabel(/^Price of order/).fill('171.25');
  await orders.getByLabel(/^Size of order/).fill('1.5');
  await orders.getByRole('button', { name: /^Save/ }).click();
  await expect(orders.getByRole('row').nth(1)).toContainText('171.25');
  await expect(page.getByRole('button', { name: 'bid 171.25, size 1.5, yours 1.5' })).toBeVisible();
  await orders.getByRole('button', { name: /^Cancel order/ }).click();
  await expect(page.getByText('No open order')).toBeVisible();

  await form.getByRole('tab', { name: 'Market' }).click();
  await form.getByLabel('Size', { exact: true }).fill('4');
  await form.getByRole('button', { name: 'Buy CBRS' }).click();
  await expect(page.getByText('Filled', { exact: true })).toBeVisible();
  await tab(page, /^Positions/);
  const positions = page.getByRole('region', { name: 'Positions' });
  await expect(positions.getByText('Long 4')).toBeVisible();
  const [told] = await venue.liquidationPrices(0);
  await expect(positions.getByText(fixed(told?.liquidationPx ?? null, 2))).toBeVisible();

  await positions.getByRole('button', { name: /^TP\/SL/ }).click();
  await page.getByRole('dialog').getByLabel('Stop loss').fill('180');
  await expect(page.getByText(/has to lie below the mark/)).toBeVisible();
  await page.getByRole('dialog').getByLabel('Stop loss').fill('172');
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Set', exact: true }).click();
  await expect(positions.getByText('– / 172')).toBeVisible();

  await venue.orders(9, [{ side: 'sell', px: '171', sz: '50' }]);
  await venue.orders(8, [{ side: 'buy', px: '170.5', sz: '20' }]);
  for (let minute = 0; minute < 60; minute += 1) {
    await venue.advance(MINUTE_MS);
    const { markPx } = (await venue.info('marketStatus', { coin: 'CBRS' })) as { markPx: string };
    if (Number(markPx) <= 172) break;
  }
  await expect(page.getByText('No position')).toBeVisible();
  await tab(page, /^Fills/);
  await expect(page.getByRole('region', { name: 'Fills' }).getByText('Close Long')).toHaveCount(1);
  await tab(page, /^Order history/);
  const past = page.getByRole('region', { name: 'Order history' }).getByRole('row');
  await expect(past.nth(1)).toContainText(/Stop Market.*filled/);
});
