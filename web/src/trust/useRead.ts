import { useEffect, useState } from 'preact/hooks';
import { type Aged, aged } from '../state/aged';

const AGAIN_MS = 5_000;

/** Reads at once, whenever `keys` change, and every few seconds; null until something has come. */
export function useRead<T>(
  read: () => Promise<T>,
  keys: readonly unknown[],
  every = AGAIN_MS,
): Aged<T> | null {
  const [held, hold] = useState<Aged<T> | null>(null);
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const found = await read();
        if (!ended) hold(aged(found));
      } catch {
        // What is there ages, and is shown as old.
      }
      if (!ended) timer = setTimeout(look, every);
    };
    hold(null);
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, keys);
  return held;
}
