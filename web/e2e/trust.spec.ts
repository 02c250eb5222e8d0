import { expect, expectAccessible, test } from './test';
import { quote } from './venue/liveliness';

const MINUTE_MS = 60_000;

test('the trust pages show what the venue says', async ({ page, venue }) => {
  await quote(venue);
  await venue.orders(0, [{ side: 'buy', px: '176', sz: '2', tif: 'Ioc' }]);
  await page.goto('/#/trust/CBRS');
  const row = page.getByRole('row', { name: /oracle: band/ });
  await expect(row).toContainText('25 %');
  await expect(page.getByRole('row', { name: /listing exchange/ })).toContainText('own value');
  await expectAccessible(page);

  await page.getByRole('tab', { name: 'Solvency' }).click();
  const sheet = (await venue.info('solvency')) as { feesPaid: string };
  const main = page.getByRole('region', { name: 'Main dex' });
  await expect(main.getByRole('row', { name: 'Fees paid' })).toContainText(sheet.feesPaid);
  await expect(main.getByText('both sides are equal')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Dex xyz' })).toContainText('both sides are equal');
  await expectAccessible(page);

  await page.getByRole('tab', { name: 'Losses' }).click();
  await expect(page.getByText('Nobody has been liquidated')).toBeVisible();
  await page.getByLabel('Number of the liquidation').fill('7');
  await page.getByRole('button', { name: 'Get it' }).click();
  await expect(page.getByText('There is no certificate of that number')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('tab', { name: 'Disclosure' }).click();
  await expect(page.getByText('✓ hash verified')).toBeVisible();
  await expect(page.getByRole('region', { name: 'The text' })).toContainText('It is not a share');
  await expectAccessible(page);
});

test.describe('dark', () => {
  test.use({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });

  test('a phone in the dark has the inputs of the index, and a list of all markets', async ({
    page,
    venue,
  }) => {
    const observedAt = await venue.now();
    const observation = { kind: 'secondary_trade', value: '2100000000000', unit: 'valuation' };
    const act = { coin: 'ANTH', source: 'alpha', observation: { ...observation, observedAt } };
    await venue.operate(0, { kind: 'observe', ...act });
    await page.goto('/#/trust/ANTH/prices');
    await expect(page.getByRole('row', { name: /alpha secondary trade/ })).toContainText('live');
    await expectAccessible(page);
    await page.goto('/#/');
    await page.getByRole('searchbox').fill('cerebras');
    await expect(page.getByRole('link', { name: 'CBRS', exact: true })).toBeVisible();
    await expect(page.getByRole('link', { name: 'ANTH', exact: true })).toHaveCount(0);
    await expectAccessible(page);
    await page.getByRole('searchbox').press('Enter');
    await expect(page.getByRole('heading', { name: 'CBRS' })).toBeVisible();
  });
});

test('a liquidated account has its certificate at once, others later', async ({ page, venue }) => {
  const resting = await venue.orders(8, [{ side: 'sell', px: '175', sz: '20' }]);
  await venue.orders(1, [{ side: 'buy', px: '175', sz: '20', tif: 'Ioc' }]);
  await venue.cancel(8, 'CBRS', resting);
  await venue.orders(8, [
    { side: 'buy', px: '150', sz: '100' },
    { side: 'sell', px: '151', sz: '100' },
  ]);
  await venue.advance(10 * MINUTE_MS);
  const number = 1;
  await page.goto('/#/trust/CBRS/losses');
  await expect(page.getByText('Nobody has been liquidated')).toBeVisible();
  await page.getByLabel('Number of the liquidation').fill(String(number));
  await page.getByRole('button', { name: 'Get it' }).click();
  await expect(page.getByText('There is no certificate of that number')).toBeVisible();

  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  await page.getByRole('button', { name: 'Dev account 1', exact: true }).click();
  const button = page.getByRole('button', { name: `Download certificate-${number}.json` });
  const download = page.waitForEvent('download');
  await button.click();
  expect((await download).suggestedFilename()).toBe(`certificate-${number}.json`);

  await venue.advance(20 * MINUTE_MS);
  await expect(page.getByRole('button', { name: `No. ${number}` })).toBeVisible();
  await expectAccessible(page);
});
