import { batch, computed, signal } from '@preact/signals';
import { hearTime } from '../time/clock';
import { follow } from '../wire/follow';
import { marketStatus } from '../wire/reads';
import type { Book, Context, MarketStatus, Trade } from '../wire/types';
import { type Aged, aged } from './aged';
import { announced } from './announcements';
import { nextFrame } from './frame';
import { selectedCoin } from './markets';

/** The selected market as it is now; each null until it has been heard of. */
export const book = signal<Aged<Book> | null>(null);
export const context = signal<Aged<Context> | null>(null);
export const status = signal<Aged<MarketStatus> | null>(null);
/** Newest first, at most TRADES_KEPT. */
export const trades = signal<readonly Trade[]>([]);
/** What the venue has said about this market, oldest first. */
export const said = computed(() =>
  announced.value.filter((one) => one.coin === null || one.coin === selectedCoin.value),
);

const TRADES_KEPT = 60;
const STATUS_MS = 3_000;

/** Follows one market until the returned function is called; begins with nothing on display. */
export function followMarket(coin: string): () => void {
  batch(() => {
    book.value = context.value = status.value = null;
    trades.value = [];
  });
  const ends = [
    follow<Book>(
      { type: 'l2Book', coin },
      (data) => data.coin === coin,
      (data) =>
        nextFrame('book', () => {
          if (selectedCoin.peek() !== coin) return;
          hearTime(data.time);
          book.value = aged(data);
        }),
    ),
    follow<{ coin: string; ctx: Context }>(
      { type: 'activeAssetCtx', coin },
      (data) => data.coin === coin,
      ({ ctx }) =>
        nextFrame('context', () => {
          if (selectedCoin.peek() === coin) context.value = aged(ctx);
        }),
    ),
    follow<Trade[]>(
      { type: 'trades', coin },
      (rows) => rows[0]?.coin === coin,
      tradeListener(coin),
    ),
    followStatus(coin),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Collects trades between frames; what was sent before is recognised by its number. */
function tradeListener(coin: string): (rows: Trade[]) => void {
  let fresh: Trade[] = [];
  return (rows) => {
    fresh.push(...rows);
    nextFrame('trades', () => {
      const known = new Set(trades.peek().map((trade) => trade.tid));
      const added = fresh.filter((trade) => !known.has(trade.tid));
      fresh = [];
      if (added.length === 0 || selectedCoin.peek() !== coin) return;
      trades.value = [...added, ...trades.peek()]
        .sort((a, b) => b.time - a.time || b.tid - a.tid)
        .slice(0, TRADES_KEPT);
    });
  };
}

/** The status is read, not streamed: every 3 s, as often as marks change. */
function followStatus(coin: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const look = async () => {
    try {
      const read = await marketStatus(coin);
      if (!ended) status.value = aged(read);
    } catch {
      // It ages, and is shown as old.
    }
    if (!ended) timer = setTimeout(look, STATUS_MS);
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
