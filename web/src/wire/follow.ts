import { socket } from './transports';

/** A subscription: `type` and what belongs to it, as the dialect writes it. */
export interface Topic {
  readonly type: string;
  readonly [field: string]: unknown;
}

const AGAIN_MS = 1_000;

/**
 * Follows a topic until the returned function is called; survives lost connections.
 * All messages of the channel arrive: `mine` picks those of this topic. A channel is named as its
 * topic unless the dialect says otherwise.
 */
export function follow<T>(
  topic: Topic,
  mine: (data: T) => boolean,
  listener: (data: T) => void,
  channel = topic.type,
): () => void {
  let ended = false;
  let leave: (() => Promise<void>) | undefined;
  const hear = (event: CustomEvent<T>) => {
    if (!ended && mine(event.detail)) listener(event.detail);
  };
  const begin = async (): Promise<void> => {
    try {
      const subscription = await socket().subscribe<T>(channel, topic, hear);
      leave = subscription.unsubscribe;
      if (ended) await leave();
    } catch {
      if (!ended) setTimeout(begin, AGAIN_MS);
    }
  };
  void begin();
  return () => {
    ended = true;
    leave?.().catch(() => undefined);
  };
}
