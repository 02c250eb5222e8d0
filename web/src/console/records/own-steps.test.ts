import { expect, test } from 'vitest';
import type { Announcement, MarketStatus, StatusChange } from '../../wire/types';
import { announcedByItself, awaiting, stops } from './own-steps';

const status = (changes: Partial<MarketStatus>) =>
  ({
    coin: 'CBRS',
    haltCause: null,
    haltEndsTime: null,
    awaitsPricesSince: null,
    ...changes,
  }) as MarketStatus;

const change = (time: number, coin: string | null, changes: Partial<StatusChange> = {}) =>
  ({
    ...{ time, seq: time / 1_000, coin, status: 'halted', cause: null, grounds: 'Why' },
    ...changes,
  }) as StatusChange;

test('LIFE-11 a stop that no operator asked for stands with its rule, and with its end', () => {
  const moved = { cause: 'mark_moved' } as const;
  const found = stops(
    [
      change(1_000, 'CBRS', moved),
      change(2_000, 'ANTH', { cause: 'feed_failed' }),
      change(3_000, 'CBRS', { status: 'post_only' }),
      change(4_000, 'CBRS', { status: 'open' }),
      change(5_000, 'QNT'),
      change(6_000, 'CBRS', moved),
    ],
    [status({ haltEndsTime: 9_000 }), status({ coin: 'ANTH' })],
  );
  expect(found.map((one) => [one.coin, one.since, one.ended, one.lasts, one.until])).toEqual([
    ['CBRS', 6_000, null, true, 9_000],
    ['ANTH', 2_000, null, true, null],
    ['CBRS', 1_000, 3_000, false, null],
  ]);
  expect(new Set(found.map((one) => one.rule))).toEqual(new Set(['LIFE-11']));
});

test('LIFE-13 what the disk bears is the whole venue’s', () => {
  const low = { status: 'cancel_only', cause: 'disk_low' } as const;
  const found = stops([change(5_000, null, low), change(6_000, 'CBRS')], []);
  expect(found).toMatchObject([
    {
      ...{ coin: null, since: 5_000, lasts: true, rule: 'LIFE-13' },
      what: 'The whole venue is cancel only: its disk is nearly full.',
    },
  ]);
});

test('PRICE-20a a market that waits for prices stands since when it does', () => {
  const found = awaiting([status({}), status({ coin: 'ANTH', awaitsPricesSince: 7_000 })]);
  expect(found.map((one) => [one.coin, one.rule, one.since])).toEqual([
    ['ANTH', 'PRICE-20a', 7_000],
  ]);
});

test('what follows from a decision, or is only said, is not by itself', () => {
  const said = (seq: number, changes: Partial<Announcement> = {}) =>
    ({
      ...{ seq, time: seq * 1_000, coin: 'CBRS', kind: 'launch', grounds: '', text: 'Open.' },
      ...{ title: 'CBRS: pre listing', hash: '', effectiveTime: seq * 1_000 },
      ...changes,
    }) as Announcement;
  const found = announcedByItself(
    [
      said(1),
      said(2),
      said(3, { kind: 'notice' }),
      said(4, { coin: null }),
      said(5, { grounds: 'Why.' }),
      said(6, { kind: 'parameters', title: 'CBRS: change lapsed' }),
    ],
    new Set([2]),
  );
  expect(found.map((one) => [one.seq, one.rule, one.what])).toEqual([
    [6, 'RULE-2', 'Change lapsed. Open.'],
    [1, 'LIFE-1', 'Pre listing. Open.'],
  ]);
});
