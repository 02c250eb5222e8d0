import { useSignal } from '@preact/signals';
import { priceUnit } from '../market/quoting';
import { Tabs } from '../parts/Tabs';
import { toast } from '../parts/toast';
import { disclosure, mustAccept } from '../session/disclosure';
import { connecting, session } from '../session/session';
import { assetData } from '../state/account';
import { isStale } from '../state/aged';
import { context } from '../state/live';
import { grid, market, spec } from '../state/markets';
import { checked, shareOf, usdOf } from './checked';
import { Disclosure } from './Disclosure';
import { amend, type Draft, draft, type Kind } from './draft';
import { Entry } from './Entry';
import { Estimates } from './Estimates';
import { orderAction, place } from './orders';
import { SidePicker } from './SidePicker';
import css from './ticket.module.css';

const KINDS = [
  { key: 'limit', label: 'Limit' },
  { key: 'market', label: 'Market' },
] as const;

/** An order from entry to answer. */
export function Ticket() {
  const busy = useSignal(false);
  const entered = draft.value;
  const result = checkedDraft(entered);
  const send = async () => {
    const chosen = market.value;
    if (!chosen || !result?.order || busy.value) return;
    busy.value = true;
    try {
      const outcome = await place(orderAction(chosen.asset, entered, result.order));
      toast('good', outcome.title, outcome.text);
      amend({ sz: '' });
    } catch (fault) {
      const text = fault instanceof Error ? fault.message : 'Something went wrong.';
      toast('bad', 'The order was not placed', text);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Tabs
      label="Kind of order"
      tabs={KINDS}
      chosen={entered.kind}
      choose={(kind: Kind) => amend({ kind })}
    >
      <form
        class={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <SidePicker />
        {entered.kind === 'limit' ? (
          <Entry
            label="Price"
            unit={priceUnit.value}
            value={entered.px}
            enter={(px) => amend({ px })}
          />
        ) : (
          <p class="soft">At the best prices there are, at most 5 % beyond the mark.</p>
        )}
        <Entry
          label="Size"
          unit={market.value?.coin ?? ''}
          value={entered.sz}
          enter={(sz) => amend({ sz })}
        />
        <label class={css.check}>
          <input
            type="checkbox"
            checked={entered.reduceOnly}
            onChange={(event) => amend({ reduceOnly: event.currentTarget.checked })}
          />
          Reduce only
        </label>
        <Reasons reasons={result?.reasons ?? []} />
        <Send busy={busy.value} ready={Boolean(result?.order)} buy={entered.buy} />
        <Estimates order={result?.order ?? null} />
      </form>
    </Tabs>
  );
}

/** Held against the market of the moment; null until its rules have been read. */
function checkedDraft(entered: Draft) {
  const rules = spec.value?.specification;
  const on = grid.value;
  if (!rules || !on) return null;
  const mark = isStale(context.value) ? null : (context.value?.value.markPx ?? null);
  return checked(entered, {
    grid: on,
    markPx: mark,
    minValue: usdOf(rules.min_order_value_e6),
    leverage: assetData.value?.value.leverage.value ?? rules.max_leverage,
    takerFee: shareOf(rules.taker_fee_e9),
  });
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

function Send({ busy, ready, buy }: { busy: boolean; ready: boolean; buy: boolean }) {
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
  if (found && mustAccept(found)) return <Disclosure found={found} />;
  return (
    <button
      type="submit"
      class={`${css.send} ${buy ? css.buy : css.sell}`}
      disabled={!ready || busy}
    >
      {busy ? 'Sending…' : `${buy ? 'Buy' : 'Sell'} ${market.value?.coin ?? ''}`}
    </button>
  );
}
