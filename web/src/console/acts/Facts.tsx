import { grouped } from '../../numbers/format';
import { Time } from '../../parts/values/Time';
import { shortAddress } from '../../session/session';
import type { Fields } from '../desk/reads';
import css from '../form.module.css';
import { effectWords } from './effect-words';
import { fieldName } from './names';

interface Props {
  kind: string;
  fields: Fields;
}

const MANY = 14;
const MS_TIMES = /^(time|crossTime|deadline|observedAt|effectiveTime)$/;
const WORDS = /^(observationKind|status|unit)$/;
const EXACT = /^(px|value|amount|size|least|delayedAbove|largeAbove|accountHourly|venueHourly)$/;

/** The fields of an act as the venue has them, whatever its announcement says. */
export function Facts({ kind, fields }: Props) {
  const known = Object.entries(fields).filter(([, value]) => value !== null && value !== '');
  if (known.length === 0) return null;
  const list = (
    <dl class={css.facts}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{fieldName(kind, name)}</dt>
          <dd>{factWords(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
  if (known.length <= MANY) return list;
  return (
    <details>
      <summary>{`All ${known.length} fields`}</summary>
      {list}
    </details>
  );
}

/** The first fields that say what it was about, in a line. */
export function inBrief(kind: string, fields: Fields): string {
  const known = Object.entries(fields).filter(
    ([name, value]) => value !== null && value !== '' && !MS_TIMES.test(name),
  );
  const parts = known.slice(0, 3).map(([name, value]) => {
    const words = shortened(textOf(name, value));
    return name === 'proposalId' ? `Proposal ${words}` : `${fieldName(kind, name)}: ${words}`;
  });
  return parts.join('; ') || 'No fields';
}

function shortened(text: string): string {
  return /^0x[0-9a-f]{40}$/i.test(text) ? shortAddress(text) : text;
}

function factWords(name: string, value: unknown) {
  if (MS_TIMES.test(name) && typeof value === 'number') return <Time ms={value} />;
  return textOf(name, value);
}

function textOf(name: string, value: unknown): string {
  if (name === 'window' && typeof value === 'number') return String(value / 3_600_000);
  if (WORDS.test(name)) return String(value).replaceAll('_', ' ');
  if (EXACT.test(name) && typeof value === 'string') return grouped(value);
  return effectWords(name, value === true ? 'yes' : value === false ? 'no' : value);
}
