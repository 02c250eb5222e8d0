import { expect, expectAccessible, test } from './test';
import { connect } from './trader';
import { quote } from './venue/liveliness';
import type { Venue } from './venue/venue';

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

test('a liquidated account is told its certificate at once, others later', async ({
  page,
  venue,
}) => {
  await connect(page, 1);
  const resting = await venue.orders(8, [{ side: 'sell', px: '175', sz: '20' }]);
  await venue.orders(1, [{ side: 'buy', px: '175', sz: '20', tif: 'Ioc' }]);
  await venue.cancel(8, 'CBRS', resting);
  await venue.orders(8, [
    { side: 'buy', px: '150', sz: '100' },
    { side: 'sell', px: '151', sz: '100' },
  ]);
  await venue.advance(10 * MINUTE_MS);
  await expect(page.getByText('You have been liquidated')).toBeVisible();
  await page.reload();
  await page.goto('/#/trust/CBRS/losses');
  await expect(page.getByText('Nobody has been liquidated')).toBeVisible();
  await page.getByRole('button', { name: 'No. 1', exact: true }).click();
  const button = page.getByRole('button', { name: 'Download certificate-1.json' });
  const download = page.waitForEvent('download');
  await button.click();
  expect((await download).suggestedFilename()).toBe('certificate-1.json');

  await page.getByRole('button', { name: /^dev account 1/ }).click();
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByLabel('Number of the liquidation').fill('1');
  await page.getByRole('button', { name: 'Get it' }).click();
  await expect(page.getByText('There is no certificate of that number')).toBeVisible();
  await venue.advance(20 * MINUTE_MS);
  await expect(page.getByRole('button', { name: 'No. 1', exact: true })).toBeVisible();
  await expectAccessible(page);
});

test('RULE-5 a change of rules is seen before it binds, with units', async ({ page, venue }) => {
  const changes = { open_interest_cap_e6: 90_000_000_000_000, max_leverage: 3 };
  const effectiveTime = (await venue.now()) + 2 * 60 * MINUTE_MS;
  const act = { kind: 'changeSpec', coin: 'CBRS', changes, effectiveTime, grounds: 'Depth.' };
  await decide(venue, act);
  await page.goto('/#/trust/CBRS');
  const pending = page.getByRole('region', { name: 'Pending changes' });
  await expect(pending).toContainText('open interest cap becomes 90,000,000 USD');
  await expect(pending).toContainText(/in (2 h 00 m|1 h 59 m)/);
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Announcements' }).click();
  const told = page.getByRole('listitem').filter({ hasText: 'open interest cap' });
  await expect(told.first()).toContainText('100,000,000 USD → 90,000,000 USD');
  await page.getByText('The text as it was hashed').first().click();
  await expect(page.getByText(/open_interest_cap_e6 from 100000000000000/)).toBeVisible();
  await expect(page.getByText('✓ hash verified').first()).toBeVisible();
  await expectAccessible(page);

  await venue.advance(3 * 60 * MINUTE_MS);
  await page.getByRole('tab', { name: 'Specification' }).click();
  await expect(page.getByRole('row', { name: /^open interest cap/ })).toContainText('90,000,000');
  await expect(pending).toHaveCount(0);
});

test('LIQ-2, LIQ-7 backstop and exposure stand in numbers', async ({ page, venue }) => {
  await decide(venue, {
    kind: 'changeSpec',
    coin: 'CBRS',
    changes: { losses: { backstop_loss_limit_e6: 50_000_000_000 } },
    grounds: 'A vault.',
  });
  const paid = { coin: 'CBRS', target: 'backstop', amount: '200000', reference: 'W-1' };
  await venue.custody({ kind: 'payIn', ...paid });
  await venue.orders(8, [{ side: 'sell', px: '175', sz: '30' }]);
  for (const account of [0, 1, 2]) {
    await venue.orders(account, [{ side: 'buy', px: '175', sz: '4', tif: 'Ioc' }]);
  }
  // Measured every five minutes, told a quarter of an hour later.
  for (let turn = 0; turn < 6; turn += 1) await venue.advance(5 * MINUTE_MS);
  await page.goto('/#/trust/CBRS/losses');
  await expect(page.getByText('takes over what the book does not')).toBeVisible();
  await expect(page.getByText('200,000.00 USD', { exact: true })).toBeVisible();
  await expect(page.getByText('200,000.00 / 50,000.00 USD')).toBeVisible();
  const told = (await venue.info('exposure', { coin: 'CBRS' })) as {
    buckets: { longSz: string }[];
  };
  expect(told.buckets).toHaveLength(1);
  const table = page.getByRole('region', { name: 'Exposure by price' });
  await expect(table.getByRole('row')).toHaveCount(2);
  await expect(table).toContainText('12');
  await expectAccessible(page);
});

test('PRICE-18 a past price of an index is told with what it was made of', async ({
  page,
  venue,
}) => {
  const observe = async (source: string, value: string, unit = 'valuation') => {
    const seen = { kind: 'secondary_trade', unit, observedAt: await venue.now() };
    const observation = { ...seen, value };
    await venue.operate(0, { kind: 'observe', coin: 'ANTH', source, observation });
  };
  await observe('alpha', '2078000000000');
  await observe('beta', '2080000000000');
  await venue.advance(2 * 60 * MINUTE_MS);
  await observe('gamma', '2070000000000');
  await venue.advance(MINUTE_MS + 5_000);
  const then = await venue.now();
  await venue.advance(60 * MINUTE_MS);
  await observe('alpha', '2100000000000');
  await venue.advance(MINUTE_MS + 5_000);
  await page.goto('/#/trust/ANTH/prices');
  await page.getByLabel(/^Explain the price of/).fill(new Date(then).toISOString().slice(0, 19));
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Why ANTH had this price' });
  const inputs = dialog.getByRole('region', { name: 'Inputs of the index then' });
  const alpha = inputs.getByRole('row', { name: /^alpha secondary trade/ });
  await expect(alpha).toContainText(/2,078\.002 h 01 m/);
  await expect(inputs.getByRole('row', { name: /^gamma/ })).toContainText('01:00');
  await expect(inputs.getByRole('row')).toHaveCount(4);
  await expect(dialog).toContainText('none has more than 34 % of the influence');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByLabel(/^Explain the price of/).fill('');
  await page.getByRole('button', { name: 'Explain the price of now' }).click();
  await expect(alpha).toContainText(/2,100\.0000:55/);
});

/** Proposed by one operator, approved by another. */
async function decide(venue: Venue, act: Record<string, unknown>): Promise<void> {
  const { proposalId } = await venue.operate(0, act);
  await venue.operate(1, { kind: 'approve', proposalId });
}
