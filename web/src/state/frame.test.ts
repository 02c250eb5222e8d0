import { effect, signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { flush, nextFrame } from './frame';

test('a second of a busy market draws once for each frame', () => {
  const book = signal(0);
  const trades = signal(0);
  let drawn = 0;
  effect(() => {
    drawn += book.value + trades.value > 0 ? 1 : 0;
  });
  for (let n = 1; n <= 50; n += 1) {
    nextFrame('book', () => {
      book.value = n;
    });
    nextFrame('trades', () => {
      trades.value = n;
    });
  }
  expect(drawn).toBe(0);
  flush();
  expect([book.value, trades.value, drawn]).toEqual([50, 50, 1]);
});
