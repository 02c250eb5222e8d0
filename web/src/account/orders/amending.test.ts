import { expect, test } from 'vitest';
import type { OpenOrder } from '../../wire/account';
import { amended, isAmendable } from './amending';

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
  expect(amended(LIMIT, 0, { px: '170.5', sz: '2' }, GRID, null)).toEqual({
    a: 0,
    b: true,
    p: '170.5',
    s: '2',
    r: false,
    t: { limit: { tif: 'Alo' } },
  });
  const by = { coin: 'CBRS', oid: 7, triggerBy: 'last', trailPx: null, trailRate: null } as const;
  expect(amended(STOP, 0, { px: '162', sz: '2' }, GRID, by)).toEqual({
    a: 0,
    b: false,
    p: '145.8',
    s: '2',
    r: true,
    t: { trigger: { isMarket: true, triggerPx: '162', tpsl: 'sl', triggerBy: 'last' } },
  });
});

test('what can not be is said beside it', () => {
  const reason = (px: string, sz: string) => amended(LIMIT, 0, { px, sz }, GRID, null);
  expect(reason('170', '2')).toEqual({ reason: 'Nothing has changed.' });
  expect(reason('170.001', '2')).toMatchObject({ reason: expect.stringContaining('off the tick') });
  expect(reason('171', '0')).toEqual({ reason: 'The size is zero.' });
  expect(isAmendable({ ...STOP, orderType: 'Trailing Stop Market' } as OpenOrder)).toBe(false);
});
