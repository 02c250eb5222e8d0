import { useState } from 'preact/hooks';
import { Dialog } from '../parts/Dialog';
import { venue } from '../state/venue';
import { connectDev, connecting, connectWallet, disconnect, session } from './session';
import css from './session.module.css';

const DEV_ACCOUNTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Connects a dev account by one click, or the browser's wallet; or signs out. */
export function ConnectDialog() {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const who = session.value;
  const close = () => {
    connecting.value = false;
  };
  const attempt = async (connect: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await connect();
      close();
    } catch (fault) {
      setError(fault instanceof Error ? fault.message : 'The wallet did not connect.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={who ? 'Your account' : 'Connect'} close={close}>
      {who ? (
        <div class={css.who}>
          <p>{who.label}</p>
          <code>{who.account}</code>
          <button type="button" class="button" onClick={() => attempt(disconnect)}>
            Disconnect
          </button>
        </div>
      ) : null}
      {venue.value?.dev === true ? (
        <section class={css.group}>
          <h3>Accounts of this dev world</h3>
          <p class="soft">
            Each has 100,000 USD in every dex. Their keys are public and worth nothing elsewhere.
          </p>
          <div class={css.accounts}>
            {DEV_ACCOUNTS.map((number) => (
              <button
                key={number}
                type="button"
                class="button"
                disabled={busy}
                aria-label={`Dev account ${number}`}
                onClick={() => attempt(() => connectDev(number))}
              >
                {number}
              </button>
            ))}
          </div>
        </section>
      ) : null}
      <section class={css.group}>
        <h3>Wallet in this browser</h3>
        <p class="soft">
          It signs once: the approval of a key that lives in this tab and can trade, but move no
          money. Closing the tab forgets the key.
        </p>
        <button
          type="button"
          class="button primary"
          disabled={busy || window.ethereum === undefined}
          onClick={() => attempt(connectWallet)}
        >
          {window.ethereum === undefined ? 'No wallet found' : 'Connect wallet'}
        </button>
      </section>
      {error ? (
        <p role="alert" class="down">
          {error}
        </p>
      ) : null}
    </Dialog>
  );
}
