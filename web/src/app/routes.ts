import type { ComponentType } from 'preact';
import { MarketPage } from '../market/MarketPage';
import { MarketsPage } from '../market/overview/MarketsPage';
import { TrustPage } from '../trust/TrustPage';

export interface Route {
  /** The first part of the address. */
  readonly name: string;
  /** In the top bar; absent where a page is reached in another way. */
  readonly label?: string;
  /** Gets the rest of the address. */
  readonly page: ComponentType<{ rest: readonly string[] }>;
}

/** The pages of traders; the first is also what opens without an address. */
export const routes: readonly [Route, ...Route[]] = [
  { name: 'market', label: 'Trade', page: MarketPage },
  { name: '', label: 'Markets', page: MarketsPage },
  { name: 'trust', label: 'Trust', page: TrustPage },
];
