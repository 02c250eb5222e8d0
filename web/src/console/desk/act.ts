import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
import { sendL1 } from '../../wire/exchange';

/** An act of an operator: `kind` and its fields, as the venue takes them. */
export interface Act {
  readonly kind: string;
  readonly [field: string]: unknown;
}

interface Answer<T> {
  data: T;
}

/** Signs an act and returns its `data`; throws Refused or Unanswered. */
export async function asked<T>(signer: AbstractWallet, act: Act): Promise<T> {
  const answer = await sendL1<Answer<T>>(signer, { type: 'operator', act }, 'operator');
  return answer.data;
}
