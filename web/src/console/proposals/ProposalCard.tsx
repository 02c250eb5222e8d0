import { useState } from 'preact/hooks';
import { Badge } from '../../parts/Badge';
import { Countdown } from '../../parts/values/Countdown';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { shortAddress } from '../../session/session';
import { Announced, Consequence } from '../acts/before/Consequence';
import { Facts } from '../acts/Facts';
import { ACT_KINDS } from '../acts/kinds';
import { actName } from '../acts/names';
import { flattened } from '../acts/spec-words';
import { previewOf } from '../desk/acting';
import { operator } from '../desk/operator';
import { usePolled } from '../desk/polled';
import type { Proposal } from '../desk/reads';
import css from '../form.module.css';
import { Decide } from './Decide';
import { Since } from './Since';

const LOOK_MS = 6_000;

/** One proposal: what is asked, by whom, what it would do, what has changed since. */
export function ProposalCard({ proposal }: { proposal: Proposal }) {
  const { held, error } = usePolled(
    () => previewOf(proposal.proposalId),
    `${proposal.proposalId} ${proposal.isStale}`,
    LOOK_MS,
    true,
  );
  const found = held?.value ?? null;
  const [deciding, setDeciding] = useState<'approve' | 'reject' | null>(null);
  const label = actName(proposal.kind);
  const title = `${proposal.coin ?? proposal.dex ?? 'The venue'}: ${label}`;
  const mine = operator.value?.address.toLowerCase() === proposal.proposer;
  const { words, final } = wordsOf(proposal);
  return (
    <article class={css.card} aria-label={`Proposal ${proposal.proposalId}`}>
      <header class={css.head}>
        <h2>{`${proposal.proposalId} · ${title}`}</h2>
        {final ? <Badge tone="bad">No way back</Badge> : null}
        {proposal.isStale ? <Badge tone="bad">Stale</Badge> : null}
        {mine ? <Badge>Your own</Badge> : null}
        <p class="soft">
          {'Proposed '}
          <Time ms={proposal.time} />
          {' by '}
          <code title={proposal.proposer}>{shortAddress(proposal.proposer)}</code>
          {', void in '}
          <Countdown to={proposal.expires} />
        </p>
      </header>
      <p>
        <span class="soft">Grounds: </span>
        {proposal.grounds || 'none'}
      </p>
      <Facts
        kind={proposal.kind}
        fields={{
          ...proposal.fields,
          ...(proposal.specification ? flattened(proposal.specification) : {}),
          ...(proposal.terms ?? {}),
        }}
      />
      {error ? <p class={css.alert}>{error}</p> : null}
      {found ? (
        <Live held={held} words block>
          <Consequence
            kind={proposal.kind}
            found={mine ? { ...found, refusal: null } : found}
            words={words}
          />
        </Live>
      ) : null}
      {found ? null : <Announced text={proposal.text} hash={proposal.hash} />}
      <Since proposal={proposal} />
      <div class={css.row}>
        <button
          type="button"
          class="button primary"
          disabled={mine || found === null || found.refusal !== null}
          onClick={() => setDeciding('approve')}
        >
          {`Approve ${proposal.proposalId}…`}
        </button>
        <button type="button" class="button" onClick={() => setDeciding('reject')}>
          {mine ? `Take back ${proposal.proposalId}…` : `Reject ${proposal.proposalId}…`}
        </button>
        {mine ? <span class="soft">Another operator than its proposer approves it.</span> : null}
      </div>
      {deciding ? (
        <Decide
          proposal={proposal}
          decision={deciding}
          title={title}
          words={words}
          final={final}
          outcome={found?.outcome ?? null}
          close={() => setDeciding(null)}
        />
      ) : null}
    </article>
  );
}

/** What follows, in a sentence, and why nobody can take it back. */
function wordsOf(proposal: Proposal): { words: string; final: string | null } {
  const kind = ACT_KINDS.find((one) => one.kind === proposal.kind);
  const texts = Object.entries(proposal.fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, value === true ? 'yes' : String(value)]);
  const values = {
    ...Object.fromEntries(texts),
    coin: proposal.coin ?? '',
    dex: proposal.dex ?? '',
  };
  return {
    words: kind?.consequence(values) ?? 'It comes into force with the approval.',
    final: kind?.final?.(values) ?? null,
  };
}
