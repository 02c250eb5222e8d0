import type { Page } from '@playwright/test';
import { approve, become, enter, look, open, sign } from './operator';
import { expect, expectAccessible, test } from './test';
import { devKey, type Venue } from './venue/venue';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Sources of a valuation agree; then one says a fifth of it, as after a split. */
async function heldBack(venue: Venue): Promise<void> {
  const observe = async (source: string, value: string) => {
    const seen = { kind: 'secondary_trade', unit: 'valuation', observedAt: await venue.now() };
    await venue.operate(0, {
      kind: 'observe',
      coin: 'ANTH',
      source,
      observation: { ...seen, value },
    });
  };
  for (const source of ['alpha', 'beta', 'gamma']) await observe(source, '2078000000000');
  await venue.advance(MINUTE_MS);
  await observe('alpha', '415600000000');
}

async function decideHeld(page: Page, decision: 'Accept' | 'Reject'): Promise<void> {
  await open(page, 'feeds');
  await expect(page.getByText('1 held back')).toBeVisible();
  await page
    .getByRole('row', { name: /ANTH alpha/ })
    .getByRole('link', { name: decision })
    .click();
  await page.getByLabel('Grounds').fill('Alpha was asked.');
  const before = await look(page);
  await expect(before).toContainText(
    'It stands for 415.6 USD a contract; the index is 2078.0 USD.',
  );
  await sign(page);
}

test('RULE-4 a held-back observation is accepted by two keys, and counts', async ({
  page,
  venue,
}) => {
  await heldBack(venue);
  await enter(page, venue, 'operator 0');
  await decideHeld(page, 'Accept');
  await become(page, 'operator 1');
  await approve(page, 1);
  await open(page, 'feeds');
  await expect(page.getByText('Nothing is held back.')).toBeVisible();
  await expect(page.getByRole('row', { name: /ANTH alpha/ })).toContainText('live');
  await venue.advance(MINUTE_MS);
  const found = (await venue.info('indexAt', { coin: 'ANTH' })) as { inputs: { px: string }[] };
  expect(found.inputs.map((one) => one.px)).toEqual(['415.6', '2078.0', '2078.0']);
});

test('RULE-4 a held-back observation is rejected by two keys, and stays readable', async ({
  page,
  venue,
}) => {
  await heldBack(venue);
  await enter(page, venue, 'operator 0');
  await decideHeld(page, 'Reject');
  await become(page, 'operator 2');
  await approve(page, 1);
  await open(page, 'feeds');
  await expect(page.getByText('Nothing is held back.')).toBeVisible();
  await expect(page.getByRole('row', { name: /ANTH alpha.*rejected/ })).toContainText(
    'two operators have rejected it',
  );
  await expectAccessible(page);
});

test('LIFE-11 a halt at the exchange stands beside the market until it is over', async ({
  page,
  venue,
}) => {
  const says = async (halted: boolean) =>
    venue.operate(0, {
      kind: 'exchangeHalt',
      coin: 'CBRS',
      source: 'primary',
      halted,
      time: await venue.now(),
      reason: 'volatility',
    });
  await says(true);
  await enter(page, venue, 'operator 1');
  await open(page, 'halts');
  const row = page.getByRole('row', { name: /^CBRS/ });
  await expect(row).toContainText(/halted says primary since .*: volatility/);
  await expectAccessible(page);
  await open(page, 'feeds');
  await expect(page.getByRole('row', { name: /CBRS primary/ })).toContainText('halted');
  await venue.advance(1_000);
  await says(false);
  await open(page, 'halts');
  await expect(row).not.toContainText('primary');
});

test('RULE-2 what is approved waits for its time where everybody sees it', async ({
  page,
  venue,
}) => {
  await venue.operate(0, {
    kind: 'changeSpec',
    coin: 'CBRS',
    changes: { openInterestCap: '20000000' },
    effectiveTime: (await venue.now()) + HOUR_MS,
    grounds: 'Thin books.',
  });
  await enter(page, venue, 'operator 1');
  await approve(page, 1);
  const pending = page.getByRole('region', { name: 'Pending changes' });
  await expect(pending.getByRole('row', { name: /^CBRS 1/ })).toContainText(
    'open interest cap becomes 20,000,000 USD',
  );
  await expectAccessible(page);
  await venue.advance(HOUR_MS);
  await expect(page.getByText('No approved change waits for its time.')).toBeVisible();
});

test('LIQ-7 exposure and the backstop vault are told in totals', async ({ page, venue }) => {
  const changes = { 'losses.backstop_loss_limit_e6': 1_000_000_000 };
  await venue.operate(0, { kind: 'changeSpec', coin: 'CBRS', changes, grounds: 'A vault.' });
  await venue.operate(1, { kind: 'approve', proposalId: 1 });
  for (const seller of [1, 2, 3]) {
    await venue.orders(seller, [{ side: 'sell', px: '175', sz: '2000' }]);
    await venue.orders(seller + 3, [{ side: 'buy', px: '175', sz: '2000', tif: 'Ioc' }]);
  }
  await enter(page, venue, 'custodian');
  await open(page, 'acts', 'payIn', 'CBRS', 'backstop', '25000', 'wire-9');
  const before = await look(page);
  await expect(before.getByRole('row', { name: /Capital of the vault/ })).toContainText('25,000');
  await expect(before).toContainText('No way back');
  await sign(page);
  await open(page, 'risk');
  const risk = page.getByRole('region', { name: 'Risk by market' });
  await expect(risk.getByRole('row', { name: /^CBRS/ })).toContainText('25K');
  await expectAccessible(page);
  for (let step = 0; step < 6; step += 1) await venue.advance(5 * MINUTE_MS);
  await page.goto('/#/trust/CBRS/losses');
  const exposure = page.getByRole('region', { name: 'Exposure by price' });
  await expect(exposure.getByText('6,000').first()).toBeVisible();
  await expectAccessible(page);
});

test('RULE-3 the custodian sees whose money it is before it signs', async ({ page, venue }) => {
  await enter(page, venue, 'custodian');
  await open(page, 'acts');
  await expect(page.getByRole('link', { name: 'Credit a deposit' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Settle a market' })).toBeHidden();
  await open(page, 'acts', 'credit', `0x${'ab'.repeat(20)}`);
  await page.getByLabel('Amount').fill('1250.5');
  await page.getByLabel('Reference').fill('wire-7');
  const before = await look(page);
  await expect(before).toContainText('No account has this address yet');
  await page.getByLabel('Account').fill(devKey('account', 3).address);
  await look(page);
  await expect(before.getByRole('row', { name: /cash, USD/ })).toContainText('100,000101,250.5');
  await expectAccessible(page);
  await sign(page);

  await open(page, 'acts', 'credit', devKey('account', 3).address, '', '1', 'wire-7');
  await page.getByLabel('Amount').fill('1');
  await page.getByLabel('Reference').fill('wire-7');
  await look(page);
  await expect(page.getByRole('alert')).toContainText('It would be refused now');
  await expect(page.getByRole('button', { name: 'Sign and carry out' })).toBeDisabled();

  await open(page, 'acts', 'halt', 'CBRS', 'halted');
  await expect(page.getByText('is not risk: the venue would refuse this')).toBeVisible();
});

test('RULE-9 other terms for withdrawals are shown beside those that hold', async ({
  page,
  venue,
}) => {
  await enter(page, venue, 'operator 0');
  await open(page, 'withdrawals');
  await expect(page.getByText('to an address that is new to its account 24 h')).toBeVisible();
  await page.getByRole('link', { name: 'Change the terms' }).click();
  await page.getByLabel('Waits for').first().fill('120');
  await page.getByLabel('New addresses wait for').fill('2880');
  await page.getByLabel('Grounds').fill('Caution.');
  const before = await look(page);
  await expect(before.getByRole('row', { name: /^Waits for, min/ })).toContainText('60120');
  await sign(page);
  await become(page, 'operator 1');
  await approve(page, 1);
  const terms = (await venue.info('withdrawalTerms')) as Record<string, number>;
  expect(terms.delayMs).toBe(2 * HOUR_MS);
  expect(terms.newAddressMs).toBe(48 * HOUR_MS);
});

test('RULE-9 single withdrawals are seen whole before they are approved, paid or refused', async ({
  page,
  venue,
}) => {
  const destination = `0x${'5a'.repeat(20)}`;
  // To the account's own address: any other is new, and waits a day.
  await venue.withdraw(1, devKey('account', 1).address, '50000');
  await venue.withdraw(2, destination, '150000.5', '100000');
  await enter(page, venue, 'operator 0');
  await open(page, 'withdrawals');
  await page.getByRole('button', { name: 'Approve 2…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve withdrawal 2 of 150,000.50 USD' });
  await expect(dialog.getByText(destination, { exact: true })).toBeVisible();
  await expect(dialog.getByText(devKey('account', 2).address.toLowerCase())).toBeVisible();
  await expect(dialog.getByRole('row', { name: /^Approvals/ })).toContainText('01');
  await expect(dialog).toContainText('10,000,000.00 USD');
  await expectAccessible(page);
  await sign(page);
  await become(page, 'custodian');
  await page.getByRole('button', { name: 'Approve 2…' }).click();
  await expect(dialog.getByText('1 of 2')).toBeVisible();
  await sign(page);

  // While the dialog is open somebody pauses all: what was shown holds no longer, and is refused.
  await venue.advance(HOUR_MS);
  await page.getByRole('button', { name: 'Paid 1…' }).click();
  await page.getByLabel('Reference of the payment').fill('wire-1');
  const before = await look(page);
  await expect(before.getByRole('row', { name: /^May still leave/ })).toContainText(
    '10,000,0009,950,000',
  );
  await expect(before).toContainText('"reference": "wire-1"');
  await expectAccessible(page);
  await venue.operate(1, { kind: 'pauseWithdrawals', grounds: 'A key is missing.' });
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect(before.getByRole('alert')).toContainText('It would be refused now');
  await expect(page.getByRole('button', { name: 'Sign and book as paid' })).toBeDisabled();
  await page.getByRole('button', { name: 'Back' }).click();

  await page.getByRole('button', { name: 'Refuse 1…' }).click();
  await page.getByLabel('Grounds').fill('A typing error.');
  await expect((await look(page)).getByRole('row', { name: /^The account's cash/ })).toContainText(
    '50,000100,000',
  );
  await sign(page);
  await expect(page.getByRole('button', { name: 'Refuse 1…' })).toHaveCount(0);
});

test('LIFE-11 what the venue did by itself stands in the audit log with its rule', async ({
  page,
  venue,
}) => {
  const changes = { halt_feed_ns: 600_000_000_000, open_interest_cap_e6: 90_000_000_000_000 };
  await venue.operate(0, { kind: 'changeSpec', coin: 'ANTH', changes, grounds: 'A test.' });
  await venue.operate(1, { kind: 'approve', proposalId: 1 });
  await venue.advance(2 * HOUR_MS);
  await enter(page, venue, 'operator 0');
  await open(page, 'audit');
  await page.getByRole('tab', { name: 'By the venue itself' }).click();
  const steps = page.getByRole('region', { name: 'By the venue itself' });
  await expect(steps.getByRole('row', { name: /ANTH Halted: prices from outside/ })).toContainText(
    'LIFE-11lasts',
  );
  await expect(steps.getByRole('row', { name: /CBRS Pre listing/ })).toContainText('LIFE-1done1');
  await expect(steps.getByRole('row', { name: /Change/ })).toHaveCount(0);
  await expectAccessible(page);
  await venue.operate(0, { kind: 'resume', coin: 'ANTH' });
  await expect(steps.getByRole('row', { name: /ANTH Halted: prices from outside/ })).toContainText(
    'over since',
    { timeout: 15_000 },
  );
  await page.getByRole('tab', { name: 'Announcements' }).click();
  const said = page.getByRole('row', { name: /ANTH parameters/ }).first();
  await expect(said).toContainText('halt feed 1 h → 10 min');
  await said.getByText('The text as it was hashed').click();
  await expect(said).toContainText('halt_feed_ns from 3600000000000 to 600000000000');
  await expectAccessible(page);
});

test('RULE-5 compliance sets an account; RULE-1 the audit log has all of it', async ({
  page,
  venue,
}) => {
  await venue.operate(2, { kind: 'halt', coin: 'CBRS', grounds: 'a look' });
  await venue.operate(2, { kind: 'halt', coin: 'CBRS', grounds: 'a look' }).catch(() => undefined);
  await enter(page, venue, 'compliance');
  await open(page, 'acts', 'setAccount');
  await page.getByLabel('Account', { exact: true }).fill(devKey('account', 4).address);
  await expect(page.getByLabel(/^Jurisdiction/)).toHaveValue('XX');
  await expect(page.getByLabel(/^Class/)).toHaveValue('retail');
  await page.getByLabel(/^Jurisdiction/).fill('GB');
  await page.getByLabel(/^Class/).selectOption('professional');
  const before = await look(page);
  await expect(before.getByRole('row', { name: /^Jurisdiction/ })).toContainText('XXGB');
  await expect(before.getByRole('row', { name: /^Class/ })).toContainText('retailprofessional');
  await sign(page);

  await open(page, 'audit');
  const acts = page.getByRole('region', { name: 'Acts' });
  await expect(acts.getByRole('row', { name: /Set an account/ })).toContainText('(you)done');
  await expect(acts.getByRole('row', { name: /Halt a market CBRS/ })).toHaveCount(2);
  await page.getByLabel('Act', { exact: true }).selectOption('Set an account');
  await expect(acts.getByRole('row', { name: /Halt a market/ })).toHaveCount(0);
  await acts.getByText(/^Account: 0x/).click();
  await expect(acts.getByText('professional', { exact: true })).toBeVisible();
  await page.getByLabel('Act', { exact: true }).selectOption('all');
  await page
    .getByLabel('Key', { exact: true })
    .selectOption(devKey('operator', 2).address.toLowerCase());
  await expect(acts.getByRole('row', { name: /Set an account/ })).toHaveCount(0);
  await expect(acts.getByRole('row', { name: /refused/ })).toHaveCount(1);
  await expectAccessible(page);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any form, also with what is wrong shown, ${colorScheme}`, async ({
    page,
    venue,
  }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme });
    await heldBack(venue);
    await enter(page, venue, 'operator 0');
    for (const name of ['feeds', 'halts', 'risk', 'audit', 'withdrawals', 'proposals']) {
      await open(page, name);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page);
    }
    await open(page, 'acts');
    await page.getByText(/^For other roles/).click();
    const forms = await page
      .getByRole('navigation', { name: 'Acts' })
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
    expect(forms.length).toBeGreaterThan(16);
    for (const form of forms) {
      await open(page, ...form.replace('#/', '').split('/'));
      await page.getByRole('button', { name: 'Show what it would do' }).click();
      await expect(page.getByRole('alert').first()).toBeVisible();
      await expectAccessible(page);
    }
  });
}
