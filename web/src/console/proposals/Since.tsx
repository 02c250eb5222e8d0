import { useEffect, useState } from 'preact/hooks';
import { phaseWords } from '../../market/dates';
import { grouped, percent } from '../../numbers/format';
import { now } from '../../time/clock';
import { marketStatus, markHistory } from '../../wire/reads';
import type { MarketStatus } from '../../wire/types';
import type { Proposal } from '../desk/reads';
import css from '../form.module.css';

interface Found {
  readonly before: string | null;
  readonly status: MarketStatus;
}

const EVERY_S = 6;
const BEFORE_MS = 3_600_000;

/** The market when a proposal was made, and now: what an approval would rest on. */
export function Since({ proposal }: { proposal: Proposal }) {
  const [found, setFound] = useState<Found | null>(null);
  const { coin, kind, time } = proposal;
  const beat = Math.floor(now.value / (EVERY_S * 1000));
  useEffect(() => {
    let ended = false;
    if (coin && kind !== 'listMarket') {
      void read(coin, time).then(
        (seen) => !ended && setFound(seen),
        () => undefined,
      );
    }
    return () => {
      ended = true;
    };
  }, [coin, kind, time, beat]);
  if (!found) return null;
  const { before, status } = found;
  const mark = status.markPx;
  const moved = before && mark ? String(Number(mark) / Number(before) - 1) : null;
  return (
    <section class={css.since} aria-label="Since it was made">
      <p>
        <span class="soft">Mark then </span>
        {`${grouped(before)} USD`}
        <span class="soft">, now </span>
        {`${grouped(mark)} USD (${percent(moved)})`}
        <span class="soft">, phase </span>
        {phaseWords(status.phase)}
        <span class="soft">, trading </span>
        {status.tradingStatus}
        <span class="soft">, specification </span>
        {`version ${status.specVersion}`}
      </p>
      <p class={proposal.isStale ? css.warn : 'soft'}>
        {proposal.isStale
          ? 'Its phase, status, listing or specification has changed since: an approval is refused, and the act has to be proposed anew.'
          : 'Phase, status, listing and specification are as the proposer saw them.'}
      </p>
    </section>
  );
}

async function read(coin: string, time: number): Promise<Found> {
  const [status, points] = await Promise.all([
    marketStatus(coin),
    markHistory(coin, Math.max(0, time - BEFORE_MS), time),
  ]);
  return { status, before: points.at(-1)?.markPx ?? null };
}
