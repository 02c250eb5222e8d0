import { signal } from '@preact/signals';

/** This machine's time, ms; moves once a second. */
export const now = signal(Date.now());

/** The venue's time minus this machine's, ms: a manual clock may be months away. */
export const venueOffset = signal(0);

setInterval(() => {
  now.value = Date.now();
}, 1000);

/** The venue's time, ms. */
export function venueNow(): number {
  return now.value + venueOffset.value;
}

/** Something of the venue was said at this time of the venue. */
export function hearTime(venueMs: number): void {
  const offset = venueMs - Date.now();
  if (Math.abs(offset - venueOffset.peek()) > 1500) venueOffset.value = offset;
}
