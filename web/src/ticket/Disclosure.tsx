import { useSignal } from '@preact/signals';
import { Dialog } from '../parts/Dialog';
import { toast } from '../parts/toast';
import { acceptDisclosure } from '../session/disclosure';
import { session } from '../session/session';
import type { Disclosure as Found } from '../wire/types';
import css from './ticket.module.css';

/** Stands in place of the button that sends, until the market's text is accepted (RULE-6). */
export function Disclosure({ found }: { found: Found }) {
  const open = useSignal(false);
  const accept = async () => {
    try {
      await acceptDisclosure(found);
      toast('good', 'Accepted', 'The venue has recorded that you have read the text.');
      open.value = false;
    } catch (fault) {
      toast('bad', 'Not accepted', fault instanceof Error ? fault.message : '');
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
          {session.value?.owner ? (
            <button type="button" class="button primary" onClick={accept}>
              I have read it and accept
            </button>
          ) : (
            <p>
              {'Only your own key can accept, and wallets do not sign this. On the command line: '}
              <code>{`bellwether trade disclosure ${found.coin} --accept`}</code>
            </p>
          )}
        </Dialog>
      ) : null}
    </>
  );
}
