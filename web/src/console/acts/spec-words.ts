import { unscaled } from '../../numbers/decimal';
import { grouped } from '../../numbers/format';
import { utc } from '../../time/words';

/** A specification's fields by their dotted names; lists and absent groups stay as they are. */
export function flattened(spec: object, before = ''): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(spec)) {
    const path = before + name;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      Object.assign(found, flattened(value, `${path}.`));
    } else found[path] = value;
  }
  return found;
}

const SCALES: readonly [RegExp, number][] = [
  [/_e6$/, 6],
  [/_e9$/, 9],
  [/_e12$/, 12],
  [/_e18$/, 18],
];
const SPANS: readonly [number, string][] = [
  [86_400e9, 'd'],
  [3_600e9, 'h'],
  [60e9, 'min'],
  [1e9, 's'],
];
const DATES = /(_time|_deadline|_as_of)$/;

/** A raw value of a specification for people: `20000000000000` of `…_e6` is `20,000,000`. */
export function specWords(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value);
  const scale = SCALES.find(([suffix]) => suffix.test(name));
  if (scale) return grouped(unscaled(BigInt(value), scale[1]));
  if (DATES.test(name)) return value === 0 ? 'none' : utc(value / 1e6);
  if (name.endsWith('_ns')) {
    const span = SPANS.find(([length]) => value >= length && value % length === 0);
    return span ? `${value / span[0]} ${span[1]}` : `${value} ns`;
  }
  return grouped(String(value));
}
