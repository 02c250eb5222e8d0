import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
import { signal } from '@preact/signals';

/** Somebody who can sign here. */
export interface Session {
  readonly account: `0x${string}`;
  /** Signs orders: the account's key in a dev world, else its agent. */
  readonly signer: AbstractWallet;
  /** The account's own key where it can sign L1 actions; null behind a wallet. */
  readonly owner: AbstractWallet | null;
  readonly label: string;
  readonly kind: 'dev' | 'wallet';
}

export const session = signal<Session | null>(null);
/** Whether the dialog to connect is open. */
export const connecting = signal(false);

const REMEMBERED = 'bellwether.session';

/** A dev account by its number, 0 to 9. */
export async function connectDev(number: number): Promise<void> {
  const { devAccount } = await import('./dev-keys');
  const key = devAccount(`account ${number}`);
  session.value = {
    account: key.address,
    signer: key,
    owner: key,
    label: `dev account ${number}`,
    kind: 'dev',
  };
  sessionStorage.setItem(REMEMBERED, String(number));
}

/** Throws what the wallet or the venue said. */
export async function connectWallet(): Promise<void> {
  const { walletSession } = await import('./wallet');
  session.value = await walletSession();
  sessionStorage.setItem(REMEMBERED, 'wallet');
}

/** Signs out and forgets the keys of this tab. */
export async function disconnect(): Promise<void> {
  const left = session.value;
  session.value = null;
  sessionStorage.removeItem(REMEMBERED);
  if (left?.kind === 'wallet') (await import('./wallet')).forgetAgent(left.account);
}

/** Connects a dev account again after a reload; a wallet is asked for only when somebody asks. */
export async function resume(): Promise<void> {
  const remembered = sessionStorage.getItem(REMEMBERED);
  if (remembered !== null && /^\d$/.test(remembered)) await connectDev(Number(remembered));
}

/** `0x0C48…CEe9` */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
