import { useEffect, useRef, useState } from 'preact/hooks';
import { may, operator } from '../desk/operator';
import type { ActKind, Values } from './field';

type Found = 'none' | 'reading' | 'filled' | 'blank' | 'failed';

/** `values` with what is on record where a field is empty, or has what was filled in before. */
export function filledIn(values: Values, found: Values, before: Values): Values {
  const own = Object.entries(found).filter(([name]) => {
    const entered = values[name] ?? '';
    return entered === '' || entered === before[name];
  });
  return { ...values, ...Object.fromEntries(own) };
}

/** Fills a form in with what its subject has now, once that is entered whole. */
export function usePresent(kind: ActKind, values: Values, fill: (values: Values) => void) {
  const { present } = kind;
  const [state, setState] = useState<Found>('none');
  const before = useRef<Values>({});
  const latest = useRef(values);
  latest.current = values;
  const turn = useRef(0);
  const subject = present?.subject(values) ?? null;
  const who = operator.value;
  const isOffered = present !== undefined && subject !== null && may(kind.roles);
  const read = async () => {
    if (!present || subject === null) return;
    turn.current += 1;
    const mine = turn.current;
    setState('reading');
    try {
      const found = await present.read(subject);
      if (turn.current !== mine) return;
      fill(filledIn(latest.current, found, before.current));
      before.current = found;
      setState(Object.values(found).some(Boolean) ? 'filled' : 'blank');
    } catch {
      if (turn.current === mine) setState('failed');
    }
  };
  useEffect(() => {
    turn.current += 1;
    setState('none');
    // A wallet would ask its owner for a signature at once: it is read when wanted.
    if (isOffered && !who?.asks) void read();
  }, [subject, who?.address]);
  return {
    words: isOffered ? WORDS[state] : null,
    /** Reads it now; null where that is not wanted or has been done. */
    read: isOffered && (state === 'none' || state === 'failed') ? read : null,
  };
}

const WORDS: Record<Found, string | null> = {
  none: null,
  reading: 'Reading what it has now…',
  filled: 'Filled in with what it has now; what was entered before is kept.',
  blank: 'Nothing is on record of it.',
  failed: 'What it has now could not be read.',
};
