import type { Venue } from './venue';

const MAKER = 8;
const TAKERS = [6, 7] as const;
const MINUTE_MS = 60_000;

/** A quoted book of CBRS around 175 and the trades of some minutes, the same each time. */
export async function quote(venue: Venue, minutes = 0): Promise<void> {
  for (let level = 1; level <= 8; level += 1) {
    const sz = String(4 + ((level * 7) % 5));
    await venue.order(MAKER, { side: 'buy', px: String(175 - level * 0.5), sz });
    await venue.order(MAKER, { side: 'sell', px: String(175 + level * 0.5), sz });
  }
  for (let minute = 0; minute < minutes; minute += 1) {
    await trade(venue, minute);
    await venue.advance(MINUTE_MS);
  }
}

/** A taker takes a little; the maker puts back what was taken. */
async function trade(venue: Venue, minute: number): Promise<void> {
  const side = (minute * 5) % 7 < 4 ? 'buy' : 'sell';
  const back = side === 'buy' ? 'sell' : 'buy';
  const step = 0.5 + ((minute * 3) % 4) * 0.1;
  const px = String(side === 'buy' ? 175 + step : 175 - step);
  const sz = (0.5 + ((minute * 11) % 9) / 10).toFixed(1);
  await venue.order(MAKER, { side: back, px, sz });
  await venue.order(TAKERS[minute % 2] ?? 6, { side, px, sz, tif: 'Ioc' });
}
