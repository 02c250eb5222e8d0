import { now } from '../time/clock';
import { connection } from '../wire/connection';

/** A value and when it was heard, this machine's ms. */
export interface Aged<T> {
  readonly value: T;
  readonly at: number;
}

/** The venue repeats what it streams every 5 s and marks prices every 3 s. */
export const BOUND_MS = 15_000;

export function aged<T>(value: T): Aged<T> {
  return { value, at: Date.now() };
}

/** Whether a number may no longer be shown as live: connection lost, or older than its bound. */
export function isStale(held: Aged<unknown> | null, bound = BOUND_MS): boolean {
  return held === null || connection.value === 'lost' || now.value - held.at > bound;
}
