import type { MarketStatus } from '../wire/types';
import { phaseWords } from './dates';
import { priceWords } from './quoting/quoting';

/** Something about a market that a trader must know now. */
export interface Event {
  readonly words: string;
  readonly tone: 'warn' | 'bad';
  /** When it ends or what it leads to comes, ms of the venue. */
  readonly until: number | null;
}

const CAUSES: Record<string, string> = {
  disk_slow: 'its disk is slow',
  disk_low: 'its disk is nearly full',
  mark_moved: 'the mark has moved too far at once',
  feed_failed: 'its prices from outside have failed',
};

const STATUS: Record<string, string> = {
  halted: 'Halted: orders rest, nothing matches',
  cancel_only: 'Orders can only be canceled',
  post_only: 'Only orders that rest are taken',
};

/** What is out of the ordinary, the gravest first. */
export function eventsOf(status: MarketStatus): readonly Event[] {
  const found: Event[] = [];
  if (status.settlementPx) {
    found.push({
      words: `Settled at ${priceWords(status.coin, status.settlementPx, true)}`,
      tone: 'warn',
      until: null,
    });
  }
  const { venueStatus } = status;
  if (venueStatus && venueStatus.status !== 'open') {
    const what = STATUS[venueStatus.status] ?? phaseWords(venueStatus.status);
    const cause = CAUSES[venueStatus.cause ?? ''];
    found.push({
      words: `The whole venue: ${what.toLowerCase()}${cause ? `, because ${cause}` : ''}`,
      tone: 'bad',
      until: null,
    });
  }
  if (status.tradingStatus !== 'open' && !status.settlementPx) {
    const cause = status.haltCause
      ? `, because ${CAUSES[status.haltCause] ?? phaseWords(status.haltCause).toLowerCase()}`
      : '';
    const what = STATUS[status.tradingStatus] ?? phaseWords(status.tradingStatus);
    const until = status.haltEndsTime ?? status.reopensTime;
    found.push({ words: `${what}${cause}`, tone: 'bad', until });
  }
  if (status.awaitsPricesSince) {
    const words = 'Waits for fresh prices after a restart: nothing matches, nobody is liquidated';
    found.push({ words, tone: 'bad', until: null });
  }
  if (status.awaitedEvent) {
    const { exchange, listedAs, event, treatment, otherwise, deadline } = status.awaitedEvent;
    const words = `Listed on ${exchange} as ${listedAs}; waits for “${event}”: ${treatment} if it comes, ${otherwise} if not`;
    found.push({ words, tone: 'warn', until: deadline });
  }
  for (const { source, reason } of status.exchangeHalts) {
    const why = reason ? ` (${reason})` : '';
    found.push({
      words: `${source} says that the listing exchange has halted the share${why}`,
      tone: 'warn',
      until: null,
    });
  }
  if (status.phase === 'AUCTION' && status.auctionPx) {
    const words = `Call auction: would clear ${status.auctionSz} at ${priceWords(status.coin, status.auctionPx)}`;
    found.push({ words, tone: 'warn', until: status.launchTime });
  }
  if (status.eventPhase && status.eventLeverage) {
    const words = `${phaseWords(status.eventPhase)}: new risk at ${status.eventLeverage}× at most`;
    found.push({ words, tone: 'warn', until: status.eventBindsTime });
  }
  return found;
}
