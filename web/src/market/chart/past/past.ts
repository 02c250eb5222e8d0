import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { nextFrame } from '../../../state/frame';
import { context, status } from '../../../state/live';
import { selectedCoin, spec } from '../../../state/markets';
import { venueNow } from '../../../time/clock';
import { follow } from '../../../wire/follow';
import { candles as readCandles, sampledMarks } from '../../../wire/reads';
import type { Candle } from '../../../wire/types';
import { INTERVALS, type Interval, joined, type PricePoint, slots } from './slots';

/** What a chart has read of a market, and what it reads on. */
export interface Past {
  readonly candles: ReadonlySignal<readonly Candle[]>;
  readonly prices: ReadonlySignal<readonly PricePoint[]>;
  readonly state: ReadonlySignal<'reading' | 'read' | 'failed'>;
  /** Length of a candle, ms. */
  readonly length: number;
  /** Reads the page before what is there, unless it is being read or there is none. */
  older: () => void;
  end: () => void;
}

const PAGE = 600;

/** Reads the newest page of a market's past and follows what comes. */
export function openPast(coin: string, interval: Interval): Past {
  const length = INTERVALS[interval];
  const candles = signal<readonly Candle[]>([]);
  const prices = signal<readonly PricePoint[]>([]);
  const state = signal<'reading' | 'read' | 'failed'>('reading');
  let ended = false;
  let oldest = Math.floor(venueNow() / length) * length + length;
  const newest = oldest;

  const read = async (): Promise<void> => {
    const from = oldest - PAGE * length;
    state.value = 'reading';
    try {
      const [rows, marks] = await Promise.all([
        readCandles(coin, interval, from, oldest - 1),
        sampledMarks(coin, from - 1, Math.min(oldest, newest) - 1, length),
      ]);
      if (ended) return;
      const rebases = spec.peek()?.rebases ?? [];
      const points = slots(marks, from, oldest, length, rebases);
      const until = points.filter((point) => point.t <= venueNow());
      oldest = from;
      candles.value = joined(rows, candles.peek());
      prices.value = joined(until, prices.peek());
      state.value = 'read';
    } catch {
      if (!ended) state.value = 'failed';
    }
  };
  void read();
  const leave = follow<Candle>(
    { type: 'candle', coin, interval },
    (candle) => candle.s === coin && candle.i === interval,
    (candle) =>
      nextFrame(`candle ${coin} ${interval}`, () => {
        if (!ended) candles.value = joined(candles.peek(), [candle]);
      }),
  );
  const unlink = followPrices(coin, length, prices);
  return {
    candles,
    prices,
    state,
    length,
    older: () => {
      const begun = status.peek()?.value.launchTime ?? 0;
      if (state.peek() === 'read' && oldest > begun) void read();
    },
    end: () => {
      ended = true;
      leave();
      unlink();
    },
  };
}

/** The newest point follows what is streamed. */
function followPrices(
  coin: string,
  length: number,
  prices: Signal<readonly PricePoint[]>,
): () => void {
  return effect(() => {
    const now = context.value?.value;
    if (!now?.markPx || selectedCoin.peek() !== coin || prices.peek().length === 0) return;
    const t = Math.floor(venueNow() / length) * length;
    const last = prices.peek().at(-1);
    const mark = Number(now.markPx);
    const oracle = Number(now.oraclePx ?? mark);
    if (!last || t < last.t) return;
    if (t === last.t && mark === last.mark && oracle === last.oracle) return;
    prices.value = joined(prices.peek(), [{ t, mark, oracle }]);
  });
}
