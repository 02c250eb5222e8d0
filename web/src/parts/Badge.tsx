import type { ComponentChildren } from 'preact';
import css from './parts.module.css';

interface Props {
  tone?: 'plain' | 'good' | 'warn' | 'bad';
  children: ComponentChildren;
}

export function Badge({ tone = 'plain', children }: Props) {
  return <span class={`${css.badge} ${css[tone]}`}>{children}</span>;
}
