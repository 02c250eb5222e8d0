import { signal } from '@preact/signals';

export type Kind = 'limit' | 'market' | 'stop' | 'profit' | 'trail' | 'twap' | 'scale';
export type Tif = 'Gtc' | 'Ioc' | 'Alo' | 'Fok';
export type Watched = 'mark' | 'index' | 'last';
/** How a size is typed; percent is of what the account can take. */
export type SizeUnit = 'contracts' | 'usd' | 'percent';

/** What a person has entered so far; texts are as typed. */
export interface Draft {
  readonly buy: boolean;
  readonly kind: Kind;
  readonly px: string;
  readonly sz: string;
  readonly sizeUnit: SizeUnit;
  readonly tif: Tif;
  readonly reduceOnly: boolean;
  /** Of stops and take-profits: where they begin, by which price, and whether at a limit. */
  readonly triggerPx: string;
  readonly triggerBy: Watched;
  readonly atLimit: boolean;
  readonly trail: string;
  readonly trailUnit: 'usd' | 'percent';
  /** Take-profit and stop that come with an order that opens; empty for none. */
  readonly attach: boolean;
  readonly takePx: string;
  readonly stopPx: string;
  readonly minutes: string;
  readonly randomize: boolean;
  /** Of a TWAP: the mark at which it begins, and the one at which it ends. */
  readonly beginPx: string;
  readonly endPx: string;
  /** Of a scale order: the last price, how many orders, last size over first. */
  readonly lastPx: string;
  readonly count: string;
  readonly skew: string;
}

export const EMPTY: Draft = {
  buy: true,
  kind: 'limit',
  px: '',
  sz: '',
  sizeUnit: 'contracts',
  tif: 'Gtc',
  reduceOnly: false,
  triggerPx: '',
  triggerBy: 'mark',
  atLimit: false,
  trail: '',
  trailUnit: 'percent',
  attach: false,
  takePx: '',
  stopPx: '',
  minutes: '30',
  randomize: false,
  beginPx: '',
  endPx: '',
  lastPx: '',
  count: '5',
  skew: '1',
};

export const draft = signal<Draft>(EMPTY);

export function amend(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
}

/** Takes a price from the book or the chart, into the price that the kind of order has. */
export function choosePrice(px: string): void {
  const { kind } = draft.peek();
  if (kind === 'scale') amend({ px });
  else if (kind === 'stop' || kind === 'profit') amend({ triggerPx: px });
  else amend({ kind: 'limit', px });
}

/** What has to be typed anew for the next order or another market. */
export function clearPrices(): void {
  const none = { px: '', sz: '', triggerPx: '', trail: '', takePx: '', stopPx: '' };
  amend({ ...none, beginPx: '', endPx: '', lastPx: '' });
}

/** Whether an order waits for a price: its own limit is then that of what it becomes. */
export function waits(draft: Draft): boolean {
  return draft.kind === 'stop' || draft.kind === 'profit' || draft.kind === 'trail';
}

/** Whether its price is typed. */
export function hasLimit(draft: Draft): boolean {
  if (draft.kind === 'stop' || draft.kind === 'profit') return draft.atLimit;
  return draft.kind === 'limit' || draft.kind === 'scale';
}
