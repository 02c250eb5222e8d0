import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
import { createWalletClient, custom, type EIP1193Provider, numberToHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Agent } from '../wire/account';
import { sendUserSigned } from '../wire/exchange';
import { info } from '../wire/reads';
import { discover, type Found, found } from './providers';
import type { Owner, Session } from './session';

const AGENT_NAME = 'screen';
type Address = `0x${string}`;

/**
 * Asks a wallet for an account, and for the approval of an agent unless this tab has one that the
 * venue still knows: wallets refuse the dialect's own signatures, whose chain is none of theirs.
 * The agent's key ends with the tab. `lost` is called when the wallet turns to another account.
 */
export async function walletSession(from: Found, lost: () => void): Promise<Session> {
  const [account] = await from.provider.request({ method: 'eth_requestAccounts' });
  if (!account) throw new Error('The wallet gave no account.');
  const known = agentKey(account);
  if (known && (await isApproved(account, known))) return sessionOf(account, known, from.id, lost);
  const key = generatePrivateKey();
  const { wallet, chainId } = await ownerOf(from.provider, account);
  const agentAddress = privateKeyToAccount(key).address;
  await sendUserSigned(wallet, chainId, 'approveAgent', { agentAddress, agentName: AGENT_NAME });
  sessionStorage.setItem(slot(account), key);
  return sessionOf(account, key, from.id, lost);
}

/** The session of a tab that was loaded again, without asking the wallet; null if it is over. */
export async function resumedSession(
  id: string,
  account: Address,
  lost: () => void,
): Promise<Session | null> {
  const key = agentKey(account);
  if (!key || !(await isApproved(account, key))) return null;
  return sessionOf(account, key, id, lost);
}

/** Whether the venue takes this tab's key as the account's agent: another tab may replace it. */
async function isApproved(account: Address, key: Address): Promise<boolean> {
  const agent = privateKeyToAccount(key).address.toLowerCase();
  const agents = await info<Agent[]>({ type: 'extraAgents', user: account });
  return agents.some((one) => one.address.toLowerCase() === agent);
}

function sessionOf(account: Address, key: Address, id: string, lost: () => void): Session {
  const asOwner = async (): Promise<Owner> => {
    discover();
    const provider = found.peek().find((one) => one.id === id)?.provider;
    if (!provider) throw new Error('The wallet of this account is not in this browser any more.');
    return ownerOf(provider, account);
  };
  watch(id, account, lost);
  return {
    account,
    signer: privateKeyToAccount(key),
    owner: null,
    asOwner,
    label: 'wallet',
    kind: 'wallet',
  };
}

async function ownerOf(provider: EIP1193Provider, account: Address): Promise<Owner> {
  const client = createWalletClient({ account, transport: custom(provider) });
  const wallet = {
    address: account,
    signTypedData: (typed: Parameters<typeof client.signTypedData>[0]) =>
      client.signTypedData(typed),
  };
  const chainId = numberToHex(await client.getChainId());
  return { wallet: wallet as unknown as AbstractWallet, chainId };
}

/** Ends the session when its wallet has turned to another account. */
function watch(id: string, account: Address, lost: () => void): void {
  discover();
  const provider = found.peek().find((one) => one.id === id)?.provider;
  const turned = (accounts: readonly string[]) => {
    if (accounts[0]?.toLowerCase() === account.toLowerCase()) return;
    provider?.removeListener?.('accountsChanged', turned);
    lost();
  };
  provider?.on?.('accountsChanged', turned);
}

/** Forgets the agent's key, so that the next connection approves a new one. */
export function forgetAgent(account: string): void {
  sessionStorage.removeItem(slot(account));
}

function slot(account: string): string {
  return `bellwether.agent.${account.toLowerCase()}`;
}

function agentKey(account: string): Address | null {
  return sessionStorage.getItem(slot(account)) as Address | null;
}
