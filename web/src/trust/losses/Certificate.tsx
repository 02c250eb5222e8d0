import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import parts from '../../parts/parts.module.css';
import { session } from '../../session/session';
import { ownLiquidations } from '../../state/liquidations';
import { certificate } from '../../wire/trust';
import css from '../trust.module.css';

type Found = { id: number; body: string } | 'none' | 'failed' | null;

/** A certificate of a liquidation by its number, to keep and to check alone (LIQ-8). */
export function Certificate({ wanted }: { wanted: Signal<string> }) {
  const found = useSignal<Found>(null);
  const user = session.value?.account;
  const look = async () => {
    if (!/^\d{1,15}$/.test(wanted.value)) return;
    const id = Number(wanted.value);
    try {
      const body = await certificate(id, user);
      found.value = body ? { id, body: JSON.stringify(body, null, 1) } : 'none';
    } catch {
      found.value = 'failed';
    }
  };
  useEffect(() => {
    found.value = null;
    if (wanted.value) void look();
  }, [wanted.value, user]);
  return (
    <>
      <p class="soft">
        {user
          ? 'Your own at once, those of others a quarter of an hour later.'
          : 'A quarter of an hour after the liquidation; connect to get your own at once.'}
      </p>
      {ownLiquidations.value.length > 0 ? (
        <p class={css.row}>
          {'Yours: '}
          {ownLiquidations.value.map((id) => (
            <button
              key={id}
              type="button"
              class="quiet"
              onClick={() => {
                wanted.value = String(id);
              }}
            >
              {`No. ${id}`}
            </button>
          ))}
        </p>
      ) : null}
      <form
        class={css.row}
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <label class={css.field}>
          <span>Number of the liquidation</span>
          <input
            class={parts.control}
            inputMode="numeric"
            pattern="\d{1,15}"
            value={wanted.value}
            onInput={(event) => {
              wanted.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="button">
          Get it
        </button>
      </form>
      <div role="status">{told(found.value)}</div>
    </>
  );
}

function told(found: Found) {
  if (found === null) return null;
  if (found === 'failed') return 'The venue did not answer. Try again.';
  if (found === 'none') return 'There is no certificate of that number that you may see yet.';
  const { id, body } = found;
  return (
    <>
      <p class={css.row}>
        <button type="button" class="button primary" onClick={() => save(id, body)}>
          {`Download certificate-${id}.json`}
        </button>
      </p>
      <p>To check it with nothing but Python and the journal’s files of that time:</p>
      <code class={css.command}>
        {`bellwether certificate program > certificate.py\npython certificate.py certificate-${id}.json SEGMENT…`}
      </code>
      <details>
        <summary>What it says</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
        <section class={css.json} tabIndex={0} aria-label="The certificate">
          {body}
        </section>
      </details>
    </>
  );
}

function save(id: number, body: string): void {
  const address = URL.createObjectURL(new Blob([body], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `certificate-${id}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
