import { signal } from '@preact/signals';
import { now } from '../time/clock';
import { socket } from './transports';

/** `connecting` until the first message, `lost` from then on whenever nothing comes. */
export type Connection = 'connecting' | 'live' | 'lost';

export const connection = signal<Connection>('connecting');

/** When the venue last said anything, this machine's ms; 0 for never. */
export const heardAt = signal(0);

const PING_MS = 5_000;
const SILENCE_MS = 12_000;

let heard = 0;

/** Opens the socket and keeps `connection` true: a silent socket counts as lost and is replaced. */
export function watchConnection(): () => void {
  const wire = socket().socket;
  const hear = () => {
    heard = Date.now();
    if (connection.peek() !== 'live' && navigator.onLine) connection.value = 'live';
  };
  const lose = () => {
    heardAt.value = heard;
    if (connection.peek() === 'live') connection.value = 'lost';
  };
  const offline = () => {
    lose();
    wire.close(4000, 'offline', false);
  };
  wire.addEventListener('message', hear);
  wire.addEventListener('close', lose);
  globalThis.addEventListener('offline', offline);
  const pings = setInterval(() => {
    if (wire.readyState === WebSocket.OPEN) wire.send('{"method":"ping"}');
  }, PING_MS);
  const ages = now.subscribe(() => {
    heardAt.value = heard;
    if (connection.peek() !== 'live' || Date.now() - heard < SILENCE_MS) return;
    lose();
    wire.close(4000, 'silent', false);
  });
  return () => {
    clearInterval(pings);
    ages();
    wire.removeEventListener('message', hear);
    wire.removeEventListener('close', lose);
    globalThis.removeEventListener('offline', offline);
  };
}
