import { useEffect, useState } from 'preact/hooks';
import type { Grid } from '../numbers/rounding';
import { gridOf } from '../state/markets';

/** The grid of a market that need not be the selected one; null until it has been read. */
export function useGrid(coin: string): Grid | null {
  const [grid, setGrid] = useState<Grid | null>(null);
  useEffect(() => {
    let left = false;
    gridOf(coin).then(
      (read) => left || setGrid(read),
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [coin]);
  return grid;
}
