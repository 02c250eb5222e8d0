import { HttpRequestError } from '@nktkas/hyperliquid';
import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
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

/** What signs; who only looks does not load it. */
export const signing = () => import('@nktkas/hyperliquid/signing');

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
  const { signL1Action } = await signing();
  const signature = await signL1Action({
    wallet,
    action: { ...action },
    nonce: stamp,
    isTestnet: http.isTestnet,
  });
  return answered<T>(path, { action, nonce: stamp, signature, vaultAddress: null });
}

type Fields = readonly (readonly [name: string, type: string])[];

/** What a person signs as the account itself, field by field. */
const USER_SIGNED = {
  approveAgent: [
    'ApproveAgent',
    [
      ['agentAddress', 'address'],
      ['agentName', 'string'],
      ['nonce', 'uint64'],
    ],
  ],
  sendAsset: [
    'SendAsset',
    [
      ['destination', 'string'],
      ['sourceDex', 'string'],
      ['destinationDex', 'string'],
      ['token', 'string'],
      ['amount', 'string'],
      ['fromSubAccount', 'string'],
      ['nonce', 'uint64'],
    ],
  ],
  withdraw3: [
    'Withdraw',
    [
      ['destination', 'string'],
      ['amount', 'string'],
      ['time', 'uint64'],
    ],
  ],
} as const satisfies Record<string, readonly [string, Fields]>;

/** Has the account's own key sign an action and sends it; a wallet shows what is signed. */
export async function sendUserSigned(
  wallet: AbstractWallet,
  chainId: `0x${string}`,
  type: keyof typeof USER_SIGNED,
  fields: Record<string, string>,
): Promise<void> {
  const stamp = nonce();
  const [name, typed]: readonly [string, Fields] = USER_SIGNED[type];
  const timed = type === 'withdraw3' ? { time: stamp } : { nonce: stamp };
  const action = {
    type,
    signatureChainId: chainId,
    hyperliquidChain: 'Testnet',
    ...fields,
    ...timed,
  };
  const types = {
    [`HyperliquidTransaction:${name}`]: [
      { name: 'hyperliquidChain', type: 'string' },
      ...typed.map(([field, of]) => ({ name: field, type: of })),
    ],
  };
  const { signUserSignedAction } = await signing();
  const signature = await signUserSignedAction({ wallet, action, types });
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
