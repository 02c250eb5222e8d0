import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { href } from '../app/router';
import parts from '../parts/parts.module.css';
import { Tabs } from '../parts/Tabs';
import { markets, selectedCoin } from '../state/markets';
import { Disclosures } from './Disclosures';
import { Explanation } from './explain/Explanation';
import { Losses } from './losses/Losses';
import { Prices } from './Prices';
import { Solvency } from './Solvency';
import { Announcements } from './said/Announcements';
import { Specification } from './spec/Specification';
import css from './trust.module.css';

const TABS = [
  { key: 'specification', label: 'Specification' },
  { key: 'prices', label: 'Prices and inputs' },
  { key: 'announcements', label: 'Announcements' },
  { key: 'solvency', label: 'Solvency' },
  { key: 'losses', label: 'Losses' },
  { key: 'disclosure', label: 'Disclosure' },
] as const;

type Key = (typeof TABS)[number]['key'];

const PAGES: Record<Key, ComponentType<{ coin: string }>> = {
  specification: Specification,
  prices: Prices,
  announcements: Announcements,
  solvency: Solvency,
  losses: Losses,
  disclosure: Disclosures,
};

/** What a venue lets be checked: `#/trust/COIN/TAB`. */
export function TrustPage({ rest }: { rest: readonly string[] }) {
  const [wanted, tab] = rest;
  const coin =
    markets.value.find((one) => one.coin === (wanted ?? selectedCoin.value))?.coin ??
    markets.value[0]?.coin;
  useEffect(() => {
    if (!coin) return;
    selectedCoin.value = coin;
    document.title = `${coin}, what can be checked · Bellwether`;
  }, [coin]);
  if (!coin) return null;
  const chosen = TABS.find((one) => one.key === tab)?.key ?? 'specification';
  const Page = PAGES[chosen];
  return (
    <div class={css.page}>
      <header class={css.head}>
        <h1>{`${coin}: what can be checked`}</h1>
        <a href={href('market', coin)}>{`Trade ${coin}`}</a>
      </header>
      <section class={parts.card} aria-label="What can be checked">
        <Tabs
          label="What can be checked"
          tabs={TABS}
          chosen={chosen}
          choose={(key) => {
            globalThis.location.hash = href('trust', coin, key);
          }}
        >
          <div class={css.body}>
            <Page key={coin} coin={coin} />
          </div>
        </Tabs>
      </section>
      <Explanation />
    </div>
  );
}
