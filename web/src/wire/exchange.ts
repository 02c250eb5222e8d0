import { HttpRequestError } from '@nktkas/hyperliquid';
import {
  type AbstractWallet,
  signL1Action,
  signUserSignedAction,
} from '@nktkas/hyperliquid/signing';
import { http } from './transports';

/** An action of the dialect or of the venue, with its fields in the order that is signed. */
export interface Action {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The venue said no; the message is its text. Nothing was changed. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** No answer came: what was sent may have been carried out or not. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

let last = 0;

/** Milliseconds that no earlier action of this page has used. */
function nonce(): number {
  last = Math.max(Date.now(), last + 1);
  return last;
}

/** Signs an L1 action and sends it; returns `response`, throws Refused or Unanswered. */
export async function sendL1<T>(
  wallet: AbstractWallet,
  action: Action,
  path: 'exchange' | 'operator' = 'exchange',
): Promise<T> {
  const stamp = nonce();
  const signature = await signL1Action({
    wallet,
    action: { ...action },
    nonce: stamp,
    isTestnet: http.isTestnet,
  });
  return answered<T>(path, { action, nonce: stamp, signature, vaultAddress: null });
}

const APPROVE_AGENT = {
  'HyperliquidTransaction:ApproveAgent': [
    { name: 'hyperliquidChain', type: 'string' },
    { name: 'agentAddress', type: 'address' },
    { name: 'agentName', type: 'string' },
    { name: 'nonce', type: 'uint64' },
  ],
};

/** Has a wallet approve an agent; the wallet shows the person what is signed. */
export async function approveAgent(
  wallet: AbstractWallet,
  chainId: `0x${string}`,
  agentAddress: `0x${string}`,
  agentName: string,
): Promise<void> {
  const stamp = nonce();
  const action = {
    type: 'approveAgent',
    signatureChainId: chainId,
    hyperliquidChain: 'Testnet',
    agentAddress,
    agentName,
    nonce: stamp,
  };
  const signature = await signUserSignedAction({ wallet, action, types: APPROVE_AGENT });
  await answered('exchange', { action, nonce: stamp, signature });
}

type Answer<T> = { status: 'ok'; response: T } | { status: 'err'; response: string };

async function answered<T>(path: 'exchange' | 'operator', body: unknown): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await http.request<Answer<T>>(path as 'exchange', body);
  } catch (error) {
    if (error instanceof HttpRequestError && error.response) {
      throw new Refused(await error.response.text());
    }
    throw new Unanswered('No answer from the venue. Look at open orders before sending it again.');
  }
  if (answer.status === 'err') throw new Refused(answer.response);
  return answer.response;
}
