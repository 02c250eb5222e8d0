import { clockTime, day, dayAndClock, utc } from '../../time/words';
import css from './values.module.css';

interface Props {
  ms: number;
  /** Only the time of the day. */
  short?: boolean;
  /** To the second. */
  seconds?: boolean;
}

/** A time, local; UTC on hover and on focus. */
export function Time({ ms, short, seconds }: Props) {
  return (
    <time class={css.time} dateTime={new Date(ms).toISOString()} title={utc(ms)}>
      {short ? clockTime(ms) : seconds ? `${day(ms)}, ${clockTime(ms)}` : dayAndClock(ms)}
      <span class="hidden">{` (${utc(ms)})`}</span>
    </time>
  );
}
