import { Countdown } from '../../parts/values/Countdown';
import { status } from '../../state/live';
import { venueNow } from '../../time/clock';
import { utc } from '../../time/words';
import { comingDates } from '../dates';

/** What comes in the life of the market, nearest first. */
export function Dates() {
  const now = status.value?.value;
  const dates = now ? comingDates(now, venueNow()) : [];
  return (
    <>
      {dates.map((date) => (
        <div key={date.label}>
          <dt title={date.label}>
            <span aria-hidden="true">{date.short}</span>
            <span class="hidden">{date.label}</span>
          </dt>
          <dd title={utc(date.ms)}>
            in <Countdown to={date.ms} />
          </dd>
        </div>
      ))}
    </>
  );
}
