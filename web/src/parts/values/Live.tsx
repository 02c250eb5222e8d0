import type { ComponentChildren } from 'preact';
import { type Aged, isStale } from '../../state/aged';
import { clockTime } from '../../time/words';
import css from './values.module.css';

interface Props {
  held: Aged<unknown> | null;
  bound?: number;
  children: ComponentChildren;
  /** Says so in words; else only dims, beside something that says it. */
  words?: boolean;
}

/** Shows what was heard, dimmed as soon as it may no longer be true. */
export function Live({ held, bound, words, children }: Props) {
  if (!held || !isStale(held, bound)) return <>{children}</>;
  return (
    <span class={css.stale}>
      {children}
      {words ? <span class={css.asOf}>{` as of ${clockTime(held.at)}`}</span> : null}
    </span>
  );
}
