import { expect, test } from 'vitest';
import { termsWords } from './terms';

test('RULE-9 the terms that hold say how long a new address waits', () => {
  const terms = {
    paused: false,
    least: '1.0',
    delayedAbove: '10000.0',
    delayMs: 5_400_000,
    largeAbove: '100000.0',
    largeDelayMs: 86_400_000,
    largeApprovals: 2,
    accountHourly: '1000000.0',
    venueHourly: '10000000.0',
    newAddressMs: 172_800_000,
  };
  expect(termsWords(terms)).toBe(
    'Above 10,000 USD they wait 90 min, above 100,000 USD 24 h and for 2 keys, ' +
      'to an address that is new to its account 48 h; at most 1,000,000 USD an account and ' +
      '10,000,000 USD the venue an hour.',
  );
});
