import css from './values.module.css';

interface Props {
  /** Ready text; `–` for nothing. */
  text: string;
  unit?: string;
  class?: string | undefined;
}

/** A number with its unit. */
export function Amount({ text, unit, class: className }: Props) {
  return (
    <span class={`${css.amount} ${className ?? ''}`}>
      {text}
      {unit && text !== '–' ? <span class={css.unit}>{`\u00a0${unit}`}</span> : null}
    </span>
  );
}
