import { effect, signal, untracked } from '@preact/signals';
import { resume, session } from '../session/session';
import { followAccount } from '../state/account';
import { followAnnouncements } from '../state/announcements';
import { watchFees } from '../state/fees';
import { followLiquidations } from '../state/liquidations';
import { followContexts, loadMarkets, markets, selectedCoin } from '../state/markets';
import { applyTheme } from '../state/preferences';
import { watchPricings } from '../state/pricings';
import { loadVenue } from '../state/venue';
import { watchConnection } from '../wire/connection';
import { signing } from '../wire/exchange';

export const loadError = signal<string | null>(null);

const AGAIN_MS = 3_000;

/** Begins everything that lasts as long as the page. */
export function start(): void {
  const load = async () => {
    try {
      await Promise.all([loadMarkets(), loadVenue()]);
      loadError.value = null;
    } catch {
      loadError.value = 'The venue does not answer. Trying again…';
      setTimeout(load, AGAIN_MS);
    }
  };
  void load();
  void resume();
  applyTheme();
  watchConnection();
  followContexts();
  followAnnouncements();
  watchPricings();
  effect(() => {
    const account = session.value?.account;
    if (!account || markets.value.length === 0) return undefined;
    void signing();
    return followAccount(account);
  });
  effect(() => {
    const account = session.value?.account;
    return account ? untracked(() => followLiquidations(account)) : undefined;
  });
  effect(() => {
    const account = session.value?.account;
    const coin = selectedCoin.value;
    return account && coin ? watchFees(account, coin) : undefined;
  });
}
