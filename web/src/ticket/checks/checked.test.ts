import { expect, test } from 'vitest';
import { type Draft, EMPTY } from '../draft';
import { orderAction } from '../sending/orders';
import { means, NOW, RULES, TERMS } from '../terms/testing';
import { checked } from './checked';

const LIMIT: Draft = { ...EMPTY, px: '175.12', sz: '1.5' };
const reasonsOf = (draft: Partial<Draft>, terms = TERMS) =>
  checked({ ...LIMIT, ...draft }, terms).reasons;

test('what is sent is what was typed, and its value is exact', () => {
  const { order, cost, reasons } = checked(LIMIT, TERMS);
  expect(reasons).toEqual([]);
  expect(order).toMatchObject({ px: '175.12', sz: '1.5' });
  expect(cost).toMatchObject({ value: '262.68', takerFee: '0.2364' });
});

test('MARG-4 what an order claims: margin at the leverage, the loss against the mark, the fee', () => {
  expect(checked(LIMIT, TERMS).cost?.margin).toBe('52.916412');
  expect(checked({ ...LIMIT, px: '180' }, TERMS).cost?.margin).toBe('60.243');
});

test('nothing entered is no fault', () => {
  expect(checked(EMPTY, TERMS)).toEqual({ order: null, cost: null, reasons: [] });
});

test('a limit price off the grid is not moved, its neighbours are named', () => {
  const { order, reasons } = checked({ ...LIMIT, px: '175.123' }, TERMS);
  expect(order).toBeNull();
  expect(reasons).toEqual(['The price is off the tick. Near it: 175.12 or 175.13.']);
});

test('a size with too many decimals, a word and too little are refused beforehand', () => {
  expect(reasonsOf({ sz: '1.0001' })[0]).toContain('3 decimals');
  expect(reasonsOf({ sz: 'all' })[0]).toContain('not a number');
  expect(reasonsOf({ sz: '-1' })[0]).toContain('not a number');
  expect(reasonsOf({ sz: '0.01' })).toEqual([
    'The order is worth less than the minimum. It is 10 USD here.',
  ]);
});

test('a size in USD or in per cent becomes lots, rounded down', () => {
  expect(checked({ ...LIMIT, sz: '100', sizeUnit: 'usd' }, TERMS).order?.sz).toBe('0.571');
  expect(checked({ ...LIMIT, px: '175', sz: '50', sizeUnit: 'percent' }, TERMS).order?.sz).toBe(
    '1420.749',
  );
  expect(reasonsOf({ sz: '101', sizeUnit: 'percent' })[0]).toContain('100 %');
});

test('what waits claims nothing yet, and is told what it will claim when it fires', () => {
  const stop: Draft = { ...LIMIT, kind: 'stop', triggerPx: '180', sz: '1' };
  const poor = { ...TERMS, means: means({ freeE6: 0n }) };
  const { order, cost } = checked(stop, poor);
  expect(order?.triggerPx).toBe('180');
  expect(cost).toMatchObject({ sz: '1', margin: '40.162' });
});

test('of a reduce-only order 100 % is what is there to reduce', () => {
  const terms = { ...TERMS, means: means({ lots: -2500n }) };
  const all: Draft = { ...LIMIT, sz: '100', sizeUnit: 'percent', reduceOnly: true };
  expect(checked(all, terms).order?.sz).toBe('2.5');
});

test('a market order never reaches further than it says, on either side', () => {
  const buy = checked({ ...LIMIT, kind: 'market' }, TERMS).order;
  const sell = checked({ ...LIMIT, kind: 'market', buy: false }, TERMS).order;
  expect(buy?.px).toBe('183.75');
  expect(sell?.px).toBe('166.25');
});

test('INST-4 where the market protects its takers more the order says so', () => {
  const protecting = { ...TERMS, rules: { ...RULES, protectionE6: 10_000n } };
  expect(checked({ ...LIMIT, kind: 'market' }, protecting).order?.px).toBe('176.75');
});

test('without a mark there is no market order', () => {
  const { order, reasons } = checked({ ...LIMIT, kind: 'market' }, { ...TERMS, now: null });
  expect(order).toBeNull();
  expect(reasons[0]).toContain('no mark price');
});

test('where no limit is known nothing is held against an order but its own fields', () => {
  expect(checked(LIMIT, { ...TERMS, now: null, means: null }).cost).toMatchObject({
    margin: null,
    liquidationPx: null,
  });
});

test('the action has the fields of the dialect', () => {
  const { order } = checked(LIMIT, TERMS);
  if (!order) throw new Error('unreachable');
  expect(orderAction(0, LIMIT, order, RULES.grid)).toEqual({
    type: 'order',
    orders: [{ a: 0, b: true, p: '175.12', s: '1.5', r: false, t: { limit: { tif: 'Gtc' } } }],
    grouping: 'na',
  });
});

test('every kind of order has its action', () => {
  const action = (change: Partial<Draft>) => {
    const draft: Draft = { ...LIMIT, sz: '3', ...change };
    const { order, reasons } = checked(draft, TERMS);
    expect(reasons).toEqual([]);
    if (!order) throw new Error('unreachable');
    return orderAction(0, draft, order, RULES.grid);
  };
  const terms = (change: Partial<Draft>) => (action(change).orders as { t: object }[])[0]?.t;
  expect(terms({ kind: 'market' })).toEqual({ limit: { tif: 'FrontendMarket' } });
  expect(terms({ kind: 'stop', triggerPx: '180' })).toEqual({
    trigger: { isMarket: true, triggerPx: '180', tpsl: 'sl' },
  });
  expect(terms({ kind: 'profit', triggerPx: '170', atLimit: true, triggerBy: 'last' })).toEqual({
    trigger: { isMarket: false, triggerPx: '170', tpsl: 'tp', triggerBy: 'last' },
  });
  expect(terms({ kind: 'trail', trail: '2.5' })).toEqual({
    trigger: { isMarket: true, tpsl: 'sl', trailRate: '0.025' },
  });
  expect(terms({ kind: 'trail', trail: '4', trailUnit: 'usd' })).toEqual({
    trigger: { isMarket: true, tpsl: 'sl', trailPx: '4' },
  });
  expect(action({ kind: 'twap', minutes: '30', beginPx: '180', endPx: '190' })).toEqual({
    type: 'twapOrder',
    twap: { a: 0, b: true, s: '3', r: false, m: 30, t: false },
    details: { t: { p: '180', a: true }, s: '190' },
  });
  const scale = action({ kind: 'scale', px: '170', lastPx: '172', count: '3' });
  expect((scale.orders as { p: string }[]).map((one) => one.p)).toEqual(['170', '171', '172']);
  const both = action({ attach: true, takePx: '190', stopPx: '160' });
  expect(both).toMatchObject({ grouping: 'normalTpsl' });
  expect((both.orders as object[]).slice(1)).toEqual([
    {
      a: 0,
      b: false,
      p: '171',
      s: '3',
      r: true,
      t: { trigger: { isMarket: true, triggerPx: '190', tpsl: 'tp' } },
    },
    {
      a: 0,
      b: false,
      p: '144',
      s: '3',
      r: true,
      t: { trigger: { isMarket: true, triggerPx: '160', tpsl: 'sl' } },
    },
  ]);
});

test('LIQ-1 the estimate is where equity meets maintenance', () => {
  expect(checked({ ...LIMIT, px: '175', sz: '10' }, TERMS).cost?.liquidationPx).toBe('155.556');
  const short = checked({ ...LIMIT, px: '175', sz: '10', buy: false }, TERMS).cost;
  expect(short?.liquidationPx).toBe('190.909');
  const closing = { ...TERMS, means: means({ lots: -10_000n, equityE6: 350_000_000n }) };
  expect(checked({ ...LIMIT, px: '175', sz: '10' }, closing).cost?.liquidationPx).toBeNull();
});

test('a market that takes no orders says so before anything is typed', () => {
  const shut = (change: Partial<typeof NOW>) =>
    checked(EMPTY, { ...TERMS, now: { ...NOW, ...change } }).reasons;
  expect(shut({ tradingStatus: 'halted' })).toEqual(['Trading is halted.']);
  expect(shut({ tradingStatus: 'cancel_only' })).toEqual(['Only cancels are taken now.']);
  expect(shut({ tradingStatus: 'post_only' })).toEqual(['Only post-only orders are taken now.']);
  expect(shut({ phase: 'SETTLED' })).toEqual(['The market is not in a trading phase.']);
  const auction = { ...TERMS, now: { ...NOW, phase: 'AUCTION' } };
  expect(reasonsOf({ tif: 'Ioc' }, auction)[0]).toContain('call auction');
  expect(reasonsOf({ tif: 'Gtc' }, auction)).toEqual([]);
});

test('ORD-1 what the book says to a time in force', () => {
  expect(reasonsOf({ px: '176', tif: 'Alo' })[0]).toContain('best ask is 175.5');
  expect(reasonsOf({ px: '175', tif: 'Ioc' })[0]).toContain('Nothing rests');
  expect(reasonsOf({ px: '175.5', sz: '5', tif: 'Fok' })[0]).toContain('whole size');
  const own = [{ buy: false, px: '175.5', sz: '4' }];
  const alone = { ...TERMS, means: means({ own }) };
  expect(reasonsOf({ px: '175.5', tif: 'Ioc' }, alone)[0]).toContain('Nothing rests');
  const empty = { ...TERMS, now: { ...NOW, asks: [] } };
  expect(reasonsOf({ kind: 'market' }, empty)).toEqual(['The opposite side of the book is empty.']);
});

test('bounds, caps and margin are named before the venue names them', () => {
  const banded = { ...TERMS, rules: { ...RULES, rejectsOutsideBand: true } };
  expect(reasonsOf({ px: '130' }, banded)[0]).toContain('131.25 to 218.75');
  expect(reasonsOf({ px: '5', sz: '10' })[0]).toContain('95 %');
  const full = { ...TERMS, now: { ...NOW, openInterest: '571428' } };
  expect(reasonsOf({}, full)[0]).toContain('Open interest is at its cap');
  const limited = { ...TERMS, rules: { ...RULES, positionLimitLots: 1000n } };
  expect(reasonsOf({}, limited)[0]).toContain('It is 1 with all open orders filled');
  const poor = { ...TERMS, means: means({ freeE6: 50_000_000n }) };
  expect(reasonsOf({}, poor)[0]).toBe('The margin does not cover the order. 2.92 USD are missing.');
  const clock = { ...poor, now: { ...NOW, eventLeverage: 2 } };
  expect(reasonsOf({ sz: '1' }, clock)[0]).toContain('event clock allows new risk at most 2×');
});

test('triggers that have been reached, distances and durations that are none', () => {
  expect(reasonsOf({ kind: 'stop', triggerPx: '174' })[0]).toContain('above the mark, 175');
  expect(reasonsOf({ kind: 'profit', triggerPx: '176' })[0]).toContain('below the mark, 175');
  expect(reasonsOf({ kind: 'trail', trail: '100' })[0]).toContain('trailing stop');
  expect(reasonsOf({ kind: 'twap', minutes: '4' })[0]).toContain('5 minutes to 7 days');
  expect(reasonsOf({ kind: 'twap', minutes: '60' })[0]).toContain('600 USD for 60 minutes');
  expect(reasonsOf({ reduceOnly: true })[0]).toContain('reduce-only');
  expect(reasonsOf({ attach: true, takePx: '170' })[0]).toContain('above 175.12');
});

test('a ladder is held against its furthest price, and claims what all of it claims', () => {
  const ladder: Partial<Draft> = { kind: 'scale', px: '172', lastPx: '176', sz: '4', count: '3' };
  expect(reasonsOf({ ...ladder, tif: 'Alo' })[0]).toContain('best ask is 175.5');
  const { cost, reasons } = checked({ ...LIMIT, ...ladder }, TERMS);
  expect(reasons).toEqual([]);
  expect(Number(cost?.margin)).toBeCloseTo(140 + 0.0009 * Number(cost?.value), 2);
  expect(reasonsOf({ ...ladder, count: '1' })[0]).toContain('2 to 100');
  expect(reasonsOf({ ...ladder, sz: '0.1' })[0]).toContain('Each of the 3');
});
