import { expect, test } from 'vitest';
import { lasting, remaining, timesTold, utc } from './words';

test('what is left gets finer as it gets less', () => {
  expect(remaining(12 * 86_400_000 + 4 * 3_600_000)).toBe('12 d 04 h');
  expect(remaining(3 * 3_600_000 + 7 * 60_000)).toBe('3 h 07 m');
  expect(remaining(249_000)).toBe('04:09');
  expect(remaining(0)).toBe('now');
});

test('UTC says that it is', () => {
  expect(utc(0)).toBe('1970-01-01 00:00:00 UTC');
});

test('a time that the venue tells as a number is told as a time', () => {
  expect(timesTold('not before 1777680000000 (ms).')).toBe('not before 2026-05-02 00:00:00 UTC.');
  expect(timesTold('act.px: 1777680000000 is too much')).toContain('1777680000000');
});

test('a length is told in the largest unit that is exact', () => {
  expect([86_400_000, 5_400_000, 90_000, 0].map(lasting)).toEqual([
    '24 h',
    '90 min',
    '90 s',
    '0 min',
  ]);
});
