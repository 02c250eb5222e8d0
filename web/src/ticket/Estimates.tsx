import { Price } from '../market/quoting/Price';
import { fixed, grouped } from '../numbers/format';
import { Amount } from '../parts/values/Amount';
import { Live } from '../parts/values/Live';
import { assetData } from '../state/account';
import { rates } from '../state/fees';
import { market } from '../state/markets';
import type { Cost } from './checks/checked';
import { type Draft, waits } from './draft';
import css from './ticket.module.css';

/** What an order would cost; estimates are called so. */
export function Estimates({ cost, of }: { cost: Cost | null; of: Draft }) {
  const held = assetData.value;
  return (
    <dl class={css.estimates}>
      {held ? (
        <>
          <dt>Available to trade</dt>
          <dd>
            <Live held={held}>
              <Amount text={fixed(held.value.availableToTrade[of.buy ? 0 : 1], 2)} unit="USD" />
            </Live>
          </dd>
        </>
      ) : null}
      <dt>Order size</dt>
      <dd>
        <Amount text={grouped(cost?.sz ?? null)} unit={market.value?.coin ?? ''} />
      </dd>
      <dt>Order value</dt>
      <dd>
        <Amount text={fixed(cost?.value ?? null, 2)} unit="USD" />
      </dd>
      <dt>{`Margin, estimate${waits(of) ? ' when it fires' : ''}`}</dt>
      <dd>
        <Amount text={fixed(cost?.margin ?? null, 2)} unit="USD" />
      </dd>
      <dt>{`Fee, est. (${feeWords(of)})`}</dt>
      <dd>
        <Amount text={feeText(cost, of)} unit="USD" />
      </dd>
      <dt>Liquidation, estimate</dt>
      <dd>
        <Price coin={market.value?.coin ?? ''} px={cost?.liquidationPx ?? null} />
      </dd>
    </dl>
  );
}

/** Only a post-only order is sure not to take. */
function makes(of: Draft): boolean {
  return (of.kind === 'limit' || of.kind === 'scale') && of.tif === 'Alo';
}

function feeWords(of: Draft): string {
  const known = rates();
  if (!known) return makes(of) ? 'maker' : 'taker';
  const rate = makes(of) ? known.maker : known.taker;
  const percent = Number((Number(rate) * 100).toFixed(4));
  return `${makes(of) ? 'maker' : 'taker'} ${known.own ? '' : 'at most '}${percent} %`;
}

function feeText(cost: Cost | null, of: Draft): string {
  if (!cost) return fixed(null, 2);
  return fixed(makes(of) ? cost.makerFee : cost.takerFee, 2);
}
