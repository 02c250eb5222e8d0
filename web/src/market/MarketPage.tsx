import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { AccountTabs } from '../account/AccountTabs';
import { later } from '../parts/later';
import { Tabs } from '../parts/Tabs';
import { loadDisclosure } from '../session/disclosure';
import { session } from '../session/session';
import { followAssetData } from '../state/account';
import { followMarket } from '../state/live';
import { loadSpec, markets, selectedCoin, spec } from '../state/markets';
import { clearPrices } from '../ticket/draft';
import { Ticket } from '../ticket/Ticket';
import { asked } from '../trust/explain/asked';
import { bookPainted } from './first-look';
import { Header } from './header/Header';
import css from './market.module.css';
import { OrderBook } from './OrderBook';
import { Trades } from './Trades';

/** Drawing is the longest work of the page: it waits until the book is there. */
const Chart = later(async () => {
  const [loaded] = await Promise.all([import('./chart/Chart'), bookPainted()]);
  return loaded.Chart;
});
const Explanation = later(async () => (await import('../trust/explain/Explanation')).Explanation);

/** One market: everything that moves, and the means to trade it. */
export function MarketPage({ rest }: { rest: readonly string[] }) {
  const wanted = rest[0];
  const chosen = markets.value.find((one) => one.coin === wanted) ?? markets.value[0];
  const coin = chosen?.coin ?? null;
  const user = session.value?.account;
  // Before the page is painted, so that the book is asked for as early as can be.
  useLayoutEffect(() => {
    selectedCoin.value = coin;
    spec.value = null;
    clearPrices();
    if (coin === null) return undefined;
    document.title = `${coin} · Bellwether`;
    loadSpec(coin).catch(() => undefined);
    return followMarket(coin);
  }, [coin]);
  useEffect(() => {
    if (coin === null) return undefined;
    loadDisclosure(coin, user).catch(() => undefined);
    return user ? followAssetData(user, coin) : undefined;
  }, [coin, user]);
  return (
    <div class={css.page}>
      <Header />
      <section class={css.chart} aria-label="Chart">
        {coin ? <Chart coin={coin} /> : null}
      </section>
      <Book />
      <section class={css.ticket} aria-label="Order ticket">
        <Ticket />
      </section>
      <section class={css.account} aria-label="Account">
        <AccountTabs />
      </section>
      {asked.value ? <Explanation /> : null}
    </div>
  );
}

const TABS = [
  { key: 'book', label: 'Order book' },
  { key: 'trades', label: 'Trades' },
] as const;

function Book() {
  const tab = useSignal<'book' | 'trades'>('book');
  return (
    <section class={css.book} aria-label="Book and trades">
      <Tabs
        label="Book and trades"
        tabs={TABS}
        chosen={tab.value}
        choose={(key) => {
          tab.value = key;
        }}
      >
        {tab.value === 'book' ? <OrderBook /> : <Trades />}
      </Tabs>
    </section>
  );
}
