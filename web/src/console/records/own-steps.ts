import type { Announcement, MarketStatus, StatusChange } from '../../wire/types';

/** Something that the venue did without anybody's act. */
export interface OwnStep {
  readonly key: string;
  /** When it began, ms. */
  readonly since: number;
  /** It lasts, and until then if a time is known. */
  readonly lasts: boolean;
  readonly until: number | null;
  /** When it was over; null also for what has no length. */
  readonly ended: number | null;
  /** Null for the whole venue. */
  readonly coin: string | null;
  readonly what: string;
  /** The rule of the specification. */
  readonly rule: string;
  /** The command that it came with, where the venue tells. */
  readonly seq: number | null;
}

const HALTS: Readonly<Record<string, string>> = {
  mark_moved: 'Halted: its mark moved too far in too short a time.',
  feed_failed: 'Halted: prices from outside are missing, until they are back.',
};

const DISK: Readonly<Record<string, string>> = {
  disk_slow: 'its disk is slow',
  disk_low: 'its disk is nearly full',
};

/** Every stop that nobody asked for, newest first, with what ended it (LIFE-11, LIFE-13). */
export function stops(
  changes: readonly StatusChange[],
  statuses: readonly MarketStatus[],
): readonly OwnStep[] {
  const found: OwnStep[] = [];
  changes.forEach((change, place) => {
    const { coin, cause, seq, time } = change;
    if (cause === null) return;
    const next = changes.find((one, later) => later > place && one.coin === coin);
    found.push({
      key: `${coin} ${seq} ${time}`,
      coin,
      seq,
      since: time,
      lasts: next === undefined,
      until: next ? null : (statuses.find((one) => one.coin === coin)?.haltEndsTime ?? null),
      ended: next?.time ?? null,
      what: coin === null ? venueWords(change) : (HALTS[cause] ?? `Halted: ${change.grounds}.`),
      rule: coin === null ? 'LIFE-13' : 'LIFE-11',
    });
  });
  return found.reverse();
}

function venueWords({ status, cause, grounds }: StatusChange): string {
  return `The whole venue is ${status.replaceAll('_', ' ')}: ${DISK[cause ?? ''] ?? grounds}.`;
}

/** Markets in which nothing matches before fresh prices are there (PRICE-20a). */
export function awaiting(statuses: readonly MarketStatus[]): readonly OwnStep[] {
  const found: OwnStep[] = [];
  for (const { coin, awaitsPricesSince } of statuses) {
    if (!awaitsPricesSince) continue;
    found.push({
      ...{ key: `${coin} prices`, coin, seq: null, lasts: true, until: null, ended: null },
      since: awaitsPricesSince,
      what: 'Nothing matches: it waits for fresh prices after a restart.',
      rule: 'PRICE-20a',
    });
  }
  return found;
}

/** What was announced of markets that followed from their rules and no decision, newest first. */
export function announcedByItself(
  announced: readonly Announcement[],
  decided: ReadonlySet<number>,
): readonly OwnStep[] {
  return announced
    .filter(
      (one) => one.coin !== null && !one.grounds && one.kind !== 'notice' && !decided.has(one.seq),
    )
    .map((one) => ({
      key: `${one.seq} ${one.title}`,
      since: one.time,
      lasts: false,
      until: null,
      ended: null,
      coin: one.coin,
      what: `${one.title.replace(`${one.coin}: `, '').replace(/^./, (first) => first.toUpperCase())}. ${one.text}`,
      rule: one.kind === 'parameters' ? 'RULE-2' : 'LIFE-1',
      seq: one.seq,
    }))
    .reverse();
}
