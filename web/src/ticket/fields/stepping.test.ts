import { expect, test } from 'vitest';
import { stepPrice, stepSize } from './stepping';

const GRID = { szDecimals: 3, tick: null };

test('UNIT-3 a price steps along the grid, also where its step changes', () => {
  expect(stepPrice('175.12', true, GRID, null)).toBe('175.13');
  expect(stepPrice('175.12', false, GRID, null)).toBe('175.11');
  expect(stepPrice('100', false, GRID, null)).toBe('99.999');
  expect(stepPrice('', true, GRID, '175.123')).toBe('175.13');
  expect(stepPrice('0.001', false, GRID, null)).toBe('0.001');
  expect(stepPrice('2078', true, { szDecimals: 2, tick: '0.01' }, null)).toBe('2078.01');
});

test('a size steps by a lot and never below one', () => {
  expect(stepSize('1', true, GRID)).toBe('1.001');
  expect(stepSize('0.001', false, GRID)).toBe('0.001');
  expect(stepSize('', true, GRID)).toBe('0.001');
});
