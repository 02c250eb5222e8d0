import { compare, isZero, plus } from '../../numbers/decimal';
import type { IndexThen } from '../../wire/trust';

/** An input of an index with its part in it, and how long before it was observed. */
export interface Counted {
  readonly source: string;
  readonly kind: string;
  readonly px: string;
  readonly weight: string;
  /** Relative; 0 where nothing weighs anything. For people: no more than a few digits are right. */
  readonly share: number;
  /** Its source was cut down to the largest share that one may have (PRICE-15). */
  readonly isCapped: boolean;
  /** Milliseconds; null where nobody knows it any more. */
  readonly age: number | null;
}

/** Less than what rounding the weights down can take away. */
const NEAR = 1e-9;

/** What counted, the heaviest first. */
export function counted({ time, influenceCap, inputs }: IndexThen): readonly Counted[] {
  const sources = new Map<string, string>();
  for (const { source, weight } of inputs) {
    sources.set(source, plus(sources.get(source) ?? '0', weight));
  }
  const total = Number([...sources.values()].reduce(plus, '0'));
  const shareOf = (weight: string) => (total > 0 ? Number(weight) / total : 0);
  return inputs
    .map((one) => ({
      source: one.source,
      kind: one.kind,
      px: one.px,
      weight: one.weight,
      share: shareOf(one.weight),
      isCapped:
        !isZero(one.weight) &&
        shareOf(sources.get(one.source) ?? '0') >= Number(influenceCap) - NEAR,
      age: one.observedAt === null ? null : Math.max(0, time - one.observedAt),
    }))
    .sort((a, b) => compare(b.weight, a.weight));
}
