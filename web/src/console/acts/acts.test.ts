import { expect, test } from 'vitest';
import { markets } from '../../state/markets';
import { changeName, changeWords, effectName, effectWords } from './effect-words';
import { actOf, faultsOf, keysOf } from './field';
import { ACT_KINDS } from './kinds';
import { actName, fieldName } from './names';
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

test('RULE-3 money goes to a whole address, and to the main dex unless one is named', () => {
  const user = `0x${'Ab'.repeat(20)}`;
  const values = { user, amount: '1250.50', reference: 'wire-1' };
  expect(actOf(kindOf('credit'), values)).toEqual({
    act: {
      kind: 'credit',
      user: user.toLowerCase(),
      dex: '',
      amount: '1250.5',
      reference: 'wire-1',
    },
  });
  expect(actOf(kindOf('credit'), { ...values, dex: 'xyz' })).toMatchObject({ act: { dex: 'xyz' } });
  expect(actOf(kindOf('debit'), { ...values, user: user.slice(0, -1) })).toEqual({
    faults: { user: 'Expected 0x and 40 hexadecimal digits.' },
  });
});

test('RULE-9 terms that are left empty are left out, and waits are minutes', () => {
  expect(actOf(kindOf('withdrawalTerms'), { delayMs: '90', grounds: 'Caution.' })).toEqual({
    act: { kind: 'withdrawalTerms', delayMs: 5_400_000, grounds: 'Caution.' },
  });
});

test('RULE-9 the wait of new addresses is entered and shown in minutes', () => {
  expect(actOf(kindOf('withdrawalTerms'), { newAddressMs: '2880', grounds: 'Caution.' })).toEqual({
    act: { kind: 'withdrawalTerms', newAddressMs: 172_800_000, grounds: 'Caution.' },
  });
  expect(effectName('newAddressMs')).toBe('New addresses wait for, min');
  expect(effectWords('newAddressMs', 172_800_000)).toBe('2,880');
});

test('RULE-5 attributes that are left empty are sent empty', () => {
  const user = `0x${'ab'.repeat(20)}`;
  expect(actOf(kindOf('setAccount'), { user, jurisdiction: 'GB' })).toEqual({
    act: { kind: 'setAccount', user, jurisdiction: 'GB', clientClass: '' },
  });
});

test('what acts change reads with its unit', () => {
  expect(effectName('delayMs')).toBe('Waits for, min');
  expect(effectWords('delayMs', 3_600_000)).toBe('60');
  expect(effectWords('cash', '100000.5')).toBe('100,000.5');
  expect(effectWords('cash', null)).toBe('none');
  expect(effectWords('tradingStatus', 'post_only')).toBe('post only');
  expect(effectWords('open_interest_cap_e6', 20_000_000_000_000)).toBe('20,000,000');
  markets.value = [{ coin: 'CBRS', szDecimals: 3 }] as never;
  expect(changeWords('open_interest_cap_e6', 20_000_000_000_000, 'CBRS')).toBe('20,000,000 USD');
  expect(changeWords('max_order_lots', 20_000, 'CBRS')).toBe('20 contracts');
  expect(changeWords('max_order_lots', 20_000, 'OTHER')).toBe('20,000');
  expect(changeWords('cash', '7', 'CBRS')).toBe('7');
  expect([changeName('oracle.band_e12'), changeName('cash')]).toEqual([
    'oracle: band',
    "The account's cash, USD",
  ]);
});

test('every act of the record has a name, and its fields have theirs', () => {
  expect(actName('credit')).toBe('Credit a deposit');
  expect(actName('releaseWithdrawal')).toBe('Book a withdrawal as paid');
  expect(actName('something')).toBe('something');
  expect(fieldName('settle', 'px')).toBe('Settlement price, USD a contract');
  expect(fieldName('externalPrice', 'px')).toBe('Price, USD');
});
