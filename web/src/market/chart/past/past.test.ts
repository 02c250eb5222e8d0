import { expect, test } from 'vitest';
import { joined, placeOf, sinceFactor, slots } from './slots';

const row = (time: number, px: string) => ({ time, markPx: px, oraclePx: null, components: [] });

test('a candle without a change of the mark keeps the mark before it', () => {
  const points = slots([row(5, '10'), row(25, '12')], 0, 40, 10);
  expect(points.map((point) => [point.t, point.mark])).toEqual([
    [0, 10],
    [10, 10],
    [20, 12],
    [30, 12],
  ]);
  expect(slots([row(15, '10')], 0, 20, 10).map((point) => point.t)).toEqual([10]);
});

test('LIFE-10 a mark from before a change of units is drawn in the units of today', () => {
  const rebases = [{ time: 20, numerator: 4, denominator: 1 }];
  expect(sinceFactor(19, rebases)).toBe(0.25);
  expect(slots([row(5, '100'), row(20, '25')], 0, 30, 10, rebases).at(0)?.mark).toBe(25);
  expect(slots([row(5, '100'), row(20, '25')], 0, 30, 10, rebases).at(-1)?.mark).toBe(25);
});

test('pages join whichever way they come, and what comes later wins', () => {
  const at = (t: number, v = 0) => ({ t, v });
  expect(joined([at(1), at(2)], [at(3)]).map((one) => one.t)).toEqual([1, 2, 3]);
  expect(joined([at(1), at(2, 1)], [at(2, 2)])).toEqual([at(1), at(2, 2)]);
  expect(joined([], [at(3)])).toEqual([at(3)]);
  expect([placeOf([at(1), at(3)], 2), placeOf([at(1), at(3)], 0)]).toEqual([0, -1]);
});
