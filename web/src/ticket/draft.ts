import { signal } from '@preact/signals';

export type Kind = 'limit' | 'market';
export type Tif = 'Gtc' | 'Ioc' | 'Alo' | 'Fok';

/** What a person has entered so far; texts are as typed. */
export interface Draft {
  readonly buy: boolean;
  readonly kind: Kind;
  readonly px: string;
  readonly sz: string;
  readonly tif: Tif;
  readonly reduceOnly: boolean;
}

export const EMPTY: Draft = {
  buy: true,
  kind: 'limit',
  px: '',
  sz: '',
  tif: 'Gtc',
  reduceOnly: false,
};

export const draft = signal<Draft>(EMPTY);

export function amend(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
}

/** Takes a price from the book or the chart. */
export function choosePrice(px: string): void {
  amend({ kind: 'limit', px });
}
