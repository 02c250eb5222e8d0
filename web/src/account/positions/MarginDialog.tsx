import { useSignal } from '@preact/signals';
import { Price } from '../../market/quoting/Price';
import { decimalsOf, isZero, scaled, typed } from '../../numbers/decimal';
import { fixed } from '../../numbers/format';
import { Dialog } from '../../parts/Dialog';
import { Amount } from '../../parts/values/Amount';
import { states } from '../../state/account';
import { markets } from '../../state/markets';
import { signed } from '../../ticket/sending/orders';
import type { Position } from '../../wire/account';
import css from '../account.module.css';
import { Fault, Field, useActing } from '../acting';
import { liquidationPrices } from './liquidation';

interface Props {
  position: Position;
  close: () => void;
}

/** Moves collateral into the margin of an isolated position, or what it can spare out of it. */
export function MarginDialog({ position, close }: Props) {
  const { coin } = position;
  const amount = useSignal('');
  const { busy, fault, act } = useActing();
  const market = markets.value.find((one) => one.coin === coin);
  const free = states.value.get(market?.dex ?? '')?.value.withdrawable ?? null;
  const usd = typed(amount.value);
  const fits = usd !== null && !usd.startsWith('-') && !isZero(usd) && decimalsOf(usd) <= 6;
  const told = liquidationPrices.value?.value.get(coin)?.liquidationPx ?? null;
  const move = (sign: 1 | -1) => async () => {
    if (!market || usd === null) return;
    const ntli = Number(scaled(usd, 6)) * sign;
    await signed({ type: 'updateIsolatedMargin', asset: market.asset, isBuy: true, ntli });
  };
  return (
    <Dialog title={`Margin of ${coin}`} close={close}>
      <div class={css.form}>
        <dl class={css.facts}>
          <dt>Margin now, with profit and loss</dt>
          <dd>
            <Amount text={fixed(position.marginUsed, 2)} unit="USD" />
          </dd>
          <dt>Free in the dex</dt>
          <dd>
            <Amount text={fixed(free, 2)} unit="USD" />
          </dd>
          <dt>Liquidation, estimate</dt>
          <dd>
            <Price coin={coin} px={told} />
          </dd>
        </dl>
        <Field
          label="Amount"
          unit="USD"
          value={amount.value}
          enter={(text) => {
            amount.value = text;
          }}
        />
        <p class="soft">
          {market?.strictIsolated
            ? 'Margin that is put in here comes out only as the position is reduced.'
            : 'What is taken out has to leave the initial margin at the chosen leverage.'}
        </p>
        <Fault text={fault} />
        <div class={css.sends}>
          <button
            type="button"
            class="button primary"
            disabled={!fits || busy}
            onClick={() => act(move(1), `${usd} USD more margin for ${coin}`, close)}
          >
            Add
          </button>
          {market?.strictIsolated ? null : (
            <button
              type="button"
              class="button"
              disabled={!fits || busy}
              onClick={() => act(move(-1), `${usd} USD out of the margin of ${coin}`, close)}
            >
              Take out
            </button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
