import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { toast } from '../parts/toast';
import css from './account.module.css';

interface Acting {
  busy: boolean;
  fault: string;
  /** Runs a deed once at a time; what it throws is said, and it is not closed. */
  act: (deed: () => Promise<void>, done: string, close: () => void) => Promise<void>;
}

/** A dialog's deed: its answer as a toast, its refusal where it was asked for. */
export function useActing(): Acting {
  const busy = useSignal(false);
  const fault = useSignal('');
  return {
    busy: busy.value,
    fault: fault.value,
    act: async (deed, done, close) => {
      if (busy.peek()) return;
      busy.value = true;
      fault.value = '';
      try {
        await deed();
        toast('good', done);
        close();
      } catch (error) {
        fault.value = error instanceof Error ? error.message : 'Something went wrong.';
      } finally {
        busy.value = false;
      }
    },
  };
}

export function Fault({ text }: { text: string }) {
  if (!text) return null;
  return (
    <p role="alert" class="down">
      {text}
    </p>
  );
}

interface FieldProps {
  label: string;
  unit: ComponentChildren;
  value: string;
  enter: (text: string) => void;
  placeholder?: string;
}

/** A number in a dialog. */
export function Field({ label, unit, value, enter, placeholder }: FieldProps) {
  return (
    <label class={css.field}>
      <span class="soft">{label}</span>
      <input
        inputMode="decimal"
        autoComplete="off"
        placeholder={placeholder ?? ''}
        value={value}
        onInput={(event) => enter(event.currentTarget.value)}
      />
      <span class="soft">{unit}</span>
    </label>
  );
}
