import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Dialog } from '../../parts/Dialog';
import { utc } from '../../time/words';
import css from '../trust.module.css';
import { asked } from './asked';
import { CODES, type Code } from './codes';
import { explained, type Facts, type Step } from './explained';
import { factsAt, nextChange } from './facts';
import { InputsThen } from './InputsThen';

type Found = Facts | 'reading' | 'none' | 'failed';

/** What the price of a moment was made of; open while something is asked. */
export function Explanation() {
  const about = asked.value;
  const found = useSignal<Found>('reading');
  useEffect(() => {
    if (!about) return;
    found.value = 'reading';
    factsAt(about.coin, about.ms).then(
      (facts) => {
        if (asked.peek() === about) found.value = facts ?? 'none';
      },
      () => {
        if (asked.peek() === about) found.value = 'failed';
      },
    );
  }, [about]);
  if (!about) return null;
  const close = () => {
    asked.value = null;
  };
  return (
    <Dialog title={`Why ${about.coin} had this price`} close={close} wide>
      {typeof found.value === 'string' ? (
        <p role="status">{SAID[found.value]}</p>
      ) : (
        <Told coin={about.coin} ms={about.ms} facts={found.value} />
      )}
    </Dialog>
  );
}

const SAID = {
  reading: 'Reading what was in force…',
  none: 'The market had no price yet.',
  failed: 'The venue did not answer. Close this and ask again.',
} as const;

function Told({ coin, ms, facts }: { coin: string; ms: number; facts: Facts }) {
  const steps = explained(facts);
  const codes = [...new Set(steps.flatMap((step) => step.codes))];
  const later = async () => {
    const next = await nextChange(coin, facts.row.time).catch(() => null);
    if (next !== null) asked.value = { coin, ms: next };
  };
  return (
    <>
      <p>
        {'The prices in force from '}
        <time dateTime={new Date(facts.row.time).toISOString()}>{utc(facts.row.time)}</time>
      </p>
      <p class={css.row}>
        <button
          type="button"
          class="button"
          onClick={() => {
            asked.value = { coin, ms: facts.row.time - 1 };
          }}
        >
          Change before
        </button>
        <button type="button" class="button" onClick={later}>
          Change after
        </button>
      </p>
      <ol class={css.steps}>
        {steps.map((step) => (
          <OneStep key={step.title} step={step} />
        ))}
      </ol>
      {facts.clamp !== null ? <InputsThen coin={coin} ms={ms} unit={facts.unit} /> : null}
      <h3>The rules</h3>
      <dl class={css.codes}>
        {codes.map((code: Code) => (
          <div key={code}>
            <dt>{code}</dt>
            <dd>{CODES[code]}</dd>
          </div>
        ))}
      </dl>
      <h3>Recompute it</h3>
      <p>On a copy of the venue’s journal, input by input:</p>
      <code class={css.command}>
        {`bellwether explain ${coin} ${new Date(facts.row.time + 1).toISOString()}`}
      </code>
    </>
  );
}

function OneStep({ step }: { step: Step }) {
  return (
    <li>
      <span class={css.stepTitle}>{step.title}</span>
      <span>{step.words}</span>
      <span class={css.result}>{`= ${step.result}`}</span>
    </li>
  );
}
