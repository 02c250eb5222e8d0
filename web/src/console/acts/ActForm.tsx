import { useState } from 'preact/hooks';
import { Badge } from '../../parts/Badge';
import { now } from '../../time/clock';
import { clockTime } from '../../time/words';
import type { Act } from '../desk/act';
import { carryOut, preview, said } from '../desk/acting';
import { may } from '../desk/operator';
import type { Preview } from '../desk/reads';
import css from '../form.module.css';
import { Consequence } from './Consequence';
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

interface Looked {
  readonly act: Act;
  readonly found: Preview;
  readonly at: number;
}

interface Props {
  kind: ActKind;
  /** Values of the first fields, in their order. */
  given: readonly string[];
}

/** What has been shown is signed within a minute, or looked at again. */
const HOLDS_MS = 60_000;

/** An act in two steps: fill it in and see what it would do, then sign it. */
export function ActForm({ kind, given }: Props) {
  const [values, setValues] = useState<Values>(() => firstValues(kind, given));
  const [faults, setFaults] = useState<Faults>({});
  const [error, setError] = useState<string | null>(null);
  const [looked, setLooked] = useState<Looked | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (name: string, value: string) => {
    setValues({ ...values, [name]: value });
    setFaults({ ...faults, [name]: '' });
    setLooked(null);
  };
  const refuse = (found: Faults) => {
    setFaults(found);
    const first = fieldsShown(kind, values).find((field) => found[field.name]);
    if (first) document.getElementById(`act-${first.name}`)?.focus();
  };
  const look = async () => {
    setError(null);
    const entered = actOf(kind, values);
    if ('faults' in entered) return refuse(entered.faults);
    setBusy(true);
    try {
      const act = entered.act as Act;
      setLooked({ act, found: await preview(act), at: Date.now() });
    } catch (fault) {
      const named = faultsOf(kind, said(fault));
      if (named) refuse(named);
      else setError(said(fault));
    } finally {
      setBusy(false);
    }
  };
  const sign = async () => {
    if (!looked) return;
    setBusy(true);
    const done = keysOf(kind, values) === 2 ? 'Proposed' : 'Carried out';
    if (await carryOut(looked.act, `${done}: ${kind.label.toLowerCase()}`)) {
      setLooked(null);
      setValues(firstValues(kind, []));
    }
    setBusy(false);
  };
  const keys = keysOf(kind, values);
  const isOld = looked !== null && now.value - looked.at > HOLDS_MS;
  const final = kind.final?.(values);
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
      {error ? (
        <p role="alert" class={css.alert}>
          {error}
        </p>
      ) : null}
      {looked ? (
        <section class={css.before} aria-label="Before you sign">
          <h2>
            {looked.found.coin ? `Before you sign: ${looked.found.coin}` : 'Before you sign'}
            <span class="soft">{`, as of ${clockTime(looked.at)}`}</span>
          </h2>
          {kind.group === 'Money' || kind.group === 'Accounts' ? (
            <Facts kind={kind.kind} fields={looked.found.fields} />
          ) : null}
          <Consequence kind={kind.kind} found={looked.found} words={kind.consequence(values)} />
          {final ? (
            <p class={css.alert}>
              <strong>No way back: </strong>
              {final}
            </p>
          ) : null}
          {isOld ? (
            <p role="status" class={css.warn}>
              This is older than a minute. Look again before you sign.
            </p>
          ) : null}
          <details>
            <summary>Exactly what is signed</summary>
            <pre class={css.exact}>{JSON.stringify(looked.act, null, 1)}</pre>
          </details>
        </section>
      ) : null}
      <div class={css.row}>
        <button
          type="submit"
          class={looked && !isOld ? 'button' : 'button primary'}
          disabled={busy}
        >
          {looked ? 'Look again' : 'Show what it would do'}
        </button>
        {looked ? (
          <button
            type="button"
            class="button primary"
            disabled={busy || isOld || looked.found.refusal !== null}
            onClick={sign}
          >
            {keys === 2 ? 'Sign and propose' : 'Sign and carry out'}
          </button>
        ) : null}
      </div>
    </form>
  );
}

function firstValues(kind: ActKind, given: readonly string[]): Values {
  return Object.fromEntries(kind.fields.map((field, at) => [field.name, given[at] ?? '']));
}
