import type { FunctionComponent } from 'preact';
import { MarketPage } from '../market/MarketPage';
import { later } from '../parts/later';

interface Props {
  rest: readonly string[];
}

export interface Route {
  /** The first part of the address. */
  readonly name: string;
  /** In the top bar; absent where a page is reached in another way. */
  readonly label?: string;
  /** Gets the rest of the address. */
  readonly page: FunctionComponent<Props>;
}

const MarketsPage = later<Props>(
  async () => (await import('../market/overview/MarketsPage')).MarketsPage,
);
const TrustPage = later<Props>(async () => (await import('../trust/TrustPage')).TrustPage);

/** The pages of traders; the first is also what opens without an address. */
export const routes: readonly [Route, ...Route[]] = [
  { name: 'market', label: 'Trade', page: MarketPage },
  { name: '', label: 'Markets', page: MarketsPage },
  { name: 'trust', label: 'Trust', page: TrustPage },
];
