import type { ComponentChildren } from 'preact';
import css from './parts.module.css';

/** Nothing here yet, and how it comes about that there is. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class={css.empty}>
      <p class={css.emptyTitle}>{title}</p>
      {children ? <p>{children}</p> : null}
    </div>
  );
}
