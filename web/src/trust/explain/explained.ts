import { compare, decimalsOf, minus, plus, times } from '../../numbers/decimal';
import { fixed, grouped, shifted } from '../../numbers/format';
import type { MarkPoint } from '../../wire/types';
import type { Code } from './codes';

/** What a price was made of. Prices are decimal text in the market's own unit. */
export interface Facts {
  readonly row: MarkPoint;
  /** The prices before that; null for the first. */
  readonly before: MarkPoint | null;
  readonly bounds: { low: string; high: string; reference: string } | null;
  /** Relative, `0.005`. */
  readonly stepLimit: string;
  /** Half the clamp around the index, relative; null for a market without an index. */
  readonly clamp: string | null;
  readonly unit: string;
  /** Whether the oracle follows a price from outside while there is one. */
  readonly listed: boolean;
}

/** One step of the way to the price. */
export interface Step {
  readonly title: string;
  readonly words: string;
  readonly result: string;
  readonly codes: readonly Code[];
}

/** The steps to a mark, each with its numbers put in. */
export function explained(facts: Facts): readonly Step[] {
  return facts.clamp === null ? fromThree(facts) : fromIndex(facts, facts.clamp);
}

const INSIDE = 'the book’s impact prices';
const OUTSIDE = 'the price from outside, or where there is none the book’s impact prices';

function fromThree({ row, before, bounds, stepLimit, unit, listed }: Facts): readonly Step[] {
  const [oracle = row.markPx, basis = oracle, book = oracle] = row.components.map(
    (part) => part ?? row.oraclePx ?? row.markPx,
  );
  const sorted = [oracle, basis, book].sort(compare);
  const middle = sorted[1] ?? oracle;
  const away = minus(basis, oracle);
  const steps: Step[] = [
    {
      title: 'Oracle',
      words: before?.oraclePx
        ? `${px(before.oraclePx)} before, moved towards ${listed ? OUTSIDE : INSIDE}`
        : 'begins at the reference price',
      result: `${px(oracle)} ${unit}`,
      codes: [...(listed ? (['PRICE-20'] as const) : []), 'PRICE-4', 'PRICE-5', 'PRICE-6'],
    },
    {
      title: 'Oracle with basis',
      words: `${px(oracle)} ${away.startsWith('-') ? '−' : '+'} ${px(away.replace('-', ''))}, the averaged distance of the middle of the book`,
      result: `${px(basis)} ${unit}`,
      codes: ['PRICE-7'],
    },
    {
      title: 'Book',
      words: 'the middle of best bid, best ask and last trade',
      result: `${px(book)} ${unit}`,
      codes: ['PRICE-7'],
    },
    {
      title: 'Median',
      words: `of ${px(oracle)}, ${px(basis)} and ${px(book)}`,
      result: `${px(middle)} ${unit}`,
      codes: ['PRICE-7'],
    },
  ];
  let wanted = middle;
  if (before) {
    const reach = times(before.markPx, stepLimit);
    const [low, high] = [minus(before.markPx, reach), plus(before.markPx, reach)];
    wanted = clamped(wanted, low, high);
    steps.push({
      title: 'Step limit',
      words: `within ${percent(stepLimit)} of ${px(before.markPx)}: ${near(low, row)} to ${near(high, row)}`,
      result: held(wanted, middle, row, unit),
      codes: ['PRICE-8'],
    });
  }
  if (bounds) {
    const inside = clamped(wanted, bounds.low, bounds.high);
    steps.push({
      title: 'Discovery band',
      words: `around the reference ${near(bounds.reference, row)}: ${near(bounds.low, row)} to ${near(bounds.high, row)}`,
      result: held(inside, wanted, row, unit),
      codes: ['PRICE-10', 'PRICE-11'],
    });
    wanted = inside;
  }
  return [...steps, published(row, wanted, unit)];
}

function fromIndex({ row, unit }: Facts, width: string): readonly Step[] {
  const index = row.oraclePx ?? row.components[0] ?? row.markPx;
  const wanted = row.components[1] ?? index;
  const away = minus(wanted, index);
  const reach = times(index, width);
  const [low, high] = [minus(index, reach), plus(index, reach)];
  const inside = clamped(wanted, low, high);
  return [
    {
      title: 'Index',
      words: 'towards the weighted median of the sources’ observations, smoothed and limited',
      result: `${px(index)} ${unit}`,
      codes: ['PRICE-15', 'PRICE-16'],
    },
    {
      title: 'Index with basis',
      words: `${px(index)} ${away.startsWith('-') ? '−' : '+'} ${px(away.replace('-', ''))}, the averaged distance of the book’s impact middle`,
      result: `${px(wanted)} ${unit}`,
      codes: ['PRICE-9'],
    },
    {
      title: 'Clamp',
      words: `within ${percent(width)} of the index: ${near(low, row)} to ${near(high, row)}`,
      result: held(inside, wanted, row, unit),
      codes: ['PRICE-9'],
    },
    published(row, inside, unit),
  ];
}

/** What the venue published, and whether the steps lead there. */
function published(row: MarkPoint, wanted: string, unit: string): Step {
  const decimals = decimalsOf(row.markPx);
  const off = minus(row.markPx, wanted).replace('-', '');
  const agrees = compare(off, `0.${'0'.repeat(Math.max(0, decimals - 1))}1`) <= 0;
  return {
    title: 'Mark',
    words: agrees
      ? 'as published; the steps above lead to it'
      : 'as published; it was held or bound by something that is not in this answer, which the command below tells',
    result: `${px(row.markPx)} ${unit}`,
    codes: [],
  };
}

function clamped(value: string, low: string, high: string): string {
  if (compare(value, low) < 0) return low;
  return compare(value, high) > 0 ? high : value;
}

function held(after: string, before: string, row: MarkPoint, unit: string): string {
  const words = compare(after, before) === 0 ? ', does not bind' : ', binds';
  return `${near(after, row)} ${unit}${words}`;
}

function px(text: string): string {
  return grouped(text);
}

/** With at most one decimal more than the price has. */
function near(text: string, row: MarkPoint): string {
  const shown = fixed(text, Math.min(6, decimalsOf(row.markPx) + 1));
  return shown.includes('.') ? shown.replace(/\.?0+$/, '') : shown;
}

function percent(share: string): string {
  return `${grouped(shifted(share, 2))} %`;
}
