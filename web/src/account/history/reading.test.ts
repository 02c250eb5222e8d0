import { expect, test } from 'vitest';
import { venueNow } from '../../time/clock';
import { windows } from './reading';

const HOUR = 3_600_000;

test('a history whose reads answer the oldest rows is read back whole, newest first', async () => {
  const now = venueNow();
  const all = Array.from({ length: 2_400 }, (_, index) => ({ time: now - index * (HOUR / 8) }));
  const read = async (from: number, to: number) =>
    [...all]
      .reverse()
      .filter((row) => row.time >= from && row.time <= to)
      .slice(0, 500);
  const back = windows(read);
  const found: number[] = [];
  let until: number | null = Number.MAX_SAFE_INTEGER;
  for (let reads = 0; until !== null && reads < 50; reads += 1) {
    const page: { rows: { time: number }[]; next: number | null } = await back(until);
    found.push(...page.rows.map((row) => row.time));
    until = page.next;
  }
  expect(found).toEqual(all.map((row) => row.time));
});

test('an empty history ends', async () => {
  expect(await windows(async () => [])(Number.MAX_SAFE_INTEGER)).toEqual({ rows: [], next: null });
});
