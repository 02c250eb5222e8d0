import { clockTime } from '../time/words';
import { connection, heardAt } from '../wire/connection';
import css from './app.module.css';

/** Says that what is on display is old, for as long as it is. */
export function ConnectionNotice() {
  return (
    <div role="status">
      {connection.value === 'lost' ? (
        <p class={css.lost}>
          {`Connection lost. Everything here is as of ${clockTime(heardAt.value)}; `}
          reconnecting. Orders that rest stay where they are.
        </p>
      ) : null}
    </div>
  );
}
