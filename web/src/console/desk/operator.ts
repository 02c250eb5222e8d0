import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
import { signal } from '@preact/signals';
import { asked } from './act';
import { operators } from './reads';

/** Who acts at this console. Operators sign with their own keys; agents do not act here. */
export interface Operator {
  readonly address: `0x${string}`;
  readonly signer: AbstractWallet;
  readonly label: string;
  readonly roles: readonly string[];
  /** A wallet, which asks its owner for every signature. */
  readonly asks: boolean;
}

/** The published keys of a dev world that may act. */
export const DEV_OPERATORS = [
  'operator 0',
  'operator 1',
  'operator 2',
  'custodian',
  'compliance',
] as const;

/** Held in memory alone: leaving the page signs out. */
export const operator = signal<Operator | null>(null);

const DIGITS = /^(0x)?[0-9a-fA-F]{64}$/;

/** Signs in with a published key. Throws what the venue said. */
export async function signInDev(name: (typeof DEV_OPERATORS)[number]): Promise<void> {
  const { devAccount } = await import('../../session/dev-keys');
  const key = devAccount(name);
  await enter(key.address, key, `dev ${name}`);
}

/** Signs in with the key that a file holds, 64 hexadecimal digits. Throws what is wrong with it. */
export async function signInFile(file: File): Promise<void> {
  const text = (await file.text()).trim();
  if (!DIGITS.test(text)) {
    throw new Error(`${file.name} holds no key: expected 64 hexadecimal digits and nothing else.`);
  }
  const { privateKeyToAccount } = await import('viem/accounts');
  const key = privateKeyToAccount(`0x${text.replace(/^0x/, '')}`);
  await enter(key.address, key, file.name);
}

/** Signs in with the browser's wallet, if it signs for a chain that is none of its own. */
export async function signInWallet(): Promise<void> {
  const provider = window.ethereum;
  if (!provider) throw new Error('There is no wallet in this browser.');
  const [address] = await provider.request({ method: 'eth_requestAccounts' });
  if (!address) throw new Error('The wallet gave no account.');
  const { createWalletClient, custom } = await import('viem');
  const client = createWalletClient({ account: address, transport: custom(provider) });
  const signer = {
    address,
    signTypedData: (typed: Parameters<typeof client.signTypedData>[0]) =>
      client.signTypedData(typed),
  } as unknown as AbstractWallet;
  await asked(signer, { kind: 'withdrawals' });
  await enter(address, signer, 'wallet', true);
}

/** Does the key that is signed in hold one of these roles? */
export function may(roles: readonly string[]): boolean {
  return operator.value?.roles.some((role) => roles.includes(role)) ?? false;
}

export function signOut(): void {
  operator.value = null;
}

async function enter(
  address: `0x${string}`,
  signer: AbstractWallet,
  label: string,
  asks = false,
): Promise<void> {
  const known = await operators();
  const found = known.find((one) => one.address === address.toLowerCase());
  if (!found || (found.roles.length === 0 && found.deploys.length === 0)) {
    throw new Error(`${address} holds no role at this venue. Nothing was kept.`);
  }
  const deploys = found.deploys.map((dex) => `deployer of ${dex}`);
  operator.value = { address, signer, label, roles: [...found.roles, ...deploys], asks };
}
