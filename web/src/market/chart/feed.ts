import type { CandlestickData, ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import { nextFrame } from '../../state/frame';
import { venueNow } from '../../time/clock';
import { follow } from '../../wire/follow';
import { candles as history } from '../../wire/reads';
import type { Candle } from '../../wire/types';

export const INTERVALS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
} as const;

export type Interval = keyof typeof INTERVALS;

const SHOWN = 600;

export function bar(candle: Candle): CandlestickData<UTCTimestamp> {
  return {
    time: (candle.t / 1000) as UTCTimestamp,
    open: Number(candle.o),
    high: Number(candle.h),
    low: Number(candle.l),
    close: Number(candle.c),
  };
}

/** Fills a series with what was and follows what comes; `told` hears how many candles there are. */
export function feedCandles(
  series: ISeriesApi<'Candlestick'>,
  coin: string,
  interval: Interval,
  told: (count: number | null) => void,
): () => void {
  let ended = false;
  let newest = 0;
  let early: Candle | null = null;
  const show = (candle: Candle) => {
    if (candle.t < newest) return;
    newest = candle.t;
    series.update(bar(candle));
  };
  const end = venueNow() + INTERVALS[interval];
  history(coin, interval, end - SHOWN * INTERVALS[interval], end).then(
    (rows) => {
      if (ended) return;
      series.setData(rows.map(bar));
      newest = rows.at(-1)?.t ?? 0;
      if (early) show(early);
      early = null;
      told(rows.length);
    },
    () => {
      if (!ended) told(null);
    },
  );
  const leave = follow<Candle>(
    { type: 'candle', coin, interval },
    (candle) => candle.s === coin && candle.i === interval,
    (candle) =>
      nextFrame(`candle ${coin} ${interval}`, () => {
        if (ended) return;
        if (newest === 0) early = candle;
        else show(candle);
      }),
  );
  return () => {
    ended = true;
    leave();
  };
}
