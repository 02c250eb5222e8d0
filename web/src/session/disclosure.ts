import { signal } from '@preact/signals';
import { sendL1 } from '../wire/exchange';
import { disclosure as read } from '../wire/reads';
import type { Disclosure } from '../wire/types';
import { session } from './session';

/** What the selected market asks to be read, and whether this account has accepted; null: unknown. */
export const disclosure = signal<Disclosure | null>(null);

/** Looks again; an answer that comes when something else is looked at is dropped. */
export async function loadDisclosure(coin: string, user: string | undefined): Promise<void> {
  disclosure.value = null;
  const found = await read(coin, user);
  if (session.peek()?.account === user) disclosure.value = found;
}

/** Whether an order that adds risk waits for an acceptance (RULE-6). */
export function mustAccept(found: Disclosure | null): boolean {
  return found?.required === true && found.accepted === false;
}

/**
 * Accepts the text in force with the account's own key (IFACE-8). A wallet is asked, too: most
 * refuse a signature whose chain is none of theirs, and what they said is thrown, or Refused.
 */
export async function acceptDisclosure(text: Disclosure): Promise<void> {
  const who = session.value;
  if (!who) throw new Error('Connect an account first.');
  const signer = who.owner ?? (await who.asOwner()).wallet;
  await sendL1(signer, { type: 'acceptDisclosure', coin: text.coin, hash: text.hash });
  await loadDisclosure(text.coin, who.account);
}
