import { afterEach, expect, test } from 'vitest';
import { aged } from '../state/aged';
import { contexts } from '../state/markets';
import { quote } from '../state/preferences';
import { pricings } from '../state/pricings';
import type { OpenOrder } from '../wire/account';
import type { MarketStatus } from '../wire/types';
import { comingDates, phaseWords } from './dates';
import { depthOf, spreadBp } from './depth';
import { eventsOf } from './events';

afterEach(() => {
  quote.value = 'share';
});

test('the nearest date that is still ahead comes first', () => {
  const status = {
    launchTime: 1,
    anticipatedListingTime: 30,
    outsideLaunchTime: 20,
    settlementDeadline: null,
  } as unknown as MarketStatus;
  expect(comingDates(status, 10).map((date) => date.ms)).toEqual([20, 30]);
  expect(phaseWords('PRE_LISTING')).toBe('Pre listing');
});

test('depth adds up from the best price, and own orders are marked', () => {
  const level = (px: string, sz: string) => ({ px, sz, n: 1 });
  const own = [{ limitPx: '99', sz: '2', isTrigger: false } as OpenOrder];
  const [bids, asks] = depthOf(
    [[level('100', '1'), level('99', '3')], [level('101', '2')]],
    own,
    10,
  );
  expect(bids.map((row) => [row.total, row.depth, row.own])).toEqual([
    [1, 0.25, null],
    [4, 1, '2'],
  ]);
  expect(asks[0]?.depth).toBe(0.5);
  expect(spreadBp('100', '101')?.toFixed(1)).toBe('99.5');
  expect(spreadBp(undefined, '101')).toBeNull();
});

test('LIFE-11 a halt says why, and when it ends', () => {
  const quiet = { tradingStatus: 'open', exchangeHalts: [], phase: 'PRE_LISTING' };
  expect(eventsOf(quiet as unknown as MarketStatus)).toEqual([]);
  const slow = { ...quiet, venueStatus: { status: 'cancel_only', cause: 'disk_slow' } };
  expect(eventsOf(slow as unknown as MarketStatus)[0]?.words).toBe(
    'The whole venue: orders can only be canceled, because its disk is slow',
  );
  const halted = { ...quiet, tradingStatus: 'halted', haltCause: 'mark_moved', haltEndsTime: 9 };
  expect(eventsOf(halted as unknown as MarketStatus)).toEqual([
    {
      words: 'Halted: orders rest, nothing matches, because the mark has moved too far at once',
      tone: 'bad',
      until: 9,
    },
  ]);
});

test('INST-6 a settlement price is told of a share or of the company, as all prices are', () => {
  const grid = { szDecimals: 3, tick: null };
  contexts.value = new Map([['CBRS', aged({ markPx: '180.125' } as never)]]);
  pricings.value = new Map([['CBRS', { unit: 'share', shareCount: '280000000', grid }]]);
  const settled = {
    ...{ coin: 'CBRS', phase: 'SETTLED', tradingStatus: 'halted', exchangeHalts: [] },
    settlementPx: '180.125',
  } as unknown as MarketStatus;
  expect(eventsOf(settled).map((event) => event.words)).toEqual(['Settled at 180.125 USD']);
  quote.value = 'valuation';
  expect(eventsOf(settled).map((event) => event.words)).toEqual(['Settled at 50.4350 bn USD']);
});
