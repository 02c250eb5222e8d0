import { signal } from '@preact/signals';
import { follow } from '../wire/follow';
import type { Announcement } from '../wire/types';
import { nextFrame } from './frame';
import { loadSpec, markets, reloadMarkets, selectedCoin } from './markets';

/** Everything the venue has said, oldest first. */
export const announced = signal<readonly Announcement[]>([]);

/** Follows what is announced; phases, specifications and new markets are read again with it. */
export function followAnnouncements(): () => void {
  let fresh: Announcement[] = [];
  return follow<Announcement[]>(
    { type: 'announcements' },
    () => true,
    (rows) => {
      fresh.push(...rows);
      nextFrame('announcements', () => {
        hear(fresh);
        fresh = [];
      });
    },
  );
}

function hear(rows: readonly Announcement[]): void {
  const first = announced.peek().length === 0;
  const known = new Set(announced.peek().map(keyOf));
  const added = rows.filter((row) => !known.has(keyOf(row)));
  if (added.length === 0) return;
  announced.value = [...announced.peek(), ...added].sort(
    (a, b) => a.time - b.time || a.seq - b.seq,
  );
  const coins = new Set(markets.peek().map((one) => one.coin));
  if (markets.peek().length === 0) return;
  if (first && !added.some((row) => row.coin && !coins.has(row.coin))) return;
  reloadMarkets();
  const coin = selectedCoin.peek();
  if (coin && added.some((row) => row.coin === coin)) loadSpec(coin).catch(() => undefined);
}

/** One command can make several announcements. */
export function keyOf(row: Announcement): string {
  return `${row.seq} ${row.coin} ${row.kind} ${row.title} ${row.hash}`;
}
