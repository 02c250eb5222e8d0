import { markets } from '../../state/markets';
import { labelOf, type Scale } from '../spec/fields';
import css from '../trust.module.css';
import { changesIn, toldText, valueWords } from './changes';

interface Props {
  text: string;
  /** The market that it is about; null for the whole venue. */
  coin: string | null;
}

/** What was announced; of a change of rules its fields, beside the text as it was hashed. */
export function Told({ text, coin }: Props) {
  const changes = changesIn(text);
  const scale = scaleOf(coin);
  if (!changes || !scale) return <p class={css.text}>{text}</p>;
  return (
    <>
      <ul class={css.changes}>
        {changes.map(({ name, before, after }) => (
          <li key={name}>
            <span class="soft">{`${labelOf(name)} `}</span>
            <del>{valueWords(name, before, scale)}</del>
            {' → '}
            <ins>{valueWords(name, after, scale)}</ins>
          </li>
        ))}
      </ul>
      <details>
        <summary>The text as it was hashed</summary>
        <p class={css.text}>{text}</p>
      </details>
    </>
  );
}

/** The same as one text, for a line or a voice. */
export function toldOf({ text, coin }: { text: string; coin: string | null }): string {
  const scale = scaleOf(coin);
  return scale ? toldText(text, scale) : text;
}

/** What turns a market's lots into contracts; null for a market that is not known here. */
export function scaleOf(coin: string | null): Scale | null {
  const found = markets.value.find((one) => one.coin === coin);
  return found ? { sizeDecimals: found.szDecimals } : null;
}
