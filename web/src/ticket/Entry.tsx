import css from './ticket.module.css';

interface Props {
  label: string;
  unit: string;
  value: string;
  enter: (text: string) => void;
}

/** A number to type, with its unit in sight. */
export function Entry({ label, unit, value, enter }: Props) {
  return (
    <label class={css.entry}>
      <span class="soft">{label}</span>
      <input
        inputMode="decimal"
        autoComplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => enter(event.currentTarget.value)}
      />
      <span class="soft">{unit}</span>
    </label>
  );
}
