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

/** Accepts the text in force with the account's own key (IFACE-8); throws Refused. */
export async function acceptDisclosure(found: Disclosure): Promise<void> {
  const { account, owner } = session.value ?? {};
  if (!account || !owner) throw new Error('Only the own key of an account can accept.');
  await sendL1(owner, { type: 'acceptDisclosure', coin: found.coin, hash: found.hash });
  await loadDisclosure(found.coin, account);
}
