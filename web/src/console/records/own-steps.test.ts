import { expect, test } from 'vitest';
import type { Announcement, MarketStatus } from '../../wire/types';
import { announcedByItself, standing } from './own-steps';

const status = (changes: Partial<MarketStatus>) =>
  ({
    coin: 'CBRS',
    haltCause: null,
    haltEndsTime: null,
    awaitsPricesSince: null,
    ...changes,
  }) as MarketStatus;

test('LIFE-11 a halt that no operator asked for stands with its rule and its end', () => {
  const found = standing([
    status({ haltCause: 'mark_moved', haltEndsTime: 9_000 }),
    status({ coin: 'ANTH', haltCause: 'feed_failed', awaitsPricesSince: 7_000 }),
    status({ coin: 'QNT', haltEndsTime: 9_000 }),
  ]);
  expect(found.map((one) => [one.coin, one.rule, one.since, one.until])).toEqual([
    ['CBRS', 'LIFE-11', null, 9_000],
    ['ANTH', 'LIFE-11', null, null],
    ['ANTH', 'PRICE-20a', 7_000, null],
  ]);
});

test('LIFE-13 what the disk bears is the whole venue’s', () => {
  const venueStatus = { status: 'cancel_only', cause: 'disk_low', since: 5_000 };
  expect(standing([status({ venueStatus }), status({ venueStatus })])).toMatchObject([
    { coin: null, since: 5_000, what: 'The whole venue is cancel only: its disk is nearly full.' },
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
