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
  /** Around blocks. */
  block?: boolean;
}

/** Shows what was heard, dimmed as soon as it may no longer be true. */
export function Live({ held, bound, words, block, children }: Props) {
  if (!held || !isStale(held, bound)) return <>{children}</>;
  const Element = block ? 'div' : 'span';
  return (
    <Element class={`${css.stale} ${block ? css.block : ''}`}>
      {children}
      {words ? <span class={css.asOf}>{` as of ${clockTime(held.at)}`}</span> : null}
    </Element>
  );
}
