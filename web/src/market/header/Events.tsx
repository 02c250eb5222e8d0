import { Countdown } from '../../parts/values/Countdown';
import { status } from '../../state/live';
import { venueNow } from '../../time/clock';
import { eventsOf } from '../events';
import css from './header.module.css';

/** Halts, waits and the like, with what ends them; read out as they come. */
export function Events() {
  const now = status.value?.value;
  const found = now ? eventsOf(now) : [];
  return (
    <div role="status" class={css.events}>
      {found.map((event) => (
        <p key={event.words} class={`${css.event} ${css[event.tone]}`}>
          {event.words}
          {event.until && event.until > venueNow() ? (
            <>
              {' · '}
              <Countdown to={event.until} />
            </>
          ) : null}
        </p>
      ))}
    </div>
  );
}
