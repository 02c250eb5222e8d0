import { useRef, useState } from 'preact/hooks';
import { now } from '../../../time/clock';
import type { Act } from '../../desk/act';
import { carryOut, preview, said } from '../../desk/acting';
import type { Preview } from '../../desk/reads';

/** An act as it was sent to be looked at, and what the venue said of it. */
export interface Looked {
  readonly act: Act;
  readonly found: Preview;
  readonly at: number;
}

/** What has been shown is signed within a minute, or looked at again. */
const HOLDS_MS = 60_000;

/** Looks at an act, then signs exactly that one; what is entered after the look forgets it. */
export function useLooked() {
  const [looked, setLooked] = useState<Looked | null>(null);
  const [busy, setBusy] = useState(false);
  const turn = useRef(0);
  const forget = () => {
    turn.current += 1;
    setLooked(null);
  };
  /** Answers what went wrong, null for nothing. */
  const look = async (act: Act): Promise<string | null> => {
    forget();
    const mine = turn.current;
    setBusy(true);
    try {
      const found = await preview(act);
      if (turn.current === mine) setLooked({ act, found, at: Date.now() });
      return null;
    } catch (fault) {
      return turn.current === mine ? said(fault) : null;
    } finally {
      setBusy(false);
    }
  };
  const isOld = looked !== null && now.value - looked.at > HOLDS_MS;
  const ready = looked !== null && !isOld && !busy && looked.found.refusal === null;
  const sign = async (done: string): Promise<boolean> => {
    if (!looked || !ready) return false;
    setBusy(true);
    const isDone = await carryOut(looked.act, done);
    setBusy(false);
    if (isDone) forget();
    return isDone;
  };
  return { looked, busy, isOld, ready, look, forget, sign };
}
