import { TickMarkType, type Time } from 'lightweight-charts';
import { dayAndClock } from '../../time/words';

const SHORT: Record<TickMarkType, Intl.DateTimeFormat> = {
  [TickMarkType.Year]: new Intl.DateTimeFormat('en-GB', { year: 'numeric' }),
  [TickMarkType.Month]: new Intl.DateTimeFormat('en-GB', { month: 'short' }),
  [TickMarkType.DayOfMonth]: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }),
  [TickMarkType.Time]: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }),
  [TickMarkType.TimeWithSeconds]: new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }),
};

/** The axis is local, as every time here. */
export function axisTime(time: Time, kind: TickMarkType): string {
  return SHORT[kind].format(Number(time) * 1000);
}

export function crosshairTime(time: Time): string {
  return dayAndClock(Number(time) * 1000);
}
