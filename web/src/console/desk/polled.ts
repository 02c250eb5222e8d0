import { useEffect, useState } from 'preact/hooks';
import { type Aged, aged } from '../../state/aged';
import { said, sent } from './acting';
import { operator } from './operator';

export interface Polled<T> {
  readonly held: Aged<T> | null;
  readonly error: string | null;
}

const EVERY_MS = 3_000;

/**
 * Reads again and again while shown, and at once after each act of this page. What is signed is read
 * once where every signature is asked for.
 */
export function usePolled<T>(
  read: () => Promise<T>,
  key: string,
  everyMs: number = EVERY_MS,
  isSigned = false,
): Polled<T> {
  const once = isSigned && operator.value?.asks === true;
  const who = isSigned ? operator.value?.address : '';
  const [found, setFound] = useState<Polled<T>>({ held: null, error: null });
  const acts = sent.value;
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const value = await read();
        if (!ended) setFound({ held: aged(value), error: null });
      } catch (fault) {
        if (!ended) setFound((before) => ({ held: before.held, error: said(fault) }));
      }
      if (!ended && !once) timer = setTimeout(look, everyMs);
    };
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [key, acts, everyMs, once, who]);
  return found;
}
