import { expect, test } from 'vitest';
import type { IndexThen } from '../../wire/trust';
import { counted } from './shares';

const at = (inputs: IndexThen['inputs']): IndexThen => ({
  time: 10_000,
  indexPx: '2078',
  medianPx: '2078',
  frozen: null,
  methodVersion: 1,
  influenceCap: '0.34',
  inputs,
});
const input = (source: string, weight: string, observedAt: number | null = 4_000) => ({
  ...{ source, kind: 'secondary_trade', px: '2078.0', weight, observedAt },
});

test('PRICE-15 shares add up, the heaviest is first, ages are those of the index', () => {
  const found = counted(
    at([input('alpha', '0.2'), input('beta', '0.3'), input('gamma', '0.3'), input('delta', '0.2')]),
  );
  expect(found.map((one) => one.source)).toEqual(['beta', 'gamma', 'alpha', 'delta']);
  expect(found.map((one) => one.share)).toEqual([0.3, 0.3, 0.2, 0.2]);
  expect(found.every((one) => !one.isCapped && one.age === 6_000)).toBe(true);
});

test('PRICE-15 a source is at the cap by all its observations together', () => {
  // 0.34 / 0.66 of what the others weigh, over two observations of alpha.
  const found = counted(
    at([
      input('alpha', '0.200000000000000000'),
      input('alpha', '0.140000000000000000', null),
      input('beta', '0.33'),
      input('gamma', '0.33'),
      input('delta', '0.0'),
    ]),
  );
  const capped = found.filter((one) => one.isCapped);
  expect(capped.map((one) => [one.source, one.age])).toEqual([
    ['alpha', 6_000],
    ['alpha', null],
  ]);
});

test('an index that nothing weighed in has shares of none', () => {
  expect(counted(at([input('alpha', '0.0')]))).toMatchObject([{ share: 0, isCapped: false }]);
});
