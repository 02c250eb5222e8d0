import { now, venueOffset } from '../../time/clock';
import { remaining, utc } from '../../time/words';

/** What is left until a time of the venue. */
export function Countdown({ to }: { to: number }) {
  return (
    <time dateTime={new Date(to).toISOString()} title={utc(to)}>
      {remaining(to - now.value - venueOffset.value)}
    </time>
  );
}
