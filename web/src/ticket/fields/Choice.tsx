import { useId } from 'preact/hooks';
import css from '../ticket.module.css';

interface Props<K extends string> {
  label: string;
  /** Read out, but not shown. */
  quiet?: boolean;
  choices: readonly (readonly [K, string])[];
  value: K;
  choose: (key: K) => void;
}

/** A list box with its label. */
export function Choice<K extends string>({ label, quiet, choices, value, choose }: Props<K>) {
  const id = useId();
  return (
    <div class={css.choice}>
      <label for={id} class={quiet ? 'hidden' : 'soft'}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => choose(event.currentTarget.value as K)}>
        {choices.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  change: (checked: boolean) => void;
}

export function Check({ label, checked, change }: CheckProps) {
  return (
    <label class={css.check}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
