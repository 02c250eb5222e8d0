import type { Announcement, MarketStatus } from '../../wire/types';

/** Something that the venue did without anybody's act. */
export interface OwnStep {
  readonly key: string;
  /** When it began, ms; null where the venue does not tell. */
  readonly since: number | null;
  /** It lasts: until then if a time is known. */
  readonly lasts: boolean;
  readonly until: number | null;
  /** Null for the whole venue. */
  readonly coin: string | null;
  readonly what: string;
  /** The rule of the specification. */
  readonly rule: string;
  /** The command after which it was announced. */
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

/** What stands now that nobody asked for (LIFE-11, LIFE-13, PRICE-20a). */
export function standing(statuses: readonly MarketStatus[]): readonly OwnStep[] {
  const found: OwnStep[] = [];
  const { venueStatus } = statuses[0] ?? {};
  if (venueStatus && venueStatus.status !== 'open') {
    const how = venueStatus.status.replaceAll('_', ' ');
    found.push({
      ...{ key: 'venue', coin: null, seq: null, lasts: true, until: null, rule: 'LIFE-13' },
      since: venueStatus.since,
      what: `The whole venue is ${how}: ${DISK[venueStatus.cause ?? ''] ?? 'no cause is given'}.`,
    });
  }
  for (const status of statuses) {
    const { coin, haltCause, haltEndsTime, awaitsPricesSince } = status;
    const own = { coin, seq: null, lasts: true };
    if (haltCause) {
      const what = HALTS[haltCause] ?? `Halted: ${haltCause.replaceAll('_', ' ')}.`;
      const key = `${coin} halt`;
      found.push({ ...own, key, since: null, until: haltEndsTime, what, rule: 'LIFE-11' });
    }
    if (awaitsPricesSince) {
      const what = 'Nothing matches: it waits for fresh prices after a restart.';
      const key = `${coin} prices`;
      found.push({ ...own, key, since: awaitsPricesSince, until: null, what, rule: 'PRICE-20a' });
    }
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
      coin: one.coin,
      what: `${one.title.replace(`${one.coin}: `, '').replace(/^./, (first) => first.toUpperCase())}. ${one.text}`,
      rule: one.kind === 'parameters' ? 'RULE-2' : 'LIFE-1',
      seq: one.seq,
    }))
    .reverse();
}
