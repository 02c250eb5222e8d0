import { useState } from 'preact/hooks';
import { Badge } from '../../parts/Badge';
import type { Act } from '../desk/act';
import { may } from '../desk/operator';
import css from '../form.module.css';
import { Before } from './before/Before';
import { LookAndSign } from './before/LookAndSign';
import { useLooked } from './before/useLooked';
import { Facts } from './Facts';
import { Field } from './Field';
import {
  type ActKind,
  actOf,
  type Faults,
  faultsOf,
  fieldsShown,
  isOptional,
  keysOf,
  type Values,
} from './field';
import { usePresent } from './usePresent';

interface Props {
  kind: ActKind;
  /** Values of the first fields, in their order. */
  given: readonly string[];
}

/** An act in two steps: fill it in and see what it would do, then sign it. */
export function ActForm({ kind, given }: Props) {
  const [values, setValues] = useState<Values>(() => firstValues(kind, given));
  const [faults, setFaults] = useState<Faults>({});
  const [error, setError] = useState<string | null>(null);
  const { looked, busy, isOld, ready, ...looking } = useLooked();
  const change = (name: string, value: string) => {
    setValues({ ...values, [name]: value });
    setFaults({ ...faults, [name]: '' });
    looking.forget();
  };
  const present = usePresent(kind, values, (filled) => {
    setValues(filled);
    looking.forget();
  });
  const refuse = (found: Faults) => {
    setFaults(found);
    const first = fieldsShown(kind, values).find((field) => found[field.name]);
    if (first) document.getElementById(`act-${first.name}`)?.focus();
  };
  const look = async () => {
    setError(null);
    const entered = actOf(kind, values);
    if ('faults' in entered) return refuse(entered.faults);
    const fault = await looking.look(entered.act as Act);
    if (fault === null) return;
    const named = faultsOf(kind, fault);
    if (named) refuse(named);
    else setError(fault);
  };
  const sign = async () => {
    const done = keysOf(kind, values) === 2 ? 'Proposed' : 'Carried out';
    if (await looking.sign(`${done}: ${kind.label.toLowerCase()}`)) {
      setValues(firstValues(kind, []));
    }
  };
  const keys = keysOf(kind, values);
  const final = kind.final?.(values) ?? null;
  return (
    <form
      class={css.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void look();
      }}
    >
      <header class={css.head}>
        <h1>{kind.label}</h1>
        <Badge tone={keys === 2 ? 'warn' : 'plain'}>{keys === 2 ? 'Two keys' : 'One key'}</Badge>
        {final ? <Badge tone="bad">No way back</Badge> : null}
        <p class="soft">{`${kind.what} For ${kind.roles.join(' or ')}.`}</p>
      </header>
      {may(kind.roles) ? null : (
        <p class={css.warn}>
          {`The key that is signed in is not ${kind.roles.join(' or ')}: the venue would refuse this.`}
        </p>
      )}
      <div class={css.fields}>
        {fieldsShown(kind, values).map((field) => (
          <Field
            key={field.name}
            field={field}
            optional={isOptional(field, values)}
            value={values[field.name] ?? ''}
            coin={values.coin}
            fault={faults[field.name] || undefined}
            change={(value) => change(field.name, value)}
          />
        ))}
      </div>
      {present.words ? (
        <p role="status" class="soft">
          {present.words}
        </p>
      ) : null}
      {present.read ? (
        <button type="button" class={`button ${css.own}`} onClick={present.read}>
          Fill in what it has now
        </button>
      ) : null}
      {error ? (
        <p role="alert" class={css.alert}>
          {error}
        </p>
      ) : null}
      {looked ? (
        <Before looked={looked} isOld={isOld} words={kind.consequence(values)} final={final}>
          {kind.group === 'Money' || kind.group === 'Accounts' ? (
            <Facts kind={kind.kind} fields={looked.found.fields} />
          ) : null}
        </Before>
      ) : null}
      <LookAndSign
        looked={looked}
        isOld={isOld}
        busy={busy}
        ready={ready}
        words={keys === 2 ? 'Sign and propose' : 'Sign and carry out'}
        sign={sign}
      />
    </form>
  );
}

function firstValues(kind: ActKind, given: readonly string[]): Values {
  return Object.fromEntries(kind.fields.map((field, at) => [field.name, given[at] ?? '']));
}
