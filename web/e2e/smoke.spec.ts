import { expect, expectAccessible, test } from './test';
import { quote } from './venue/liveliness';

test('the page opens, connects and shows the book', async ({ page, venue }) => {
  await quote(venue);
  await page.goto('/');
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /^bid 174\.5, size / })).toBeVisible();
  await expect(page.getByRole('button', { name: /^ask 175\.5, size / })).toBeVisible();
  await venue.orders(9, [{ side: 'buy', px: '174.9', sz: '3' }]);
  await expect(page.getByRole('button', { name: 'bid 174.9, size 3.0' })).toBeVisible();
});

test('at 1440 pixels all figures of a market stand in one row', async ({ page, venue }) => {
  await quote(venue);
  await page.goto('/#/market/CBRS');
  const figures = page.getByRole('region', { name: 'Market' }).locator('dl > div');
  await expect(figures).toHaveCount(8);
  const tops = await figures.evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect().top),
  );
  expect(new Set(tops).size, tops.join()).toBe(1);
  await expect(page.getByText('Settlement deadline')).toBeAttached();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the market page, ${colorScheme}`, async ({ page, venue }) => {
    await page.emulateMedia({ colorScheme });
    await quote(venue);
    await page.goto('/');
    await expect(page.getByRole('button', { name: /^bid / }).first()).toBeVisible();
    await expectAccessible(page);
  });
}

test('a newcomer becomes a dev account by one click', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Dev account 0' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByText(/dev account 0/i).first()).toBeVisible();
});

test('what a policy forbids is noticed by these tests', async ({ page, faults }) => {
  const seen: string[] = [];
  faults.allow(/Content Security Policy|elsewhere\.invalid/);
  page.on('console', (said) => seen.push(said.text()));
  await page.goto('/');
  await page.evaluate(() => {
    const sheet = document.createElement('link');
    sheet.rel = 'stylesheet';
    sheet.href = 'https://elsewhere.invalid/a.css';
    document.head.append(sheet);
  });
  await expect.poll(() => seen.join('\n')).toContain('Content Security Policy');
});

test.describe('operators', () => {
  test.use({ venueOptions: ['--console-port', '0'] });

  test('the console opens on an address of its own and nowhere else', async ({ page, venue }) => {
    const response = await page.goto(venue.process.consoleUrl);
    expect(response?.status()).toBe(200);
    await expect(page).toHaveTitle(/operators/i);
    expect((await page.request.get(`${venue.url}/console/`)).status()).toBe(404);
  });
});
