import { expect, test } from 'vitest';
import { amountOf } from './amount';

test('what is signed is what was typed, and no more than may leave', () => {
  expect(amountOf('1,000.5', '2000.0')).toEqual({ usd: '1000.5' });
  expect(amountOf('', '1')).toEqual({ reason: '' });
  expect(amountOf('0', '1')).toEqual({ reason: 'The amount is zero.' });
  expect(amountOf('-1', '1')).toEqual({ reason: 'The amount is not a number.' });
  expect(amountOf('0.0000001', '1')).toEqual({ reason: 'USD have six decimals here.' });
  expect(amountOf('3', '2.5')).toEqual({ reason: 'At most 2.5 USD may leave.' });
});
