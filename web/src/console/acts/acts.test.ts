import { expect, test } from 'vitest';
import { actOf, faultsOf, keysOf } from './field';
import { ACT_KINDS } from './kinds';
import { flattened, specWords } from './spec-words';

function kindOf(name: string) {
  const found = ACT_KINDS.find((kind) => kind.kind === name);
  if (!found) throw new Error(name);
  return found;
}

test('an act holds what was entered in the units of the wire', () => {
  const values = {
    coin: 'CBRS',
    method: 'recent_twap',
    window: '24',
    px: '180',
    grounds: 'extended_market',
  };
  expect(actOf(kindOf('settle'), values)).toEqual({
    act: {
      kind: 'settle',
      coin: 'CBRS',
      method: 'recent_twap',
      window: 86_400_000,
      grounds: 'extended_market',
    },
  });
});

test('LIFE-7 parts of a composite add up to one, and times are UTC', () => {
  const values = {
    coin: 'CBRS',
    exchange: 'XNAS',
    listedAs: 'CBRS',
    structure: 'ipo',
    crossPx: '190',
    crossTime: '2026-05-01T12:00',
    treatment: 'composite',
    weights: '0.3',
    grounds: 'Two classes.',
  };
  expect(actOf(kindOf('confirmListing'), values)).toMatchObject({
    act: { weights: { convert: '0.7', settle: '0.3' }, crossTime: Date.UTC(2026, 4, 1, 12) },
  });
});

test('changes keep decimal text under names of the wire and numbers under those of the spec', () => {
  const changes = JSON.stringify([
    { name: 'openInterestCap', value: '20000000' },
    { name: 'funding.multiplier_e6', value: '4000' },
  ]);
  const found = actOf(kindOf('changeSpec'), { coin: 'CBRS', changes, grounds: 'Thin.' });
  expect(found).toMatchObject({
    act: { changes: { openInterestCap: '20000000', 'funding.multiplier_e6': 4000 } },
  });
});

test('a form names the fields that are wrong', () => {
  const found = actOf(kindOf('settle'), { coin: 'CBRS', method: 'determined', px: 'ten' });
  expect(found).toEqual({
    faults: { px: 'Expected a number such as 31.5.', grounds: 'Choose one.' },
  });
  expect(actOf(kindOf('settle'), { method: 'wind_down', coin: 'A', grounds: 'wind_down' })).toEqual(
    {
      act: { kind: 'settle', coin: 'A', method: 'wind_down', grounds: 'wind_down' },
    },
  );
});

test('what the venue says of a field is shown at the field', () => {
  expect(faultsOf(kindOf('settle'), 'act.px: expected a price')).toEqual({
    px: 'expected a price',
  });
  expect(faultsOf(kindOf('listMarket'), 'act.spec.symbol: taken')).toEqual({ symbol: 'taken' });
  expect(faultsOf(kindOf('settle'), 'The grounds do not allow this.')).toBeNull();
});

test('LIFE-11 a halt takes two keys beyond an hour', () => {
  expect(keysOf(kindOf('halt'), {})).toBe(1);
  expect(keysOf(kindOf('halt'), { beyondHour: 'yes' })).toBe(2);
});

test('values of a specification read as amounts, spans and dates', () => {
  expect(specWords('open_interest_cap_e6', 20_000_000_000_000)).toBe('20,000,000');
  expect(specWords('resume_post_only_ns', 30_000_000_000)).toBe('30 s');
  expect(specWords('outside_launch_time', 1_780_099_200_000_000_000)).toContain('2026-05-30');
  expect(flattened({ a: 1, b: { c: [2], d: null } })).toEqual({ a: 1, 'b.c': [2], 'b.d': null });
});
