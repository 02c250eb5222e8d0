import { useState } from 'preact/hooks';
import { href } from '../../app/router';
import { fixed } from '../../numbers/format';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Countdown } from '../../parts/values/Countdown';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { shortAddress } from '../../session/session';
import css from '../console.module.css';
import { withdrawalQueue } from '../desk/acting';
import { may } from '../desk/operator';
import { usePolled } from '../desk/polled';
import { type Withdrawal, withdrawalTerms } from '../desk/reads';
import { PayoutDialog, type Question } from './PayoutDialog';
import { termsWords } from './terms';

/** Money on its way out: approve, pay, send back; and the pause of all of it (RULE-9). */
export function WithdrawalsPage() {
  const queue = usePolled(withdrawalQueue, 'withdrawals', 3_000, true);
  const terms = usePolled(withdrawalTerms, 'terms', 6_000);
  const [asking, ask] = useState<Question | null>(null);
  if (!queue.held) return <p role="status">{queue.error ?? 'Reading the queue…'}</p>;
  const paused = terms.held?.value.paused === true;
  const steers = may(paused ? ['risk'] : ['risk', 'settler', 'custodian']);
  return (
    <section class={css.page}>
      <h1>Withdrawals</h1>
      <div class={css.row}>
        <Badge tone={paused ? 'bad' : 'good'}>{paused ? 'Paused' : 'Going out'}</Badge>
        <button
          type="button"
          class="button"
          disabled={!steers}
          onClick={() => ask(paused ? RESUME : PAUSE)}
        >
          {paused ? 'Propose to resume…' : 'Pause all…'}
        </button>
        {steers ? null : (
          <span class="soft">{paused ? 'For risk.' : 'For risk, settler or custodian.'}</span>
        )}
        {terms.held ? (
          <p class="soft">
            {termsWords(terms.held.value)}{' '}
            {may(['risk']) ? <a href={href('acts', 'withdrawalTerms')}>Change the terms</a> : null}
          </p>
        ) : null}
      </div>
      <Live held={queue.held} words block>
        <Table
          label="Withdrawals that wait"
          columns={columnsOf(ask)}
          rows={queue.held.value}
          rowKey={(row) => row.id}
          empty={
            <Empty title="Nothing waits to be paid">
              What owners ask for leaves their accounts at once and waits here, the longer the more
              it is.
            </Empty>
          }
        />
      </Live>
      {asking ? <PayoutDialog question={asking} close={() => ask(null)} /> : null}
    </section>
  );
}

const PAUSE: Question = {
  title: 'Pause all withdrawals',
  kind: 'pauseWithdrawals',
  field: 'grounds',
  consequence:
    'At once nothing leaves the venue and nobody can ask for more. Resuming takes two risk keys.',
  sign: 'Sign and pause',
};
const RESUME: Question = {
  title: 'Propose to resume withdrawals',
  kind: 'resumeWithdrawals',
  field: 'grounds',
  consequence: 'Withdrawals go on once another operator with risk approves.',
  sign: 'Sign and propose',
};

function columnsOf(ask: (question: Question) => void): readonly Column<Withdrawal>[] {
  return [
    { key: 'No.', align: 'end', cell: (row) => row.id },
    { key: 'Asked', cell: (row) => <Time ms={row.time} /> },
    { key: 'Account', cell: (row) => <code title={row.user}>{shortAddress(row.user)}</code> },
    {
      key: 'To',
      cell: (row) => <code title={row.destination}>{shortAddress(row.destination)}</code>,
    },
    { key: 'Dex', cell: (row) => row.dex || 'main' },
    { key: 'Amount, USD', align: 'end', cell: (row) => fixed(row.amount, 2) },
    { key: 'State', cell: (row) => <Badge>{row.state}</Badge> },
    { key: 'Payable in', cell: (row) => <Countdown to={row.releaseTime} /> },
    {
      key: 'Approvals',
      align: 'end',
      cell: (row) => `${row.approvals} of ${row.approvalsNeeded}`,
    },
    { key: 'Acts', cell: (row) => <Acts row={row} ask={ask} /> },
  ];
}

function Acts({ row, ask }: { row: Withdrawal; ask: (question: Question) => void }) {
  const { id } = row;
  if (!may(['custodian', 'risk'])) return <span class="soft">for custodian or risk</span>;
  return (
    <span class={css.links}>
      {row.approvals < row.approvalsNeeded ? (
        <button type="button" class="quiet" onClick={() => ask(approving(row))}>
          {`Approve ${id}…`}
        </button>
      ) : null}
      {row.state === 'due' && may(['custodian']) ? (
        <button type="button" class="quiet" onClick={() => ask(paying(row))}>
          {`Paid ${id}…`}
        </button>
      ) : null}
      <button type="button" class="quiet" onClick={() => ask(refusing(row))}>
        {`Refuse ${id}…`}
      </button>
    </span>
  );
}

const named = (row: Withdrawal) => `withdrawal ${row.id} of ${fixed(row.amount, 2)} USD`;

function approving(row: Withdrawal): Question {
  const missing = row.approvalsNeeded - row.approvals - 1;
  return {
    title: `Approve ${named(row)}`,
    kind: 'approveWithdrawal',
    about: row,
    consequence:
      missing > 0
        ? `It then still needs ${missing} more ${missing === 1 ? 'key' : 'keys'}.`
        : 'It then has all the keys that it needs, and can be paid from its time on.',
    final: 'An approval is not taken back. Until it is paid, refusing sends the money back.',
    sign: 'Sign and approve',
  };
}

function paying(row: Withdrawal): Question {
  return {
    title: `Book ${named(row)} as paid`,
    kind: 'releaseWithdrawal',
    about: row,
    field: 'reference',
    consequence: 'Pay first: the venue moves no money itself. It is then held for nobody any more.',
    final: 'It is booked as paid. Only a credit, with a reference of its own, brings money back.',
    sign: 'Sign and book as paid',
  };
}

function refusing(row: Withdrawal): Question {
  return {
    title: `Refuse ${named(row)}`,
    kind: 'refuseWithdrawal',
    about: row,
    field: 'grounds',
    consequence: 'The money goes back to the account at once, and its owner reads the grounds.',
    sign: 'Sign and refuse',
  };
}
