import { signal } from '@preact/signals';
import { venueNow } from '../../time/clock';

/** The moment of a market whose price is explained; null for none. */
export const asked = signal<{ readonly coin: string; readonly ms: number } | null>(null);

/** Explains what was in force just before a time, at the latest now. */
export function explain(coin: string, before: number): void {
  asked.value = { coin, ms: Math.min(before - 1, venueNow()) };
}
