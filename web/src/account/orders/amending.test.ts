import { expect, test } from 'vitest';
import type { OpenOrder } from '../../wire/account';
import { amended, amendedPrice, isAmendable } from './amending';

const GRID = { szDecimals: 3, tick: null };
const LIMIT = {
  coin: 'CBRS',
  side: 'B',
  limitPx: '170.0',
  sz: '2.0',
  oid: 7,
  isTrigger: false,
  triggerPx: '0.0',
  reduceOnly: false,
  orderType: 'Limit',
  tif: 'Alo',
} as OpenOrder;
const STOP = {
  ...LIMIT,
  side: 'A',
  isTrigger: true,
  triggerPx: '160.0',
  limitPx: '144.0',
  reduceOnly: true,
  orderType: 'Stop Market',
  tif: null,
} as OpenOrder;

test('an amended order keeps what was not changed', () => {
  expect(amended(LIMIT, 0, { px: '170.5', sz: '2' }, GRID, null, '165')).toEqual({
    a: 0,
    b: true,
    p: '170.5',
    s: '2',
    r: false,
    t: { limit: { tif: 'Alo' } },
  });
  const by = { coin: 'CBRS', oid: 7, triggerBy: 'last', trailPx: null, trailRate: null } as const;
  expect(amended(STOP, 0, { px: '162', sz: '2' }, GRID, by, '165')).toEqual({
    a: 0,
    b: false,
    p: '145.8',
    s: '2',
    r: true,
    t: { trigger: { isMarket: true, triggerPx: '162', tpsl: 'sl', triggerBy: 'last' } },
  });
});

test('what can not be is said beside it', () => {
  const reason = (px: string, sz: string) => amended(LIMIT, 0, { px, sz }, GRID, null, '165');
  expect(reason('170', '2')).toEqual({ reason: 'Nothing has changed.' });
  expect(reason('170.001', '2')).toMatchObject({ reason: expect.stringContaining('off the tick') });
  expect(reason('171', '0')).toEqual({ reason: 'The size is zero.' });
  expect(isAmendable(STOP, null)).toBe(false);
});

test('ORD-1 what trails stays a trailing stop: its distance is what is amended', () => {
  const by = { coin: 'CBRS', oid: 7, triggerBy: 'mark', trailPx: '5.0', trailRate: null } as const;
  expect(amendedPrice(STOP, by)).toBe('5');
  expect(amended(STOP, 0, { px: '7', sz: '2' }, GRID, by, '165')).toMatchObject({
    p: '142.2',
    t: { trigger: { isMarket: true, tpsl: 'sl', trailPx: '7' } },
  });
  const share = { ...by, trailPx: null, trailRate: '0.025' };
  expect(amendedPrice(STOP, share)).toBe('2.5');
  expect(amended(STOP, 0, { px: '4', sz: '2' }, GRID, share, '165')).toMatchObject({
    t: { trigger: { isMarket: true, tpsl: 'sl', trailRate: '0.04' } },
  });
  const wrong = (px: string) => amended(STOP, 0, { px, sz: '2' }, GRID, by, '165');
  expect(wrong('165')).toMatchObject({ reason: expect.stringContaining('below the price') });
  expect(wrong('0')).toMatchObject({ reason: expect.stringContaining('above nothing') });
});
