import { computed, signal } from '@preact/signals';
import { type Aged, aged } from '../../state/aged';
import { markets, reloadMarkets } from '../../state/markets';
import { learn } from '../../state/pricings';
import { marketSpec, marketStatus } from '../../wire/reads';
import type { MarketStatus } from '../../wire/types';

/** What a list says of a market beside its prices. */
export interface Summary {
  readonly status: MarketStatus;
  readonly issuer: string;
}

export const overview = signal<ReadonlyMap<string, Aged<Summary>>>(new Map());

const AGAIN_MS = 5_000;

/** Reads every market's status now and then, one after the other. */
export function followOverview(): () => void {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async () => {
    for (const { coin } of markets.peek()) {
      if (ended) return;
      await summarize(coin).catch(() => undefined);
    }
    if (ended) return;
    reloadMarkets();
    timer = setTimeout(look, AGAIN_MS);
  };
  const known = computed(() => markets.value.map((one) => one.coin).join(' '));
  const unlink = known.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(look, 0);
  });
  return () => {
    ended = true;
    unlink();
    clearTimeout(timer);
  };
}

async function summarize(coin: string): Promise<void> {
  const status = await marketStatus(coin);
  const known = overview.peek().get(coin)?.value;
  const same = known && known.status.specVersion === status.specVersion;
  learn(coin);
  const issuer = same ? known.issuer : (await marketSpec(coin)).specification.issuer;
  overview.value = new Map(overview.peek()).set(coin, aged({ status, issuer }));
}
