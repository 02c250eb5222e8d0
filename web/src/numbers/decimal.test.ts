import { expect, test } from 'vitest';
import { compare, minus, scaled, times, typed, unscaled } from './decimal';

test('what people type becomes decimal text, or nothing', () => {
  expect(typed(' 1,000.50 ')).toBe('1000.5');
  expect(typed('.5')).toBe('0.5');
  expect(typed('5.')).toBe('5');
  expect(typed('007')).toBe('7');
  for (const text of ['', '1e5', '0x10', '1.2.3', 'NaN', '−1']) expect(typed(text)).toBeNull();
});

test('text and integers are the same number both ways', () => {
  expect(scaled('1.25', 3)).toBe(1250n);
  expect(scaled('-0.5', 1)).toBe(-5n);
  expect(unscaled(-5n, 1)).toBe('-0.5');
  expect(unscaled(1_000n, 3)).toBe('1');
  expect(() => scaled('1.25', 1)).toThrow('more than 1 decimals');
});

test('arithmetic is exact where floats are not', () => {
  expect(minus('0.3', '0.1')).toBe('0.2');
  expect(times('1.1', '1.1')).toBe('1.21');
  expect(times('9007199254740993', '1')).toBe('9007199254740993');
  expect(compare('10', '9.99')).toBe(1);
  expect(compare('1.0', '1')).toBe(0);
});
