import type { Venue, Wish } from './venue';

const MAKER = 8;
const TAKER = 7;
const MIDDLE = 175;
const LEVELS = 10;
const MINUTE_MS = 60_000;

/** A book of CBRS with eight levels a side, half a dollar apart, around 175. */
export async function quote(venue: Venue): Promise<void> {
  const sizes = Array.from({ length: 8 }, (_, level) => 4 + ((level * 7 + 7) % 5));
  await venue.orders(
    MAKER,
    sizes.flatMap((size, level): Wish[] => {
      const away = (level + 1) * 0.5;
      return [
        { side: 'buy', px: String(MIDDLE - away), sz: String(size) },
        { side: 'sell', px: String(MIDDLE + away), sz: String(size) },
      ];
    }),
  );
}

/** Minutes of a price that wanders, the same each time: quotes that move, three trades a minute. */
export async function trade(venue: Venue, minutes: number): Promise<void> {
  let resting: number[] = [];
  for (let step = 0; step < minutes * 3; step += 1) {
    await venue.cancel(MAKER, 'CBRS', resting);
    const middle = MIDDLE + 1.6 * Math.sin(step / 19) + 0.5 * Math.sin(step / 4.1);
    resting = await venue.orders(MAKER, ladder(middle, step));
    const side = Math.cos(step / 4.1) + 0.6 * Math.cos(step * 2.3) > 0 ? 'buy' : 'sell';
    const sz = (0.4 + ((step * 11) % 13) / 5).toFixed(1);
    await venue.orders(TAKER, [{ side, px: side === 'buy' ? '185' : '165', sz, tif: 'Ioc' }]);
    await venue.advance(MINUTE_MS / 3);
  }
}

function ladder(middle: number, step: number): Wish[] {
  return Array.from({ length: LEVELS }, (_, level): Wish[] => {
    const away = 0.04 + level * 0.06;
    const sz = (3 + level * 0.8 + ((step + level * 5) % 7) / 2).toFixed(1);
    return [
      { side: 'buy', px: (middle - away).toFixed(2), sz },
      { side: 'sell', px: (middle + away).toFixed(2), sz },
    ];
  }).flat();
}
