import type { IChartApi, ISeriesApi } from 'lightweight-charts';

/** What an overlay draws on. Times of the chart are whole seconds since 1970, UTC. */
export interface Stage {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly coin: string;
}

/** Draws on a stage, keeps itself up to date, and returns what takes it away again. */
export type Overlay = (stage: Stage) => () => void;
