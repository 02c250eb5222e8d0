import { useSignal } from '@preact/signals';
import { priceWords } from '../../market/quoting/quoting';
import { compare, isZero, times, typed, unscaled } from '../../numbers/decimal';
import { grouped, signed as withSign } from '../../numbers/format';
import { isOnPriceGrid, priceDown, priceUp, sizeDown } from '../../numbers/rounding';
import { priceUnitOf } from '../../numbers/valuation';
import { Dialog } from '../../parts/Dialog';
import { Change } from '../../parts/values/Change';
import { contexts, markets } from '../../state/markets';
import { pricings } from '../../state/pricings';
import { beyond, REACH_E6 } from '../../ticket/checks/prices';
import { because } from '../../ticket/checks/refusals';
import { type Order, place } from '../../ticket/sending/orders';
import type { Position } from '../../wire/account';
import css from '../account.module.css';
import { Fault, Field, useActing } from '../acting';
import { useGrid } from '../useGrid';

interface Props {
  position: Position;
  close: () => void;
}

const SHARES = [25n, 50n, 75n, 100n] as const;

/** Leaves a position, all of it or a part, at the market or a limit; or turns it around. */
export function LeaveDialog({ position, close }: Props) {
  const { coin } = position;
  const held = position.szi.replace('-', '');
  const buy = position.szi.startsWith('-');
  const sz = useSignal(held);
  const px = useSignal('');
  const grid = useGrid(coin);
  const { busy, fault, act } = useActing();
  const mark = contexts.value.get(coin)?.value.markPx ?? null;
  const asset = markets.value.find((one) => one.coin === coin)?.asset;
  const size = typed(sz.value);
  const price = typed(px.value);
  const reason = reasonOf();
  const ready = grid !== null && mark !== null && asset !== undefined && !reason && !busy;

  function reasonOf(): string {
    if (!grid) return '';
    if (size === null || size.startsWith('-') || isZero(size)) return 'Enter how much to close.';
    if (sizeDown(size, grid) !== size) return because('SIZE_INVALID');
    if (compare(size, held) > 0) return because('REDUCE_ONLY_INCREASES', `There are ${held}.`);
    if (px.value.trim() === '') return '';
    if (price === null || price.startsWith('-') || isZero(price)) return because('PRICE_INVALID');
    if (isOnPriceGrid(price, grid)) return '';
    return because('PRICE_OFF_TICK', `${priceDown(price, grid)} or ${priceUp(price, grid)}.`);
  }

  const send = (lots: string, reduceOnly: boolean) => async () => {
    if (!grid || mark === null || asset === undefined) return;
    const limit = reduceOnly ? price : null;
    const order: Order = {
      a: asset,
      b: buy,
      p: limit ?? beyond(mark, buy, REACH_E6, grid),
      s: lots,
      r: reduceOnly,
      t: { limit: { tif: limit === null ? 'FrontendMarket' : 'Gtc' } },
    };
    await place({ type: 'order', orders: [order], grouping: 'na' });
  };
  const at = price ?? mark;
  const gain = at === null || size === null ? null : gainAt(position, at, size);
  return (
    <Dialog title={`Close ${coin}`} close={close}>
      <div class={css.form}>
        <p>{`${buy ? 'Short' : 'Long'} ${grouped(held)} ${coin}, entered at ${priceWords(coin, position.entryPx)}.`}</p>
        <div class={css.shares}>
          {SHARES.map((share) => (
            <button
              key={String(share)}
              type="button"
              class="button"
              onClick={() => {
                if (grid) sz.value = sizeDown(times(held, unscaled(share, 2)), grid);
              }}
            >
              {`${share} %`}
            </button>
          ))}
        </div>
        <Field
          label="Size"
          unit={coin}
          value={sz.value}
          enter={(text) => {
            sz.value = text;
          }}
        />
        <Field
          label="Limit"
          placeholder="at the market"
          unit={priceUnitOf(pricings.value.get(coin)?.unit)}
          value={px.value}
          enter={(text) => {
            px.value = text;
          }}
        />
        <dl class={css.facts}>
          <dt>PnL there before fees, estimate</dt>
          <dd>
            <Change of={gain} text={withSign(gain, 2)} unit="USD" />
          </dd>
        </dl>
        <div role="status" class="soft">
          {reason}
        </div>
        <Fault text={fault} />
        <div class={css.sends}>
          <button
            type="button"
            class="button primary"
            disabled={!ready}
            onClick={() => act(send(size ?? held, true), `Closing ${size} ${coin}`, close)}
          >
            {price === null ? 'Close at the market' : 'Close at the limit'}
          </button>
          <button
            type="button"
            class="button"
            disabled={!ready || price !== null}
            onClick={() => act(send(times(held, '2'), false), `Reversed ${coin}`, close)}
          >
            {`Reverse to ${buy ? 'long' : 'short'} ${grouped(held)}`}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** What closing so much at a price would realise, USD, before fees: an estimate. */
export function gainAt(position: Position, px: string, sz: string): string {
  const side = position.szi.startsWith('-') ? -1 : 1;
  return ((Number(px) - Number(position.entryPx)) * Number(sz) * side).toFixed(2);
}
