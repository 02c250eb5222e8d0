import { type Browser, chromium, type Page } from '@playwright/test';
import { CHROMIUM, CHROMIUM_FLAGS } from '../e2e/chromium';

/** A browser that has never been started before: no cache, no compiled code. */
export function coldBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
}

/** A page of the usual size. */
export function newPage(browser: Browser): Promise<Page> {
  return browser.newPage({ viewport: { width: 1440, height: 900 }, timezoneId: 'UTC' });
}

/** What is a level of the order book, in words of CSS. */
export const LEVEL = '[aria-label^="bid "]';
