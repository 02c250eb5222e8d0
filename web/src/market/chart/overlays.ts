import { orderLines } from './order-lines';
import type { Overlay } from './stage';

/** Everything that is drawn over the candles, from the bottom up. */
export const overlays: readonly Overlay[] = [orderLines];
