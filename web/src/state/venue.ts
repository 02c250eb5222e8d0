import { signal } from '@preact/signals';
import { hearTime } from '../time/clock';
import { version } from '../wire/reads';
import type { Version } from '../wire/types';

/** What the venue says of itself; null until it has answered. */
export const venue = signal<Version | null>(null);

export async function loadVenue(): Promise<void> {
  const said = await version();
  hearTime(said.timeMs);
  venue.value = said;
}
