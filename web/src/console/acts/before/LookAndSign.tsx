import type { ComponentChildren } from 'preact';
import css from '../../form.module.css';
import type { Looked } from './useLooked';

interface Props {
  looked: Looked | null;
  isOld: boolean;
  busy: boolean;
  /** What was looked at can be signed. */
  ready: boolean;
  /** What signing does, in words. */
  words: string;
  sign: () => void;
  /** Other ways out. */
  children?: ComponentChildren;
}

/** Looking comes first, and again when it was too long ago; signing is offered after it. */
export function LookAndSign({ looked, isOld, busy, ready, words, sign, children }: Props) {
  return (
    <div class={css.row}>
      <button type="submit" class={looked && !isOld ? 'button' : 'button primary'} disabled={busy}>
        {looked ? 'Look again' : 'Show what it would do'}
      </button>
      {looked ? (
        <button type="button" class="button primary" disabled={!ready} onClick={sign}>
          {words}
        </button>
      ) : null}
      {children}
    </div>
  );
}
