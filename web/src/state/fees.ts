import { signal } from '@preact/signals';
import type { UserFees } from '../wire/account';
import { info } from '../wire/reads';
import { spec } from './markets';

/** An account's rates in a market; null until they are known. */
const fees = signal<{ readonly coin: string; readonly read: UserFees } | null>(null);

const AGAIN_MS = 60_000;

/** Keeps the rates of an account in a market until the returned function is called. */
export function watchFees(user: string, coin: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const look = async () => {
    try {
      const read = await info<UserFees>({ type: 'userFees', user, coin });
      if (!ended) fees.value = { coin, read };
    } catch {
      // The last rates stand; they change at midnight UTC.
    }
    if (!ended) timer = setTimeout(look, AGAIN_MS);
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
    fees.value = null;
  };
}

export interface Rates {
  /** Shares of the value. */
  readonly taker: string;
  readonly maker: string;
  /** False for base rates, which are the most that is charged. */
  readonly own: boolean;
}

/** Rates in the selected market: the account's own once the venue has told them. */
export function rates(): Rates | null {
  const rules = spec.value;
  if (!rules) return null;
  const told = fees.value;
  if (told !== null && told.coin === rules.coin) {
    return { taker: told.read.userCrossRate, maker: told.read.userAddRate, own: true };
  }
  const { taker_fee_e9, maker_fee_e9 } = rules.specification;
  const base = (rate: number) => (rate / 1e9).toFixed(9);
  return { taker: base(taker_fee_e9), maker: base(maker_fee_e9), own: false };
}
