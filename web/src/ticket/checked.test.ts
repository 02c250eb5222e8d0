import { expect, test } from 'vitest';
import { checked, type Terms } from './checked';
import { EMPTY } from './draft';
import { orderAction } from './orders';

const TERMS: Terms = {
  grid: { szDecimals: 3, tick: null },
  markPx: '175.123',
  minValue: '10',
  leverage: 5,
  takerFee: '0.0009',
};
const LIMIT = { ...EMPTY, px: '175.12', sz: '1.5' };

test('what is sent is what was typed, and its value is exact', () => {
  const { order, reasons } = checked(LIMIT, TERMS);
  expect(reasons).toEqual([]);
  expect(order).toMatchObject({ px: '175.12', sz: '1.5', value: '262.68', margin: '52.54' });
  expect(order?.fee).toBe('0.2364');
});

test('nothing entered is no fault', () => {
  expect(checked(EMPTY, TERMS)).toEqual({ order: null, reasons: [] });
});

test('a limit price off the grid is not moved, its neighbours are named', () => {
  const { order, reasons } = checked({ ...LIMIT, px: '175.123' }, TERMS);
  expect(order).toBeNull();
  expect(reasons).toEqual(['Prices here go in steps: 175.12 or 175.13.']);
});

test('a size with too many decimals, a word and too little are refused beforehand', () => {
  expect(checked({ ...LIMIT, sz: '1.0001' }, TERMS).reasons[0]).toContain('3 decimals');
  expect(checked({ ...LIMIT, sz: 'all' }, TERMS).reasons[0]).toContain('not a number');
  expect(checked({ ...LIMIT, sz: '-1' }, TERMS).reasons[0]).toContain('not a number');
  expect(checked({ ...LIMIT, sz: '0.01' }, TERMS).reasons[0]).toContain('at least 10 USD');
});

test('a market order never reaches further than it says, on either side', () => {
  const buy = checked({ ...LIMIT, kind: 'market' }, TERMS).order;
  const sell = checked({ ...LIMIT, kind: 'market', buy: false }, TERMS).order;
  expect(buy?.px).toBe('183.87');
  expect(sell?.px).toBe('166.37');
});

test('without a mark there is no market order', () => {
  const { order, reasons } = checked({ ...LIMIT, kind: 'market' }, { ...TERMS, markPx: null });
  expect(order).toBeNull();
  expect(reasons[0]).toContain('no mark price');
});

test('the action has the fields of the dialect', () => {
  const { order } = checked(LIMIT, TERMS);
  if (!order) throw new Error('unreachable');
  expect(orderAction(0, LIMIT, order)).toEqual({
    type: 'order',
    orders: [{ a: 0, b: true, p: '175.12', s: '1.5', r: false, t: { limit: { tif: 'Gtc' } } }],
    grouping: 'na',
  });
});
