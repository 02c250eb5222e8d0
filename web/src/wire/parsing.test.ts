import { expect, test } from 'vitest';
import { parsedStatus, Unreadable } from './parsing';

const STATUS = {
  coin: 'CBRS',
  preset: 'ipop',
  phase: 'PRE_LISTING',
  tradingStatus: 'open',
  markPx: '175.0',
  oraclePx: '175.0',
  indexPx: null,
  referencePx: '175.0',
  bandLow: '131.25',
  bandHigh: '218.75',
  openInterest: '14.831',
  openInterestCap: '100000000.0',
  effectiveOpenInterestCap: '100000000.0',
  launchTime: 1795307443003,
  anticipatedListingTime: null,
  outsideLaunchTime: null,
  settlementDeadline: null,
  haltEndsTime: null,
};

test('IFACE-3 a status is read, fields that are new pass', () => {
  expect(parsedStatus({ ...STATUS, somethingNew: 1 }).markPx).toBe('175.0');
});

test('IFACE-3 what is not as promised is named and not shown', () => {
  const wrong: [object, string][] = [
    [{ markPx: 175 }, 'markPx'],
    [{ oraclePx: 'NaN' }, 'oraclePx'],
    [{ openInterest: null }, 'openInterest'],
    [{ launchTime: '2026-05-01' }, 'launchTime'],
    [{ phase: undefined }, 'phase'],
  ];
  for (const [change, field] of wrong) {
    expect(() => parsedStatus({ ...STATUS, ...change })).toThrow(`marketStatus.${field}`);
  }
  expect(() => parsedStatus([])).toThrow(Unreadable);
});
