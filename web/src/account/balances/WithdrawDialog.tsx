import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { fixed } from '../../numbers/format';
import { Dialog } from '../../parts/Dialog';
import { Time } from '../../parts/values/Time';
import { session } from '../../session/session';
import { states } from '../../state/account';
import { now, venueOffset } from '../../time/clock';
import type { Withdrawal } from '../../wire/account';
import { sendUserSigned } from '../../wire/exchange';
import { info } from '../../wire/reads';
import css from '../account.module.css';
import { Fault, useActing } from '../acting';
import { AmountField } from './AmountField';
import { type AddressRules, addressWords, type KnownAddress } from './address';
import { amountOf } from './amount';

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const SHOWN = 5;

/** Asks for money of the main dex to be paid out (RULE-9); the account's own key signs. */
export function WithdrawDialog({ close }: { close: () => void }) {
  const who = session.value;
  const to = useSignal<string>(who?.account ?? '');
  const text = useSignal('');
  const { busy, fault, act } = useActing();
  const most = states.value.get('')?.value.withdrawable ?? null;
  const amount = amountOf(text.value, most);
  const usd = 'usd' in amount ? amount.usd : null;
  const destination = to.value.trim();
  const rules = useRules(who?.account);
  const wait =
    rules && ADDRESS.test(destination)
      ? addressWords(destination, rules, now.value + venueOffset.value)
      : null;
  const send = async () => {
    if (!who || usd === null) return;
    const { wallet, chainId } = await who.asOwner();
    const fields = { destination: destination.toLowerCase(), amount: usd };
    await sendUserSigned(wallet, chainId, 'withdraw3', fields);
  };
  return (
    <Dialog title="Withdraw from the main dex" close={close}>
      <div class={css.form}>
        <label class={css.form}>
          <span class="soft">To this address</span>
          <input
            class={css.address}
            autoComplete="off"
            spellcheck={false}
            value={to.value}
            onInput={(event) => {
              to.value = event.currentTarget.value;
            }}
          />
        </label>
        <AmountField text={text} most={most} />
        <div role="status" class="soft">
          {ADDRESS.test(destination) ? null : 'An address is 0x and 40 hexadecimal digits. '}
          {'reason' in amount ? amount.reason : null}
          {wait ? <p>{wait}</p> : null}
        </div>
        <Fault text={fault} />
        <button
          type="button"
          class="button primary"
          disabled={usd === null || !ADDRESS.test(destination) || busy}
          onClick={() => act(send, `${usd} USD are asked for`, close)}
        >
          Ask for it
        </button>
        <p class="soft">
          Larger amounts wait, and the largest need approvals. Until it is paid it counts no more as
          collateral.
        </p>
        {who ? <Pending user={who.account} /> : null}
      </div>
    </Dialog>
  );
}

/** What the venue says of addresses, once it has said it. */
function useRules(own: string | undefined): AddressRules | null {
  const [rules, setRules] = useState<AddressRules | null>(null);
  useEffect(() => {
    if (!own) return;
    Promise.all([
      info<KnownAddress[]>({ type: 'withdrawalAddresses', user: own }),
      info<{ newAddressMs: number }>({ type: 'withdrawalTerms' }),
    ]).then(
      ([known, { newAddressMs }]) => setRules({ own, known, newAddressMs }),
      () => undefined,
    );
  }, [own]);
  return rules;
}

/** The newest withdrawals that were asked for. */
function Pending({ user }: { user: string }) {
  const [rows, setRows] = useState<readonly Withdrawal[]>([]);
  useEffect(() => {
    info<Withdrawal[]>({ type: 'withdrawals', user }).then(setRows, () => undefined);
  }, [user]);
  if (rows.length === 0) return null;
  return (
    <ul class={css.list} aria-label="Asked for">
      {rows.slice(0, SHOWN).map((row) => (
        <li key={row.id}>
          <Time ms={row.time} />
          <span>
            {`${fixed(row.amount, 2)} USD, `}
            {row.state === 'waiting' ? (
              <>
                waits until <Time ms={row.releaseTime} />
              </>
            ) : (
              row.state
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
