import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Badge } from '../parts/Badge';
import { Empty } from '../parts/Empty';
import { toast } from '../parts/toast';
import { Time } from '../parts/values/Time';
import { acceptDisclosure } from '../session/disclosure';
import { connecting, session } from '../session/session';
import { disclosure } from '../wire/reads';
import type { Disclosure } from '../wire/types';
import { Checked } from './said/Checked';
import css from './trust.module.css';

/** The text that a market requires to be accepted, and the acceptance on record (RULE-6). */
export function Disclosures({ coin }: { coin: string }) {
  const user = session.value?.account;
  const found = useSignal<Disclosure | null>(null);
  const look = async () => {
    found.value = await disclosure(coin, user).catch(() => null);
  };
  useEffect(() => {
    void look();
  }, [coin, user]);
  const text = found.value;
  if (!text) return <p class="soft">Reading the text…</p>;
  if (!text.required || !text.text || !text.hash) {
    return (
      <Empty title="This market requires no disclosure">
        Where a text is required an account accepts it before its first order.
      </Empty>
    );
  }
  const accept = async () => {
    try {
      await acceptDisclosure(text);
      toast('good', 'Accepted', 'The venue has recorded that you have read the text.');
    } catch (fault) {
      toast('bad', 'Not accepted', fault instanceof Error ? fault.message : '');
    }
    await look();
  };
  return (
    <>
      <p class={css.row}>
        <Badge>{`version ${text.version}`}</Badge>
        <code class={css.hash}>{text.hash}</code>
        <Checked text={text.text} hash={text.hash} />
      </p>
      <Acceptance found={text} accept={accept} />
      <section class={css.long} aria-label="The text">
        {text.text}
      </section>
    </>
  );
}

function Acceptance({ found, accept }: { found: Disclosure; accept: () => void }) {
  if (!session.value) {
    return (
      <p>
        <button
          type="button"
          class="button"
          onClick={() => {
            connecting.value = true;
          }}
        >
          Connect
        </button>
        {' to see whether your account has accepted it.'}
      </p>
    );
  }
  if (found.accepted) {
    return (
      <p>
        <Badge tone="good">✓ accepted</Badge>{' '}
        {found.acceptedAt ? <Time ms={found.acceptedAt} /> : 'since the venue was founded'}
      </p>
    );
  }
  return session.value.owner ? (
    <button type="button" class="button primary" onClick={accept}>
      I have read it and accept
    </button>
  ) : (
    <p>
      {'Only your own key can accept, and wallets do not sign this. On the command line: '}
      <code>{`bellwether trade disclosure ${found.coin} --accept`}</code>
    </p>
  );
}
