import type { Overlay } from '../stage';
import { bounds } from './bounds';
import { orderLines } from './order-lines';
import { ownTrades } from './own-trades';
import { markLine, oracleLine } from './prices';
import { twapLine } from './twap';

/** Something that can be switched off in the legend; `flags` are drawn by the page itself. */
export interface Drawn {
  readonly key: string;
  readonly overlay: Overlay | null;
}

/** Everything that is drawn over the candles, from the bottom up. */
export const overlays: readonly Drawn[] = [
  { key: 'bounds', overlay: bounds },
  { key: 'oracle', overlay: oracleLine },
  { key: 'mark', overlay: markLine },
  { key: 'twap', overlay: twapLine },
  { key: 'flags', overlay: null },
  { key: 'orders', overlay: orderLines },
  { key: 'fills', overlay: ownTrades },
];
