import { useSignal } from '@preact/signals';
import { Dialog } from '../parts/Dialog';
import { toast } from '../parts/toast';
import { acceptDisclosure, loadDisclosure } from '../session/disclosure';
import { session } from '../session/session';
import type { Disclosure as Found } from '../wire/types';
import css from './ticket.module.css';

/** Stands in place of the button that sends, until the market's text is accepted (RULE-6). */
export function Disclosure({ found }: { found: Found }) {
  const open = useSignal(false);
  const refused = useSignal('');
  const accept = async () => {
    try {
      await acceptDisclosure(found);
      toast('good', 'Accepted', 'The venue has recorded that you have read the text.');
      open.value = false;
    } catch (fault) {
      refused.value = fault instanceof Error ? fault.message : 'It was not signed.';
    }
  };
  return (
    <>
      <button
        type="button"
        class={`button primary ${css.send}`}
        onClick={() => {
          open.value = true;
        }}
      >
        Read and accept first
      </button>
      {open.value ? (
        <Dialog
          title="Before you trade"
          close={() => {
            open.value = false;
          }}
        >
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys as well */}
          <section class={css.text} aria-label="The text" tabIndex={0}>
            {found.text}
          </section>
          <button type="button" class="button primary" onClick={accept}>
            I have read it and accept
          </button>
          {refused.value ? <NotAccepted found={found} words={refused.value} /> : null}
        </Dialog>
      ) : null}
    </>
  );
}

/** Why nothing was recorded, and the way that is left where a wallet does not sign this. */
function NotAccepted({ found, words }: { found: Found; words: string }) {
  if (session.value?.owner) {
    return (
      <p role="alert" class="down">
        {words}
      </p>
    );
  }
  return (
    <div role="alert" class={css.refused}>
      <p class="down">Your wallet did not sign it: most refuse what names no chain of theirs.</p>
      <p>
        {'Only your own key can accept. On the command line: '}
        <code>{`bellwether trade disclosure ${found.coin} --accept --key-file FILE`}</code>
      </p>
      <button type="button" class="button" onClick={() => again(found.coin)}>
        I have accepted there: look again
      </button>
      <details>
        <summary>What the wallet said</summary>
        {words.slice(0, 400)}
      </details>
    </div>
  );
}

async function again(coin: string): Promise<void> {
  await loadDisclosure(coin, session.value?.account).catch(() => undefined);
}
