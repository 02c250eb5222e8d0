import { Time } from '../../../parts/values/Time';
import { timesTold } from '../../../time/words';
import type { Preview } from '../../desk/reads';
import css from '../../form.module.css';
import { changeName, changeWords } from '../effect-words';
import { Parts, Payouts, Staying, Units } from './Totals';

interface Props {
  kind: string;
  found: Preview;
  /** What follows, in a sentence. */
  words: string;
}

/** What an act does, before anybody signs it: who, how much, what is announced. */
export function Consequence({ kind, found, words }: Props) {
  return (
    <div class={css.consequence}>
      {found.refusal ? (
        <p role="alert" class={css.alert}>
          {`It would be refused now: ${timesTold(found.refusal)}`}
        </p>
      ) : null}
      <p>{words}</p>
      <Totals kind={kind} found={found} />
      {found.changes.length > 0 ? <Changes found={found} /> : null}
      {found.notes.map((note) => (
        <p key={note} class={css.warn}>
          {note}
        </p>
      ))}
      {found.text && found.hash ? <Announced text={found.text} hash={found.hash} /> : null}
    </div>
  );
}

function Totals({ kind, found }: { kind: string; found: Preview }) {
  const { outcome, fields } = found;
  if (!outcome) return null;
  if (kind === 'settle') return <Payouts found={outcome} />;
  if (kind === 'rebase') {
    const [numerator, denominator] = [String(fields.numerator), String(fields.denominator)];
    return <Units found={outcome} numerator={numerator} denominator={denominator} />;
  }
  if (fields.treatment === 'settle') return <Payouts found={outcome} />;
  if (fields.treatment === 'composite') {
    return <Parts found={outcome} part={String(fields.settledPart)} />;
  }
  const [numerator, denominator] = String(fields.ratio ?? '').split('/');
  if (fields.treatment === 'adjusted' && numerator && denominator) {
    return <Units found={outcome} numerator={numerator} denominator={denominator} />;
  }
  return <Staying found={outcome} />;
}

function Changes({ found }: { found: Preview }) {
  return (
    <>
      <table class={css.sides}>
        <thead>
          <tr>
            <th scope="col">What changes</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          {found.changes.map((line) => (
            <tr key={line.field}>
              <th scope="row" title={line.field}>
                {changeName(line.field)}
              </th>
              <td>
                <del>{changeWords(line.field, line.before, found.coin)}</del>
              </td>
              <td>
                <ins>{changeWords(line.field, line.after, found.coin)}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.effectiveTime ? (
        <p>
          {'In force from '}
          <Time ms={found.effectiveTime} />
          {' if it is approved now.'}
        </p>
      ) : null}
    </>
  );
}

/** The text that becomes public, and the hash that the journal has of it. */
export function Announced({ text, hash }: { text: string; hash: string }) {
  return (
    <figure class={css.announced}>
      <figcaption class="soft">Announcement</figcaption>
      <blockquote>{text}</blockquote>
      <p class={css.hash}>
        <span class="soft">SHA-256 </span>
        <code>{hash}</code>
      </p>
    </figure>
  );
}
