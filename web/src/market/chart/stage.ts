import type { ReadonlySignal } from '@preact/signals';
import type { IChartApi, ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import type { Past } from './past/past';

/** What an overlay draws on. Times of the chart are whole seconds since 1970, UTC. */
export interface Stage {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly coin: string;
  readonly past: Past;
  /** Moves whenever the page's colors change. */
  readonly theme: ReadonlySignal<number>;
}

/** Draws on a stage, keeps itself up to date, and returns what takes it away again. */
export type Overlay = (stage: Stage) => () => void;

export function chartTime(ms: number): UTCTimestamp {
  return Math.floor(ms / 1000) as UTCTimestamp;
}
