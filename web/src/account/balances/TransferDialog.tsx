import { useSignal } from '@preact/signals';
import { Dialog } from '../../parts/Dialog';
import { session } from '../../session/session';
import { states } from '../../state/account';
import { Choice } from '../../ticket/fields/Choice';
import { sendUserSigned } from '../../wire/exchange';
import css from '../account.module.css';
import { Fault, useActing } from '../acting';
import { AmountField } from './AmountField';
import { amountOf } from './amount';
import { dexName } from './Balances';

/** Moves collateral of the account from one dex to another; its own key signs. */
export function TransferDialog({ close }: { close: () => void }) {
  const dexes = [...states.value.keys()];
  const from = useSignal(dexes[0] ?? '');
  const to = useSignal(dexes[1] ?? '');
  const text = useSignal('');
  const { busy, fault, act } = useActing();
  const most = states.value.get(from.value)?.value.withdrawable ?? null;
  const amount = amountOf(text.value, most);
  const usd = 'usd' in amount ? amount.usd : null;
  const same = from.value === to.value;
  const choices = dexes.map((dex) => [dex, dexName(dex)] as const);
  const send = async () => {
    const who = session.value;
    if (!who || usd === null) return;
    const { wallet, chainId } = await who.asOwner();
    await sendUserSigned(wallet, chainId, 'sendAsset', {
      destination: who.account.toLowerCase(),
      sourceDex: from.value,
      destinationDex: to.value,
      token: 'USDC',
      amount: usd,
      fromSubAccount: '',
    });
  };
  return (
    <Dialog title="Transfer between dexes" close={close}>
      <div class={css.form}>
        <Choice
          label="From"
          choices={choices}
          value={from.value}
          choose={(dex) => {
            from.value = dex;
          }}
        />
        <Choice
          label="To"
          choices={choices}
          value={to.value}
          choose={(dex) => {
            to.value = dex;
          }}
        />
        <AmountField text={text} most={most} />
        <div role="status" class="soft">
          {same ? 'Choose two different dexes.' : 'reason' in amount ? amount.reason : null}
        </div>
        <Fault text={fault} />
        <button
          type="button"
          class="button primary"
          disabled={usd === null || same || busy}
          onClick={() => act(send, `${usd} USD are in ${dexName(to.value)}`, close)}
        >
          Transfer
        </button>
      </div>
    </Dialog>
  );
}
