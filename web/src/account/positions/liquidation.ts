import { effect, signal } from '@preact/signals';
import { session } from '../../session/session';
import { positions } from '../../state/account';
import { type Aged, aged } from '../../state/aged';
import type { LiquidationPrice } from '../../wire/account';
import { sendL1 } from '../../wire/exchange';

/** By coin: what the venue tells the owner of a position and nobody else (LIQ-7). */
export const liquidationPrices = signal<Aged<ReadonlyMap<string, LiquidationPrice>> | null>(null);

const AGAIN_MS = 10_000;

/** Asks anew with every change of a position's size, and now and then as marks move. */
export function watchLiquidation(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = effect(() => {
    const signer = session.value?.signer;
    const sizes = positions.value.map((one) => `${one.coin} ${one.szi} ${one.leverage.rawUsd}`);
    clearTimeout(timer);
    if (!signer || sizes.length === 0) {
      liquidationPrices.value = null;
      return;
    }
    const look = async () => {
      try {
        const answer = await sendL1<{ data: LiquidationPrice[] }>(signer, {
          type: 'liquidationPrices',
        });
        if (session.peek()?.signer !== signer) return;
        liquidationPrices.value = aged(new Map(answer.data.map((one) => [one.coin, one])));
      } catch {
        // What was told ages, and is shown as old.
      }
      clearTimeout(timer);
      timer = setTimeout(look, AGAIN_MS);
    };
    timer = setTimeout(look, 300);
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}
