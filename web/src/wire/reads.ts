import { parsedStatus } from './parsing';
import { http } from './transports';
import type {
  Announcement,
  Candle,
  Disclosure,
  IndexEntry,
  MarketSpec,
  MarketStatus,
  MarkPoint,
  ReAnchor,
  StatusChange,
  UniverseEntry,
  Version,
} from './types';

/** A public read on `/info`; throws HttpRequestError with what the venue said. */
export async function info<T>(request: { type: string; [field: string]: unknown }): Promise<T> {
  return http.request<T>('info', request);
}

export async function marketStatus(coin: string): Promise<MarketStatus> {
  return parsedStatus(await info({ type: 'marketStatus', coin }));
}

/** The specification in force, or an earlier version. */
export function marketSpec(coin: string, version?: number): Promise<MarketSpec> {
  return info({ type: 'marketSpec', coin, ...(version ? { version } : {}) });
}

export function disclosure(coin: string, user?: string): Promise<Disclosure> {
  return info({ type: 'disclosures', coin, ...(user ? { user } : {}) });
}

export function announcements(coin?: string): Promise<Announcement[]> {
  return info({ type: 'announcements', ...(coin ? { coin } : {}) });
}

export function markHistory(coin: string, from: number, to: number): Promise<MarkPoint[]> {
  return info({ type: 'markHistory', coin, startTime: from, endTime: to });
}

/** The prices in force at the end of each span of so many ms; at most 1,000 spans. */
export function sampledMarks(
  coin: string,
  from: number,
  to: number,
  every: number,
): Promise<MarkPoint[]> {
  return info({ type: 'markHistory', coin, startTime: from, endTime: to, every });
}

export function reAnchors(coin: string): Promise<ReAnchor[]> {
  return info({ type: 'reAnchors', coin });
}

/** The newest stops and resumptions of all markets and of the venue, oldest first. */
export function statusHistory(): Promise<StatusChange[]> {
  return info({ type: 'statusHistory' });
}

export function candles(
  coin: string,
  interval: string,
  from: number,
  to: number,
): Promise<Candle[]> {
  return info({ type: 'candleSnapshot', req: { coin, interval, startTime: from, endTime: to } });
}

/** What a dex lists, each dex in the order of its number: the main one first. */
export function metas(): Promise<{ universe: UniverseEntry[] }[]> {
  return info({ type: 'allPerpMetas' });
}

/** Every market of every dex with its phase. */
export function specificationIndex(): Promise<IndexEntry[]> {
  return info({ type: 'specificationIndex' });
}

export async function version(): Promise<Version> {
  const answer = await fetch('/version', { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`GET /version: ${answer.status}`);
  return (await answer.json()) as Version;
}
