import { useState } from 'preact/hooks';
import { Badge } from '../../parts/Badge';
import { Countdown } from '../../parts/values/Countdown';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { shortAddress } from '../../session/session';
import { Announced, Consequence } from '../acts/Consequence';
import { ACT_KINDS } from '../acts/kinds';
import { flattened, specWords } from '../acts/spec-words';
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
  const label = labelOf(proposal.kind);
  const title = `${proposal.coin ?? proposal.dex ?? 'The venue'}: ${label}`;
  const mine = operator.value?.address.toLowerCase() === proposal.proposer;
  const words = consequenceOf(proposal);
  return (
    <article class={css.card} aria-label={`Proposal ${proposal.proposalId}`}>
      <header class={css.head}>
        <h2>{`${proposal.proposalId} · ${title}`}</h2>
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
      <Facts proposal={proposal} />
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
          outcome={found?.outcome ?? null}
          close={() => setDeciding(null)}
        />
      ) : null}
    </article>
  );
}

/** The fields of the act as the venue has them, whatever its announcement says. */
function Facts({ proposal }: { proposal: Proposal }) {
  const all = {
    ...proposal.fields,
    ...(proposal.specification ? flattened(proposal.specification) : {}),
    ...(proposal.terms ?? {}),
  };
  const known = Object.entries(all).filter(([, value]) => value !== null && value !== '');
  if (known.length === 0) return null;
  const list = (
    <dl class={css.facts}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{/px$/i.test(name) ? `${name}, USD` : name}</dt>
          <dd>{factWords(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
  if (known.length <= 14) return list;
  return (
    <details>
      <summary>{`All ${known.length} fields`}</summary>
      {list}
    </details>
  );
}

const MS_TIMES = /^(crossTime|deadline|observedAt)$/;

function factWords(name: string, value: unknown) {
  if (MS_TIMES.test(name) && typeof value === 'number') return <Time ms={value} />;
  if (name === 'window' && typeof value === 'number') return `${value / 3_600_000} h`;
  return specWords(name, value === true ? 'yes' : value);
}

function labelOf(kind: string): string {
  return ACT_KINDS.find((one) => one.kind === kind)?.label ?? OTHERS[kind] ?? kind;
}

const OTHERS: Readonly<Record<string, string>> = {
  resumeWithdrawals: 'Resume withdrawals',
  withdrawalTerms: 'Terms of withdrawals',
};

function consequenceOf(proposal: Proposal): string {
  const kind = ACT_KINDS.find((one) => one.kind === proposal.kind);
  const texts = Object.entries(proposal.fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, value === true ? 'yes' : String(value)]);
  const values = {
    ...Object.fromEntries(texts),
    coin: proposal.coin ?? '',
    dex: proposal.dex ?? '',
  };
  return kind?.consequence(values) ?? 'It comes into force with the approval.';
}
