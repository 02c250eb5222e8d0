import { markets } from '../../state/markets';
import css from '../form.module.css';
import { ChangesField } from './ChangesField';
import type { ActField } from './field';

interface Props {
  field: ActField;
  optional: boolean;
  value: string;
  coin: string | undefined;
  fault: string | undefined;
  change: (value: string) => void;
}

/** One field with its label, unit, help, and what is wrong with it. */
export function Field(props: Props) {
  const { field, fault, optional } = props;
  const id = `act-${field.name}`;
  const described = [field.help ? `${id}-help` : '', fault ? `${id}-fault` : ''].join(' ').trim();
  return (
    <div
      class={`${css.field} ${WIDE.has(field.kind) ? css.wide : ''} ${field.kind === 'address' ? css.address : ''}`}
    >
      <label for={id}>
        {field.label}
        {field.unit ? <span class="soft">{`, ${field.unit}`}</span> : null}
        {optional ? <span class="soft"> (optional)</span> : null}
      </label>
      <Entered {...props} id={id} described={described} />
      {fault ? (
        <p id={`${id}-fault`} role="alert" class={css.fault}>
          {fault}
        </p>
      ) : null}
      {field.help ? (
        <p id={`${id}-help`} class={css.help}>
          {field.help}
        </p>
      ) : null}
    </div>
  );
}

function Entered({ field, optional, value, coin, fault, change, id, described }: Props & Said) {
  const common = {
    id,
    name: field.name,
    'aria-invalid': fault !== undefined,
    ...(described ? { 'aria-describedby': described } : {}),
  };
  const choices = choicesOf(field);
  if (choices) {
    return (
      <select {...common} value={value} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{optional ? 'none' : 'choose…'}</option>
        {[...new Set([...choices, value].filter(Boolean))].map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  if (field.kind === 'changes') {
    return <ChangesField id={id} value={value} coin={coin} change={change} />;
  }
  if (field.kind === 'text') {
    return (
      <textarea
        {...common}
        rows={field.name === 'text' ? 8 : 3}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
    );
  }
  if (field.kind === 'flag') {
    return (
      <input
        {...common}
        type="checkbox"
        checked={value === 'yes'}
        onChange={(event) => change(event.currentTarget.checked ? 'yes' : '')}
      />
    );
  }
  const text = {
    autocomplete: 'off',
    value,
    onInput: (event: { currentTarget: HTMLInputElement }) => change(event.currentTarget.value),
  };
  if (field.kind === 'time') {
    return <input {...common} {...text} type="datetime-local" step={1} />;
  }
  return <input {...common} {...text} type="text" inputMode={MODES[field.kind] ?? 'text'} />;
}

/** They take the whole line: what is read digit by digit is never cut off. */
const WIDE: ReadonlySet<ActField['kind']> = new Set(['text', 'changes', 'address']);

interface Said {
  id: string;
  described: string;
}

const MODES: Partial<Record<ActField['kind'], 'decimal' | 'numeric'>> = {
  decimal: 'decimal',
  whole: 'numeric',
  hours: 'numeric',
  minutes: 'numeric',
};

function choicesOf(field: ActField): readonly string[] | undefined {
  if (field.kind === 'market') return markets.value.map((market) => market.coin);
  if (field.kind === 'dex') {
    return [...new Set(markets.value.map((market) => market.dex))].filter(Boolean);
  }
  return field.choices;
}
