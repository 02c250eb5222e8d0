import { expect, test } from 'vitest';
import { grouping, words } from './fields';

const SCALE = { sizeDecimals: 3 };

test('INST-1 every value of a specification has its unit', () => {
  const said: [string, unknown, string][] = [
    ['open_interest_cap_e6', 100_000_000_000_000, '100,000,000 USD'],
    ['oracle.band_e12', 250_000_000_000, '25 %'],
    ['oracle.time_constant_ns', 1_800_000_000_000, '30 min'],
    ['oracle.move_limit_e6', 5_000, '0.5 %'],
    ['oracle.step_cap_e6', 100_000, '0.1'],
    ['dex', '', 'main'],
    ['funding.multiplier_e6', 5_000, '0.005'],
    ['taker_fee_e9', 900_000, '0.09 %'],
    ['reference_atoms', 175_000, '175'],
    ['margin_mode', 2, 'strict isolated'],
    ['position_limit_lots', 0, 'none'],
    ['outside_launch_time', 1_780_099_200_000_000_000, '2026-05-30 00:00:00 UTC'],
    ['tiers', [{ lower_bound_e6: 0, max_leverage: 5 }], 'lower bound 0 USD, max leverage 5'],
    ['excluded_jurisdictions', ['US', 'CA'], 'US; CA'],
  ];
  for (const [name, value, text] of said) expect(words(name, value, SCALE)).toBe(text);
});

test('INST-1 fields stand in their group, and none is lost', () => {
  const groups = grouping(
    { dex: '', dex_cap_e6: 0, oracle: { band_e12: 1 }, something_new: 3 },
    SCALE,
  );
  expect(groups.map(([name, fields]) => [name, fields.length])).toEqual([
    ['Identity', 1],
    ['Risk', 1],
    ['Prices', 1],
    ['Other', 1],
  ]);
});
