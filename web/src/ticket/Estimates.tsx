import { fixed } from '../numbers/format';
import { Amount } from '../parts/values/Amount';
import { Live } from '../parts/values/Live';
import { assetData } from '../state/account';
import type { Sendable } from './checked';
import { draft } from './draft';
import css from './ticket.module.css';

/** What an order would cost; estimates are called so. */
export function Estimates({ order }: { order: Sendable | null }) {
  const held = assetData.value;
  const side = draft.value.buy ? 0 : 1;
  return (
    <dl class={css.estimates}>
      <dt>Order value</dt>
      <dd>
        <Amount text={fixed(order?.value ?? null, 2)} unit="USD" />
      </dd>
      <dt>{`Margin, estimate${held ? ` (${held.value.leverage.value}×)` : ''}`}</dt>
      <dd>
        <Amount text={fixed(order?.margin ?? null, 2)} unit="USD" />
      </dd>
      <dt>Taker fee, estimate</dt>
      <dd>
        <Amount text={fixed(order?.fee ?? null, 2)} unit="USD" />
      </dd>
      {held ? (
        <>
          <dt>Available to trade</dt>
          <dd>
            <Live held={held}>
              <Amount text={fixed(held.value.availableToTrade[side], 2)} unit="USD" />
            </Live>
          </dd>
        </>
      ) : null}
    </dl>
  );
}
