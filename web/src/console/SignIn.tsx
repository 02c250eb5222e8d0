import { useState } from 'preact/hooks';
import { venue } from '../state/venue';
import css from './console.module.css';
import { said } from './desk/acting';
import { DEV_OPERATORS, signInDev, signInFile, signInWallet } from './desk/operator';

/** Who acts: a published key of a dev world, a key file, or a wallet that agrees to it. */
export function SignIn() {
  const [error, setError] = useState<string | null>(null);
  const attempt = async (signIn: () => Promise<void>) => {
    setError(null);
    try {
      await signIn();
    } catch (fault) {
      setError(said(fault));
    }
  };
  return (
    <section class={css.sign}>
      <h1>Sign in as an operator</h1>
      <p class="soft">
        Each act is signed by the key of who acts, here in the page. The key is held in memory
        alone: leaving or reloading the page signs out.
      </p>
      {error ? (
        <p role="alert" class={css.alert}>
          {error}
        </p>
      ) : null}
      {venue.value?.dev ? (
        <section class={css.ways}>
          <h2>A key of this dev world</h2>
          <p class="soft">They are public and worth nothing elsewhere.</p>
          <div class={css.row}>
            {DEV_OPERATORS.map((name) => (
              <button
                key={name}
                type="button"
                class="button"
                onClick={() => attempt(() => signInDev(name))}
              >
                {name}
              </button>
            ))}
          </div>
        </section>
      ) : null}
      <section class={css.ways}>
        <h2>
          <label for="key-file">A key file</label>
        </h2>
        <p class="soft" id="key-file-help">
          The file that <code>bellwether operator --key-file</code> takes: 64 hexadecimal digits. It
          is read here, sent nowhere and not stored.
        </p>
        <input
          id="key-file"
          type="file"
          aria-describedby="key-file-help"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = '';
            if (file) void attempt(() => signInFile(file));
          }}
        />
      </section>
      {window.ethereum ? (
        <section class={css.ways}>
          <h2>The wallet of this browser</h2>
          <p class="soft">
            Most wallets refuse: acts are signed for chain 1337, as the dialect wants it, and a
            wallet signs for the chain that it is on. Yours is asked once.
          </p>
          <div class={css.row}>
            <button type="button" class="button" onClick={() => attempt(signInWallet)}>
              Try the wallet
            </button>
          </div>
        </section>
      ) : (
        <p class="soft">
          A browser's wallet rarely works here: acts are signed for chain 1337, as the dialect wants
          it, and a wallet signs for the chain that it is on.
        </p>
      )}
    </section>
  );
}
