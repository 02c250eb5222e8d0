import { useEffect } from 'preact/hooks';
import { Tabs } from '../parts/Tabs';
import { disclosure, mustAccept } from '../session/disclosure';
import { connecting, session } from '../session/session';
import { isStale } from '../state/aged';
import { context } from '../state/live';
import { market, spec } from '../state/markets';
import { Disclosure } from './Disclosure';
import { amend, type Draft, draft, type Kind } from './draft';
import { Estimates } from './Estimates';
import { Choice } from './fields/Choice';
import { Options } from './fields/Options';
import { Prices } from './fields/Prices';
import { SidePicker } from './fields/SidePicker';
import { Size } from './fields/Size';
import { KeysHelp } from './keys/KeysHelp';
import { watchKeys } from './keys/keys';
import { Leverage } from './Leverage';
import { result } from './result';
import { sending, submit } from './sending/submit';
import { terms } from './terms/live';
import css from './ticket.module.css';

const TABS = [
  { key: 'limit', label: 'Limit' },
  { key: 'market', label: 'Market' },
  { key: 'more', label: 'Stop / TWAP' },
] as const;

const MORE: readonly (readonly [Kind, string])[] = [
  ['stop', 'Stop'],
  ['profit', 'Take profit'],
  ['trail', 'Trailing stop'],
  ['twap', 'TWAP'],
  ['scale', 'Scale'],
];

/** An order from entry to answer. */
export function Ticket() {
  useEffect(watchKeys, []);
  const { kind } = draft.value;
  const tab = kind === 'limit' || kind === 'market' ? kind : 'more';
  return (
    <>
      <Tabs
        label="Kind of order"
        tabs={TABS}
        chosen={tab}
        choose={(key) => chooseKind(key === 'more' ? 'stop' : key)}
      >
        <form
          class={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Fields of={draft.value} more={tab === 'more'} />
        </form>
      </Tabs>
      <KeysHelp />
    </>
  );
}

/** What waits is for leaving the position there is, unless somebody says otherwise. */
function chooseKind(kind: Kind): void {
  const leaves = isExit(kind);
  if (leaves === isExit(draft.peek().kind)) {
    amend({ kind });
    return;
  }
  const lots = terms.peek()?.means?.lots ?? 0n;
  const buy = leaves && lots !== 0n ? lots < 0n : draft.peek().buy;
  amend({ kind, buy, reduceOnly: leaves });
}

function isExit(kind: Kind): boolean {
  return kind === 'stop' || kind === 'profit' || kind === 'trail';
}

function Fields({ of, more }: { of: Draft; more: boolean }) {
  const found = result.value;
  return (
    <>
      {more ? <Choice label="Order" choices={MORE} value={of.kind} choose={chooseKind} /> : null}
      <SidePicker />
      <Leverage />
      <Prices of={of} />
      <Size of={of} />
      <Options of={of} />
      <Reasons reasons={found?.reasons ?? []} />
      <Send of={of} ready={Boolean(found?.order)} />
      <Estimates cost={found?.cost ?? null} of={of} />
      <Eligibility />
    </>
  );
}

function Reasons({ reasons }: { reasons: readonly string[] }) {
  return (
    <div role="status">
      <ul class={css.reasons}>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </div>
  );
}

function Send({ of, ready }: { of: Draft; ready: boolean }) {
  if (!session.value) {
    return (
      <button
        type="button"
        class={`button primary ${css.send}`}
        onClick={() => {
          connecting.value = true;
        }}
      >
        Connect to trade
      </button>
    );
  }
  const found = disclosure.value;
  if (found && mustAccept(found) && !of.reduceOnly) return <Disclosure found={found} />;
  const words = `${of.buy ? 'Buy' : 'Sell'} ${market.value?.coin ?? ''}`;
  return (
    <button
      type="submit"
      class={`${css.send} ${of.buy ? css.buy : css.sell}`}
      disabled={!ready || sending.value || isStale(context.value)}
    >
      {sending.value ? 'Sending…' : words}
    </button>
  );
}

/** Who may not add risk here: the venue knows who somebody is, the page does not (RULE-5). */
function Eligibility() {
  const rules = spec.value?.specification;
  const shut = rules?.excluded_jurisdictions ?? [];
  const professional = rules?.professional_jurisdictions ?? [];
  if (shut.length + professional.length === 0) return null;
  return (
    <details class={css.eligibility}>
      <summary>Not open to everybody</summary>
      {shut.length ? <p>{`Accounts of ${shut.join(', ')} may not add risk.`}</p> : null}
      {professional.length ? (
        <p>{`Of ${professional.join(', ')} only professional clients may.`}</p>
      ) : null}
    </details>
  );
}
