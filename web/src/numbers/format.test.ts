import { expect, test } from 'vitest';
import { fixed, grouped, percent, shifted, signed } from './format';
import { billions } from './valuation';

test('numbers are grouped, and rounded half away from zero', () => {
  expect(fixed('1234567.895', 2)).toBe('1,234,567.90');
  expect(fixed('-0.005', 2)).toBe('\u22120.01');
  expect(fixed('-0.001', 2)).toBe('0.00');
  expect(fixed('0.9999', 2)).toBe('1.00');
  expect(grouped('175.120')).toBe('175.12');
  expect(fixed(null, 2)).toBe('–');
  expect(fixed('NaN', 2)).toBe('–');
});

test('a gain and a loss carry a sign, nothing does not', () => {
  expect(signed('1.5', 2)).toBe('+1.50');
  expect(signed('-1.5', 2)).toBe('\u22121.50');
  expect(signed('0.001', 2)).toBe('0.00');
  expect(percent('0.0125')).toBe('+1.25 %');
  expect(percent('0.0000000625', 5)).toBe('+0.00001 %');
});

test('a valuation is told in billions', () => {
  expect(billions('49140000000')).toBe('49.14 bn USD');
  expect(shifted('0.5', 9)).toBe('500000000');
});
