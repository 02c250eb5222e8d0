import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows from the newest back, and the way to older ones. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly loading: boolean;
  readonly fault: string | null;
  /** Null once the beginning has been reached. */
  readonly older: (() => void) | null;
}

/** Reads rows that end at a time (ms), newest first; `next` is where to go on, null at the end. */
export type ReadBack<Row> = (until: number) => Promise<{ rows: Row[]; next: number | null }>;

const NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * Pages back through a history. With another `of` the newest page is read again, and takes its
 * place before the older rows that have been read.
 */
export function usePages<Row>(
  of: string,
  read: ReadBack<Row>,
  rowKey: (row: Row) => string,
): Pages<Row> {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const [loading, setLoading] = useState(true);
  const [fault, setFault] = useState<string | null>(null);
  const turn = useRef(0);
  const load = async (until: number) => {
    turn.current += 1;
    const mine = turn.current;
    const first = until === NEWEST;
    setLoading(true);
    setFault(null);
    try {
      const page = await read(until);
      if (turn.current !== mine) return;
      const whole = first && page.next === null;
      const fresh = new Set(page.rows.map(rowKey));
      setRows((known) => {
        if (whole) return page.rows;
        const others = known.filter((row) => !fresh.has(rowKey(row)));
        return first ? [...page.rows, ...others] : [...others, ...page.rows];
      });
      setNext((to) => (first && to !== null && to !== NEWEST ? to : page.next));
    } catch (error) {
      if (turn.current !== mine) return;
      setFault(error instanceof Error ? error.message : 'No answer.');
      setNext((to) => (first && to !== null ? to : until));
    } finally {
      if (turn.current === mine) setLoading(false);
    }
  };
  useEffect(() => {
    void load(NEWEST);
    return () => {
      turn.current += 1;
    };
  }, [of]);
  const older = next === null || loading ? null : () => void load(next);
  return { rows, loading, fault, older };
}
