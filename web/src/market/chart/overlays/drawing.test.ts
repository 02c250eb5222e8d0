import { expect, test } from 'vitest';
import { onlyNewestDiffers } from './drawing';

const line = (...values: number[]) =>
  values.map((value, place) => ({ time: place as never, value }));

test('a line is drawn anew unless only its newest point is another one', () => {
  expect(onlyNewestDiffers(line(1, 2), line(1, 3))).toBe(true);
  expect(onlyNewestDiffers(line(1, 2), line(1, 2, 3))).toBe(true);
  expect(onlyNewestDiffers(line(1, 2), line(2, 4))).toBe(false);
  expect(onlyNewestDiffers(line(1, 2), line(1, 2, 3, 4))).toBe(false);
  expect(onlyNewestDiffers([], line(1))).toBe(false);
});
