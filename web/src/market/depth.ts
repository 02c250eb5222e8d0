import type { OpenOrder } from '../wire/account';
import type { Level } from '../wire/types';

/** One row of the book. Shares are for bars only. */
export interface Row {
  readonly px: string;
  readonly sz: string;
  /** Everything up to here, as a share of the deepest row on display. */
  readonly depth: number;
  readonly total: number;
  /** Size of one's own orders at this price; null for none. */
  readonly own: string | null;
}

/** The best `count` levels of both sides with their depth, best first. */
export function depthOf(
  levels: readonly [readonly Level[], readonly Level[]],
  own: readonly OpenOrder[],
  count: number,
): [Row[], Row[]] {
  const sides = levels.map((side) => summed(side.slice(0, count)));
  const deepest = Math.max(...sides.map((rows) => rows.at(-1)?.total ?? 0));
  const mine = new Map(own.filter((one) => !one.isTrigger).map((one) => [one.limitPx, one.sz]));
  const [bids = [], asks = []] = sides.map((rows) =>
    rows.map(({ level, total }) => ({
      px: level.px,
      sz: level.sz,
      total,
      depth: deepest > 0 ? total / deepest : 0,
      own: mine.get(level.px) ?? null,
    })),
  );
  return [bids, asks];
}

function summed(side: readonly Level[]): { level: Level; total: number }[] {
  let total = 0;
  return side.map((level) => {
    total += Number(level.sz);
    return { level, total };
  });
}

/** The distance between the best prices in basis points of the middle: an estimate. */
export function spreadBp(bid: string | undefined, ask: string | undefined): number | null {
  if (!bid || !ask) return null;
  const middle = (Number(bid) + Number(ask)) / 2;
  return ((Number(ask) - Number(bid)) / middle) * 10_000;
}
