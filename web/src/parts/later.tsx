import { type Signal, signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import css from './parts.module.css';

type Loaded<P> = { component: FunctionComponent<P> } | 'failed' | null;

/** A component whose code is loaded when it is first shown. */
export function later<P extends object>(
  load: () => Promise<FunctionComponent<P>>,
): FunctionComponent<P> {
  const loaded: Signal<Loaded<P>> = signal(null);
  const look = async () => {
    try {
      loaded.value = { component: await load() };
    } catch {
      loaded.value = 'failed';
    }
  };
  return function Later(props: P) {
    useEffect(() => {
      if (loaded.peek() === null) void look();
    }, []);
    const found = loaded.value;
    if (found === null || found === 'failed') {
      return (
        <p class={css.later} role="status">
          {found === null ? 'Loading…' : 'This part could not be loaded. Load the page again.'}
        </p>
      );
    }
    return <found.component {...props} />;
  };
}
