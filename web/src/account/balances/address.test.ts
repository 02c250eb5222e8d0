import { expect, test } from 'vitest';
import { dayAndClock } from '../../time/words';
import { addressWords } from './address';

const OWN = `0x${'0A'.repeat(20)}`;
const FRIEND = `0x${'ab'.repeat(20)}`;
const RULES = { own: OWN, known: [{ address: FRIEND, usableFrom: 7_200_000 }], newAddressMs: 0 };
const DAY = { ...RULES, newAddressMs: 86_400_000 };

test('RULE-9 a new address is told to wait, a known one until its time', () => {
  const other = `0x${'cd'.repeat(20)}`;
  expect(addressWords(other, DAY, 0)).toBe(
    'This address is new to your account: nothing is paid there for 24 h. Compare every digit.',
  );
  expect(addressWords(other, RULES, 0)).toBeNull();
  expect(addressWords(FRIEND.toUpperCase().replace('0X', '0x'), DAY, 60_000)).toBe(
    `Nothing is paid to this address before ${dayAndClock(7_200_000)}.`,
  );
  expect(addressWords(FRIEND, DAY, 7_200_000)).toBeNull();
});

test('RULE-9 the own address waits for nothing, in whatever letters', () => {
  expect(addressWords(OWN, DAY, 0)).toBeNull();
  expect(addressWords(OWN.toLowerCase(), DAY, 0)).toBeNull();
});
