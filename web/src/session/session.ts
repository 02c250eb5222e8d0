import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
import { signal } from '@preact/signals';
import { toast } from '../parts/toast';
import type { Found } from './providers';

/** Somebody who can sign here. */
export interface Session {
  readonly account: `0x${string}`;
  /** Signs orders: the account's key in a dev world, else its agent. */
  readonly signer: AbstractWallet;
  /** The account's own key where it can sign L1 actions; null behind a wallet. */
  readonly owner: AbstractWallet | null;
  /** The account's own key for what an agent may not do: money that moves, its disclosures. */
  readonly asOwner: () => Promise<Owner>;
  readonly label: string;
  readonly kind: 'dev' | 'wallet';
}

/** Signs as the account itself; a wallet shows its person what is signed. */
export interface Owner {
  readonly wallet: AbstractWallet;
  /** The chain that user-signed actions name. */
  readonly chainId: `0x${string}`;
}

export const session = signal<Session | null>(null);
/** Whether the dialog to connect is open. */
export const connecting = signal(false);

const AGAIN_MS = 3_000;
const REMEMBERED = 'bellwether.session';
/** Any chain will do for a key that asks nobody; this is the dialect's for tests. */
const DEV_CHAIN = '0x66eee';

/** A dev account by its number, 0 to 9. */
export async function connectDev(number: number): Promise<void> {
  const { devAccount } = await import('./dev-keys');
  const key = devAccount(`account ${number}`);
  session.value = {
    account: key.address,
    signer: key,
    owner: key,
    asOwner: async () => ({ wallet: key, chainId: DEV_CHAIN }),
    label: `dev account ${number}`,
    kind: 'dev',
  };
  remember(String(number));
}

/** Asks one of the browser's wallets. Throws what the wallet or the venue said. */
export async function connectWallet(found: Found): Promise<void> {
  const { walletSession } = await import('./wallet');
  session.value = await walletSession(found, lost);
  remember(`wallet ${found.id} ${session.value.account}`);
}

/** Signs out and forgets the keys of this tab. */
export async function disconnect(): Promise<void> {
  const left = session.value;
  session.value = null;
  sessionStorage.removeItem(REMEMBERED);
  if (left?.kind === 'wallet') (await import('./wallet')).forgetAgent(left.account);
}

/** Connects again after a reload, as long as the venue still knows the agent of this tab. */
export async function resume(): Promise<void> {
  const remembered = sessionStorage.getItem(REMEMBERED);
  if (remembered === null) return;
  if (/^\d$/.test(remembered)) return connectDev(Number(remembered));
  const [, id = '', account = ''] = remembered.split(' ');
  const { resumedSession } = await import('./wallet');
  try {
    const resumed = await resumedSession(id, account as `0x${string}`, lost);
    if (session.peek() !== null) return;
    if (resumed) session.value = resumed;
    else lost();
  } catch {
    setTimeout(resume, AGAIN_MS);
  }
}

/** Ends a session whose wallet has turned to another account, or whose agent may no longer sign. */
export function lost(): void {
  session.value = null;
  sessionStorage.removeItem(REMEMBERED);
  toast('plain', 'Not connected any more', 'Connect again to trade. Orders that rest stay.');
}

function remember(who: string): void {
  sessionStorage.setItem(REMEMBERED, who);
}

/** `0x0C48…CEe9` */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
