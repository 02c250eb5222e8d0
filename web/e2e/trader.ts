import { expect, type Locator, type Page } from '@playwright/test';

/** What a trader does on the market page, for several stories. */
export async function connect(page: Page, number: number): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  await page.getByRole('button', { name: `Dev account ${number}` }).click();
  await expect(page.getByText('Available to trade')).toBeVisible();
}

export function ticket(page: Page): Locator {
  return page.getByRole('region', { name: 'Order ticket' });
}

export async function tab(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('tablist', { name: 'Account' }).getByRole('tab', { name }).click();
}
