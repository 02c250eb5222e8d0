import { useEffect, useState } from 'preact/hooks';
import { fixed } from '../../numbers/format';
import { Dialog } from '../../parts/Dialog';
import { Amount } from '../../parts/values/Amount';
import { Countdown } from '../../parts/values/Countdown';
import { Time } from '../../parts/values/Time';
import { Before } from '../acts/before/Before';
import { LookAndSign } from '../acts/before/LookAndSign';
import { useLooked } from '../acts/before/useLooked';
import type { Act } from '../desk/act';
import type { WaitingPayout, Withdrawal } from '../desk/reads';
import form from '../form.module.css';
import { Who } from './Who';

/** An act about withdrawals, before what it needs has been entered. */
export interface Question {
  readonly title: string;
  readonly kind: string;
  /** The withdrawal that it is about; absent for one about all of them. */
  readonly about?: Withdrawal;
  /** What has to be entered, and under which name it is sent. */
  readonly field?: 'grounds' | 'reference';
  readonly consequence: string;
  /** Why nobody can take it back, where nobody can. */
  readonly final?: string;
  /** What the button says that signs. */
  readonly sign: string;
}

interface Props {
  question: Question;
  close: () => void;
}

/** Enter what it needs, see what it would do, then sign exactly that. */
export function PayoutDialog({ question, close }: Props) {
  const { title, kind, about, field, consequence, final = null } = question;
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const { looked, busy, isOld, ready, look, forget, sign } = useLooked();
  const show = async () => {
    setError(null);
    if (field && !text.trim()) return setFault('Enter something.');
    const id = about === undefined ? {} : { id: about.id };
    const entered = field ? { [field]: text.trim() } : {};
    const found = await look({ kind, ...id, ...entered } as Act);
    if (found === null) return;
    const named = /^act\.\w+: ([\s\S]*)$/.exec(found);
    if (field && named) setFault(named[1] ?? found);
    else setError(found);
  };
  useEffect(() => {
    if (!field) void show();
  }, []);
  const waits = looked?.found.withdrawal ?? about;
  return (
    <Dialog title={title} close={close} wide>
      <form
        class={form.asking}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void show();
        }}
      >
        {waits ? <Waiting waits={waits} /> : null}
        {field ? (
          <div class={form.field}>
            <label for="ask-field">{LABELS[field]}</label>
            <input
              id="ask-field"
              type="text"
              autocomplete="off"
              aria-invalid={fault !== null}
              {...(fault ? { 'aria-describedby': 'ask-fault' } : {})}
              value={text}
              onInput={(event) => {
                setText(event.currentTarget.value);
                setFault(null);
                forget();
              }}
            />
            {fault ? (
              <p id="ask-fault" role="alert" class={form.fault}>
                {fault}
              </p>
            ) : null}
          </div>
        ) : null}
        {error ? (
          <p role="alert" class={form.alert}>
            {error}
          </p>
        ) : null}
        {looked ? (
          <Before looked={looked} isOld={isOld} words={consequence} final={final} />
        ) : (
          <p class="soft">{consequence}</p>
        )}
        <LookAndSign
          looked={looked}
          isOld={isOld}
          busy={busy}
          ready={ready}
          words={question.sign}
          sign={async () => {
            if (await sign(title)) close();
          }}
        >
          <button type="button" class="button" onClick={close}>
            Back
          </button>
        </LookAndSign>
      </form>
    </Dialog>
  );
}

const LABELS = { grounds: 'Grounds', reference: 'Reference of the payment' } as const;

/** Whose money it is and where it goes, in full: what is read digit by digit. */
function Waiting({ waits }: { waits: Withdrawal | WaitingPayout }) {
  const told = 'hourRoom' in waits ? waits : null;
  return (
    <dl class={form.whole}>
      <div>
        <dt>Amount</dt>
        <dd>
          <Amount text={fixed(waits.amount, 2)} unit="USD" />
        </dd>
      </div>
      <div>
        <dt>Account</dt>
        <dd>
          <code>{waits.user}</code>
          {waits.dex ? ` on ${waits.dex}` : ''}
        </dd>
      </div>
      <div>
        <dt>Destination</dt>
        <dd>
          <code>{waits.destination}</code>
        </dd>
      </div>
      <div>
        <dt>Asked</dt>
        <dd>
          <Time ms={waits.time} />
        </dd>
      </div>
      <div>
        <dt>Payable</dt>
        <dd>
          <Time ms={waits.releaseTime} />
          {' ('}
          <Countdown to={waits.releaseTime} />
          {')'}
        </dd>
      </div>
      <div>
        <dt>Approvals</dt>
        <dd>
          {waits.approvalsNeeded === 0
            ? 'none needed'
            : `${waits.approvals} of ${waits.approvalsNeeded}`}
          {told?.approvedBy.map((key) => (
            <span key={key}>
              {' · '}
              <Who address={key} />
            </span>
          ))}
        </dd>
      </div>
      {told ? (
        <div>
          <dt>May leave the venue this hour</dt>
          <dd>
            <Amount text={fixed(told.hourRoom, 2)} unit="USD" />
          </dd>
        </div>
      ) : null}
    </dl>
  );
}
