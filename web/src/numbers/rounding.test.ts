import { expect, test } from 'vitest';
import { type Grid, isOnPriceGrid, priceDown, priceNearest, priceUp, sizeDown } from './rounding';

const SHARE: Grid = { szDecimals: 3, tick: null };
const TICKED: Grid = { szDecimals: 2, tick: '0.01' };

test('a price has five figures and six decimals less those of the size', () => {
  expect(priceDown('175.1239', SHARE)).toBe('175.12');
  expect(priceUp('175.1211', SHARE)).toBe('175.13');
  expect(priceNearest('175.125', SHARE)).toBe('175.13');
  expect(priceDown('0.12345', SHARE)).toBe('0.123');
  expect(isOnPriceGrid('175.12', SHARE)).toBe(true);
  expect(isOnPriceGrid('175.123', SHARE)).toBe(false);
});

test('whole prices are always on the grid', () => {
  expect(priceDown('123456', SHARE)).toBe('123456');
  expect(priceDown('123456.7', SHARE)).toBe('123456');
});

test('a tick takes the place of the figures', () => {
  expect(priceDown('2078.937', TICKED)).toBe('2078.93');
  expect(priceUp('2078.931', TICKED)).toBe('2078.94');
});

test('a size never grows', () => {
  expect(sizeDown('1.9999', SHARE)).toBe('1.999');
  expect(sizeDown('2', SHARE)).toBe('2');
});
