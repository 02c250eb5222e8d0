import { expect, test } from 'vitest';
import { changesIn, changeWords, toldText } from './changes';

const SCALE = { sizeDecimals: 3 };
const TEXT =
  'The specification of CBRS changes: max_leverage from 5 to 3, tiers from ' +
  '[{"lower_bound_e6":0,"max_leverage":5}] to [{"lower_bound_e6":1000000,"max_leverage":3}], ' +
  'oracle.band_e12 from 250000000000 to 300000000000, open_interest_lots from 0 to 90000000, ' +
  'open_interest_cap_e6 from 100000000000000 to 90000000000000, halt_ns from 0 to 600000000000, ' +
  'listing_exchange from "a, b from 1 to 2" to "XNAS", ' +
  'outside_launch_time from none to 2026-05-30T00:00:00Z. Grounds: Depth from 1 to 2, it is said.';

test('RULE-5 a change of rules is told field by field, with units', () => {
  const changes = changesIn(TEXT) ?? [];
  expect(changes.map((one) => changeWords(one, SCALE))).toEqual([
    'max leverage 5 → 3',
    'tiers lower bound 0 USD, max leverage 5 → lower bound 1 USD, max leverage 3',
    'oracle: band 25 % → 30 %',
    'open interest none → 90000 contracts',
    'open interest cap 100,000,000 USD → 90,000,000 USD',
    'halt none → 10 min',
    'listing exchange a, b from 1 to 2 → XNAS',
    'outside launch time none → 2026-05-30 00:00:00 UTC',
  ]);
});

test('what is no whole list of changes stays as it was said', () => {
  const cut = TEXT.slice(0, 120);
  for (const text of ['Trading is open.', cut, `${cut}. Grounds: x`]) {
    expect(toldText(text, SCALE)).toBe(text);
  }
});
