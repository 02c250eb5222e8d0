import { createWalletClient, custom, numberToHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { approveAgent } from '../wire/exchange';
import type { Session } from './session';

const AGENT_NAME = 'screen';

/**
 * Asks the browser's wallet for an account, and once for the approval of an agent: wallets refuse
 * the dialect's own signatures, whose chain is none of theirs. The agent's key ends with the tab.
 */
export async function walletSession(): Promise<Session> {
  const provider = window.ethereum;
  if (!provider) throw new Error('There is no wallet in this browser.');
  const [account] = await provider.request({ method: 'eth_requestAccounts' });
  if (!account) throw new Error('The wallet gave no account.');
  const key = agentKey(account) ?? generatePrivateKey();
  const agent = privateKeyToAccount(key);
  if (!agentKey(account)) {
    const client = createWalletClient({ account, transport: custom(provider) });
    const wallet = {
      address: account,
      signTypedData: (typed: Parameters<typeof client.signTypedData>[0]) =>
        client.signTypedData(typed),
    };
    const chain = numberToHex(await client.getChainId());
    await approveAgent(wallet as never, chain, agent.address, AGENT_NAME);
    sessionStorage.setItem(slot(account), key);
  }
  return { account, signer: agent, owner: null, label: 'wallet', kind: 'wallet' };
}

/** Forgets the agent's key, so that the next connection approves a new one. */
export function forgetAgent(account: string): void {
  sessionStorage.removeItem(slot(account));
}

function slot(account: string): string {
  return `bellwether.agent.${account.toLowerCase()}`;
}

function agentKey(account: string): `0x${string}` | null {
  return sessionStorage.getItem(slot(account)) as `0x${string}` | null;
}
