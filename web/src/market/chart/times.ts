import { TickMarkType, type Time } from 'lightweight-charts';
import { dayAndClock, formatter } from '../../time/words';

const SHORT: Record<TickMarkType, (ms: number) => string> = {
  [TickMarkType.Year]: formatter({ year: 'numeric' }),
  [TickMarkType.Month]: formatter({ month: 'short' }),
  [TickMarkType.DayOfMonth]: formatter({ day: 'numeric', month: 'short' }),
  [TickMarkType.Time]: formatter({ hour: '2-digit', minute: '2-digit' }),
  [TickMarkType.TimeWithSeconds]: formatter({ timeStyle: 'medium' }),
};

/** The axis is local, as every time here. */
export function axisTime(time: Time, kind: TickMarkType): string {
  return SHORT[kind](Number(time) * 1000);
}

export function crosshairTime(time: Time): string {
  return dayAndClock(Number(time) * 1000);
}
