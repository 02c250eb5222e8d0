import type { ComponentChildren } from 'preact';
import { clockTime } from '../../../time/words';
import css from '../../form.module.css';
import { Consequence } from './Consequence';
import type { Looked } from './useLooked';

interface Props {
  looked: Looked;
  isOld: boolean;
  /** What follows, in a sentence. */
  words: string;
  /** Why nobody can take it back, where nobody can. */
  final: string | null;
  /** What stands above the consequence. */
  children?: ComponentChildren;
}

/** What was looked at, to be read before it is signed. */
export function Before({ looked, isOld, words, final, children }: Props) {
  const { act, found, at } = looked;
  return (
    <section class={css.before} aria-label="Before you sign">
      <h2>
        {found.coin ? `Before you sign: ${found.coin}` : 'Before you sign'}
        <span class="soft">{`, as of ${clockTime(at)}`}</span>
      </h2>
      {children}
      <Consequence kind={act.kind} found={found} words={words} />
      {final ? (
        <p class={css.alert}>
          <strong>No way back: </strong>
          {final}
        </p>
      ) : null}
      {isOld ? (
        <p role="status" class={css.warn}>
          This is older than a minute. Look again before you sign.
        </p>
      ) : null}
      <details>
        <summary>Exactly what is signed</summary>
        <pre class={css.exact}>{JSON.stringify(act, null, 1)}</pre>
      </details>
    </section>
  );
}
