/** Times for people: local, with UTC where somebody asks for it. */

export const clockTime = formatter({ timeStyle: 'medium' });
export const day = formatter({ dateStyle: 'medium' });
export const dayAndClock = formatter({ dateStyle: 'medium', timeStyle: 'short' });

/** Writes a time of so many ms; made when first used, because a browser takes long over its first. */
export function formatter(options: Intl.DateTimeFormatOptions): (ms: number) => string {
  let made: Intl.DateTimeFormat | undefined;
  return (ms) => {
    made ??= new Intl.DateTimeFormat('en-GB', options);
    return made.format(ms);
  };
}

export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A text of the venue in which a time is a number, `1777680000000 (ms)`, with that time. */
export function timesTold(text: string): string {
  return text.replace(/\b(\d{13}) \(ms\)/g, (_, ms) => utc(Number(ms)));
}

/** What is left: `12 d 04 h`, `3 h 07 m`, `04:09`; `now` when nothing is. */
export function remaining(ms: number): string {
  if (ms <= 0) return 'now';
  const seconds = Math.ceil(ms / 1000);
  const [d, h, m, s] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (d > 0) return `${d} d ${two(h)} h`;
  if (h > 0) return `${h} h ${two(m)} m`;
  return `${two(m)}:${two(s)}`;
}

/** How long something lasts: `24 h`, `90 min`, `30 s`; in the largest unit that is exact. */
export function lasting(ms: number): string {
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
