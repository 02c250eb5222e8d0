import { useState } from 'preact/hooks';
import { fixed, grouped } from '../../numbers/format';
import { Dialog } from '../../parts/Dialog';
import { carryOut } from '../desk/acting';
import type { Outcome, Proposal } from '../desk/reads';
import css from '../form.module.css';

interface Props {
  proposal: Proposal;
  decision: 'approve' | 'reject';
  title: string;
  words: string;
  /** Why nobody can take it back, where nobody can. */
  final: string | null;
  outcome: Outcome | null;
  close: () => void;
}

/** The last question before an approval binds or a rejection closes. */
export function Decide({ proposal, decision, title, words, final, outcome, close }: Props) {
  const [busy, setBusy] = useState(false);
  const approves = decision === 'approve';
  const decide = async () => {
    setBusy(true);
    const act = { kind: decision, proposalId: proposal.proposalId };
    const done = `Proposal ${proposal.proposalId} is ${approves ? 'approved' : 'rejected'}`;
    await carryOut(act, done);
    setBusy(false);
    close();
  };
  const ends = proposal.kind === 'settle' && outcome !== null;
  return (
    <Dialog
      title={`${approves ? 'Approve' : 'Reject'} proposal ${proposal.proposalId}?`}
      close={close}
    >
      <p>
        <strong>{title}</strong>
      </p>
      <p>{approves ? words : 'Nothing changes in the market. The proposal is closed for good.'}</p>
      {approves && ends ? (
        <p>
          {`At ${grouped(outcome.px)} USD: longs gain ${fixed(outcome.long.gained, 2)} and lose `}
          {`${fixed(outcome.long.lost, 2)} USD, shorts gain ${fixed(outcome.short.gained, 2)} and `}
          {`lose ${fixed(outcome.short.lost, 2)} USD. ${ruinWords(outcome)}`}
        </p>
      ) : null}
      {approves && final ? (
        <p class={css.alert}>
          <strong>No way back: </strong>
          {final}
        </p>
      ) : null}
      {approves ? (
        <p class={css.hash}>
          <span class="soft">Announced with SHA-256 </span>
          <code>{proposal.hash}</code>
        </p>
      ) : null}
      <div class={css.row}>
        <button type="button" class="button primary" disabled={busy} onClick={decide}>
          {approves ? 'Sign the approval' : 'Sign the rejection'}
        </button>
        <button type="button" class="button" onClick={close}>
          Back
        </button>
      </div>
    </Dialog>
  );
}

function ruinWords(outcome: Outcome): string {
  const ruined = outcome.long.ruined + outcome.short.ruined;
  if (ruined === 0) return 'Nobody is ruined.';
  return (
    `Ruined: ${ruined}, who would owe ${fixed(outcome.deficit, 2)} USD; ` +
    `the other side bears ${fixed(outcome.borneByOthers, 2)} USD of it.`
  );
}
