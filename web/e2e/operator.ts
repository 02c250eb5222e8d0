import { expect, type Locator, type Page } from '@playwright/test';
import type { Venue } from './venue/venue';

/** What operators do on their console, for several stories. */

/** Opens the console as a key of the dev world, such as `operator 0` or `custodian`. */
export async function enter(page: Page, venue: Venue, who: string): Promise<void> {
  await page.goto(venue.process.consoleUrl);
  await page.getByRole('button', { name: who }).click();
  await expect(page.getByText(`dev ${who}`)).toBeVisible();
}

/** The same page as another key: what is shown stays. */
export async function become(page: Page, who: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: who }).click();
  await expect(page.getByText(`dev ${who}`)).toBeVisible();
}

/** A page of the console by its route. */
export async function open(page: Page, ...route: string[]): Promise<void> {
  await page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    `#/${route.map(encodeURIComponent).join('/')}`,
  );
}

/** What a form shows before it is signed. */
export async function look(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  return page.getByRole('region', { name: 'Before you sign' });
}

/** Signs what has been shown, and waits for the venue's answer. */
export async function sign(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Sign and / }).click();
  await expect(page.getByText(/Command \d+ of the journal/).last()).toBeVisible();
}

/** Approves a proposal that waits, as the key that is signed in. */
export async function approve(page: Page, proposal: number): Promise<void> {
  await open(page, 'proposals');
  await page.getByRole('button', { name: `Approve ${proposal}…` }).click();
  await page.getByRole('button', { name: 'Sign the approval' }).click();
  await expect(page.getByText(`Proposal ${proposal} is approved`)).toBeVisible();
}
