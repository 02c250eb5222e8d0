import type { ComponentChildren } from 'preact';
import css from '../ticket.module.css';

interface Props {
  label: string;
  /** A word, or a control that chooses it. */
  unit: ComponentChildren;
  value: string;
  enter: (text: string) => void;
  /** Steps the number, by the arrow keys. */
  step?: ((up: boolean) => void) | undefined;
  placeholder?: string;
  /** How scripts of keys find it. */
  id?: string;
}

/** A number to type, with its unit in sight. */
export function Entry({ label, unit, value, enter, step, placeholder, id }: Props) {
  const keys = (event: KeyboardEvent) => {
    if (!step || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    step(event.key === 'ArrowUp');
  };
  return (
    <div class={css.entry}>
      <label class={css.entryLabel}>
        <span class="soft">{label}</span>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          spellcheck={false}
          placeholder={placeholder}
          value={value}
          onInput={(event) => enter(event.currentTarget.value)}
          onKeyDown={keys}
        />
      </label>
      <span class="soft">{unit}</span>
    </div>
  );
}
