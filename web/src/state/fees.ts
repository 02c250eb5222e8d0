import { signal } from '@preact/signals';
import type { UserFees } from '../wire/account';
import { info } from '../wire/reads';
import { spec } from './markets';

/** The account's rates; null until they are known. */
const fees = signal<UserFees | null>(null);

const AGAIN_MS = 60_000;

/** Keeps the rates of an account until the returned function is called. */
export function watchFees(user: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const look = async () => {
    try {
      const read = await info<UserFees>({ type: 'userFees', user });
      if (!ended) fees.value = read;
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

/** Rates in the selected market: the account's own where its schedule is the one that was read. */
export function rates(): Rates | null {
  const rules = spec.value?.specification;
  if (!rules) return null;
  const base = { taker: rules.taker_fee_e9 / 1e9, maker: rules.maker_fee_e9 / 1e9 };
  const read = fees.value;
  const same =
    read !== null &&
    Number(read.feeSchedule.cross) === base.taker &&
    Number(read.feeSchedule.add) === base.maker;
  if (!same) return { taker: base.taker.toFixed(9), maker: base.maker.toFixed(9), own: false };
  return { taker: read.userCrossRate, maker: read.userAddRate, own: true };
}
