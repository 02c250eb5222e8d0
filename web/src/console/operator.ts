import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
import { signal } from '@preact/signals';

/** Who acts at this console. Operators sign with their own keys; agents do not act here. */
export interface Operator {
  readonly address: `0x${string}`;
  readonly signer: AbstractWallet;
  readonly label: string;
}

/** The published keys of a dev world that may act. */
export const DEV_OPERATORS = [
  'operator 0',
  'operator 1',
  'operator 2',
  'custodian',
  'compliance',
] as const;

export const operator = signal<Operator | null>(null);

/** Signs in with a published key; it is forgotten when the page is left. */
export async function signIn(name: (typeof DEV_OPERATORS)[number]): Promise<void> {
  const { devAccount } = await import('../session/dev-keys');
  const key = devAccount(name);
  operator.value = { address: key.address, signer: key, label: `dev ${name}` };
}
