import { HttpTransport, WebSocketTransport } from '@nktkas/hyperliquid';

const origin = globalThis.location?.origin ?? 'http://127.0.0.1:3001';

/** Source `b` is signed: a venue that is not Hyperliquid's main net takes that and no other. */
export const http = new HttpTransport({ apiUrl: `${origin}/`, isTestnet: true, timeout: 10_000 });

let opened: WebSocketTransport | undefined;

/** The one socket of the page; opened when first asked for, and again whenever it is lost. */
export function socket(): WebSocketTransport {
  opened ??= new WebSocketTransport({
    url: `${origin.replace(/^http/, 'ws')}/ws`,
    isTestnet: true,
    timeout: 10_000,
    reconnect: {
      maxRetries: Number.POSITIVE_INFINITY,
      connectionTimeout: 5_000,
      reconnectionDelay: (attempt) => Math.min(250 * 2 ** attempt, 4_000),
    },
  });
  return opened;
}
