import { connection } from '../wire/connection';
import css from './app.module.css';

const WORDS = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' } as const;

export function ConnectionState() {
  return (
    <span class={`${css.connection} ${css[connection.value]}`}>
      <span class={css.dot} aria-hidden="true" />
      {WORDS[connection.value]}
    </span>
  );
}
