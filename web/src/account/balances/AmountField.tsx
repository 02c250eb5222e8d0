import type { Signal } from '@preact/signals';
import { Field } from '../acting';

/** How much money is moved; `most` is what may leave. */
export function AmountField({ text, most }: { text: Signal<string>; most: string | null }) {
  return (
    <Field
      label="Amount"
      unit={`USD, at most ${most ?? '–'}`}
      value={text.value}
      enter={(entered) => {
        text.value = entered;
      }}
    />
  );
}
