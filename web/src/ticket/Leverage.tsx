import { useSignal } from '@preact/signals';
import { Dialog } from '../parts/Dialog';
import { toast } from '../parts/toast';
import { session } from '../session/session';
import { assetData } from '../state/account';
import { market, spec } from '../state/markets';
import { signed } from './sending/orders';
import css from './ticket.module.css';

/** Margin mode and leverage of the account in this market, and the way to change them. */
export function Leverage() {
  const open = useSignal(false);
  const held = assetData.value;
  if (!session.value || !held) return null;
  const { type, value } = held.value.leverage;
  return (
    <>
      <button
        type="button"
        class={`button ${css.leverage}`}
        aria-label={`Leverage ${value}×, ${type} margin. Change`}
        onClick={() => {
          open.value = true;
        }}
      >
        <span class="soft">Leverage</span>
        <span>{`${value}× ${type}`}</span>
      </button>
      {open.value ? (
        <LeverageDialog
          now={held.value.leverage}
          close={() => {
            open.value = false;
          }}
        />
      ) : null}
    </>
  );
}

interface Props {
  now: { type: 'isolated' | 'cross'; value: number };
  close: () => void;
}

function LeverageDialog({ now, close }: Props) {
  const chosen = market.value;
  const value = useSignal(now.value);
  const cross = useSignal(now.type === 'cross');
  const fault = useSignal('');
  const most = spec.value?.specification.max_leverage ?? chosen?.maxLeverage ?? 1;
  const set = async () => {
    if (!chosen) return;
    try {
      await signed({
        type: 'updateLeverage',
        asset: chosen.asset,
        isCross: cross.value,
        leverage: value.value,
      });
      toast('good', 'Leverage set', `${value.value}× in ${chosen.coin}.`);
      close();
    } catch (error) {
      fault.value = error instanceof Error ? error.message : 'It was not set.';
    }
  };
  return (
    <Dialog title={`Leverage in ${chosen?.coin ?? ''}`} close={close}>
      <label class={css.range}>
        <span>{`Leverage: ${value.value}× of at most ${most}×`}</span>
        <input
          type="range"
          min={1}
          max={most}
          value={value.value}
          onInput={(event) => {
            value.value = Number(event.currentTarget.value);
          }}
        />
      </label>
      <fieldset class={css.modes}>
        <legend class="soft">Margin</legend>
        {[false, true].map((isCross) => (
          <label key={String(isCross)} class={css.check}>
            <input
              type="radio"
              name="margin-mode"
              checked={cross.value === isCross}
              disabled={isCross && chosen?.isolatedOnly === true}
              onChange={() => {
                cross.value = isCross;
              }}
            />
            {isCross ? 'Cross: all collateral of the dex' : 'Isolated: only what is put in'}
          </label>
        ))}
      </fieldset>
      <p class="soft">
        {chosen?.isolatedOnly
          ? 'This market takes isolated margin only. '
          : 'The mode changes only without position and orders. '}
        An open position keeps its size; lower leverage asks for more margin.
      </p>
      {fault.value ? (
        <p role="alert" class="down">
          {fault.value}
        </p>
      ) : null}
      <button type="button" class="button primary" onClick={set}>
        Set leverage
      </button>
    </Dialog>
  );
}
