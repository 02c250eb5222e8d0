import { expect, test } from 'vitest';
import { devAccount } from './dev-keys';

test('IFACE-1 the published keys are derived from their words', () => {
  expect(devAccount('account 1').address).toBe('0x0C4851EF418cc691742A6f662D30f04d2142CEe9');
  expect(devAccount('operator 0').address).toBe('0x4e85ab3e4ECf8c1b47D8bC73DdbE76c70E3A7E3B');
});
